/** The partitions of a broker as its callers see them: append, fetch with waiting, offsets, topics that come and go. */
import { setMaxListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { type ConfigResourceType, emptyImage, wholeImageDelta } from '../controller/image.ts';
import { batchOf } from '../log/log-test-kit.ts';
import { settle } from '../platform/memory/memory-time.ts';
import { idOf, TestBroker, topicOf } from './replica-test-kit.ts';

const T0 = 1_767_225_600_000;

function start(options: Parameters<typeof TestBroker.start>[0] = {}): Promise<TestBroker> {
  return TestBroker.start({ topics: [topicOf('t', 3)], ...options });
}

describe('append', () => {
  it('answers 1 and -1 with the offset', async () => {
    const broker = await start();
    expect(await broker.append(batchOf(3), { acks: 1 })).toEqual({
      errorCode: 0,
      baseOffset: 0,
      logAppendTimeMs: -1,
      logStartOffset: 0,
    });
    expect(await broker.append(batchOf(3))).toMatchObject({ errorCode: 0, baseOffset: 3 });
    expect(broker.manager.partition('t', 0)).toMatchObject({
      highWatermark: 6,
      logEndOffset: 6,
      isLeader: true,
    });
  });

  it.each([2, -2, 32_767])('refuses acks=%i', async (acks) => {
    const broker = await start();
    expect(await broker.append(batchOf(1), { acks })).toMatchObject({
      errorCode: ErrorCode.INVALID_REQUIRED_ACKS,
    });
  });

  it('knows what is not here and who does not lead', async () => {
    const broker = await start();
    expect(await broker.append(batchOf(1), { topic: 'no' })).toMatchObject({
      errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    });
    expect(await broker.append(batchOf(1), { partition: 3 })).toMatchObject({
      errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    });
    broker.apply({
      created: [
        topicOf('t', 3, { leader: 1, replicas: [0, 1], isr: [0, 1], leaderEpoch: 1, partitionEpoch: 1 }),
      ],
    });
    expect(await broker.append(batchOf(1))).toMatchObject({ errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER });
  });

  it('with acks=-1 needs min.insync.replicas, but never more than there are replicas', async () => {
    const config = { minInsyncReplicas: 2 };
    expect(await (await start({ config })).append(batchOf(1))).toMatchObject({ errorCode: 0 });
    const broker = await start({ config, topics: [topicOf('t', 1, { replicas: [0, 1, 2] })] });
    expect(await broker.append(batchOf(1))).toMatchObject({ errorCode: ErrorCode.NOT_ENOUGH_REPLICAS });
    expect(await broker.append(batchOf(1), { acks: 1 })).toMatchObject({ errorCode: 0 });
  });

  it('with acks=-1 waits for the other in-sync replicas and gives up in time', async () => {
    const broker = await start({ topics: [topicOf('t', 1, { replicas: [0, 1], isr: [0, 1] })] });
    const answer = broker.append(batchOf(2));
    await broker.platform.advance(999);
    expect(await Promise.race([answer, Promise.resolve('waiting')])).toBe('waiting');
    await broker.platform.advance(1);
    expect(await answer).toMatchObject({ errorCode: ErrorCode.REQUEST_TIMED_OUT });
    expect(broker.manager.partition('t', 0)).toMatchObject({ logEndOffset: 2, highWatermark: 0 });
    expect((await broker.fetch())[0]).toMatchObject({
      errorCode: 0,
      records: Buffer.alloc(0),
      highWatermark: 0,
    });
  });

  it('forces to the device first when flush.messages is 1', async () => {
    const broker = await start({ config: { flushMessages: 1 } });
    await broker.append(batchOf(5));
    broker.platform.disk.crash();
    const again = await start({ platform: broker.platform, config: { flushMessages: 1 } });
    expect(again.manager.partition('t', 0)?.logEndOffset).toBe(5);
    again.platform.disk.faults.add({ operation: 'sync', nth: 1, code: 'EIO' });
    expect(await again.append(batchOf(1))).toMatchObject({ errorCode: ErrorCode.KAFKA_STORAGE_ERROR });
    expect(again.failedDirectories).toEqual(['/data']);
    expect(await again.append(batchOf(1), { partition: 1 })).toMatchObject({
      errorCode: ErrorCode.KAFKA_STORAGE_ERROR,
    });
  });
});

describe('fetch', () => {
  it('answers at once with what is there, in the order asked', async () => {
    const broker = await start();
    await broker.append(batchOf(2), { partition: 2 });
    const ask = (partition: number) => ({
      topic: 't',
      partition,
      fetchOffset: 0,
      maxBytes: 1000,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
    });
    const results = await broker.fetch({ partitions: [ask(1), ask(2)], maxWaitMs: 60_000 });
    expect(results.map(({ partition, records }) => [partition, records.length > 0])).toEqual([
      [1, false],
      [2, true],
    ]);
  });

  it('stays within the bytes of all and of one partition, but gives one batch', async () => {
    const broker = await start();
    const size = batchOf(4).length;
    for (const partition of [0, 0, 1, 1]) await broker.append(batchOf(4), { partition });
    const ask = (partition: number, maxBytes: number) => ({
      topic: 't',
      partition,
      fetchOffset: 0,
      maxBytes,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
    });
    const bytes = async (maxBytes: number, one: number, minOneBatch = true) =>
      (await broker.fetch({ maxBytes, minOneBatch, partitions: [ask(0, one), ask(1, one)] })).map(
        ({ records }) => records.length,
      );
    expect(await bytes(100_000, 100_000)).toEqual([2 * size, 2 * size]);
    expect(await bytes(3 * size, 100_000)).toEqual([2 * size, size]);
    expect(await bytes(100_000, size)).toEqual([size, size]);
    expect(await bytes(1, 1)).toEqual([size, 0]);
    expect(await bytes(1, 1, false)).toEqual([0, 0]);
  });

  it('waits for an append, gathers one request to many partitions into one wake-up', async () => {
    const broker = await start();
    const ask = (partition: number) => ({
      topic: 't',
      partition,
      fetchOffset: 0,
      maxBytes: 1000,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
    });
    const answer = broker.fetch({ maxWaitMs: 10_000, partitions: [ask(0), ask(1)] });
    await settle();
    expect(broker.manager.parkedFetches).toBe(1);
    void broker.append(batchOf(1));
    void broker.append(batchOf(1), { partition: 1 });
    const results = await answer;
    expect(results.every(({ records }) => records.length > 0)).toBe(true);
    expect(broker.manager.parkedFetches).toBe(0);
  });

  it('waits for minBytes, or until the time is up', async () => {
    const broker = await start();
    const size = batchOf(1).length;
    const enough = broker.fetch({ maxWaitMs: 500, minBytes: 2 * size });
    const tooMuch = broker.fetch({ maxWaitMs: 500, minBytes: 1000 * size });
    await settle();
    await broker.append(batchOf(1));
    await settle();
    expect(broker.manager.parkedFetches).toBe(2);
    await broker.append(batchOf(1));
    expect((await enough)[0]?.records).toHaveLength(2 * size);
    expect(broker.manager.parkedFetches).toBe(1);
    await broker.platform.advance(500);
    expect((await tooMuch)[0]?.records).toHaveLength(2 * size);
  });

  it('does not wait for what cannot come: more than the limits, or anything of no partition', async () => {
    const broker = await start();
    const size = batchOf(1).length;
    await broker.append(batchOf(1));
    const capped = await broker.fetch({ maxWaitMs: 60_000, minBytes: 1000 * size, maxBytes: size });
    expect(capped[0]?.records).toHaveLength(size);
    // Two batches lie there, and a limit between them lets one through.
    await broker.append(batchOf(1));
    const room = Math.floor(1.5 * size);
    const limits = { minBytes: room, maxWaitMs: 60_000 };
    expect((await broker.fetch({ ...limits, maxBytes: room }))[0]?.records).toHaveLength(size);
    expect((await broker.fetch({ ...limits, maxPartitionBytes: room }))[0]?.records).toHaveLength(size);
    expect(await broker.fetch({ maxWaitMs: 60_000, partitions: [] })).toEqual([]);
    expect(broker.manager.parkedFetches).toBe(0);
  });

  it('waits no longer than the cap, and not at all beyond the number that may wait', async () => {
    const broker = await start({ settings: { maxFetchWaitMs: 1000, maxParkedFetches: 1 } });
    const first = broker.fetch({ maxWaitMs: 2_147_483_647 });
    expect((await broker.fetch({ maxWaitMs: 60_000 }))[0]?.errorCode).toBe(0);
    await broker.platform.advance(1000);
    expect((await first)[0]?.errorCode).toBe(0);
  });

  it('forgets what is parked for a client that is gone', async () => {
    const broker = await start();
    const connection = new AbortController();
    setMaxListeners(0, connection.signal);
    const timersBefore = broker.platform.timers.pendingTimers;
    const answers = Array.from({ length: 50 }, () =>
      broker.fetch({ maxWaitMs: 300_000, closed: connection.signal }),
    );
    await settle();
    expect(broker.manager.parkedFetches).toBe(50);
    connection.abort();
    expect(await Promise.all(answers)).toEqual(answers.map(() => []));
    expect(broker.manager.parkedFetches).toBe(0);
    expect(broker.platform.timers.pendingTimers).toBe(timersBefore);
  });

  it('answers what is parked when the topic goes, with an error', async () => {
    const broker = await start();
    const answer = broker.fetch({ maxWaitMs: 60_000 });
    await settle();
    broker.apply({ deleted: ['t'] });
    expect((await answer)[0]?.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
  });

  it('tells where the log is when the offset is outside, and checks the leader epoch', async () => {
    const broker = await start();
    await broker.append(batchOf(5));
    broker.manager.deleteRecords('t', 0, 2);
    for (const offset of [1, 6, -1]) {
      expect((await broker.fetch({ offset, maxWaitMs: 60_000 }))[0]).toMatchObject({
        errorCode: ErrorCode.OFFSET_OUT_OF_RANGE,
        logStartOffset: 2,
        highWatermark: 5,
      });
    }
    const withEpoch = (currentLeaderEpoch: number) =>
      broker.fetch({
        partitions: [
          {
            topic: 't',
            partition: 0,
            fetchOffset: 2,
            maxBytes: 100,
            currentLeaderEpoch,
            lastFetchedEpoch: -1,
          },
        ],
      });
    expect((await withEpoch(0))[0]?.errorCode).toBe(0);
    expect((await withEpoch(1))[0]?.errorCode).toBe(ErrorCode.UNKNOWN_LEADER_EPOCH);
    broker.apply({ created: [topicOf('t', 1, { leaderEpoch: 3, partitionEpoch: 3 })] });
    expect((await withEpoch(2))[0]?.errorCode).toBe(ErrorCode.FENCED_LEADER_EPOCH);
  });
});

describe('offsets', () => {
  it('latest, earliest, by time, of the largest time', async () => {
    const broker = await start();
    for (let i = 0; i < 4; i++) await broker.append(batchOf(2, { timestampMs: T0 + i * 10 }));
    broker.manager.deleteRecords('t', 0, 3);
    const ask = (timestampMs: number) =>
      broker.manager.listOffsets({
        topic: 't',
        partition: 0,
        timestampMs,
        currentLeaderEpoch: -1,
        isolationLevel: 'readUncommitted',
        replicaId: -1,
      });
    expect(ask(-1)).toEqual({ errorCode: 0, offset: 8, timestampMs: -1, leaderEpoch: 0 });
    expect(ask(-2)).toMatchObject({ errorCode: 0, offset: 3, timestampMs: -1 });
    expect(ask(-3)).toMatchObject({ errorCode: 0, offset: 7, timestampMs: T0 + 31 });
    expect(ask(T0 + 20)).toMatchObject({ errorCode: 0, offset: 4, timestampMs: T0 + 20 });
    expect(ask(T0 + 32)).toEqual({ errorCode: 0, offset: -1, timestampMs: -1, leaderEpoch: -1 });
    expect(ask(-9).errorCode).toBe(ErrorCode.UNSUPPORTED_VERSION);
    const legacy = {
      topic: 't',
      partition: 0,
      currentLeaderEpoch: -1,
      isolationLevel: 'readUncommitted',
      replicaId: -1,
    } as const;
    expect(broker.manager.legacyOffsets({ ...legacy, timestampMs: -1 }, 1)).toEqual({
      errorCode: 0,
      offsets: [8],
    });
    expect(broker.manager.legacyOffsets({ ...legacy, timestampMs: -1 }, 9)).toEqual({
      errorCode: 0,
      offsets: [8, 3],
    });
    expect(broker.manager.legacyOffsets({ ...legacy, timestampMs: -2 }, 1)).toEqual({
      errorCode: 0,
      offsets: [3],
    });
    const later = broker.platform.clock.wallMs() + 1;
    expect(broker.manager.legacyOffsets({ ...legacy, timestampMs: later }, 9).offsets).toEqual([8, 3]);
    expect(broker.manager.legacyOffsets({ ...legacy, timestampMs: 5 }, 9).offsets).toEqual([]);
    expect(broker.manager.legacyOffsets({ ...legacy, timestampMs: -3 }, 9).errorCode).toBe(
      ErrorCode.UNSUPPORTED_VERSION,
    );
  });

  it('can be deleted up to the high watermark, durably', async () => {
    const broker = await start();
    await broker.append(batchOf(6));
    expect(broker.manager.deleteRecords('t', 0, 4)).toEqual({ errorCode: 0, lowWatermark: 4 });
    expect(broker.manager.deleteRecords('t', 0, 2)).toEqual({ errorCode: 0, lowWatermark: 4 });
    expect(broker.manager.deleteRecords('t', 0, 7).errorCode).toBe(ErrorCode.OFFSET_OUT_OF_RANGE);
    expect(broker.manager.deleteRecords('x', 0, 1).errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    await settle();
    const again = await start({ platform: crashed(broker, { keepWritten: true }) });
    expect(again.manager.partition('t', 0)?.logStartOffset).toBe(4);
    expect(again.manager.deleteRecords('t', 0, -1)).toEqual({ errorCode: 0, lowWatermark: 6 });
    const compacted = await start({ config: { cleanupDelete: false, cleanupCompact: true } });
    expect(compacted.manager.deleteRecords('t', 0, 0).errorCode).toBe(ErrorCode.POLICY_VIOLATION);
  });
});

/** The machine after the process died; with `keepWritten` as after kill -9, where the page cache lives on. */
function crashed(broker: TestBroker, { keepWritten }: { keepWritten: boolean }) {
  const { disk } = broker.platform;
  if (!keepWritten) disk.crash();
  else disk.lock = () => ({ release: () => undefined });
  return broker.platform;
}

describe('topics that come and go', () => {
  it('a clean stop and start keeps everything', async () => {
    const broker = await start();
    await broker.append(batchOf(7));
    await broker.stop();
    broker.platform.disk.crash();
    const again = await start({ platform: broker.platform });
    expect(again.directories.clusterId).toBe(broker.directories.clusterId);
    expect(again.manager.partition('t', 0)).toMatchObject({ logEndOffset: 7, highWatermark: 7 });
    expect(again.logger.lines.filter((line) => !line.startsWith('INFO'))).toEqual([]);
    expect(broker.platform.disk.exists('/data/.kafka_cleanshutdown')).toBe(false);
  });

  it('a deleted topic made anew begins at 0 with nothing of the old one', async () => {
    const broker = await start();
    for (let round = 0; round < 20; round++) {
      expect(await broker.append(batchOf(3))).toMatchObject({ errorCode: 0, baseOffset: 0 });
      broker.apply({ deleted: ['t'], created: [topicOf('t', 1 + (round % 3), {}, idOf(`t${round}`))] });
      expect(broker.manager.partition('t', 0)?.logEndOffset).toBe(0);
      expect(broker.manager.partition('t', 0)?.sizeBytes).toBe(0);
    }
    const folders = () => broker.platform.disk.list('/data').filter((name) => name.endsWith('-delete'));
    expect(folders().length).toBeGreaterThan(19);
    await broker.platform.advance(60_000);
    expect(folders()).toEqual([]);
    await broker.stop();
    expect(broker.platform.disk.openFiles).toBe(0);
  });

  it('a topic made anew under the same name while the broker was away does not get the old records', async () => {
    const broker = await start();
    await broker.append(batchOf(3));
    await broker.stop();
    const again = await start({ platform: broker.platform, topics: [topicOf('t', 1, {}, idOf('other'))] });
    expect(again.manager.partition('t', 0)?.logEndOffset).toBe(0);
    expect(again.platform.disk.list('/data').filter((name) => name.endsWith('-stray'))).toHaveLength(3);
  });

  it('another topic id under the same name is another topic, also when nobody said the old one was deleted', async () => {
    const broker = await start();
    await broker.append(batchOf(3));
    broker.apply({ created: [topicOf('t', 1, {}, idOf('other'))] });
    expect(broker.manager.partition('t', 0)?.logEndOffset).toBe(0);
  });

  it('what was being deleted at a crash is gone after the start', async () => {
    const broker = await start();
    broker.apply({ deleted: ['t'] });
    const again = await start({ platform: crashed(broker, { keepWritten: false }), topics: [] });
    expect(again.platform.disk.list('/data').filter((name) => name.startsWith('t-'))).toEqual([]);
  });

  it('spreads partitions over the directories, and one that fails leaves the others in service', async () => {
    const broker = await start({ paths: ['/d1', '/d2'], topics: [topicOf('t', 4)] });
    const described = broker.manager.describeLogDirs(null);
    expect(described.map(({ path, partitions }) => [path, partitions.length])).toEqual([
      ['/d1', 2],
      ['/d2', 2],
    ]);
    broker.platform.disk.faults.add({ operation: 'write', nth: 1, code: 'EIO' });
    const bad = described[0]?.partitions[0]?.partition ?? -1;
    expect(await broker.append(batchOf(1), { partition: bad })).toMatchObject({
      errorCode: ErrorCode.KAFKA_STORAGE_ERROR,
    });
    expect(broker.failedDirectories).toEqual(['/d1']);
    const good = described[1]?.partitions[0]?.partition ?? -1;
    expect(await broker.append(batchOf(1), { partition: good })).toMatchObject({ errorCode: 0 });
    expect(broker.manager.describeLogDirs(null).map(({ errorCode }) => errorCode)).toEqual([
      ErrorCode.KAFKA_STORAGE_ERROR,
      0,
    ]);
    expect(await broker.manager.stop()).toEqual(new Set(['/d2']));
  });
});

it('looks at the configs of logs again when those of topics or brokers change, not those of groups', async () => {
  const broker = await start();
  const delta = wholeImageDelta(emptyImage(''));
  const logConfig = () => [...broker.manager.logs()][0]?.log.config;
  const looksAgain = (type: ConfigResourceType): boolean => {
    const before = logConfig();
    broker.manager.applyImage(broker.image, { ...delta, changedConfigs: [{ type, name: 't' }] });
    return logConfig() !== before;
  };
  expect([looksAgain(2), looksAgain(4), looksAgain(32)]).toEqual([true, true, false]);
});

it('hands committed batches to coordinators', async () => {
  const broker = await start();
  await broker.append(batchOf(2));
  await broker.append(batchOf(2));
  const read = (topic: string, leaderEpoch: number, offset: number, maxBytes: number) =>
    broker.manager.readCommitted({ topic, partition: 0, leaderEpoch }, offset, maxBytes);
  expect(read('t', 0, 0, 1)).toHaveLength(batchOf(2).length);
  expect(read('t', 0, 4, 100)).toHaveLength(0);
  expect(read('none', 0, 0, 100)).toBeNull();
  expect(read('t', 1, 0, 100)).toBeNull();
});

it('applies retention and writes checkpoints as time goes by', async () => {
  const broker = await start({ config: { retentionMs: 1000, segmentBytes: 300 } });
  for (let i = 0; i < 5; i++) await broker.append(batchOf(3));
  await broker.platform.advance(60_000);
  expect(broker.manager.partition('t', 0)).toMatchObject({ logStartOffset: 15, logEndOffset: 15 });
  const text = (name: string) => broker.platform.disk.readFile(`/data/${name}`).toString();
  expect(text('replication-offset-checkpoint')).toBe('0\n3\nt 0 15\nt 1 0\nt 2 0\n');
  expect(text('log-start-offset-checkpoint')).toBe('0\n1\nt 0 15\n');
  expect(text('recovery-point-offset-checkpoint')).toContain('t 0 15');
});

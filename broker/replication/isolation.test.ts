/** What different readers may have of a partition: consumers of committed records, replicas, readers whose log parted from ours. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { batchOf } from '../log/log-test-kit.ts';
import { TestBroker, topicOf } from './replica-test-kit.ts';
import type { FetchPartitionRequest } from './replica-requests.ts';

const LATEST = { topic: 't', partition: 0, timestampMs: -1, currentLeaderEpoch: -1, replicaId: -1 };

function start(options: Parameters<typeof TestBroker.start>[0] = {}): Promise<TestBroker> {
  return TestBroker.start({ topics: [topicOf('t', 1)], ...options });
}

function write(broker: TestBroker, producerId: number, count = 2) {
  const request = { topic: 't', partition: 0, acks: 1, timeoutMs: 1000, origin: 'coordinator' as const };
  const batch = batchOf(count, { producerId, producerEpoch: 0, isTransactional: true });
  return broker.manager.append({ ...request, records: batch });
}

function end(broker: TestBroker, producerId: number, committed: boolean, topic = 't') {
  const marker = { topic, partition: 0, committed, producerId, producerEpoch: 0, coordinatorEpoch: 0 };
  return broker.manager.endTransaction({ ...marker, timeoutMs: 1000 });
}

function asked(changes: Partial<FetchPartitionRequest>): FetchPartitionRequest[] {
  const any = { fetchOffset: 0, maxBytes: 1_000_000, currentLeaderEpoch: -1, lastFetchedEpoch: -1 };
  return [{ topic: 't', topicId: '', partition: 0, ...any, ...changes }];
}

describe('readers of committed records', () => {
  it('stop before what is undecided and are told what was aborted', async () => {
    const broker = await start();
    await broker.append(batchOf(3));
    await write(broker, 1);
    await broker.append(batchOf(1));
    const read = async (isolationLevel: 'readCommitted' | 'readUncommitted', offset = 0) =>
      (await broker.fetch({ isolationLevel, offset }))[0];
    const before = await read('readCommitted');
    expect(before).toMatchObject({ highWatermark: 6, lastStableOffset: 3, abortedTransactions: [] });
    expect(before?.records).toHaveLength(batchOf(3).length);
    expect(await read('readCommitted', 4)).toMatchObject({ errorCode: 0, records: Buffer.alloc(0) });
    const latest = (isolationLevel: 'readCommitted' | 'readUncommitted') =>
      broker.manager.listOffsets({ ...LATEST, isolationLevel }).offset;
    expect([latest('readCommitted'), latest('readUncommitted')]).toEqual([3, 6]);

    expect(await end(broker, 1, false)).toMatchObject({ errorCode: 0, baseOffset: 6 });
    expect(await read('readCommitted')).toMatchObject({
      lastStableOffset: 7,
      abortedTransactions: [{ producerId: 1, firstOffset: 3 }],
    });
    expect((await read('readCommitted', 6))?.abortedTransactions).toEqual([
      { producerId: 1, firstOffset: 3 },
    ]);
    expect((await read('readUncommitted'))?.abortedTransactions).toBeNull();
    expect(latest('readCommitted')).toBe(7);
  });

  it('wait until a transaction is decided, and are not woken by what they may not have', async () => {
    const broker = await start();
    const size = batchOf(2).length;
    const parked = (isolationLevel: 'readCommitted' | 'readUncommitted') =>
      broker.fetch({ isolationLevel, maxWaitMs: 60_000, minBytes: 2 * size });
    const committed = parked('readCommitted');
    const uncommitted = parked('readUncommitted');
    await write(broker, 1);
    await write(broker, 1);
    expect((await uncommitted)[0]?.records.length).toBeGreaterThan(size);
    expect(broker.manager.parkedFetches).toBe(1);
    await end(broker, 1, true);
    expect((await committed)[0]?.records.length).toBeGreaterThan(2 * size);
  });

  it('cost nothing for what was decided long ago', async () => {
    const broker = await start();
    for (let i = 0; i < 5; i++) {
      await write(broker, 1);
      await end(broker, 1, true);
    }
    for (const { log } of broker.manager.logs()) expect(log.producers.transactions.size).toBe(0);
  });

  it('do not get a marker that the other replicas lack', async () => {
    const broker = await start({ topics: [topicOf('t', 1, { replicas: [0, 1], isr: [0, 1] })] });
    await write(broker, 1);
    const answer = end(broker, 1, true);
    const followerAt = (fetchOffset: number) =>
      broker.fetch({ replicaId: 1, partitions: asked({ fetchOffset }) });
    await followerAt(2);
    expect(broker.manager.partition('t', 0)).toMatchObject({ highWatermark: 2, lastStableOffset: 0 });
    await followerAt(3);
    expect(broker.manager.partition('t', 0)).toMatchObject({ highWatermark: 3, lastStableOffset: 3 });
    expect(await answer).toMatchObject({ errorCode: 0, baseOffset: 2 });
  });
});

it('a marker for what is not here or not led here is refused', async () => {
  const broker = await start();
  expect((await end(broker, 1, true, 'no')).errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
  const elsewhere = { leader: 1, replicas: [0, 1], isr: [0, 1], leaderEpoch: 1, partitionEpoch: 1 };
  broker.apply({ created: [topicOf('t', 1, elsewhere)] });
  expect((await end(broker, 1, true)).errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER);
});

describe('followers', () => {
  it('read to the log end, and move the high watermark for all that wait for it', async () => {
    const broker = await start({ topics: [topicOf('t', 1, { replicas: [0, 1], isr: [0, 1] })] });
    const answer = broker.append(batchOf(4));
    const consumer = broker.fetch({ maxWaitMs: 60_000 });
    const [first] = await broker.fetch({ replicaId: 1 });
    expect(first).toMatchObject({ errorCode: 0, highWatermark: 0 });
    expect(first?.records).toHaveLength(batchOf(4).length);
    await broker.fetch({ replicaId: 1, partitions: asked({ fetchOffset: 4 }) });
    expect(await answer).toMatchObject({ errorCode: 0, baseOffset: 0 });
    expect((await consumer)[0]).toMatchObject({ highWatermark: 4 });
  });

  it('that are no replicas are refused, whichever side is out of date', async () => {
    const broker = await start();
    await broker.append(batchOf(1));
    const errorFor = async (replicaId: number, currentLeaderEpoch: number) =>
      (await broker.fetch({ replicaId, partitions: asked({ currentLeaderEpoch }) }))[0]?.errorCode;
    expect(await errorFor(5, -1)).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    expect(await errorFor(5, 0)).toBe(ErrorCode.UNKNOWN_LEADER_EPOCH);
    // The leader itself does not follow.
    expect(await errorFor(0, 0)).toBe(ErrorCode.UNKNOWN_LEADER_EPOCH);
    expect(await errorFor(-1, 0)).toBe(0);
  });
});

describe('leader epochs', () => {
  /** Epoch 1 has offsets 0 to 2, epoch 3 has 3 and 4, epoch 6 goes on from 5 to 7. */
  async function withEpochs() {
    const epoch = (leaderEpoch: number) => topicOf('t', 1, { leaderEpoch, partitionEpoch: leaderEpoch });
    const broker = await start({ topics: [epoch(1)] });
    await broker.append(batchOf(3));
    broker.apply({ created: [epoch(3)] });
    await broker.append(batchOf(2));
    broker.apply({ created: [epoch(6)] });
    await broker.append(batchOf(3));
    return broker;
  }

  it('end where the next one begins', async () => {
    const broker = await withEpochs();
    const endOf = (leaderEpoch: number, currentLeaderEpoch = -1) =>
      broker.manager.endOfEpoch({ topic: 't', partition: 0, currentLeaderEpoch, leaderEpoch });
    const expected = [
      [0, { epoch: 0, endOffset: 0 }],
      [1, { epoch: 1, endOffset: 3 }],
      [2, { epoch: 1, endOffset: 3 }],
      [3, { epoch: 3, endOffset: 5 }],
      [5, { epoch: 3, endOffset: 5 }],
      [6, { epoch: 6, endOffset: 8 }],
      [7, { epoch: -1, endOffset: -1 }],
      [-1, { epoch: -1, endOffset: -1 }],
    ] as const;
    for (const [epoch, end] of expected)
      expect([epoch, endOf(epoch)]).toEqual([epoch, { errorCode: 0, ...end }]);
    expect(endOf(3, 5).errorCode).toBe(ErrorCode.FENCED_LEADER_EPOCH);
    expect(endOf(3, 7).errorCode).toBe(ErrorCode.UNKNOWN_LEADER_EPOCH);
    expect(
      broker.manager.endOfEpoch({ topic: 'no', partition: 0, currentLeaderEpoch: -1, leaderEpoch: 0 }),
    ).toEqual({ errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, epoch: -1, endOffset: -1 });
  });

  it('tell a reader where its log parted from ours, at once and without records', async () => {
    const broker = await withEpochs();
    const read = async (fetchOffset: number, lastFetchedEpoch: number) =>
      (
        await broker.fetch({
          partitions: asked({ fetchOffset, lastFetchedEpoch }),
          maxWaitMs: 60_000,
          minBytes: 1_000_000,
        })
      )[0];
    const continued = (await broker.fetch({ partitions: asked({ fetchOffset: 3, lastFetchedEpoch: 1 }) }))[0];
    expect(continued).toMatchObject({ errorCode: 0, divergingEpoch: null });
    expect(continued?.records.length).toBeGreaterThan(0);
    const nothing = Buffer.alloc(0);
    // It has more of epoch 1 than we do; an epoch 2 and 4 that we never saw.
    expect(await read(4, 1)).toMatchObject({ divergingEpoch: { epoch: 1, endOffset: 3 }, records: nothing });
    expect(await read(4, 2)).toMatchObject({ divergingEpoch: { epoch: 1, endOffset: 3 }, records: nothing });
    expect(await read(5, 4)).toMatchObject({ divergingEpoch: { epoch: 3, endOffset: 5 }, records: nothing });
    expect(await read(8, 4)).toMatchObject({ divergingEpoch: { epoch: 3, endOffset: 5 }, records: nothing });
    expect(await read(5, 9)).toMatchObject({ errorCode: ErrorCode.OFFSET_OUT_OF_RANGE });
    broker.manager.deleteRecords('t', 0, 4);
    for (const epoch of [1, 4])
      expect(await read(3, epoch)).toMatchObject({
        errorCode: ErrorCode.OFFSET_OUT_OF_RANGE,
        logStartOffset: 4,
      });
  });
});

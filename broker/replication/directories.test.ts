/** Several log directories: one that cannot be used or fails, disks that are full, and folders that belong to nobody. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { batchOf } from '../log/log-test-kit.ts';
import type { MemoryPlatform } from '../platform/memory/memory-platform.ts';
import { idOf, TestBroker, topicOf } from './replica-test-kit.ts';

const PATHS = ['/d1', '/d2'];
const STORAGE = ErrorCode.KAFKA_STORAGE_ERROR;

/** Four partitions on two directories, three records in each; stopped again. Those of each directory. */
async function filled() {
  const broker = await TestBroker.start({ paths: PATHS, topics: [topicOf('t', 4)] });
  for (let partition = 0; partition < 4; partition++) await broker.append(batchOf(3), { partition });
  const [first, second] = broker.manager
    .describeLogDirs(null)
    .map(({ partitions }) => partitions.map(({ partition }) => partition));
  await broker.stop();
  return { platform: broker.platform, first: first ?? [], second: second ?? [] };
}

function restart(platform: MemoryPlatform, options: Parameters<typeof TestBroker.start>[0] = {}) {
  return TestBroker.start({ platform, paths: PATHS, topics: [topicOf('t', 4)], ...options });
}

function folders(platform: MemoryPlatform, path = '/data'): string[] {
  return platform.disk.list(path).filter((name) => name.startsWith('t-'));
}

/** What each kind of request says about a partition. */
async function answers(broker: TestBroker, partition: number) {
  const where = { topic: 't', partition, currentLeaderEpoch: -1 };
  const fetch = { ...where, fetchOffset: 0, maxBytes: 1000, lastFetchedEpoch: -1 };
  const query = { ...where, timestampMs: -2, isolationLevel: 'readUncommitted' as const, replicaId: -1 };
  const marker = {
    ...{ committed: true, producerId: 1, producerEpoch: 0, coordinatorEpoch: 0 },
    timeoutMs: 1,
  };
  return [
    (await broker.append(batchOf(1), { partition })).errorCode,
    (await broker.fetch({ partitions: [fetch] }))[0]?.errorCode,
    broker.manager.listOffsets(query).errorCode,
    broker.manager.legacyOffsets(query, 1).errorCode,
    broker.manager.deleteRecords('t', partition, 1).errorCode,
    broker.manager.endOfEpoch({ ...where, leaderEpoch: 0 }).errorCode,
    (await broker.manager.endTransaction({ ...where, ...marker })).errorCode,
  ];
}

describe('a directory that cannot be used at the start', () => {
  it.each([
    ['read', '/d2/meta.properties'],
    ['list', '/d2'],
  ] as const)('(%s %s) takes only its partitions offline', async (operation, pathEnd) => {
    const { platform, first, second } = await filled();
    platform.disk.faults.add({ operation, nth: 1, code: 'EIO', pathEnd });
    const broker = await restart(platform);
    for (const partition of second)
      expect(new Set(await answers(broker, partition))).toEqual(new Set([STORAGE]));
    for (const partition of first) expect(new Set(await answers(broker, partition))).toEqual(new Set([0]));
    const described = broker.manager.describeLogDirs(null);
    expect(described).toMatchObject([
      { path: '/d1', errorCode: 0 },
      { path: '/d2', errorCode: STORAGE, partitions: [] },
    ]);
    // New topics go to the good one; nothing that exists is made anew.
    broker.apply({ created: [topicOf('new', 2)] });
    expect(await broker.append(batchOf(1), { topic: 'new' })).toMatchObject({ errorCode: 0, baseOffset: 0 });
    await broker.platform.advance(60_000);
    expect(folders(platform, '/d1')).toEqual(first.map((partition) => `t-${partition}`));
    await broker.stop();

    const whole = await restart(platform, { topics: [topicOf('t', 4), topicOf('new', 2)] });
    for (const partition of second) expect(whole.manager.partition('t', partition)?.logEndOffset).toBe(3);
    for (const partition of second) expect(new Set(await answers(whole, partition))).toEqual(new Set([0]));
  });

  it('may hold what was deleted meanwhile: that goes when it is back', async () => {
    const { platform, first, second } = await filled();
    platform.disk.faults.add({ operation: 'read', nth: 1, code: 'EIO', pathEnd: '/d2/meta.properties' });
    const broker = await restart(platform);
    broker.apply({ deleted: ['t'] });
    expect((await broker.append(batchOf(1), { partition: second[0] ?? -1 })).errorCode).toBe(
      ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    );
    await broker.platform.advance(60_000);
    expect(folders(platform, '/d1')).toEqual([]);
    await broker.stop();
    const again = await restart(platform, { topics: [], removed: [idOf('t')] });
    await again.platform.advance(60_000);
    expect([folders(platform, '/d1'), folders(platform, '/d2')]).toEqual([[], []]);
    expect(first.length + second.length).toBe(4);
  });
});

describe('a log that is to be made', () => {
  it('goes to the next directory when the disk of the first fails', async () => {
    const broker = await TestBroker.start({ paths: PATHS });
    broker.platform.disk.faults.add({
      operation: 'create',
      nth: 1,
      code: 'EIO',
      pathEnd: 'partition.metadata',
    });
    broker.apply({ created: [topicOf('t', 1)] });
    expect(broker.failedDirectories).toEqual(['/d1']);
    expect(await broker.append(batchOf(1))).toMatchObject({ errorCode: 0 });
    expect(folders(broker.platform, '/d2')).toEqual(['t-0']);
  });

  it('and cannot be for want of room is made as soon as there is some', async () => {
    const broker = await TestBroker.start();
    const faults = { operation: 'create', nth: 1, code: 'ENOSPC', pathEnd: '.log' } as const;
    broker.platform.disk.faults.add(faults);
    broker.apply({ created: [topicOf('t', 1)] });
    expect(new Set(await answers(broker, 0))).toEqual(new Set([STORAGE]));
    expect(broker.failedDirectories).toEqual([]);
    await broker.platform.advance(5_000);
    expect(await broker.append(batchOf(1))).toMatchObject({ errorCode: 0, baseOffset: 0 });
    await broker.stop();
  });

  it('is none of the topic that was deleted before it could be', async () => {
    const broker = await TestBroker.start();
    broker.platform.disk.faults.add({ operation: 'create', nth: 1, code: 'ENOSPC', pathEnd: '.log' });
    broker.apply({ created: [topicOf('t', 1)] });
    broker.apply({ deleted: ['t'] });
    await broker.platform.advance(10_000);
    expect((await broker.append(batchOf(1))).errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    broker.apply({ created: [topicOf('t', 1, {}, idOf('other'))] });
    expect(await broker.append(batchOf(1))).toMatchObject({ errorCode: 0, baseOffset: 0 });
  });
});

describe('a folder at the start', () => {
  async function stopped() {
    const broker = await TestBroker.start({ topics: [topicOf('t', 2)] });
    await broker.append(batchOf(3));
    await broker.stop();
    return broker.platform;
  }

  it('of a topic that the cluster deleted is deleted', async () => {
    const platform = await stopped();
    const broker = await TestBroker.start({ platform, removed: [idOf('t')] });
    expect(folders(platform).every((name) => name.endsWith('-delete'))).toBe(true);
    expect(folders(platform)).toHaveLength(2);
    await broker.platform.advance(60_000);
    expect(folders(platform)).toEqual([]);
  });

  it('of a topic that the cluster never had is kept aside', async () => {
    const platform = await stopped();
    const broker = await TestBroker.start({ platform });
    await broker.platform.advance(120_000);
    await broker.stop();
    await TestBroker.start({ platform });
    expect(folders(platform)).toHaveLength(2);
    expect(folders(platform).every((name) => name.endsWith('-stray'))).toBe(true);
  });

  it('of a topic that was deleted and made anew is deleted, and the new one begins at 0', async () => {
    const platform = await stopped();
    const topics = [topicOf('t', 1, {}, idOf('other'))];
    const broker = await TestBroker.start({ platform, topics, removed: [idOf('t')] });
    expect(broker.manager.partition('t', 0)?.logEndOffset).toBe(0);
    expect(folders(platform).filter((name) => name.endsWith('-delete'))).toHaveLength(2);
    expect(folders(platform)).toContain('t-0');
  });

  it('without a topic id belongs to the topic of its name', async () => {
    const platform = await stopped();
    platform.disk.removeFile('/data/t-0/partition.metadata');
    const broker = await TestBroker.start({ platform, topics: [topicOf('t', 2)] });
    expect(broker.manager.partition('t', 0)?.logEndOffset).toBe(3);
  });

  it('that is there twice ends the start, and nothing of either is used', async () => {
    const { platform, second } = await filled();
    const name = `t-${second[0]}`;
    platform.disk.makeDirectory(`/d1/${name}`);
    await expect(restart(platform)).rejects.toThrow(`${name} is in /d1 and in /d2`);
  });

  it.each(['/d1', '/d2', 'gone'])(
    'that is there twice is used where the cluster has it (%s)',
    async (where) => {
      const { platform, second } = await filled();
      const [partition = -1] = second;
      const name = `t-${String(partition)}`;
      platform.disk.makeDirectory(`/d1/${name}`);
      const idIn = (path: string): string =>
        /directory\.id=(\S+)/.exec(platform.disk.readFile(`${path}/meta.properties`).toString())?.[1] ?? '';
      const placeOf = (): string | null => (where === 'gone' ? null : idIn(where));
      const broker = await restart(platform, { placeOf });
      const isOld = where === '/d2';
      expect(broker.manager.partition('t', partition)?.logEndOffset ?? 0).toBe(isOld ? 3 : 0);
      const strays = (path: string) => folders(platform, path).filter((each) => each.endsWith('-stray'));
      expect([strays('/d1').length, strays('/d2').length]).toEqual(isOld ? [1, 0] : [0, 1]);
    },
  );

  it('of any other name is left alone', async () => {
    const platform = await stopped();
    const foreign = ['notes', 't-x', 't-01', 't-0.0123456789abcdef0123456789abcdef-future'];
    for (const name of foreign) platform.disk.makeDirectory(`/data/${name}`);
    await TestBroker.start({ platform, topics: [topicOf('t', 2)] });
    expect(platform.disk.list('/data')).toEqual(expect.arrayContaining(foreign));
  });
});

it('records of internal topics are not deleted', async () => {
  const broker = await TestBroker.start({ topics: [topicOf('__consumer_offsets', 1)] });
  expect(broker.manager.deleteRecords('__consumer_offsets', 0, 0)).toEqual({
    errorCode: ErrorCode.INVALID_TOPIC_EXCEPTION,
    lowWatermark: -1,
  });
});

/** One partition's log in ordinary life: append, read, roll, look up by time, close and open again. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { crcIsValid, setCrc } from '../../protocol/records/record-batch.ts';
import { OffsetOutOfRangeError } from './log-errors.ts';
import { createMemoryPlatform } from '../platform/memory/memory-platform.ts';
import { append, batchOf, openLog, readAll, readHeaders, TEST_DIRECTORY } from './log-test-kit.ts';

const T0 = 1_767_225_600_000;

describe('append and read', () => {
  it('gives offsets in order and hands back what was stored', () => {
    const { log } = openLog();
    expect(append(log, batchOf(3))).toMatchObject({
      errorCode: 0,
      baseOffset: 0,
      lastOffset: 2,
      recordCount: 3,
    });
    expect(append(log, batchOf(2), 7)).toMatchObject({
      errorCode: 0,
      baseOffset: 3,
      lastOffset: 4,
      logAppendTimeMs: -1,
    });
    expect(log.logEndOffset).toBe(5);
    const headers = readHeaders(log);
    expect(headers.map((header) => [header.baseOffset, header.partitionLeaderEpoch])).toEqual([
      [0, 0],
      [3, 7],
    ]);
    // A reader that asks for an offset inside a batch gets the whole batch.
    expect(readHeaders(log, 4).map((header) => header.baseOffset)).toEqual([3]);
  });

  it('changes only offset and leader epoch of what it was sent', () => {
    const { log } = openLog();
    append(log, batchOf(1));
    const sent = batchOf(4, { compression: 'gzip' });
    const original = Buffer.from(sent);
    append(log, sent, 3);
    const stored = log.read({ offset: 1, maxBytes: 100_000 });
    expect(stored.subarray(16)).toEqual(original.subarray(16));
    expect(stored.readBigInt64BE(0)).toBe(1n);
    expect(stored.readInt32BE(12)).toBe(3);
  });

  it('answers the end with nothing and beyond it with out of range', () => {
    const { log } = openLog();
    append(log, batchOf(3));
    expect(log.read({ offset: 3, maxBytes: 1000 })).toHaveLength(0);
    expect(() => log.read({ offset: 4, maxBytes: 1000 })).toThrow(OffsetOutOfRangeError);
    expect(() => log.read({ offset: -1, maxBytes: 1000 })).toThrow(OffsetOutOfRangeError);
    expect(log.read({ offset: 0, maxBytes: 1000, maxOffset: 0 })).toHaveLength(0);
  });

  it('never splits a batch, and gives one that is too large only when asked', () => {
    const { log } = openLog();
    const size = batchOf(10).length;
    append(log, batchOf(10));
    append(log, batchOf(10));
    expect(log.read({ offset: 0, maxBytes: size + 5 })).toHaveLength(size);
    expect(log.read({ offset: 0, maxBytes: 2 * size })).toHaveLength(2 * size);
    expect(log.read({ offset: 0, maxBytes: 5 })).toHaveLength(0);
    expect(log.read({ offset: 10, maxBytes: 5, minOneBatch: true })).toHaveLength(size);
    expect(log.read({ offset: 0, maxBytes: 10 * size, maxOffset: 10 })).toHaveLength(size);
  });
});

describe('time', () => {
  it('stamps the broker time under LogAppendTime and keeps the checksum right', async () => {
    const { log, platform } = openLog({ messageTimestampType: 'LogAppendTime' });
    await platform.advance(5000);
    expect(append(log, batchOf(2, { timestampMs: 12 })).logAppendTimeMs).toBe(T0 + 5000);
    const stored = log.read({ offset: 0, maxBytes: 1000 });
    expect(readHeaders(log)[0]).toMatchObject({ isLogAppendTime: true, maxTimestampMs: T0 + 5000 });
    expect(crcIsValid(stored, 0, stored.length)).toBe(true);
    expect(log.offsetByTime(T0 + 5000)).toEqual({ offset: 0, timestampMs: T0 + 5000 });
  });

  it('corrects a largest timestamp that is not that of the records', () => {
    const { log } = openLog();
    const batch = batchOf(3, { timestampMs: T0 });
    batch.writeBigInt64BE(BigInt(T0 + 1_000_000), 35);
    setCrc(batch, 0, batch.length);
    expect(append(log, batch).errorCode).toBe(0);
    expect(readHeaders(log)[0]?.maxTimestampMs).toBe(T0 + 2);
    expect(log.offsetOfMaxTime()).toEqual({ offset: 2, timestampMs: T0 + 2 });
  });

  it('finds the first record at or after a time, over segments and inside compressed batches', () => {
    const { log } = openLog({ segmentBytes: 2000, indexIntervalBytes: 100 });
    for (let i = 0; i < 100; i++) {
      append(log, batchOf(5, { timestampMs: T0 + i * 100, compression: i % 2 === 0 ? 'gzip' : 'none' }));
    }
    expect(log.segmentCount).toBeGreaterThan(5);
    for (let i = 0; i < 100; i++) {
      expect(log.offsetByTime(T0 + i * 100 + 3)).toEqual({
        offset: i * 5 + 3,
        timestampMs: T0 + i * 100 + 3,
      });
      expect(log.offsetByTime(T0 + i * 100 - 1)).toEqual({ offset: i * 5, timestampMs: T0 + i * 100 });
    }
    expect(log.offsetByTime(0)?.offset).toBe(0);
    expect(log.offsetByTime(T0 + 99 * 100 + 5)).toBeNull();
    expect(log.offsetOfMaxTime()).toEqual({ offset: 499, timestampMs: T0 + 99 * 100 + 4 });
    log.advanceLogStart(13);
    expect(log.offsetByTime(0)?.offset).toBe(13);
  });

  it('finds the largest time wherever it lies', () => {
    const { log } = openLog({ segmentBytes: 1000 });
    expect(log.offsetOfMaxTime()).toBeNull();
    for (let i = 0; i < 30; i++) append(log, batchOf(2, { timestampMs: i === 11 ? T0 + 5000 : T0 + i }));
    expect(log.offsetOfMaxTime()).toEqual({ offset: 23, timestampMs: T0 + 5001 });
  });
});

describe('rolling', () => {
  it('begins a segment when the next batch would make it too large, named by its first offset', () => {
    const size = batchOf(10).length;
    const { log, platform } = openLog({ segmentBytes: 3 * size });
    for (let i = 0; i < 7; i++) append(log, batchOf(10));
    expect(platform.disk.list(TEST_DIRECTORY).filter((name) => name.endsWith('.log'))).toEqual([
      '00000000000000000000.log',
      '00000000000000000030.log',
      '00000000000000000060.log',
    ]);
    expect(readHeaders(log)).toHaveLength(7);
  });

  it('begins a segment by record time, and by the clock for records without time', async () => {
    const { log, platform } = openLog({ segmentMs: 1000 });
    append(log, batchOf(1, { timestampMs: T0 }));
    append(log, batchOf(1, { timestampMs: T0 + 1000 }));
    expect(log.segmentCount).toBe(1);
    append(log, batchOf(1, { timestampMs: T0 + 1001 }));
    expect(log.segmentCount).toBe(2);
    await platform.advance(1);
  });

  it('begins segments at random times within segment.jitter.ms, and never before segment.ms is over when that is less', () => {
    const ages = new Set<number>();
    const { log } = openLog({ segmentMs: 1000, segmentJitterMs: 400 });
    for (let round = 0, time = T0; round < 30; round++) {
      const began = time;
      const { segmentCount } = log;
      append(log, batchOf(1, { timestampMs: time }));
      while (log.segmentCount === segmentCount) append(log, batchOf(1, { timestampMs: ++time }));
      ages.add(time - began);
    }
    expect(Math.max(...ages)).toBeLessThanOrEqual(1001);
    expect(Math.min(...ages)).toBeGreaterThan(600);
    expect(ages.size).toBeGreaterThan(10);
    const short = openLog({ segmentMs: 10, segmentJitterMs: 1_000_000 }).log;
    append(short, batchOf(1, { timestampMs: T0 }));
    append(short, batchOf(1, { timestampMs: T0 }));
    expect(short.segmentCount).toBe(1);
  });

  it('begins a segment of a compacted log in time for max.compaction.lag.ms', () => {
    for (const [cleanupCompact, segmentCount] of [
      [true, 2],
      [false, 1],
    ] as const) {
      const { log } = openLog({ segmentMs: 10_000, maxCompactionLagMs: 500, cleanupCompact });
      append(log, batchOf(1, { timestampMs: T0 }));
      append(log, batchOf(1, { timestampMs: T0 + 501 }));
      expect(log.segmentCount).toBe(segmentCount);
    }
  });

  it('begins a segment when an index is full', () => {
    const { log } = openLog({ indexIntervalBytes: 1, segmentIndexBytes: 36 });
    for (let i = 0; i < 20; i++) append(log, batchOf(1, { timestampMs: T0 + i }));
    expect(log.segmentCount).toBeGreaterThan(3);
    expect(readHeaders(log)).toHaveLength(20);
  });

  it('begins a segment when offsets get too far from the base', () => {
    const { log } = openLog();
    const far = batchOf(1);
    append(log, batchOf(1));
    far.writeBigInt64BE(2_147_483_648n, 0);
    expect(log.appendFetched(far, 0).errorCode).toBe(0);
    expect(log.segmentCount).toBe(2);
    expect(log.logEndOffset).toBe(2_147_483_649);
  });

  it('refuses one batch larger than a segment', () => {
    const { log } = openLog({ segmentBytes: 200 });
    expect(append(log, batchOf(50)).errorCode).toBe(ErrorCode.RECORD_LIST_TOO_LARGE);
  });
});

describe('closing and opening', () => {
  it('comes back as it was, without reading the log again', async () => {
    const config = { segmentBytes: 2000, indexIntervalBytes: 200 };
    const { log, platform } = openLog(config);
    for (let i = 0; i < 40; i++)
      append(
        log,
        batchOf(3, { timestampMs: T0 + i, producerId: 5, producerEpoch: 0, baseSequence: i * 3 }),
        i,
      );
    const before = readAll(log);
    await log.close();
    platform.disk.crash();
    const again = openLog(config, { platform, cleanShutdown: true });
    expect(again.log.logEndOffset).toBe(120);
    expect(readAll(again.log)).toEqual(before);
    expect(again.log.leaderEpochs.latestEpoch).toBe(39);
    expect(again.logger.lines).toEqual([]);
    expect(append(again.log, batchOf(1))).toMatchObject({ errorCode: 0, baseOffset: 120 });
  });

  it('opens an empty folder at the log start offset it is told', () => {
    const { log } = openLog({}, { logStartOffset: 40 });
    expect(log.logEndOffset).toBe(40);
    expect(append(log, batchOf(1)).baseOffset).toBe(40);
  });

  const names = (platform: { disk: { list(path: string): string[] } }) =>
    platform.disk.list(TEST_DIRECTORY).map((name) => name.replace(/^0+/, ''));
  const INDEX = `${TEST_DIRECTORY}/00000000000000000000.index`;

  it('makes indexes and the file of leader epochs when they have something to say', async () => {
    const { log, platform } = openLog({ indexIntervalBytes: 10 });
    append(log, batchOf(3), 5);
    await log.flush();
    expect(names(platform)).toEqual(['.log']);
    append(log, batchOf(3), 5);
    expect(names(platform)).toEqual(['.log']);
    await log.flush();
    expect(names(platform)).toEqual(['.log', 'leader-epoch-checkpoint']);
    await log.close();
    expect(names(platform)).toEqual([
      '.index',
      '.log',
      '.timeindex',
      '6.snapshot',
      'leader-epoch-checkpoint',
    ]);
    expect(platform.disk.readFile(INDEX)).toHaveLength(8);
    platform.disk.crash();
    const again = openLog({}, { platform, cleanShutdown: true });
    expect(again.log.leaderEpochs.entries).toEqual([{ epoch: 5, startOffset: 0 }]);
    expect(again.log.offsetOfMaxTime()?.offset).toBe(2);
    expect(again.logger.lines).toEqual([]);
  });

  it.each([true, false])('needs nothing but its records while it is small (clean: %s)', async (isClean) => {
    const { log, platform } = openLog();
    append(log, batchOf(3), 5);
    append(log, batchOf(2), 7);
    await log.close();
    expect(names(platform)).toEqual(['.log']);
    platform.disk.crash();
    const again = openLog({}, { platform, cleanShutdown: isClean, recoveryPoint: 5 });
    expect(names(platform)).toEqual(['.log']);
    expect(again.log.leaderEpochs.entries).toEqual([
      { epoch: 5, startOffset: 0 },
      { epoch: 7, startOffset: 3 },
    ]);
    expect(again.log.offsetOfMaxTime()?.offset).toBe(2);
    append(again.log, batchOf(2), 7);
    expect(readHeaders(again.log).map(({ baseOffset }) => baseOffset)).toEqual([0, 3, 5]);
    // When it has grown it has what others have.
    for (let size = 0; size <= 20_000; size += batchOf(9).length) append(again.log, batchOf(9), 8);
    await again.log.close();
    expect(names(platform)).toEqual([
      ...['.index', '.log', '.timeindex'],
      ...[`${again.log.logEndOffset}.snapshot`, 'leader-epoch-checkpoint'],
    ]);
    const last = openLog({}, { platform, cleanShutdown: true });
    expect(last.log.leaderEpochs.entries.map(({ epoch }) => epoch)).toEqual([5, 7, 8]);
    expect([...again.logger.lines, ...last.logger.lines]).toEqual([]);
  });

  it('forces nothing at a clean stop when nothing happened', async () => {
    const platform = createMemoryPlatform();
    platform.disk.makeDirectory(TEST_DIRECTORY);
    const { log } = openLog({}, { platform, cleanShutdown: true, folderIsNew: true });
    platform.disk.faults.add({ operation: 'sync', nth: 1, code: 'EIO' });
    platform.disk.faults.add({ operation: 'syncDirectory', nth: 1, code: 'EIO' });
    await log.close();
    platform.disk.faults.clear();
    const first = openLog({}, { platform });
    append(first.log, batchOf(2));
    await first.log.close();
    platform.disk.faults.add({ operation: 'sync', nth: 1, code: 'EIO' });
    const second = openLog({}, { platform, cleanShutdown: true, recoveryPoint: 2 });
    expect(readHeaders(second.log)).toHaveLength(1);
    await second.log.close();
    // What was appended must be there.
    const third = openLog({}, { platform, cleanShutdown: true, recoveryPoint: 2 });
    append(third.log, batchOf(1));
    await expect(third.log.close()).rejects.toThrow();
  });

  it('refuses everything once it is closed', async () => {
    const { log } = openLog();
    append(log, batchOf(1));
    await log.close();
    expect(append(log, batchOf(1)).errorCode).toBe(ErrorCode.KAFKA_STORAGE_ERROR);
    expect(() => log.read({ offset: 0, maxBytes: 100 })).toThrow('offline');
  });
});

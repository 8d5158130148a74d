/** Whole rounds over a log on a memory disk: what a reader finds after them, what stays, what the files are called. */
import { describe, expect, it } from 'vitest';
import { forEachBatch } from '../../../protocol/records/record-batch.ts';
import { defaultLogConfig } from '../log-config.ts';
import { OffsetOutOfRangeError } from '../log-errors.ts';
import {
  cleanAll,
  DIRECTORY,
  openCompacted,
  readBatches,
  readRecords,
  seal,
  write,
  type CompactedLog,
} from './cleaner-test-kit.ts';

const HORIZON = 0x40;
const T0 = 1_767_225_600_000;

/** Sixty records of seven keys, and a new active segment. */
async function filled(options: Parameters<typeof openCompacted>[0] = {}): Promise<CompactedLog> {
  const opened = openCompacted(options);
  for (let i = 0; i < 60; i++) write(opened.log, [[`k${i % 7}`, `v${i}`]], { timestampMs: T0 + i });
  await seal(opened.log);
  return opened;
}

function lastOnes(log: CompactedLog['log']): unknown[] {
  const last = new Map(readRecords(log).map((record) => [record.key, record]));
  return [...last.values()].sort((one, other) => one.offset - other.offset);
}

describe('a round', () => {
  it('keeps the last value of each key at its offset, and is then done', async () => {
    const { log, cleaner, platform } = await filled();
    const expected = lastOnes(log);
    const cleanUpTo = log.segments.at(-1)?.baseOffset ?? 0;
    expect(await cleanAll(cleaner)).toBe(1);
    const found = readRecords(log).filter(({ offset }) => offset < cleanUpTo);
    expect(found.length).toBeLessThan(10);
    expect(lastOnes(log)).toEqual(expected);
    expect(new Set(found.map(({ key }) => key)).size).toBe(found.length);
    expect(platform.disk.list(DIRECTORY).filter((name) => /cleaned|swap/.test(name))).toEqual([]);
    expect(platform.disk.readFile('/data/cleaner-offset-checkpoint').toString()).toBe(
      `0\n1\nt 0 ${cleanUpTo}\n`,
    );
  });

  it('makes one segment of several that have shrunk, without a gap between segments', async () => {
    const { log, cleaner, platform } = await filled();
    const segmentsBefore = log.segmentCount;
    await cleanAll(cleaner);
    await seal(log);
    await cleanAll(cleaner);
    expect(log.segmentCount).toBeLessThan(segmentsBefore - 4);
    for (const [index, segment] of log.segments.entries()) {
      const next = log.segments[index + 1];
      if (next !== undefined) expect(segment.findEnd().nextOffset).toBe(next.baseOffset);
    }
    await platform.advance(defaultLogConfig.fileDeleteDelayMs);
    expect(platform.disk.list(DIRECTORY).filter((name) => name.endsWith('.log'))).toHaveLength(
      log.segmentCount,
    );
    expect(platform.disk.list(DIRECTORY).filter((name) => name.endsWith('.deleted'))).toEqual([]);
  });

  it('keeps a tombstone for delete.retention.ms from the first round that sees it last', async () => {
    const { log, cleaner, platform } = openCompacted({ config: { deleteRetentionMs: 1000 } });
    write(log, [['k', 'v']]);
    write(log, [
      ['k', null],
      ['other', 'x'],
    ]);
    await seal(log);
    await platform.advance(5000);
    await cleanAll(cleaner);
    expect(readRecords(log).filter(({ key }) => key === 'k')).toEqual([{ offset: 1, key: 'k', value: null }]);
    const tombstone = readBatches(log).find(({ header }) => header.lastOffset === 2);
    expect(tombstone?.header.attributes).toBe(HORIZON);
    expect(tombstone?.header.baseTimestampMs).toBe(platform.clock.wallMs() + 1000);
    expect(tombstone?.records.map(({ timestampMs }) => timestampMs)).toEqual([T0, T0]);
    await platform.advance(999);
    await seal(log);
    await cleanAll(cleaner);
    expect(readRecords(log).map(({ key }) => key)).toContain('k');
    await platform.advance(1);
    await seal(log);
    await cleanAll(cleaner);
    expect(readRecords(log).map(({ key }) => key)).not.toContain('k');
    expect(readRecords(log).map(({ key }) => key)).toContain('other');
  });

  it('covers what its memory holds and goes on there in the next round', async () => {
    const opened = openCompacted({ settings: { dedupeBufferBytes: 24 * 12 } });
    const { log, cleaner } = opened;
    for (let i = 0; i < 200; i++) write(log, [[`k${i % 40}`, `v${i}`]]);
    await seal(log);
    const expected = lastOnes(log);
    expect(await cleanAll(cleaner)).toBeGreaterThan(3);
    expect(lastOnes(log)).toEqual(expected);
    expect(cleaner.figures.bufferUtilizationPercent).toBeGreaterThan(50);
  });

  it('takes away records without a key, which the topic had before it was compacted', async () => {
    const { log, cleaner, logger } = openCompacted();
    write(log, [
      [null, 'lost'],
      ['k', 'kept'],
    ]);
    await seal(log);
    await cleanAll(cleaner);
    expect(readRecords(log)[0]).toEqual({ offset: 1, key: 'k', value: 'kept' });
    expect(logger.lines.join('\n')).toContain('1 records without a key removed');
  });
});

describe('a reader of a compacted log', () => {
  it('gets the next batch when it asks for an offset that is gone', async () => {
    const { log, cleaner } = await filled();
    await cleanAll(cleaner);
    for (let offset = 0; offset < log.logEndOffset; offset++) {
      const bytes = log.read({ offset, maxBytes: 1, minOneBatch: true });
      expect(bytes.length).toBeGreaterThan(0);
      const last = Number(bytes.readBigInt64BE(0)) + bytes.readInt32BE(23);
      expect(last).toBeGreaterThanOrEqual(offset);
    }
    expect(() => log.read({ offset: log.logEndOffset + 1, maxBytes: 1 })).toThrow(OffsetOutOfRangeError);
  });

  it('never gets batches without records alone', async () => {
    const { log, cleaner } = await filled();
    await cleanAll(cleaner);
    const sizes = [1, 61, 100, 1_000_000];
    expect(readBatches(log).filter(({ records }) => records.length === 0).length).toBeGreaterThan(1);
    for (const maxBytes of sizes) {
      for (let offset = 0; offset < log.logEndOffset; offset++) {
        const bytes = log.read({ offset, maxBytes, minOneBatch: true });
        let records = 0;
        forEachBatch(bytes, ({ recordsCount }) => void (records += recordsCount));
        expect(records).toBeGreaterThan(0);
      }
    }
  });

  it('finds by time the first record that is left', async () => {
    const { log, cleaner } = await filled();
    await cleanAll(cleaner);
    const left = readBatches(log).flatMap(({ records }) => records);
    for (let ms = T0 - 1; ms < T0 + 61; ms++) {
      const expected = left.find(({ timestampMs }) => timestampMs >= ms);
      expect(log.offsetByTime(ms)?.offset ?? null).toBe(expected?.offset ?? null);
    }
  });

  it('finds the same after a restart that checks every byte, or none', async () => {
    for (const cleanShutdown of [true, false]) {
      const { log, cleaner, platform } = await filled();
      await cleanAll(cleaner);
      const before = readRecords(log);
      await log.close();
      const again = openCompacted({ platform, cleanShutdown });
      expect(readRecords(again.log)).toEqual(before);
      expect(again.log.logEndOffset).toBe(log.logEndOffset);
      // Also as a log that must have no gaps between its segments.
      await again.log.close();
      const plain = openCompacted({ platform, cleanShutdown, config: { cleanupCompact: false } });
      expect(readRecords(plain.log)).toEqual(before);
    }
  });
});

describe('a producer', () => {
  it('goes on with its sequence after compaction and a restart, and a repeated batch is told', async () => {
    const { log, cleaner, platform } = openCompacted();
    const producer = { producerId: 7, producerEpoch: 0 };
    const from = (opened: CompactedLog['log'], sequence: number): unknown =>
      write(opened, [['k', `v${sequence}`]], { ...producer, baseSequence: sequence });
    for (let sequence = 0; sequence < 30; sequence++) from(log, sequence);
    // Another producer says more about the same key: nothing of the first one's records stays.
    write(log, [['k', 'later']]);
    await seal(log);
    await cleanAll(cleaner);
    expect(readRecords(log).filter(({ key }) => key === 'k')).toEqual([
      { offset: 30, key: 'k', value: 'later' },
    ]);
    await log.close();
    for (const name of platform.disk.list(DIRECTORY)) {
      if (name.endsWith('.snapshot')) platform.disk.removeFile(`${DIRECTORY}/${name}`);
    }
    const again = openCompacted({ platform });
    expect(again.log.producers.get(7)?.batches.at(-1)).toMatchObject({ lastSequence: 29, lastOffset: 29 });
    const ofProducer = readBatches(again.log).filter(({ header }) => header.producerId === 7);
    expect(ofProducer.at(-1)?.header).toMatchObject({ recordsCount: 0, lastOffset: 29, baseSequence: 29 });
  });
});

describe('together with retention', () => {
  it('applies both of cleanup.policy=compact,delete', async () => {
    const { log, cleaner, platform } = await filled({
      config: { cleanupDelete: true, retentionMs: 3_600_000 },
    });
    await cleanAll(cleaner);
    const before = readRecords(log).length;
    await platform.advance(3_700_000);
    write(log, [['fresh', 'x'.repeat(500)]], { timestampMs: platform.clock.wallMs() });
    expect(log.applyRetention(log.logEndOffset)).toBeGreaterThan(0);
    expect(readRecords(log).length).toBeLessThan(before);
    expect(readRecords(log).map(({ key }) => key)).toContain('fresh');
    await log.flush();
    await cleanAll(cleaner);
    expect(log.offsetByTime(0)?.offset).toBe(readRecords(log)[0]?.offset);
  });
});

/** Retention: by time, by size, by log start, never beyond the high watermark, never from a compacted log; how files go. */
import { describe, expect, it } from 'vitest';
import { append, batchOf, openLog, readHeaders, TEST_DIRECTORY } from './log-test-kit.ts';
import { defaultLogConfig, type LogConfig } from './log-config.ts';
import { OffsetOutOfRangeError } from './log-errors.ts';
import { segmentsToDelete } from './retention.ts';

const T0 = 1_767_225_600_000;
const SIZE = batchOf(2).length;

/** Five segments of one batch of two records each, a second apart. */
function filled(config: Partial<LogConfig>) {
  const opened = openLog({ segmentBytes: SIZE, ...config });
  for (let i = 0; i < 5; i++) append(opened.log, batchOf(2, { timestampMs: T0 + i * 1000 }));
  expect(opened.log.segmentCount).toBe(5);
  return opened;
}

describe('which segments go', () => {
  it('those older than retention.ms, oldest first', async () => {
    const { log, platform } = filled({ retentionMs: 2500 });
    await platform.advance(4_600);
    expect(log.applyRetention(10)).toBe(3);
    expect(log.logStartOffset).toBe(6);
    expect(() => log.read({ offset: 5, maxBytes: 100 })).toThrow(OffsetOutOfRangeError);
    expect(readHeaders(log)).toHaveLength(2);
  });

  it('all of them, the active one after a roll, when all are too old', async () => {
    const { log, platform } = filled({ retentionMs: 100 });
    await platform.advance(60_000);
    expect(log.applyRetention(10)).toBe(5);
    expect([log.logStartOffset, log.logEndOffset, log.segmentCount]).toEqual([10, 10, 1]);
    expect(log.applyRetention(10)).toBe(0);
    expect(append(log, batchOf(1, { timestampMs: T0 + 61_000 })).baseOffset).toBe(10);
  });

  it('as many as bring the log down to retention.bytes, not one more', () => {
    for (let kept = 0; kept <= 5; kept++) {
      const { log } = filled({ retentionBytes: kept * SIZE, retentionMs: -1 });
      log.applyRetention(10);
      expect(log.sizeBytes).toBe(kept * SIZE);
      const { log: other } = filled({ retentionBytes: kept * SIZE + 1, retentionMs: -1 });
      other.applyRetention(10);
      expect(other.sizeBytes).toBe(Math.min(5, kept + 1) * SIZE);
    }
  });

  it('none that reaches beyond the high watermark', () => {
    const { log } = filled({ retentionBytes: 0, retentionMs: -1 });
    expect(log.applyRetention(5)).toBe(2);
    expect(log.logStartOffset).toBe(4);
  });

  it('those below the log start offset, even of a log that only compacts', () => {
    const { log } = filled({ cleanupDelete: false, cleanupCompact: true, retentionMs: 1, retentionBytes: 0 });
    expect(log.applyRetention(10)).toBe(0);
    expect(log.advanceLogStart(5)).toBe(true);
    expect(log.advanceLogStart(4)).toBe(false);
    expect(log.advanceLogStart(11)).toBe(false);
    expect(log.applyRetention(10)).toBe(2);
    expect(log.logStartOffset).toBe(5);
  });

  it('asks for no time when only size matters', () => {
    const fact = {
      baseOffset: 0,
      nextBaseOffset: 1,
      sizeBytes: 10,
      retentionTimestampMs: () => expect.fail('asked'),
    };
    const config = { ...defaultLogConfig, retentionMs: -1, retentionBytes: 5 };
    expect(
      segmentsToDelete([fact, fact], { config, nowMs: 0, highWatermark: 1, logStartOffset: 0 }).count,
    ).toBe(1);
  });
});

describe('how files go', () => {
  it('renamed at once, removed after file.delete.delay.ms', async () => {
    const { log, platform } = filled({ retentionBytes: 4 * SIZE, retentionMs: -1, fileDeleteDelayMs: 500 });
    log.applyRetention(10);
    const deleted = (): string[] =>
      platform.disk.list(TEST_DIRECTORY).filter((name) => name.endsWith('.deleted'));
    expect(deleted()).toEqual([
      '00000000000000000000.index.deleted',
      '00000000000000000000.log.deleted',
      '00000000000000000000.timeindex.deleted',
    ]);
    await platform.advance(499);
    expect(deleted()).toHaveLength(3);
    await platform.advance(1);
    expect(deleted()).toEqual([]);
  });

  it('a crash between any two steps leaves the old log or the new one', () => {
    for (let step = 0; step < 8; step++) {
      const { log, platform } = filled({ retentionBytes: 3 * SIZE, retentionMs: -1 });
      const whole = readHeaders(log).map(({ baseOffset }) => baseOffset);
      platform.disk.faults.haltAfter(step);
      log.applyRetention(10);
      platform.disk.faults.clear();
      const again = openLog({ segmentBytes: SIZE }, { platform }).log;
      const left = readHeaders(again).map(({ baseOffset }) => baseOffset);
      expect(whole.slice(-left.length)).toEqual(left);
      expect(left.length).toBeGreaterThanOrEqual(3);
      expect(again.logEndOffset).toBe(10);
    }
  });

  it('a reader in the middle of a deleted segment keeps the bytes it has and then is told where the log begins', () => {
    const { log } = filled({ retentionBytes: 0, retentionMs: -1 });
    const bytes = log.read({ offset: 0, maxBytes: 10_000 });
    const copy = Buffer.from(bytes);
    log.applyRetention(8);
    expect(bytes.equals(copy)).toBe(true);
    expect(() => log.read({ offset: 2, maxBytes: 100 })).toThrow(/holds 8 up to/);
  });
});

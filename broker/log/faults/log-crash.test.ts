/**
 * One partition's log that is crashed at every disk operation of what it does: rolling segments, retention, moving its
 * start, a clean stop, and starting again after a crash. What comes up is the old state or the new one.
 */
import { describe, expect, it } from 'vitest';
import { settle } from '../../platform/memory/memory-time.ts';
import type { MemoryPlatform } from '../../platform/memory/memory-platform.ts';
import { batchOf, openLog } from '../log-test-kit.ts';
import type { LogConfig } from '../log-config.ts';
import type { PartitionLog } from '../partition-log.ts';
import { crashEverywhere, type CrashPoint } from './crash-points.ts';
import { LogHistory } from './log-history.ts';

const T0 = 1_767_225_600_000;
const VALUE_BYTES = 150;
const BATCH_BYTES = batchOf(3, { valueBytes: VALUE_BYTES, producerId: 0 }).length;
const CONFIG: Partial<LogConfig> = {
  segmentBytes: 4 * BATCH_BYTES,
  indexIntervalBytes: BATCH_BYTES,
  retentionMs: -1,
};

interface Writer {
  readonly log: PartitionLog;
  readonly history: LogHistory;
  /** Counts batches, for sequence numbers, labels and times. */
  written: number;
}

function openWriter(platform: MemoryPlatform): Writer {
  return { log: openLog(CONFIG, { platform }).log, history: new LogHistory(), written: 0 };
}

/** Two producers in turn, times that go up and down, a new leader epoch every seven batches. */
function write(writer: Writer, count: number): void {
  for (let i = 0; i < count && !writer.log.isOffline; i++) {
    const number = writer.written++;
    const batch = batchOf(3, {
      label: `b${String(number)}`,
      valueBytes: VALUE_BYTES,
      timestampMs: T0 + ((number * 37) % 50) * 100,
      producerId: number % 2,
      producerEpoch: 0,
      baseSequence: Math.floor(number / 2) * 3,
    });
    writer.history.append(writer.log, batch, Math.floor(number / 7));
  }
}

/** Reopens the log as a start after a crash does, and expects it to be what the history says. */
async function expectAfterCrash(
  platform: MemoryPlatform,
  { history }: Writer,
  { kind }: CrashPoint,
  logStart: readonly number[] = [0],
): Promise<void> {
  const { log } = openLog(CONFIG, { platform });
  history.expectFaithful(log, { kept: kind === 'process kill' ? 'all' : 'forced', logStart });
  await history.expectWritable(log);
  // What the second process has forced is there for the third.
  platform.disk.crash();
  const again = openLog(CONFIG, { platform }).log;
  history.expectFaithful(again, { kept: 'forced', logStart: [log.logStartOffset] });
}

describe('a crash at any disk operation', () => {
  it('of appends, rolls and flushes', async () => {
    const report = await crashEverywhere({
      name: 'segment roll',
      prepare: (platform) => {
        const writer = openWriter(platform);
        write(writer, 2);
        return writer;
      },
      act: async (_platform, writer) => {
        for (let round = 0; round < 4; round++) {
          write(writer, 3);
          await writer.history.flush(writer.log);
        }
      },
      check: (platform, writer, point) => expectAfterCrash(platform, writer, point),
    });
    expect(report.operations).toBeGreaterThan(40);
  });

  it('of retention', async () => {
    const report = await crashEverywhere({
      name: 'retention',
      // Segments go oldest first. A file system that lost the first name and kept the second would leave a hole.
      namesInOrder: true,
      prepare: async (platform) => {
        const writer = openWriter(platform);
        write(writer, 14);
        await writer.history.flush(writer.log);
        return writer;
      },
      act: async (platform, { log, history }) => {
        log.updateConfig({ ...log.config, retentionBytes: 6 * BATCH_BYTES });
        expect(log.applyRetention(log.logEndOffset)).toBe(platform.disk.faults.hasHalted ? 0 : 2);
        write({ log, history, written: 14 }, 1);
        await history.flush(log);
        await platform.advance(log.config.fileDeleteDelayMs);
      },
      check: (platform, writer, point) => expectAfterCrash(platform, writer, point, [0, 12, 24]),
    });
    expect(report.operations).toBeGreaterThan(12);
  });

  it('of moving the log start', async () => {
    const report = await crashEverywhere({
      name: 'log start',
      // Segments go oldest first. A file system that lost the first name and kept the second would leave a hole.
      namesInOrder: true,
      prepare: async (platform) => {
        const writer = openWriter(platform);
        write(writer, 14);
        await writer.history.flush(writer.log);
        return writer;
      },
      act: async (platform, { log, history }) => {
        log.advanceLogStart(29);
        log.applyRetention(log.logEndOffset);
        await history.flush(log);
        await platform.advance(log.config.fileDeleteDelayMs);
      },
      check: (platform, writer, point) => expectAfterCrash(platform, writer, point, [0, 12, 24]),
    });
    expect(report.operations).toBeGreaterThan(12);
  });

  it('of a clean stop', async () => {
    const report = await crashEverywhere({
      name: 'clean stop',
      prepare: (platform) => {
        const writer = openWriter(platform);
        write(writer, 10);
        return writer;
      },
      act: (_platform, { log, history }) => history.close(log),
      check: async (platform, writer, point) => {
        if (point.finished) {
          const { log, logger } = openLog(CONFIG, { platform, cleanShutdown: true });
          writer.history.expectFaithful(log, { kept: 'all' });
          expect(logger.lines).toEqual([]);
          log.abandon();
        }
        await expectAfterCrash(platform, writer, point);
      },
    });
    expect(report.operations).toBeGreaterThan(10);
  });

  it('of the start after a crash', async () => {
    const report = await crashEverywhere({
      name: 'start after a crash',
      prepare: async (platform, seed) => {
        const writer = openWriter(platform);
        write(writer, 7);
        await writer.history.flush(writer.log);
        write(writer, 8);
        await settle();
        platform.disk.crash({ keep: 'random', seed });
        return writer;
      },
      act: async (platform, { history }) => {
        const { log } = openLog(CONFIG, { platform });
        await log.flush();
        history.noteForced(log.logEndOffset);
        await platform.advance(log.config.fileDeleteDelayMs);
      },
      // What the first crash left un-forced may go in the second one, however that comes.
      check: (platform, writer, point) =>
        expectAfterCrash(platform, writer, { ...point, kind: 'power cut' }),
    });
    expect(report.operations).toBeGreaterThan(10);
  });
});

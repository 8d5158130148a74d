/**
 * One partition's log that is crashed at every disk operation of what it does: rolling segments, retention, moving its
 * start, a clean stop, and starting again after a crash. What comes up is the old state or the new one.
 */
import { describe, expect, it } from 'vitest';
import { settle } from '../../platform/memory/memory-time.ts';
import type { MemoryPlatform } from '../../platform/memory/memory-platform.ts';
import { openLog } from '../log-test-kit.ts';
import type { PartitionLog } from '../partition-log.ts';
import { crashEverywhere, type CrashPoint } from './crash-points.ts';
import { LogHistory } from './log-history.ts';
import { BATCH_BYTES, SMALL_SEGMENTS, write } from './workload.ts';

interface Writer {
  readonly log: PartitionLog;
  readonly history: LogHistory;
}

function openWriter(platform: MemoryPlatform, batches: number): Writer {
  const writer = { log: openLog(SMALL_SEGMENTS, { platform }).log, history: new LogHistory() };
  write(writer.log, writer.history, batches);
  return writer;
}

/** Reopens the log as a start after a crash does, and expects it to be what the history says. */
async function expectAfterCrash(
  platform: MemoryPlatform,
  { history }: Writer,
  { kind }: CrashPoint,
  logStart: readonly number[] = [0],
): Promise<void> {
  const { log } = openLog(SMALL_SEGMENTS, { platform });
  history.expectFaithful(log, { kept: kind === 'process kill' ? 'all' : 'forced', logStart });
  await history.expectWritable(log);
  // What the second process has forced is there for the third.
  platform.disk.crash();
  const again = openLog(SMALL_SEGMENTS, { platform }).log;
  history.expectFaithful(again, { kept: 'forced', logStart: [log.logStartOffset] });
}

describe('a crash at any disk operation', () => {
  it('of appends, rolls and flushes', async () => {
    const report = await crashEverywhere({
      name: 'segment roll',
      prepare: (platform) => openWriter(platform, 2),
      act: async (_platform, writer) => {
        for (let round = 0; round < 4; round++) {
          write(writer.log, writer.history, 3);
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
        const writer = openWriter(platform, 14);
        await writer.history.flush(writer.log);
        return writer;
      },
      act: async (platform, { log, history }) => {
        log.updateConfig({ ...log.config, retentionBytes: 6 * BATCH_BYTES });
        expect(log.applyRetention(log.logEndOffset)).toBe(platform.disk.faults.hasHalted ? 0 : 2);
        write(log, history, 1);
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
        const writer = openWriter(platform, 14);
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
      tornCuts: 8,
      prepare: (platform) => openWriter(platform, 10),
      act: (_platform, { log, history }) => history.close(log),
      check: async (platform, writer, point) => {
        if (point.finished) {
          const { log, logger } = openLog(SMALL_SEGMENTS, { platform, cleanShutdown: true });
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
        const writer = openWriter(platform, 7);
        await writer.history.flush(writer.log);
        write(writer.log, writer.history, 8);
        await settle();
        platform.disk.crash({ keep: 'random', seed });
        return writer;
      },
      act: async (platform, { history }) => {
        const { log } = openLog(SMALL_SEGMENTS, { platform });
        await log.flush();
        history.noteForced(log.logEndOffset);
        await platform.advance(log.config.fileDeleteDelayMs);
      },
      // What the first crash left un-forced may go in the second one, however that comes.
      check: (platform, writer, point) => expectAfterCrash(platform, writer, { ...point, kind: 'power cut' }),
    });
    expect(report.operations).toBeGreaterThan(10);
  });
});

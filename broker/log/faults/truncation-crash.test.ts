/**
 * A log that is cut back or emptied and then written anew, as a follower's is, crashed at every disk operation. What comes up
 * is a part of the old log from the cut on, or the cut and a part of what was written behind it: never both, never a hole.
 * Whoever cuts forces the cut before anything is appended.
 * And the indexes of aborted transactions, crashed while they are made.
 */
import { describe, expect, it } from 'vitest';
import type { MemoryPlatform } from '../../platform/memory/memory-platform.ts';
import { settle } from '../../platform/memory/memory-time.ts';
import { append, batchOf, openLog } from '../log-test-kit.ts';
import type { PartitionLog } from '../partition-log.ts';
import { crashEverywhere, type CrashPoint } from './crash-points.ts';
import { LogHistory } from './log-history.ts';
import { numberedBatch, SMALL_SEGMENTS, write } from './workload.ts';

const BATCHES = 14;
/** In the middle of the second of four segments. */
const CUT = 18;
const RESTART = 100;
const NEW_EPOCH = 50;

interface Follower {
  readonly log: PartitionLog;
  readonly old: LogHistory;
  /** Taking away has begun: some of it may be gone. */
  isCutting: boolean;
  /** It has ended, and this is what the log holds from there on. */
  next: LogHistory | null;
}

async function prepare(platform: MemoryPlatform): Promise<Follower> {
  const { log } = openLog(SMALL_SEGMENTS, { platform });
  const old = new LogHistory();
  write(log, old, BATCHES - 2);
  await old.flush(log);
  write(log, old, 2);
  // The roll has forced what was there then; nothing of that goes on any more.
  await settle();
  return { log, old, isCutting: false, next: null };
}

/** Another leader's batches. */
async function writeOthers(log: PartitionLog, history: LogHistory, valueBytes?: number): Promise<void> {
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 3 && !log.isOffline; i++)
      history.append(log, numberedBatch(history.attempts, 'other', valueBytes), NEW_EPOCH);
    await history.flush(log);
  }
}

/** `cut`: all before it stays, whatever happens. */
async function expectOldOrNew(
  platform: MemoryPlatform,
  { old, isCutting, next }: Follower,
  { kind }: CrashPoint,
  cut: { readonly at: number; readonly newStart: number },
): Promise<void> {
  const isKill = kind === 'process kill';
  const { log } = openLog(SMALL_SEGMENTS, { platform });
  const begins = Math.max(cut.at, cut.newStart);
  if (isCutting && log.logStartOffset === begins && log.logEndOffset === begins) {
    // Emptied, and nothing of what came then.
    expect(next?.forcedEnd ?? 0).toBeLessThanOrEqual(begins);
    if (isKill) expect(next?.endOffset ?? 0).toBeLessThanOrEqual(begins);
    return;
  }
  const mustBeNew = next !== null && (isKill || next.forcedEnd > begins);
  const isNew = mustBeNew || (next?.isIn(log, begins) ?? false);
  let history = isCutting ? old.losing(cut.at) : old;
  if (isNew && next !== null) history = next;
  const kept = isKill && (isNew || !isCutting) ? 'all' : 'forced';
  // An emptied log that nobody has written to begins where the caller says, if its one file's name was lost.
  const logStart = isNew ? [cut.newStart] : [0, ...(isCutting ? [cut.newStart] : [])];
  history.expectFaithful(log, { kept, logStart });
  await history.expectWritable(log);
  platform.disk.crash();
  const again = openLog(SMALL_SEGMENTS, { platform }).log;
  history.expectFaithful(again, { kept: 'forced', logStart: [log.logStartOffset] });
}

describe('a crash at any disk operation', () => {
  it.each([
    ['as long as those before', undefined],
    ['of another length', 90],
  ])('of a cut and of new batches, %s', async (_what, valueBytes) => {
    const report = await crashEverywhere({
      name: 'truncation',
      prepare,
      act: async (platform, follower) => {
        const { log, old } = follower;
        follower.isCutting = true;
        log.truncateTo(CUT);
        follower.next = old.upTo(CUT);
        await log.flush();
        await writeOthers(log, follower.next, valueBytes);
        await platform.advance(log.config.fileDeleteDelayMs);
      },
      check: (platform, follower, point) =>
        expectOldOrNew(platform, follower, point, { at: CUT, newStart: 0 }),
    });
    expect(report.operations).toBeGreaterThan(20);
  });

  it('of emptying and of new batches', async () => {
    const report = await crashEverywhere({
      name: 'restart at an offset',
      prepare,
      act: async (platform, follower) => {
        const { log } = follower;
        follower.isCutting = true;
        log.restartAt(RESTART);
        follower.next = new LogHistory();
        await log.flush();
        await writeOthers(log, follower.next);
        await platform.advance(log.config.fileDeleteDelayMs);
      },
      check: (platform, follower, point) =>
        expectOldOrNew(platform, follower, point, { at: 0, newStart: RESTART }),
    });
    expect(report.operations).toBeGreaterThan(20);
  });

  it('of aborts that make and fill .txnindex files', async () => {
    interface Written {
      readonly log: PartitionLog;
      readonly aborts: { firstOffset: number; lastOffset: number }[];
      forcedEnd: number;
    }
    const config = { segmentBytes: 700, indexIntervalBytes: 100 };
    const report = await crashEverywhere<Written>({
      name: 'aborted transactions',
      prepare: (platform) => ({ log: openLog(config, { platform }).log, aborts: [], forcedEnd: 0 }),
      act: async (_platform, written) => {
        const { log, aborts } = written;
        for (let number = 0; number < 8 && !log.isOffline; number++) {
          const firstOffset = log.logEndOffset;
          const batch = batchOf(2, { producerId: 7, producerEpoch: 0, isTransactional: true });
          if (log.append(batch, { leaderEpoch: 0, origin: 'coordinator' }).errorCode !== 0) return;
          const lastOffset = log.logEndOffset;
          // Also when it is refused: a part, or all of it, may be in the file then.
          if (number % 4 !== 3) aborts.push({ firstOffset, lastOffset });
          const marker = { producerId: 7, producerEpoch: 0, coordinatorEpoch: 0, leaderEpoch: 0 };
          log.appendEndTransactionMarker({ ...marker, committed: number % 4 === 3 });
          append(log, batchOf(1));
          if (number % 3 !== 2) continue;
          const end = log.logEndOffset;
          await log.flush();
          written.forcedEnd = end;
        }
      },
      check: (platform, { aborts, forcedEnd }) => {
        const { log } = openLog(config, { platform });
        expect(log.logEndOffset).toBeGreaterThanOrEqual(forcedEnd);
        // Before anything was forced, even the first file's name may be lost and a later one's stay.
        if (forcedEnd === 0 && log.logStartOffset > 0) return;
        expect(log.logStartOffset).toBe(0);
        const expected = aborts.filter(({ lastOffset }) => lastOffset < log.logEndOffset);
        expect(log.abortedTransactions(0, log.logEndOffset)).toMatchObject(expected);
        expect(log.abortedTransactions(0, log.logEndOffset)).toHaveLength(expected.length);
      },
    });
    expect(report.operations).toBeGreaterThan(30);
  });
});

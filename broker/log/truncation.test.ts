/** A log that is cut is as if what was cut had never come: records, times, epochs, producers, transactions, files. */
import { describe, expect, it } from 'vitest';
import { SeededRandom, settle } from '../platform/memory/memory-time.ts';
import type { MemoryPlatform } from '../platform/memory/memory-platform.ts';
import { LogOfflineError } from './log-errors.ts';
import { append, batchOf, openLog, readAll, TEST_DIRECTORY } from './log-test-kit.ts';
import type { PartitionLog } from './partition-log.ts';

const T0 = 1_767_225_600_000;
const CONFIG = { segmentBytes: 900, indexIntervalBytes: 150 };
const STEPS = 60;

type Step = (log: PartitionLog) => void;

/** Idempotent producers, transactions of three producers that end either way, times out of order, epochs that rise. */
function workload(seed: number): Step[] {
  const random = new SeededRandom(seed);
  const sequences = [0, 0];
  const open = new Set<number>();
  let epoch = 0;
  return Array.from({ length: STEPS }, (): Step => {
    if (random.below(6) === 0) epoch += 1 + random.below(2);
    const leaderEpoch = epoch;
    const timestampMs = T0 + random.below(1000);
    const kind = random.below(3);
    if (kind === 0) {
      const id = random.below(2);
      const baseSequence = sequences[id] ?? 0;
      sequences[id] = baseSequence + 2;
      return (log) =>
        void append(
          log,
          batchOf(2, { producerId: id, producerEpoch: 0, baseSequence, timestampMs }),
          leaderEpoch,
        );
    }
    const producerId = 10 + random.below(3);
    if (kind === 1) {
      open.add(producerId);
      return (log) => {
        const batch = batchOf(3, { producerId, producerEpoch: 0, isTransactional: true, timestampMs });
        log.append(batch, { leaderEpoch, origin: 'coordinator' });
      };
    }
    const committed = random.below(2) === 0;
    return (log) => {
      const marker = { committed, producerId, producerEpoch: 0, coordinatorEpoch: 0, leaderEpoch };
      log.appendEndTransactionMarker(marker);
    };
  });
}

function factsOf(log: PartitionLog) {
  const times = [0, 1, 300, 777, 990, 1005].map((after) => log.offsetByTime(T0 + after));
  log.noteHighWatermark(log.logEndOffset);
  return {
    end: log.logEndOffset,
    bytes: log.logEndOffset === 0 ? '' : readAll(log).toString('hex'),
    times,
    youngest: log.offsetOfMaxTime(),
    epochs: log.leaderEpochs.entries,
    stable: log.lastStableOffset(log.logEndOffset),
    aborted: log.abortedTransactions(0, log.logEndOffset),
    producers: [...log.producers.entries()]
      .map(({ producerId, epoch, currentTxnFirstOffset, batches }) => [
        producerId,
        epoch,
        currentTxnFirstOffset,
        batches.at(-1)?.lastOffset,
      ])
      .sort(([first], [second]) => Number(first) - Number(second)),
  };
}

describe('cutting', () => {
  it.each([1, 2, 3, 4, 5, 6])('anywhere is as if the rest had never come (seed %i)', async (seed) => {
    const steps = workload(seed);
    const random = new SeededRandom(seed);
    for (let round = 0; round < 8; round++) {
      const keep = random.below(STEPS);
      const { log, platform, logger } = openLog(CONFIG);
      for (const step of steps.slice(0, keep)) step(log);
      const cutAt = log.logEndOffset;
      for (const step of steps.slice(keep)) step(log);
      if (round % 2 === 0) await settle();
      const expected = openLog(CONFIG);
      for (const step of steps.slice(0, keep)) step(expected.log);
      const whole = log.logEndOffset;
      expect(log.truncateTo(cutAt)).toBe(cutAt < whole);
      expect(factsOf(log)).toEqual(factsOf(expected.log));
      // And it goes on from there otherwise than before, through restarts of both kinds.
      for (const one of [log, expected.log])
        append(one, batchOf(1, { valueBytes: 111, timestampMs: T0 }), 40);
      for (const step of steps.slice(keep)) {
        step(log);
        step(expected.log);
      }
      const facts = factsOf(expected.log);
      expect(factsOf(log)).toEqual(facts);
      // Indexes were cut along, not found wrong later and built again.
      expect(logger.lines.filter((line) => line.includes('built again'))).toEqual([]);
      if (round % 3 === 0) await log.close();
      else {
        await log.flush();
        platform.disk.crash();
      }
      const again = openLog(CONFIG, { platform, cleanShutdown: round % 3 === 0, recoveryPoint: 0 });
      expect(factsOf(again.log)).toEqual(facts);
    }
  });

  it('at or beyond the end does nothing', () => {
    const { log } = openLog();
    append(log, batchOf(3));
    expect([log.truncateTo(3), log.truncateTo(9)]).toEqual([false, false]);
    expect(log.logEndOffset).toBe(3);
  });

  it('before the first segment empties the log and begins there', () => {
    const { log } = openLog({ ...CONFIG, retentionBytes: 0 });
    for (let i = 0; i < 30; i++) append(log, batchOf(3), 2);
    log.applyRetention(log.logEndOffset);
    expect(log.logStartOffset).toBe(90);
    expect(log.truncateTo(5)).toBe(true);
    expect([log.logStartOffset, log.logEndOffset, log.segmentCount]).toEqual([5, 5, 1]);
    expect(append(log, batchOf(1), 3)).toMatchObject({ errorCode: 0, baseOffset: 5 });
    expect(log.leaderEpochs.entries).toEqual([{ epoch: 3, startOffset: 5 }]);
  });

  it('leaves nothing of it for readers at the end', () => {
    const { log } = openLog();
    const readFrom = (offset: number) => log.read({ offset, maxBytes: 10_000 });
    readFrom(0);
    append(log, batchOf(2, { label: 'kept' }));
    append(log, batchOf(2, { label: 'gone' }));
    expect(readFrom(2).includes('gone-0')).toBe(true);
    log.truncateTo(2);
    append(log, batchOf(2, { label: 'new' }));
    expect(readFrom(2).includes('new-0')).toBe(true);
    expect(readFrom(0).includes('gone')).toBe(false);
  });

  it('takes the segments behind away, by another name first', async () => {
    const { log, platform } = openLog(CONFIG);
    for (let i = 0; i < 30; i++) append(log, batchOf(3));
    await settle();
    log.truncateTo(3);
    const logs = () => platform.disk.list(TEST_DIRECTORY).filter((name) => name.includes('.log'));
    expect(logs().filter((name) => !name.endsWith('.deleted'))).toEqual(['00000000000000000000.log']);
    expect(logs().length).toBeGreaterThan(3);
    await platform.advance(60_000);
    expect(logs()).toEqual(['00000000000000000000.log']);
  });
});

it('a log that is emptied begins and ends where it was told, also after a crash', async () => {
  const { log, platform } = openLog(CONFIG);
  for (let i = 0; i < 30; i++) append(log, batchOf(3));
  log.restartAt(45);
  expect(factsOf(log)).toMatchObject({ end: 45, bytes: '', producers: [], epochs: [], youngest: null });
  append(log, batchOf(2), 7);
  await log.flush();
  platform.disk.crash();
  const again = openLog(CONFIG, { platform }).log;
  expect([again.logStartOffset, again.logEndOffset]).toEqual([45, 47]);
});

it('a cut counts as forced only after a flush that began behind it, wherever it was', async () => {
  for (const cutAt of [4, 2, 0]) {
    const { log } = openLog(CONFIG);
    for (let i = 0; i < 6; i++) append(log, batchOf(1));
    await log.flush();
    expect(log.hasUnforcedCut).toBe(false);
    append(log, batchOf(1));
    const running = log.flush();
    log.truncateTo(cutAt);
    await running;
    expect(log.hasUnforcedCut).toBe(true);
    await log.flush();
    expect(log.hasUnforcedCut).toBe(false);
  }
});

describe('while something is being written', () => {
  it('a flush does not count what was written anew as forced', async () => {
    const { log } = openLog();
    for (let i = 0; i < 5; i++) append(log, batchOf(2));
    const flushing = log.flush();
    log.truncateTo(4);
    append(log, batchOf(20));
    await flushing;
    expect(log.recoveryPoint).toBeLessThanOrEqual(4);
    await log.flush();
    expect(log.recoveryPoint).toBe(24);
  });

  it('a producer snapshot of what was cut is not believed later', async () => {
    const { log, platform } = openLog(CONFIG);
    const send = (producerId: number, baseSequence: number) =>
      append(log, batchOf(2, { producerId, producerEpoch: 0, baseSequence }));
    for (let i = 0; log.segmentCount === 1; i++) send(1, i * 2);
    // The snapshot of the roll is on its way.
    log.truncateTo(2);
    await settle();
    expect(snapshots(platform)).toEqual([]);
    for (let i = 0; i < 20; i++) send(2, i * 2);
    await settle();
    await log.flush();
    platform.disk.crash();
    const again = openLog(CONFIG, { platform }).log;
    expect(again.producers.get(1)?.batches.map(({ lastOffset }) => lastOffset)).toEqual([1]);
  });

  function snapshots(platform: MemoryPlatform): string[] {
    return platform.disk.list(TEST_DIRECTORY).filter((name) => name.endsWith('.snapshot'));
  }
});

it('a cut that fails takes the log offline: nobody knows where it ends', async () => {
  const { log, platform } = openLog(CONFIG);
  for (let i = 0; i < 10; i++) append(log, batchOf(3));
  await log.flush();
  platform.disk.faults.add({ operation: 'truncate', nth: 1, code: 'EIO', pathEnd: '.log' });
  expect(() => log.truncateTo(3)).toThrow(LogOfflineError);
  expect(log.isOffline).toBe(true);
  platform.disk.crash();
  const again = openLog(CONFIG, { platform }).log;
  expect(again.logEndOffset).toBeLessThanOrEqual(30);
  expect(append(again, batchOf(1)).errorCode).toBe(0);
});

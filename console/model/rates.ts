/**
 * Rates out of counters that only grow. A counter that went down was reset (a restart, a recreated topic): the rate of
 * that round is unknown, not negative and not a spike. The same holds when too much time lies between two readings.
 */

export interface CounterReading {
  readonly value: number;
  readonly atMs: number;
}

/** Two readings further apart than this many rounds say nothing about "now". */
const MAX_GAP_ROUNDS = 3;

export function maxRateGapMs(intervalMs: number): number {
  return MAX_GAP_ROUNDS * intervalMs;
}

/**
 * Growth per second between two readings of one counter; null when either is missing, the counter fell, no time passed
 * or more than `maxGapMs` did.
 */
export function ratePerSecond(
  before: CounterReading | null | undefined,
  now: CounterReading | null | undefined,
  maxGapMs: number,
): number | null {
  if (before === null || before === undefined || now === null || now === undefined) return null;
  const elapsedMs = now.atMs - before.atMs;
  const growth = now.value - before.value;
  if (!(elapsedMs > 0) || elapsedMs > maxGapMs || !(growth >= 0)) return null;
  return (growth * 1_000) / elapsedMs;
}

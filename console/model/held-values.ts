/**
 * What a line was at the rounds of its cluster, out of the changes that it wrote: a value holds in every round that was kept,
 * until the next change, until it is said to be gone, and never past a key round that does not have it.
 */
import { bucketOf, pushRun, type Bucket, type OpenBucket, type RunVisitor } from './history-chunk.ts';

export interface RoundMark {
  readonly atMs: number;
  /** Every line that had a value wrote it; nothing is carried over from before. */
  readonly isKey: boolean;
}

export interface Change {
  readonly atMs: number;
  /** Null: from here on not measured. */
  readonly value: number | null;
}

/**
 * The values of a line at each of its cluster's rounds: what it wrote last, back to the last key round. Both lists are in the
 * order of time.
 */
export function valuesAtRounds(rounds: readonly RoundMark[], changes: readonly Change[]): Bucket[] {
  const values: Bucket[] = [];
  visitRounds(rounds, changes, (run, unitMs, repeat) => pushRun(values, run, unitMs, repeat));
  return values;
}

/** The same as runs: rounds as far from each other as the ones before, with the same value. */
export function visitRounds(
  rounds: readonly RoundMark[],
  changes: readonly Change[],
  visit: RunVisitor,
): void {
  const run: OpenBucket = bucketOf(0, 0);
  let [next, unitMs, repeat, lastMs] = [0, 0, 0, 0];
  let held: number | null = null;
  let told: number | null = null;
  for (const { atMs, isKey } of rounds) {
    if (isKey) held = null;
    // A change without its round would be one of a write that was not kept; it counts for nothing.
    while ((changes[next]?.atMs ?? Infinity) < atMs) next += 1;
    const change = changes[next];
    if (change?.atMs === atMs) held = change.value;
    if (told !== null && held === told && (repeat === 0 || atMs - lastMs === unitMs)) {
      unitMs = atMs - lastMs;
      repeat += 1;
    } else {
      if (told !== null) visit(run, unitMs, repeat);
      told = held;
      [unitMs, repeat] = [0, 0];
      run.atMs = atMs;
      run.min = run.max = run.sum = run.last = held ?? 0;
    }
    lastMs = atMs;
  }
  if (told !== null) visit(run, unitMs, repeat);
}

/** The changes of a line, given as `[atMs,value],[atMs,value],...` in any order; in the order of time. */
export function changesIn(text: string): Change[] {
  const pairs = JSON.parse(`[${text}]`) as [atMs: number, value: number | null][];
  return pairs.sort(([a], [b]) => a - b).map(([atMs, value]) => ({ atMs, value }));
}

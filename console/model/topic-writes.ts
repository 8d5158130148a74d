/**
 * When a topic was last written to, as far as it was seen: the newest round that found an end further than the round before. PURE.
 *
 * An end that fell back (a leader was elected that lacks records, a topic was made anew) is no write. What was written while
 * nobody looked is seen with the first round after that, at the time of that round.
 */
import type { PartitionSnapshot, SeenWrites, TopicSnapshot } from './snapshot.ts';

/** By topic: what history tells of the time before this process. */
export type PastWrites = ReadonlyMap<string, SeenWrites>;

export interface WritesFrame {
  /** When the ends were read. */
  readonly atMs: number;
  /** It was not there in the round before, so all that it holds was written since. */
  readonly isNew: boolean;
}

/** Null while no end is known. */
export function seenWrites(
  partitions: readonly PartitionSnapshot[],
  before: TopicSnapshot | null,
  { atMs, isNew }: WritesFrame,
): SeenWrites | null {
  const known = before?.writes ?? null;
  if (known === null) {
    if (partitions.every(({ highWatermark }) => highWatermark === null)) return null;
    const isWritten = isNew && partitions.some(({ highWatermark }) => (highWatermark ?? 0) > 0);
    return { lastMs: isWritten ? atMs : null, sinceMs: atMs };
  }
  const moved = partitions.some((partition, index) => {
    const earlier = before?.partitions[index];
    const end = earlier === undefined ? 0 : (earlier.highWatermark ?? earlier.lastKnown?.highWatermark);
    return partition.highWatermark !== null && end !== undefined && partition.highWatermark > end;
  });
  return moved ? { lastMs: atMs, sinceMs: known.sinceMs } : known;
}

/** What this process saw, and what history tells of before. */
export function withPastWrites(seen: SeenWrites | null, past: SeenWrites | undefined): SeenWrites | null {
  if (seen === null || past === undefined) return seen;
  const last = Math.max(seen.lastMs ?? -Infinity, past.lastMs ?? -Infinity);
  return {
    lastMs: last === -Infinity ? null : last,
    sinceMs: Math.min(seen.sinceMs, past.sinceMs),
  };
}

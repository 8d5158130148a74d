/**
 * The lag of a whole cluster while a part of it is silent. A sum without that part would dip when a broker dies, and look like a
 * recovery. So for ten minutes the silent part counts with what it told last, the sum has the time of the oldest such reading, and
 * history has a gap. What is silent for longer, or was never told, is left out, and the sum is "at least".
 */
import type {
  ClusterSnapshot,
  GroupPartition,
  GroupSnapshot,
  KnownOffsets,
  TopicSnapshot,
} from './snapshot.ts';

/** As long as the time over which groups are judged. */
export const CARRIED_FOR_MS = 600_000;

export interface ClusterLag {
  /** Records; null when nothing is known of any group. */
  readonly records: number | null;
  /** Some part is left out of the sum. */
  readonly isFloor: boolean;
  /** The oldest reading in it that is not of this round; null when all are. */
  readonly oldestMs: number | null;
}

export function lagOfCluster({ groups, topics, failures, asOfMs }: ClusterSnapshot): ClusterLag {
  const sum = new Sum(asOfMs);
  for (const group of groups.values()) addGroup(sum, group, topics);
  // A cluster that told of no group has no lag: 0 is known then. Where a broker did not tell of its groups, it is not.
  const allToldOf = !failures.some(({ part }) => part === 'broker' || part === 'coordinator');
  if (groups.size === 0 && allToldOf) return { records: 0, isFloor: false, oldestMs: null };
  return { records: sum.records, isFloor: sum.isFloor, oldestMs: sum.oldestMs };
}

class Sum {
  records: number | null = null;
  isFloor = false;
  oldestMs: number | null = null;
  readonly #asOfMs: number;

  constructor(asOfMs: number) {
    this.#asOfMs = asOfMs;
  }

  /** What a group is ahead in one partition hides nothing of what it is behind in another. */
  add(lag: number): void {
    this.records = (this.records ?? 0) + Math.max(0, lag);
  }

  /** `lag` as it was told last; null when it never was. */
  addOld(lag: number | null, atMs: number | null): void {
    if (lag === null || atMs === null || this.#asOfMs - atMs > CARRIED_FOR_MS) {
      this.isFloor = true;
      return;
    }
    this.add(lag);
    this.oldestMs = Math.min(this.oldestMs ?? atMs, atMs);
  }
}

function addGroup(sum: Sum, group: GroupSnapshot, topics: ReadonlyMap<string, TopicSnapshot>): void {
  const { partitions, totalLag, lastKnown } = group;
  if (partitions === null) {
    // One that was told of and has no lag that could be known is none to wait for.
    if (lastKnown === null || lastKnown.totalLag !== null)
      sum.addOld(lastKnown?.totalLag ?? null, lastKnown?.atMs ?? null);
    return;
  }
  if (totalLag !== null) sum.add(totalLag);
  for (const row of partitions) {
    const topic = row.offsetState === 'no-end' ? topics.get(row.topic) : undefined;
    // A topic that is gone leaves nothing open.
    if (topic !== undefined) addSilent(sum, row, topic.partitions[row.partition]?.lastKnown ?? null);
  }
}

function addSilent(sum: Sum, { committedOffset }: GroupPartition, end: KnownOffsets | null): void {
  const lag =
    end === null || committedOffset === null ? null : Math.max(0, end.highWatermark - committedOffset);
  sum.addOld(lag, end?.atMs ?? null);
}

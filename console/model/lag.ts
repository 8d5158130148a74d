/**
 * Lag: how many records a group has not committed yet. Signed arithmetic on numbers of one and the same round.
 *
 * Invariants: an unknown side makes the lag unknown (null), never 0. Nothing is clamped per partition: a negative lag
 * means that the commit lies beyond the end of the log and is shown as such. Sums count only what a group is behind, so
 * that a commit beyond the end in one partition does not hide the backlog of another.
 */
import type { GroupMember } from './snapshot.ts';

/** `logEndOffset - committedOffset`; null when either is unknown. */
export function lagOf(committedOffset: number | null, logEndOffset: number | null): number | null {
  if (committedOffset === null || logEndOffset === null) return null;
  return logEndOffset - committedOffset;
}

/** Sum of the positive known lags; null when no lag is known. */
export function sumOfLags(lags: Iterable<number | null>): number | null {
  let sum: number | null = null;
  for (const lag of lags) {
    if (lag !== null) sum = (sum ?? 0) + Math.max(0, lag);
  }
  return sum;
}

export interface CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface GroupRow {
  readonly topic: string;
  readonly partition: number;
  /** Null: assigned to a member, but nothing was committed. */
  readonly offset: number | null;
  readonly member: GroupMember | null;
}

/** The rows of one group: every partition with a commit and every one assigned to a member, each once, by topic and partition. */
export function groupRows(
  committed: readonly CommittedOffset[],
  members: readonly GroupMember[] | null,
): GroupRow[] {
  const owners = new Map<string, Map<number, GroupMember>>();
  for (const member of members ?? []) {
    for (const { topic, partitions } of member.assignment ?? []) {
      const owned = owners.get(topic) ?? new Map<number, GroupMember>();
      for (const partition of partitions) owned.set(partition, member);
      owners.set(topic, owned);
    }
  }
  const rows: GroupRow[] = committed.map(({ topic, partition, offset }) => {
    const member = owners.get(topic)?.get(partition) ?? null;
    if (member !== null) owners.get(topic)?.delete(partition);
    return { topic, partition, offset, member };
  });
  for (const [topic, owned] of owners) {
    for (const [partition, member] of owned) rows.push({ topic, partition, offset: null, member });
  }
  return rows.sort((a, b) => compareText(a.topic, b.topic) || a.partition - b.partition);
}

/** Order of UTF-16 code units: the same on every machine, unlike a locale's. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

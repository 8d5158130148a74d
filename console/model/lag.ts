/**
 * Lag: how many records a group has not committed yet. Signed arithmetic on numbers of one and the same round.
 *
 * Invariants: an unknown side makes the lag unknown (null), never 0. Nothing is clamped per partition: a negative lag
 * means that the commit lies beyond the end of the log and is shown as such. Sums count only what a group is behind, so
 * that a commit beyond the end in one partition does not hide the backlog of another.
 */
import { partitionKey, type GroupMember, type GroupPartition } from './snapshot.ts';

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

/**
 * The rows of one group: every partition with a commit and every partition assigned to a member, each once, by topic and
 * partition. `endOffsetOf` answers null where the end is not known (leaderless, deleted topic).
 */
export function groupPartitions(
  committed: readonly CommittedOffset[],
  members: readonly GroupMember[] | null,
  endOffsetOf: (topic: string, partition: number) => number | null,
): GroupPartition[] {
  const rows = new Map<
    string,
    { topic: string; partition: number; offset: number | null; member: GroupMember | null }
  >();
  for (const { topic, partition, offset } of committed) {
    rows.set(partitionKey(topic, partition), { topic, partition, offset, member: null });
  }
  for (const member of members ?? []) {
    for (const { topic, partitions } of member.assignment ?? []) {
      for (const partition of partitions) {
        const key = partitionKey(topic, partition);
        const row = rows.get(key);
        if (row === undefined) rows.set(key, { topic, partition, offset: null, member });
        else row.member = member;
      }
    }
  }
  return [...rows.values()]
    .sort((a, b) => compareText(a.topic, b.topic) || a.partition - b.partition)
    .map(({ topic, partition, offset, member }) => {
      const logEndOffset = endOffsetOf(topic, partition);
      return {
        topic,
        partition,
        committedOffset: offset,
        logEndOffset,
        committedAtMs: null,
        endAtMs: null,
        offsetState: offset === null ? 'no-commit' : logEndOffset === null ? 'no-end' : 'live',
        lag: lagOf(offset, logEndOffset),
        lagSeconds: null,
        status: 'unknown',
        reason: null,
        memberId: member?.memberId ?? null,
        clientId: member?.clientId ?? null,
        host: member?.host ?? null,
      };
    });
}

/** Order of UTF-16 code units: the same on every machine, unlike a locale's. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

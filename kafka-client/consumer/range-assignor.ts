/**
 * Who of a group reads which partitions: of each topic, in order of its members, as many neighbours as are fair, the first members
 * one more (Kafka's RangeAssignor). Consumers of Java have it first in their list, so that members of both kinds can be in one
 * group. Pure.
 */
import type { TopicPartitions } from '../admin/describe-groups.ts';

export interface Subscriber {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly topics: readonly string[];
}

/** By member id; topics without partitions are left out. */
export function assignRanges(
  subscribers: readonly Subscriber[],
  partitionCounts: ReadonlyMap<string, number>,
): Map<string, TopicPartitions[]> {
  const assigned = new Map<string, TopicPartitions[]>(subscribers.map(({ memberId }) => [memberId, []]));
  const ordered = [...subscribers].sort(byName);
  for (const topic of [...new Set(subscribers.flatMap(({ topics }) => topics))].sort()) {
    const readers = ordered.filter(({ topics }) => topics.includes(topic));
    const count = partitionCounts.get(topic) ?? 0;
    const each = Math.floor(count / readers.length);
    const more = count % readers.length;
    let next = 0;
    for (const [index, { memberId }] of readers.entries()) {
      const share = each + (index < more ? 1 : 0);
      const partitions = Array.from({ length: share }, (_, offset) => next + offset);
      next += share;
      if (share > 0) assigned.get(memberId)?.push({ topic, partitions });
    }
  }
  return assigned;
}

/** Static members come first, by the name that they keep (AbstractPartitionAssignor.MemberInfo). */
function byName(left: Subscriber, right: Subscriber): number {
  if (left.groupInstanceId !== null && right.groupInstanceId !== null)
    return compare(left.groupInstanceId, right.groupInstanceId);
  if (left.groupInstanceId !== null) return -1;
  if (right.groupInstanceId !== null) return 1;
  return compare(left.memberId, right.memberId);
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

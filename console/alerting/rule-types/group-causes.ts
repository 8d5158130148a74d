/** What a broker that is down explains of a group, and why a group stands as it does, in words. */
import type { BrokerSnapshot, ClusterSnapshot, GroupSnapshot } from '../../model/snapshot.ts';

/**
 * Brokers that are down and explain how a group stands: its coordinator, or whoever keeps partitions that it reads without a
 * leader. Empty when it would stand so without them.
 */
export function brokersBehind(
  group: GroupSnapshot,
  snapshot: ClusterSnapshot,
  down: ReadonlyMap<number, BrokerSnapshot>,
): number[] {
  if (group.coordinator !== null && down.has(group.coordinator)) return [group.coordinator];
  const brokers = new Set<number>();
  for (const each of group.partitions ?? group.lastKnown?.partitions ?? []) {
    if (each.lag !== null && each.lag <= 0) continue;
    const partition = snapshot.topics
      .get(each.topic)
      ?.partitions.find(({ partition: number }) => number === each.partition);
    if (partition?.leader !== null) return [];
    const silent = partition.replicas.filter((id) => down.has(id));
    if (silent.length === 0) return [];
    for (const id of silent) brokers.add(id);
  }
  return [...brokers].sort((a, b) => a - b);
}

/** A group that is well has nothing to explain. */
export function groupReason({ status, reason }: GroupSnapshot): string | null {
  return status === 'ok' ? null : reason;
}

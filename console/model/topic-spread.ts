/**
 * How evenly a topic lies on the brokers, by the formulas people know from Kafka Eagle. PURE. All in percent of the cluster's brokers:
 *
 * - spread: brokers that hold a replica of it. Low is bad: few brokers carry it.
 * - skew: brokers that hold more than their share of its replicas, ceil(replicas / brokers). High is bad.
 * - leader skew: brokers that lead more than their share of its partitions, ceil(partitions / brokers). High is bad.
 *
 * Example: 6 partitions x 2 replicas on brokers 0 and 1 of 3: spread 67 (two of three), skew 67 (two hold 6, their share is 4).
 */
import type { PartitionSnapshot } from './snapshot.ts';

export interface TopicSpread {
  readonly spreadPercent: number | null;
  readonly skewPercent: number | null;
  readonly leaderSkewPercent: number | null;
}

const unknown: TopicSpread = { spreadPercent: null, skewPercent: null, leaderSkewPercent: null };

function shareOver(counts: ReadonlyMap<number, number>, total: number, brokers: number): number {
  const fair = Math.ceil(total / brokers);
  let over = 0;
  for (const count of counts.values()) if (count > fair) over += 1;
  return (over * 100) / brokers;
}

/** @param brokers how many the cluster has; a topic without partitions, or a cluster of none, has no spread */
export function topicSpread(partitions: readonly PartitionSnapshot[], brokers: number): TopicSpread {
  if (partitions.length === 0 || brokers <= 0) return unknown;
  const held = new Map<number, number>();
  const led = new Map<number, number>();
  let replicas = 0;
  for (const partition of partitions) {
    replicas += partition.replicas.length;
    for (const id of partition.replicas) held.set(id, (held.get(id) ?? 0) + 1);
    if (partition.leader !== null) led.set(partition.leader, (led.get(partition.leader) ?? 0) + 1);
  }
  return {
    // A replica may lie on a broker that is gone and not counted.
    spreadPercent: Math.min(100, (held.size * 100) / brokers),
    skewPercent: Math.min(100, shareOver(held, replicas, brokers)),
    leaderSkewPercent: Math.min(100, shareOver(led, partitions.length, brokers)),
  };
}

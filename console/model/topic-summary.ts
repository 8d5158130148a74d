/**
 * What the rows of the topic list say: sums over the partitions of one topic. A sum with an unknown part is unknown.
 */
import type { PartitionSnapshot, TopicSnapshot } from './snapshot.ts';

export interface TopicSummary {
  readonly partitionCount: number;
  /** The largest number of replicas among its partitions; 0 when it could not be described. */
  readonly replicationFactor: number;
  /** End minus start offset; an upper bound for compacted and transactional topics. */
  readonly records: number | null;
  /** Bytes of the leaders' replicas. */
  readonly sizeBytes: number | null;
  readonly underReplicatedPartitions: number;
  readonly offlinePartitions: number;
}

export function summarizeTopic(topic: TopicSnapshot): TopicSummary {
  return {
    partitionCount: topic.partitions.length,
    replicationFactor: topic.partitions.reduce((most, each) => Math.max(most, each.replicas.length), 0),
    records: topicRecords(topic),
    sizeBytes: topicSizeBytes(topic),
    underReplicatedPartitions: topic.partitions.filter(isUnderReplicated).length,
    offlinePartitions: topic.partitions.filter(isOffline).length,
  };
}

export function topicRecords({ partitions }: TopicSnapshot): number | null {
  return sumOrNull(partitions, recordsOf);
}

export function topicSizeBytes({ partitions }: TopicSnapshot): number | null {
  return sumOrNull(partitions, (each) => each.sizeBytes);
}

/** Fewer replicas in sync than assigned. A partition without a leader is under-replicated as well, as Kafka counts it. */
export function isUnderReplicated(partition: PartitionSnapshot): boolean {
  return partition.isr.length < partition.replicas.length;
}

export function isOffline(partition: PartitionSnapshot): boolean {
  return partition.leader === null;
}

function recordsOf(partition: PartitionSnapshot): number | null {
  if (partition.highWatermark === null || partition.logStartOffset === null) return null;
  return Math.max(0, partition.highWatermark - partition.logStartOffset);
}

/** Sum of a value over items; null when any of them is unknown or there is none. */
export function sumOrNull<Item>(
  items: Iterable<Item>,
  valueOf: (item: Item) => number | null,
): number | null {
  let sum: number | null = null;
  for (const item of items) {
    const value = valueOf(item);
    if (value === null) return null;
    sum = (sum ?? 0) + value;
  }
  return sum;
}

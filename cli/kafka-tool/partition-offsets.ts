/** Offsets of many partitions, each asked of its leader: the ends, or by time. Partitions without a leader have no answer. */
import type { TopicDescription } from '../../kafka-client/admin/cluster-metadata.ts';
import { listOffsets, type ListedOffset, type OffsetSpec } from '../../kafka-client/admin/list-offsets.ts';
import type { KafkaCluster } from '../../kafka-client/cluster.ts';

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** As Kafka's tools name a partition; a key for maps. */
export const partitionName = ({ topic, partition }: TopicPartition): string =>
  `${topic}-${String(partition)}`;

export async function offsetsOf(
  cluster: KafkaCluster,
  topics: readonly TopicDescription[],
  partitions: readonly TopicPartition[],
  spec: OffsetSpec,
): Promise<Map<string, ListedOffset>> {
  const leaders = new Map(
    topics.flatMap(({ name, partitions: all }) =>
      all.map(({ partition, leader }) => [partitionName({ topic: name, partition }), leader] as const),
    ),
  );
  const byLeader = new Map<number, Map<string, number[]>>();
  for (const each of partitions) {
    const leader = leaders.get(partitionName(each)) ?? null;
    if (leader === null) continue;
    const wanted = byLeader.get(leader) ?? new Map<string, number[]>();
    byLeader.set(leader, wanted.set(each.topic, [...(wanted.get(each.topic) ?? []), each.partition]));
  }
  const answers = await Promise.all(
    Array.from(byLeader, ([leader, wanted]) => listOffsets(cluster, leader, wanted, spec)),
  );
  return new Map(answers.flat().map((each) => [partitionName(each), each]));
}

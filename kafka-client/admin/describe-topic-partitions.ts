/**
 * Topics with the eligible leader replicas of their partitions (KIP-966), page after page; from clusters that do not tell
 * these (before 3.8) by Metadata, with null for what is not known.
 */
import {
  describeTopicPartitionsRequest,
  describeTopicPartitionsResponse,
  type DescribeTopicPartitionsResponse,
} from '../../protocol/messages/75-describe-topic-partitions.ts';
import { apiCall, commonVersion } from '../api-call.ts';
import { errorNameOf } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';
import {
  fetchClusterMetadata,
  type PartitionDescription,
  type TopicDescription,
} from './cluster-metadata.ts';

const api = apiCall(describeTopicPartitionsRequest, describeTopicPartitionsResponse);
const PARTITIONS_PER_PAGE = 2_000;

export interface EligiblePartition extends PartitionDescription {
  /** Null: the cluster does not tell. */
  readonly eligibleLeaders: readonly number[] | null;
  readonly lastKnownEligibleLeaders: readonly number[] | null;
}

export interface EligibleTopic extends Omit<TopicDescription, 'partitions'> {
  readonly partitions: readonly EligiblePartition[];
}

/** In the order of the names. */
export async function describeTopicPartitions(
  cluster: KafkaCluster,
  names: readonly string[],
): Promise<readonly EligibleTopic[]> {
  if (names.length === 0) return [];
  const found = (await isServed(cluster)) ? await allPages(cluster, names) : await byMetadata(cluster, names);
  return names.flatMap((name) => found.get(name) ?? []);
}

async function isServed(cluster: KafkaCluster): Promise<boolean> {
  return commonVersion(api, await cluster.versionsOf('any')) !== null;
}

async function byMetadata(
  cluster: KafkaCluster,
  names: readonly string[],
): Promise<Map<string, EligibleTopic>> {
  const { topics } = await fetchClusterMetadata(cluster, names);
  return new Map(
    topics.map((topic) => [
      topic.name,
      {
        ...topic,
        partitions: topic.partitions.map((partition) => ({
          ...partition,
          eligibleLeaders: null,
          lastKnownEligibleLeaders: null,
        })),
      },
    ]),
  );
}

async function allPages(
  cluster: KafkaCluster,
  names: readonly string[],
): Promise<Map<string, EligibleTopic>> {
  const found = new Map<string, EligibleTopic>();
  let wanted = [...new Set(names)].sort();
  let cursor: { topicName: string; partitionIndex: number } | null = null;
  do {
    const page: DescribeTopicPartitionsResponse = await cluster.call('any', api, {
      topics: wanted.map((name) => ({ name })),
      responsePartitionLimit: PARTITIONS_PER_PAGE,
      cursor,
    });
    for (const topic of page.topics) {
      const described = topicOf(topic);
      const before = found.get(described.name)?.partitions ?? [];
      found.set(described.name, { ...described, partitions: [...before, ...described.partitions] });
    }
    cursor = page.nextCursor;
    const first = cursor?.topicName ?? '';
    wanted = wanted.filter((name) => name >= first);
  } while (cursor !== null && wanted.length > 0);
  return found;
}

function topicOf(topic: DescribeTopicPartitionsResponse['topics'][number]): EligibleTopic {
  return {
    name: topic.name ?? '',
    topicId: topic.topicId,
    internal: topic.isInternal,
    error: errorNameOf(topic.errorCode),
    partitions: topic.partitions.map((partition) => ({
      partition: partition.partitionIndex,
      leader: partition.leaderId < 0 ? null : partition.leaderId,
      leaderEpoch: partition.leaderEpoch < 0 ? null : partition.leaderEpoch,
      replicas: partition.replicaNodes,
      isr: partition.isrNodes,
      offlineReplicas: partition.offlineReplicas,
      eligibleLeaders: partition.eligibleLeaderReplicas,
      lastKnownEligibleLeaders: partition.lastKnownElr,
    })),
  };
}

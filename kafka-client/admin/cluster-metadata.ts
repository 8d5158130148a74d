/** Brokers, controller and topics of a cluster with one Metadata request to one broker. */
import type { MetadataResponse } from '../../protocol/messages/03-metadata.ts';
import { ElementMemory } from '../../protocol/schema/element-memory.ts';
import { ZERO_UUID } from '../../protocol/wire/uuid.ts';
import { errorNameOf } from '../client-error.ts';
import { metadataApi, type KafkaCluster } from '../cluster.ts';
import { BrokerLists } from './broker-lists.ts';
import { TopicNames } from './topic-names.ts';
import { viewOf, type KnownBroker } from '../cluster-view.ts';

export interface PartitionDescription {
  readonly partition: number;
  /** Broker id; null while there is no leader. */
  readonly leader: number | null;
  /** Null from brokers before 2.1. */
  readonly leaderEpoch: number | null;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  readonly offlineReplicas: readonly number[];
}

export interface TopicDescription {
  readonly name: string;
  /** 22 characters of base64url; null from brokers before 2.8. */
  readonly topicId: string | null;
  readonly internal: boolean;
  /** Kafka's name of the error, null if there is none. */
  readonly error: string | null;
  /** In order of their numbers. */
  readonly partitions: readonly PartitionDescription[];
}

export interface ClusterMetadata {
  readonly kafkaClusterId: string | null;
  readonly controllerId: number | null;
  readonly brokers: readonly KnownBroker[];
  readonly topics: readonly TopicDescription[];
}

type MetadataTopic = MetadataResponse['topics'][number];

/** The topics of the last answer, for whoever asks again and again. */
export function topicMemory(names = new TopicNames()): ElementMemory<MetadataTopic, TopicDescription> {
  const lists = new BrokerLists();
  return new ElementMemory('topics', (topic) => topicOf(topic, lists, names));
}

/** All topics for null. With a memory, topics that are told like the last time are the same objects. */
export async function fetchClusterMetadata(
  cluster: KafkaCluster,
  topicNames: readonly string[] | null = null,
  memory = topicMemory(),
): Promise<ClusterMetadata> {
  const { clusterId, controllerId, brokers } = viewOf(await cluster.metadata(topicNames, { memory }));
  return {
    kafkaClusterId: clusterId,
    controllerId,
    brokers: [...brokers.values()].sort((left, right) => left.id - right.id),
    topics: memory.made,
  };
}

/** One topic as this broker knows it at this moment: brokers learn of a change one after another. Null: it did not say. */
export async function fetchTopicFrom(
  cluster: KafkaCluster,
  brokerId: number,
  name: string,
): Promise<TopicDescription | null> {
  return (await fetchTopicsFrom(cluster, brokerId, [name]))[0] ?? null;
}

/** The same of several topics, as far as it said something of them. */
export async function fetchTopicsFrom(
  cluster: KafkaCluster,
  brokerId: number,
  names: readonly string[],
): Promise<TopicDescription[]> {
  const body = { topics: names.map((name) => ({ name })), allowAutoTopicCreation: false };
  const [lists, known] = [new BrokerLists(), new TopicNames()];
  return (await cluster.call(brokerId, metadataApi, body)).topics.map((topic) =>
    topicOf(topic, lists, known),
  );
}

function topicOf(topic: MetadataTopic, lists: BrokerLists, names: TopicNames): TopicDescription {
  return {
    name: names.of(topic.name ?? ''),
    topicId: topic.topicId === ZERO_UUID ? null : topic.topicId,
    internal: topic.isInternal,
    error: errorNameOf(topic.errorCode),
    partitions: topic.partitions
      .map((partition) => ({
        partition: partition.partitionIndex,
        leader: partition.leaderId < 0 ? null : partition.leaderId,
        leaderEpoch: partition.leaderEpoch < 0 ? null : partition.leaderEpoch,
        replicas: lists.of(partition.replicaNodes),
        isr: lists.of(partition.isrNodes),
        offlineReplicas: lists.of(partition.offlineReplicas),
      }))
      .sort((left, right) => left.partition - right.partition),
  };
}

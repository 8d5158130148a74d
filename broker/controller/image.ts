/**
 * The metadata image: what the whole cluster has agreed on, as plain immutable data.
 *
 * It is rebuilt on every broker by replaying the metadata log from its start (controller/image-builder.ts), and every
 * other part of the broker reads cluster state from here and from nowhere else. A new record gives a new image;
 * the unchanged parts are shared. Terms and meanings follow Kafka's own metadata records (TopicRecord,
 * PartitionRecord, RegisterBrokerRecord, ConfigRecord).
 */

export interface BrokerEndpoint {
  readonly listenerName: string;
  readonly host: string;
  readonly port: number;
}

export interface BrokerRegistration {
  readonly brokerId: number;
  /** Offset in the metadata log at which the broker registered. */
  readonly brokerEpoch: number;
  readonly incarnationId: string;
  readonly rack: string | null;
  readonly endpoints: readonly BrokerEndpoint[];
  /** A fenced broker is registered but not (yet, or no longer) serving. */
  readonly fenced: boolean;
}

export interface PartitionImage {
  readonly partition: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  /** Broker id, or -1 while there is none. */
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
}

export interface TopicImage {
  readonly name: string;
  /** 22 characters, base64url of 16 bytes. */
  readonly topicId: string;
  readonly partitions: ReadonlyMap<number, PartitionImage>;
}

/** Kafka's resource types of the configuration APIs: 2 topic, 4 broker. */
export type ConfigResourceType = 2 | 4;

export interface MetadataImage {
  readonly clusterId: string;
  readonly controllerId: number;
  /** Offset of the last metadata record that this image holds; -1 when empty. */
  readonly offset: number;
  readonly brokers: ReadonlyMap<number, BrokerRegistration>;
  readonly topicsByName: ReadonlyMap<string, TopicImage>;
  readonly topicsById: ReadonlyMap<string, TopicImage>;
  /** Key `${type}:${resourceName}`, value the overridden entries only. The broker default resource has an empty name. */
  readonly configs: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** First producer id of the next block that nobody has been given yet. */
  readonly nextProducerId: number;
}

/** What changed between two images: told to the replica manager and to the coordinators after each replay. */
export interface MetadataDelta {
  readonly createdTopics: readonly TopicImage[];
  readonly deletedTopics: readonly TopicImage[];
  /** All topics that the records of this change removed, also those which they made before. */
  readonly removedTopicIds: ReadonlySet<string>;
  /** Partitions added or changed (leader, ISR, replicas), also those of created topics. */
  readonly changedPartitions: readonly { readonly topic: TopicImage; readonly partition: PartitionImage }[];
  readonly changedConfigs: readonly { readonly type: ConfigResourceType; readonly name: string }[];
}

export type ImageListener = (image: MetadataImage, delta: MetadataDelta) => void;

/** Key of `MetadataImage.configs`. */
export function configKey(type: ConfigResourceType, name: string): string {
  return `${String(type)}:${name}`;
}

export function emptyImage(clusterId: string, controllerId: number): MetadataImage {
  return {
    clusterId,
    controllerId,
    offset: -1,
    brokers: new Map(),
    topicsByName: new Map(),
    topicsById: new Map(),
    configs: new Map(),
    nextProducerId: 0,
  };
}

/** The whole image as a difference to the empty one: what a listener that comes late is told first. */
export function wholeImageDelta(
  image: MetadataImage,
  removedTopicIds: ReadonlySet<string> = new Set(),
): MetadataDelta {
  const topics = [...image.topicsById.values()];
  return {
    createdTopics: topics,
    deletedTopics: [],
    removedTopicIds,
    changedPartitions: topics.flatMap((topic) =>
      [...topic.partitions.values()].map((partition) => ({ topic, partition })),
    ),
    changedConfigs: [...image.configs.keys()].map((key) => ({
      type: key.startsWith('2:') ? 2 : 4,
      name: key.slice(key.indexOf(':') + 1),
    })),
  };
}

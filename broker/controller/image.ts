/**
 * The metadata image: what the whole cluster has agreed on, as plain immutable data.
 *
 * It is rebuilt on every broker by replaying the metadata log from its start (controller/image-builder.ts), and every
 * other part of the broker reads cluster state from here and from nowhere else. A new record gives a new image;
 * the unchanged parts are shared. Terms and meanings follow Kafka's own metadata records (TopicRecord,
 * PartitionRecord, RegisterBrokerRecord, ConfigRecord). Who the active controller is does not stand in it: that is a
 * matter of the metadata log's quorum.
 */
import assert from 'node:assert/strict';
import type { Acl } from '../security/acl/acl.ts';

export interface BrokerEndpoint {
  readonly listenerName: string;
  readonly host: string;
  readonly port: number;
  /** Kafka's SecurityProtocol.id: left out for 0, PLAINTEXT; 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL. */
  readonly securityProtocol?: number;
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
  /** It still serves, but is about to go: it gets no leaderships and joins no ISR. */
  readonly inControlledShutdown: boolean;
  /** KIP-858: one uuid per log directory that was online when the broker registered and has not failed since. */
  readonly logDirectoryIds: readonly string[];
  /** By feature name, the levels that the broker can work with. */
  readonly features: ReadonlyMap<string, FeatureRange>;
}

export interface FeatureRange {
  readonly min: number;
  readonly max: number;
}

export interface PartitionImage {
  readonly partition: number;
  /** While replicas are moved: all of the old and the new ones. */
  readonly replicas: readonly number[];
  /** One log directory id for each of `replicas`, or none at all (replica-directories.ts). */
  readonly directories: readonly string[];
  readonly isr: readonly number[];
  /** Members of `replicas` that a reassignment brought and that count when all of them are in sync. */
  readonly addingReplicas: readonly number[];
  /** Members of `replicas` that go when the reassignment is complete. */
  readonly removingReplicas: readonly number[];
  /**
   * Eligible leader replicas (KIP-966): outside the ISR, but with every record that was committed, because the high
   * watermark stands still while the ISR is smaller than min.insync.replicas. No member of the ISR is in here.
   */
  readonly elr: readonly number[];
  /** Who was in the ISR or the ELR when the last of them was lost; one of these has every committed record. */
  readonly lastKnownElr: readonly number[];
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

/** Kafka's resource types of the configuration APIs whose settings stand in the image: 2 topic, 4 broker, 32 group. */
export type ConfigResourceType = 2 | 4 | 32;

export const GROUP_CONFIGS = 32;

export interface ConfigResource {
  readonly type: ConfigResourceType;
  readonly name: string;
}

/** What is kept of a user's password for one mechanism of SASL (KIP-84, KIP-554): enough to check a proof, not to make one. */
export interface ScramUser {
  readonly name: string;
  /** Kafka's ScramMechanism: 1 SCRAM-SHA-256, 2 SCRAM-SHA-512. */
  readonly mechanism: number;
  readonly salt: Buffer;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
  readonly iterations: number;
}

/** One side of whom a quota is for; null is the default entity of that type. */
export interface QuotaEntityPart {
  /** `user`, `client-id` or `ip`. */
  readonly entityType: string;
  readonly entityName: string | null;
}

export type QuotaEntity = readonly QuotaEntityPart[];

/** What an entity may use up (KIP-13, KIP-124, KIP-599, KIP-612), by the name of the quota. */
export interface ClientQuotas {
  readonly entity: QuotaEntity;
  readonly values: ReadonlyMap<string, number>;
}

export interface MetadataImage {
  readonly clusterId: string;
  /** Offset of the last metadata record that this image holds; -1 when empty. */
  readonly offset: number;
  /** Epoch of the metadata log in which that record was written; -1 when empty. */
  readonly epoch: number;
  /** By feature name, the level that the cluster works at. */
  readonly features: ReadonlyMap<string, number>;
  readonly brokers: ReadonlyMap<number, BrokerRegistration>;
  readonly topicsByName: ReadonlyMap<string, TopicImage>;
  readonly topicsById: ReadonlyMap<string, TopicImage>;
  /** Key `${type}:${resourceName}`, value the overridden entries only. The broker default resource has an empty name. */
  readonly configs: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** First producer id of the next block that nobody has been given yet. */
  readonly nextProducerId: number;
  /** By `scramKey`. */
  readonly scramUsers: ReadonlyMap<string, ScramUser>;
  /** By id. Another map in every image in which they differ. */
  readonly acls: ReadonlyMap<string, Acl>;
  /** By `quotaEntityKey`; no entity without a quota is in here. */
  readonly clientQuotas: ReadonlyMap<string, ClientQuotas>;
}

/** What changed between two images: told to the replica manager and to the coordinators after each replay. */
export interface MetadataDelta {
  readonly createdTopics: readonly TopicImage[];
  readonly deletedTopics: readonly TopicImage[];
  /** All topics that the records of this change removed, also those which they made before. */
  readonly removedTopicIds: ReadonlySet<string>;
  /** Partitions added or changed (leader, ISR, replicas), also those of created topics. */
  readonly changedPartitions: readonly { readonly topic: TopicImage; readonly partition: PartitionImage }[];
  readonly changedConfigs: readonly ConfigResource[];
  /** Ids of brokers that registered, were fenced or unfenced, began to shut down, or are gone from the image. */
  readonly changedBrokers: readonly number[];
}

export type ImageListener = (image: MetadataImage, delta: MetadataDelta) => void;

/** Key of `MetadataImage.configs`. */
export function configKey(type: ConfigResourceType, name: string): string {
  return `${String(type)}:${name}`;
}

/** Whose overrides stand under such a key. */
export function configResource(key: string): ConfigResource {
  const end = key.indexOf(':');
  const type = Number(key.slice(0, end));
  assert(isConfigResourceType(type), `overrides of ${key}`);
  return { type, name: key.slice(end + 1) };
}

/** Of any other type nothing is kept. */
export function isConfigResourceType(type: number): type is ConfigResourceType {
  return type === 2 || type === 4 || type === GROUP_CONFIGS;
}

/** Key of `MetadataImage.scramUsers`. */
export function scramKey(mechanism: number, name: string): string {
  return `${String(mechanism)}:${name}`;
}

/** Key of `MetadataImage.clientQuotas`: the same for the same parts in any order. */
export function quotaEntityKey(entity: QuotaEntity): string {
  const parts = entity.map(({ entityType, entityName }) => JSON.stringify([entityType, entityName]));
  return parts.sort().join();
}

/** A partition in which nothing moves and nobody is missing, but for what `fields` says. */
export function partitionImage(
  fields: Pick<PartitionImage, 'partition' | 'replicas'> & Partial<PartitionImage>,
): PartitionImage {
  return {
    directories: [],
    isr: fields.replicas,
    addingReplicas: [],
    removingReplicas: [],
    elr: [],
    lastKnownElr: [],
    leader: fields.replicas[0] ?? -1,
    leaderEpoch: 0,
    partitionEpoch: 0,
    ...fields,
  };
}

export function emptyImage(clusterId: string): MetadataImage {
  return {
    clusterId,
    offset: -1,
    epoch: -1,
    features: new Map(),
    brokers: new Map(),
    topicsByName: new Map(),
    topicsById: new Map(),
    configs: new Map(),
    nextProducerId: 0,
    scramUsers: new Map(),
    acls: new Map(),
    clientQuotas: new Map(),
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
    changedConfigs: [...image.configs.keys()].map(configResource),
    changedBrokers: [...image.brokers.keys()],
  };
}

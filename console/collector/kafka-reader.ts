/**
 * What a collection round asks of a Kafka cluster: each method is one request to one broker, wherever the broker is young
 * enough, and answers for everything that this broker leads or coordinates. There is deliberately no way to ask for a single topic or group.
 *
 * A method rejects when the broker could not be asked at all; what it refused in part is an `error` (Kafka's error name)
 * on the item. Offsets are plain numbers. What a broker tells like the last time may be the same objects: an answer is never changed.
 */
import type { CommittedOffset } from '../model/lag.ts';
import type {
  BrokerCost,
  CannotTell,
  GroupMember,
  QuorumSnapshot,
  TopicSettings,
} from '../model/snapshot.ts';

export interface ListedPartition {
  readonly partition: number;
  readonly leader: number | null;
  readonly leaderEpoch: number | null;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  readonly offlineReplicas: readonly number[];
}

export interface ListedTopic {
  readonly name: string;
  readonly topicId: string | null;
  readonly internal: boolean;
  readonly error: string | null;
  readonly partitions: readonly ListedPartition[];
}

export interface ClusterMetadata {
  readonly kafkaClusterId: string | null;
  readonly controllerId: number | null;
  readonly brokers: readonly {
    readonly id: number;
    readonly host: string;
    readonly port: number;
    readonly rack: string | null;
  }[];
  readonly topics: readonly ListedTopic[];
}

export interface ListedGroup {
  readonly id: string;
  readonly protocolType: string;
  readonly state: string | null;
  readonly type: string | null;
}

/** Each has a request of its own to describe it (KIP-848, KIP-932, KIP-1071). */
export const describedGroupTypes = ['classic', 'consumer', 'share', 'streams'] as const;
export type DescribedGroupType = (typeof describedGroupTypes)[number];

export interface DescribedGroup {
  readonly id: string;
  readonly error: string | null;
  readonly state: string;
  readonly protocolType: string;
  readonly protocol: string;
  readonly members: readonly GroupMember[];
}

export interface GroupOffsets {
  readonly id: string;
  readonly error: string | null;
  readonly committed: readonly CommittedOffset[];
}

/** Partitions by topic, as ListOffsets takes them. */
export type PartitionsByTopic = ReadonlyMap<string, readonly number[]>;

export interface ListedOffset {
  readonly topic: string;
  readonly partition: number;
  readonly error: string | null;
  readonly offset: number | null;
}

export type OffsetKind = 'earliest' | 'latest' | 'lastStable';

export interface LogDir {
  readonly path: string;
  readonly error: string | null;
  /** Of its volume; null where the broker does not tell. */
  readonly totalBytes: number | null;
  readonly usableBytes: number | null;
  readonly replicas: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly sizeBytes: number;
  }[];
}

export interface ToldTopicSettings {
  readonly topic: string;
  readonly error: string | null;
  /** Null with an error. */
  readonly settings: TopicSettings | null;
}

export interface KafkaReader {
  metadata(): Promise<ClusterMetadata>;
  /**
   * The metadata quorum and who leads it, null inside while nobody does. Null as a whole where the cluster has no quorum, or does
   * not tell us: then whom the metadata names as controller is the best there is.
   */
  quorum(): Promise<Omit<QuorumSnapshot, 'atMs'> | null>;
  listGroups(brokerId: number): Promise<readonly ListedGroup[]>;
  /** Empty for a type that the broker lists but cannot describe to us. */
  describeGroups(
    brokerId: number,
    type: DescribedGroupType,
    groupIds: readonly string[],
  ): Promise<readonly DescribedGroup[]>;
  /** Brokers before Kafka 3.0 are asked once per group, a few at a time. */
  committedOffsets(brokerId: number, groupIds: readonly string[]): Promise<readonly GroupOffsets[]>;
  /** From where share groups read on: the place of a commit. Empty where the broker does not tell. */
  shareOffsets(brokerId: number, groupIds: readonly string[]): Promise<readonly GroupOffsets[]>;
  /** By topic. */
  listOffsets(
    brokerId: number,
    partitions: PartitionsByTopic,
    kind: OffsetKind,
  ): Promise<readonly (readonly ListedOffset[])[]>;
  describeLogDirs(brokerId: number): Promise<readonly LogDir[]>;
  /** One request to whichever broker answers. Empty where none can tell. */
  topicSettings(topics: readonly string[]): Promise<readonly ToldTopicSettings[]>;
  /** What this cluster cannot tell, as far as the versions that its brokers serve say; asks nobody. */
  cannotTell(): Promise<readonly CannotTell[]>;
  /** What was sent and received since the last call, by broker id (-1: not known yet). */
  takeTraffic(): Readonly<Record<string, BrokerCost>>;
  close(): Promise<void>;
}

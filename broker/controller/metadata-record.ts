/**
 * The records of the metadata log that this broker writes and reads: the facts a cluster agrees on, in Apache Kafka's
 * own shapes (TopicRecord, PartitionRecord ...). Fields that Kafka has and we have no use for yet are written with
 * their defaults by record-codec.ts and dropped when read; record types we do not know are skipped by the replay.
 */
import type { Acl } from '../security/acl/acl.ts';
import type { ConfigResourceType, FeatureRange, PartitionImage, QuotaEntity, ScramUser } from './image.ts';

export interface RegisterBrokerRecord {
  readonly type: 'RegisterBrokerRecord';
  readonly brokerId: number;
  readonly incarnationId: string;
  /** Given by the controller: the offset this record is expected to get. */
  readonly brokerEpoch: number;
  /** `securityProtocol` as in BrokerEndpoint. */
  readonly endpoints: readonly {
    readonly name: string;
    readonly host: string;
    readonly port: number;
    readonly securityProtocol?: number;
  }[];
  readonly rack: string | null;
  readonly fenced: boolean;
  readonly inControlledShutdown: boolean;
  readonly logDirectoryIds: readonly string[];
  readonly features: ReadonlyMap<string, FeatureRange>;
}

export interface UnregisterBrokerRecord {
  readonly type: 'UnregisterBrokerRecord';
  readonly brokerId: number;
  readonly brokerEpoch: number;
}

export interface BrokerRegistrationChangeRecord {
  readonly type: 'BrokerRegistrationChangeRecord';
  readonly brokerId: number;
  readonly brokerEpoch: number;
  /** 1 fence, -1 unfence, 0 as it was. */
  readonly fenced: -1 | 0 | 1;
  /** 1 it begins, 0 as it was. It ends with the next registration. */
  readonly inControlledShutdown: 0 | 1;
  /** Those that have not failed, at least one. Default: as they were. */
  readonly logDirectoryIds?: readonly string[];
}

export interface TopicRecord {
  readonly type: 'TopicRecord';
  readonly name: string;
  readonly topicId: string;
}

export interface PartitionRecord {
  readonly type: 'PartitionRecord';
  readonly topicId: string;
  readonly partitionId: number;
  readonly replicas: readonly number[];
  readonly directories: readonly string[];
  readonly isr: readonly number[];
  readonly addingReplicas: readonly number[];
  readonly removingReplicas: readonly number[];
  readonly elr: readonly number[];
  readonly lastKnownElr: readonly number[];
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
}

export interface PartitionChangeRecord {
  readonly type: 'PartitionChangeRecord';
  readonly topicId: string;
  readonly partitionId: number;
  /** Null: unchanged. */
  readonly isr: readonly number[] | null;
  readonly replicas: readonly number[] | null;
  readonly addingReplicas: readonly number[] | null;
  readonly removingReplicas: readonly number[] | null;
  readonly elr: readonly number[] | null;
  readonly lastKnownElr: readonly number[] | null;
  /** One for each replica; replicas that change without it are not placed anywhere yet. */
  readonly directories: readonly string[] | null;
  /** -2: unchanged; -1: none. Any value but -2 starts a new leader epoch, also when it names the same leader. */
  readonly leader: number;
}

export interface RemoveTopicRecord {
  readonly type: 'RemoveTopicRecord';
  readonly topicId: string;
}

export interface ConfigRecord {
  readonly type: 'ConfigRecord';
  readonly resourceType: ConfigResourceType;
  /** Topic name, broker id (empty: the default of all brokers) or group id. */
  readonly resourceName: string;
  readonly name: string;
  /** Null takes the override away. */
  readonly value: string | null;
}

export interface ProducerIdsRecord {
  readonly type: 'ProducerIdsRecord';
  readonly brokerId: number;
  readonly brokerEpoch: number;
  readonly nextProducerId: number;
}

export interface FeatureLevelRecord {
  readonly type: 'FeatureLevelRecord';
  readonly name: string;
  /** 0 takes the feature away. */
  readonly featureLevel: number;
}

export interface UserScramCredentialRecord extends ScramUser {
  readonly type: 'UserScramCredentialRecord';
}

export interface RemoveUserScramCredentialRecord {
  readonly type: 'RemoveUserScramCredentialRecord';
  readonly name: string;
  readonly mechanism: number;
}

export interface AccessControlEntryRecord extends Acl {
  readonly type: 'AccessControlEntryRecord';
  /** 22 characters, base64url of 16 bytes. */
  readonly id: string;
}

export interface RemoveAccessControlEntryRecord {
  readonly type: 'RemoveAccessControlEntryRecord';
  readonly id: string;
}

export interface ClientQuotaRecord {
  readonly type: 'ClientQuotaRecord';
  readonly entity: QuotaEntity;
  readonly key: string;
  /** Not read when it is removed. */
  readonly value: number;
  readonly remove: boolean;
}

/** Says that the log's leader lives. */
export interface NoOpRecord {
  readonly type: 'NoOpRecord';
}

export type MetadataRecord =
  | RegisterBrokerRecord
  | UnregisterBrokerRecord
  | BrokerRegistrationChangeRecord
  | TopicRecord
  | PartitionRecord
  | PartitionChangeRecord
  | RemoveTopicRecord
  | ConfigRecord
  | ProducerIdsRecord
  | FeatureLevelRecord
  | UserScramCredentialRecord
  | RemoveUserScramCredentialRecord
  | AccessControlEntryRecord
  | RemoveAccessControlEntryRecord
  | ClientQuotaRecord
  | NoOpRecord;

/** PartitionChangeRecord.leader: leave the leader as it is. */
export const NO_LEADER_CHANGE = -2;
export const NO_LEADER = -1;

/** The record that makes the partition what it is. */
export function partitionRecord(topicId: string, image: PartitionImage): PartitionRecord {
  const { partition: partitionId, ...state } = image;
  return { type: 'PartitionRecord', topicId, partitionId, ...state };
}

/** A change of what is named in `changes`, and of nothing else. */
export function partitionChange(
  topicId: string,
  partitionId: number,
  changes: Partial<Omit<PartitionChangeRecord, 'type' | 'topicId' | 'partitionId'>>,
): PartitionChangeRecord {
  return {
    type: 'PartitionChangeRecord',
    topicId,
    partitionId,
    isr: null,
    replicas: null,
    addingReplicas: null,
    removingReplicas: null,
    elr: null,
    lastKnownElr: null,
    directories: null,
    leader: NO_LEADER_CHANGE,
    ...changes,
  };
}

/** Kafka's limit on what one command may write: it is one batch, so that a crash leaves all of it or nothing. */
export const MAX_RECORDS_PER_COMMAND = 10_000;

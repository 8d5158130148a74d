/**
 * What callers ask of the replica manager and what they get back: plain values, offsets as checked plain numbers,
 * errors as Kafka's error codes (0 = none). API handlers turn them into protocol messages, coordinators use them
 * as they are. Nothing here does anything.
 */

/** Who appends decides which checks apply: a client's batch is validated fully, our own coordinators' less. */
export type AppendOrigin = 'client' | 'coordinator';

export interface AppendRequest {
  readonly topic: string;
  readonly partition: number;
  /** One or more record batches of magic 2. Base offset, leader epoch (and time) are set in place, so the buffer must not be shared. */
  readonly records: Buffer;
  /** 0, 1 or -1. Anything else is INVALID_REQUIRED_ACKS. */
  readonly acks: number;
  /** How long acks=-1 may wait for the in-sync replicas, ms; null: until they have it or this broker leads no more. */
  readonly timeoutMs: number | null;
  readonly origin: AppendOrigin;
  /** NOT_LEADER_OR_FOLLOWER unless this broker leads in exactly this epoch: what a coordinator decides holds for one. */
  readonly leaderEpoch?: number;
  /** Of a client that writes in a transaction; null or left out when it does not. */
  readonly transactionalId?: string | null;
  /** Such a client leaves it to the leader to announce the partition to the coordinator (Produce 12, KIP-890). */
  readonly leaderAnnounces?: boolean;
  /** Of a marker, as in EndTransactionInPartition. */
  readonly transactionVersion?: number;
  /** Asked when the records are about to be stored; NOT_ENOUGH_REPLICAS, which is tried again, when it says no. */
  readonly isStillSo?: () => boolean;
}

/** A transaction coordinator decides a producer's transaction in one partition. */
export interface EndTransactionInPartition {
  readonly topic: string;
  readonly partition: number;
  readonly committed: boolean;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly coordinatorEpoch: number;
  /** 2 when the marker's epoch is later than that of all records of the transaction; default 0. */
  readonly transactionVersion?: number;
  /** How long it may wait for the in-sync replicas, ms. */
  readonly timeoutMs: number;
}

export interface EndOfEpochRequest {
  readonly topic: string;
  readonly partition: number;
  /** -1 when the client does not know it. */
  readonly currentLeaderEpoch: number;
  /** The epoch whose end is asked for. */
  readonly leaderEpoch: number;
  /** -1 for consumers, the follower's id, or ANY_REPLICA for whoever asks what this replica has, leader or not. */
  readonly replicaId?: number;
}

/** Kafka's debugging replica id: a question to this replica, whoever leads. */
export const ANY_REPLICA = -2;
/** Later than every leader epoch: the end of its largest epoch is the end of the log. */
export const LATEST_EPOCH = 2_147_483_647;

export interface EndOfEpochResult extends EpochEnd {
  readonly errorCode: number;
}

export interface RecordError {
  /** Index of the record within its batch. */
  readonly batchIndex: number;
  readonly message: string;
}

export interface AppendResult {
  readonly errorCode: number;
  /** Offset of the first record; -1 after an error. A repeated idempotent batch gets its ORIGINAL offset. */
  readonly baseOffset: number;
  /** Broker time if the topic uses LogAppendTime, otherwise -1. */
  readonly logAppendTimeMs: number;
  readonly logStartOffset: number;
  readonly errorMessage?: string;
  readonly recordErrors?: readonly RecordError[];
}

export interface PartitionId {
  /** Empty when the request names topics by id. */
  readonly topic: string;
  /** Empty when the request names topics by name. */
  readonly topicId: string;
  readonly partition: number;
}

export interface FetchPartitionRequest extends PartitionId {
  readonly fetchOffset: number;
  readonly maxBytes: number;
  /** -1 when the client does not know it. */
  readonly currentLeaderEpoch: number;
  /** Of the last record that the reader has, to find out where its log and ours part (KIP-595); -1 when it does not say. */
  readonly lastFetchedEpoch: number;
}

/** A fetch session as a request names it (KIP-227): (0, -1) none, (0, 0) a new one, (id, n) the n-th request of one. */
export interface FetchSessionRequest {
  readonly id: number;
  readonly epoch: number;
  /** Partitions that are to be dropped from the session. */
  readonly forgotten: readonly PartitionId[];
  readonly usesTopicIds: boolean;
}

/** A consumer that may be served by any replica (KIP-392). */
export interface NearbyReader {
  /** Empty when it does not say where it is. */
  readonly rackId: string;
  /** Through which it reaches brokers: only replicas that have it can be named to it. */
  readonly listenerName: string;
}

export interface FetchRequestParameters {
  /** -1 for a consumer, a broker id for a follower. */
  readonly replicaId: number;
  /** Of a follower's registration; -1 when it does not say. */
  readonly replicaEpoch: number;
  readonly maxWaitMs: number;
  readonly minBytes: number;
  /** Over all partitions together. */
  readonly maxBytes: number;
  /** True from Fetch v3 on: the first partition with data gives at least one whole batch whatever the limits. */
  readonly minOneBatch: boolean;
  readonly isolationLevel: 'readUncommitted' | 'readCommitted';
  /** In a session, those that are new or changed. */
  readonly partitions: readonly FetchPartitionRequest[];
  readonly session: FetchSessionRequest;
  /** Null for followers and for consumers that only leaders may serve. */
  readonly nearby: NearbyReader | null;
  /** Asked at each read, because what is allowed may change while a fetch waits; null: everything may be read. */
  readonly mayRead: ((topic: string) => boolean) | null;
  /** Aborted when the client's connection has closed: the parked fetch is then dropped and answered with nothing. */
  readonly closed: AbortSignal;
}

export interface FetchAnswer {
  /** Of the session; there are no results then. */
  readonly errorCode: number;
  /** 0: the client has no session. */
  readonly sessionId: number;
  readonly results: readonly FetchPartitionResult[];
}

export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

export interface EpochEnd {
  readonly epoch: number;
  /** Exclusive. */
  readonly endOffset: number;
}

export interface FetchPartitionResult extends PartitionId {
  readonly errorCode: number;
  /** -1 with an error. */
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  /** Null under readUncommitted. */
  readonly abortedTransactions: readonly AbortedTransaction[] | null;
  /** The reader has what is not here: the largest epoch that both have, and where it ended. No records then. */
  readonly divergingEpoch: EpochEnd | null;
  /** A broker that the reader should go to instead; -1 when it is well served here. */
  readonly preferredReadReplica: number;
  /** Whole batches as stored, a fresh buffer that may be sent by reference; empty when there is nothing. */
  readonly records: Buffer;
  /** All that the reader may have it has: nothing more can come before the partition changes. */
  readonly isIdle: boolean;
}

/** The special timestamps of ListOffsets. */
export const LATEST_TIMESTAMP = -1;
export const EARLIEST_TIMESTAMP = -2;
export const MAX_TIMESTAMP = -3;

export interface ListOffsetsPartitionRequest {
  readonly topic: string;
  readonly partition: number;
  /** Milliseconds, or one of the special values above. */
  readonly timestampMs: number;
  readonly currentLeaderEpoch: number;
  readonly isolationLevel: 'readUncommitted' | 'readCommitted';
  /** -1 for consumers: they see nothing beyond the high watermark. ANY_REPLICA asks a replica that need not lead. */
  readonly replicaId: number;
}

export interface ListOffsetsPartitionResult {
  readonly errorCode: number;
  /** Of the record found; -1 for latest and earliest, and when there is none. */
  readonly timestampMs: number;
  /** -1 when no record is that young. */
  readonly offset: number;
  readonly leaderEpoch: number;
}

export interface DeleteRecordsResult {
  readonly errorCode: number;
  /** The new log start offset; -1 after an error. */
  readonly lowWatermark: number;
}

export interface LogDirectoryDescription {
  readonly path: string;
  /** 0, or KAFKA_STORAGE_ERROR when the directory is offline. */
  readonly errorCode: number;
  readonly partitions: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly sizeBytes: number;
    readonly offsetLag: number;
    readonly isFuture: boolean;
  }[];
  /** -1 when unknown. */
  readonly totalBytes: number;
  readonly usableBytes: number;
}

/**
 * One partition on this broker: its log and its replication state side by side. Answers "may this be read or
 * written here, and how far" with Kafka's error codes; whoever waits for what is the replica manager's business.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import type { ManagedLog } from '../log/log-manager.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import type { PartitionState } from './partition-state.ts';
import { LATEST_EPOCH } from './replica-requests.ts';
import { UncommittedBytes } from './uncommitted-bytes.ts';

/** What callers may see of a local partition. */
export interface PartitionView {
  readonly topicId: string;
  readonly topic: string;
  readonly partition: number;
  readonly directoryId: string;
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly isLeader: boolean;
  readonly logStartOffset: number;
  readonly logEndOffset: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly sizeBytes: number;
  readonly segmentCount: number;
  /** max.message.bytes of the topic. */
  readonly maxMessageBytes: number;
  readonly inSyncReplicas: readonly number[];
  readonly replicas: readonly number[];
  readonly isUnderReplicated: boolean;
  readonly isReassigning: boolean;
  readonly isOffline: boolean;
  /** min.insync.replicas, but never more than there are replicas. */
  readonly effectiveMinIsr: number;
}

/** Who reads, as far as it decides whether it may. */
export interface Reader {
  /** -1 for a consumer. */
  readonly replicaId: number;
  readonly replicaEpoch: number;
  /** Null: only a leader may serve it. */
  readonly nearby: object | null;
}

/** Finds what is here. */
export interface PartitionLookup {
  get(topic: string, partition: number): LocalPartition | undefined;
  /**
   * Why it is not: KAFKA_STORAGE_ERROR when its log cannot be used, NOT_LEADER_OR_FOLLOWER when other brokers have it,
   * otherwise UNKNOWN_TOPIC_OR_PARTITION.
   */
  missingError(topic: string, partition: number): number;
  topicName(topicId: string): string | undefined;
}

export class LocalPartition implements PartitionView {
  readonly topicId: string;
  readonly managed: ManagedLog;
  readonly state: PartitionState;
  /** What readers of committed records have not got yet. */
  readonly uncommitted = new UncommittedBytes();

  constructor(topicId: string, managed: ManagedLog, state: PartitionState) {
    this.topicId = topicId;
    this.managed = managed;
    this.state = state;
  }

  /** Of the log directory in which it lies (KIP-858). */
  get directoryId(): string {
    return this.managed.directory.directoryId;
  }
  get log(): PartitionLog {
    return this.managed.log;
  }
  get topic(): string {
    return this.log.topic;
  }
  get partition(): number {
    return this.log.partition;
  }
  get leader(): number {
    return this.state.leader;
  }
  get leaderEpoch(): number {
    return this.state.leaderEpoch;
  }
  get isLeader(): boolean {
    return this.state.isLeader;
  }
  get logStartOffset(): number {
    return this.log.logStartOffset;
  }
  get logEndOffset(): number {
    return this.log.logEndOffset;
  }
  get highWatermark(): number {
    return this.state.highWatermark;
  }
  /** Where readers of committed records stop: undecided transactions hold it back below the high watermark. */
  get lastStableOffset(): number {
    return this.log.lastStableOffset(this.state.highWatermark);
  }
  get sizeBytes(): number {
    return this.log.sizeBytes;
  }
  get segmentCount(): number {
    return this.log.segmentCount;
  }
  get maxMessageBytes(): number {
    return this.log.config.maxMessageBytes;
  }
  get inSyncReplicas(): readonly number[] {
    return this.state.isr;
  }
  get replicas(): readonly number[] {
    return this.state.replicas;
  }

  /** 0, or why a request that needs the leader of `clientEpoch` (-1 = any) is refused. */
  leaderError(clientEpoch: number): number {
    if (this.log.isOffline) return ErrorCode.KAFKA_STORAGE_ERROR;
    if (clientEpoch >= 0 && clientEpoch < this.leaderEpoch) return ErrorCode.FENCED_LEADER_EPOCH;
    if (clientEpoch >= 0 && clientEpoch > this.leaderEpoch) return ErrorCode.UNKNOWN_LEADER_EPOCH;
    return this.isLeader ? 0 : ErrorCode.NOT_LEADER_OR_FOLLOWER;
  }

  get isUnderReplicated(): boolean {
    return this.state.isUnderReplicated;
  }
  get isReassigning(): boolean {
    return this.state.isReassigning;
  }
  get isOffline(): boolean {
    return this.log.isOffline;
  }

  /** As `leaderError`, but any replica may be asked. */
  replicaError(clientEpoch: number): number {
    const error = this.leaderError(clientEpoch);
    return error === ErrorCode.NOT_LEADER_OR_FOLLOWER ? 0 : error;
  }

  /** Refuses a follower that is no replica, or that has registered again since: its view of the cluster or ours is out of date. */
  readerError({ replicaId, replicaEpoch, nearby }: Reader, clientEpoch: number): number {
    if (replicaId < 0)
      return nearby === null ? this.leaderError(clientEpoch) : this.replicaError(clientEpoch);
    const error = this.leaderError(clientEpoch);
    if (error !== 0) return error;
    const refusal = this.state.refusesReplica(replicaId, replicaEpoch);
    if (refusal === null) return 0;
    return refusal === 'unknown' && clientEpoch >= 0
      ? ErrorCode.UNKNOWN_LEADER_EPOCH
      : ErrorCode.NOT_LEADER_OR_FOLLOWER;
  }

  /** Where the largest epoch that is not above `epoch` ended here; (-1, -1) when that is not known (KIP-101, KIP-279). */
  endOfEpoch(epoch: number): { readonly epoch: number; readonly endOffset: number } {
    if (epoch === LATEST_EPOCH)
      return { epoch: this.log.leaderEpochs.latestEpoch, endOffset: this.logEndOffset };
    return this.log.leaderEpochs.endOf(epoch, this.logEndOffset);
  }

  /** The first offset that a reader may not have: consumers stop at the high watermark, followers at the log end. */
  readLimit(isFollower: boolean, isolationLevel: 'readUncommitted' | 'readCommitted'): number {
    if (isFollower) return this.logEndOffset;
    return isolationLevel === 'readCommitted' ? this.lastStableOffset : this.highWatermark;
  }

  get effectiveMinIsr(): number {
    return this.state.effectiveMinIsr;
  }
}

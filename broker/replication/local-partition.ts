/**
 * One partition on this broker: its log and its replication state side by side. Answers "may this be read or
 * written here, and how far" with Kafka's error codes; whoever waits for what is the replica manager's business.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import type { ManagedLog } from '../log/log-manager.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import type { PartitionState } from './partition-state.ts';

/** What callers may see of a local partition. */
export interface PartitionView {
  readonly topic: string;
  readonly partition: number;
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly isLeader: boolean;
  readonly logStartOffset: number;
  readonly logEndOffset: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly sizeBytes: number;
  readonly segmentCount: number;
  readonly inSyncReplicas: readonly number[];
  readonly replicas: readonly number[];
}

/** Finds what is here. */
export interface PartitionLookup {
  get(topic: string, partition: number): LocalPartition | undefined;
  /** Why it is not: KAFKA_STORAGE_ERROR when its log cannot be used, otherwise UNKNOWN_TOPIC_OR_PARTITION. */
  missingError(topic: string, partition: number): number;
}

export class LocalPartition implements PartitionView {
  readonly topicId: string;
  readonly managed: ManagedLog;
  readonly state: PartitionState;

  constructor(topicId: string, managed: ManagedLog, state: PartitionState) {
    this.topicId = topicId;
    this.managed = managed;
    this.state = state;
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

  /** As `leaderError`; also refuses a follower that is no replica, whose view of the cluster or ours is out of date. */
  readerError(replicaId: number, clientEpoch: number): number {
    const error = this.leaderError(clientEpoch);
    if (error !== 0 || replicaId < 0 || this.state.follower(replicaId) !== undefined) return error;
    return clientEpoch >= 0 ? ErrorCode.UNKNOWN_LEADER_EPOCH : ErrorCode.NOT_LEADER_OR_FOLLOWER;
  }

  /** Where the largest epoch that is not above `epoch` ended here; (-1, -1) when that is not known (KIP-101, KIP-279). */
  endOfEpoch(epoch: number): { readonly epoch: number; readonly endOffset: number } {
    return this.log.leaderEpochs.endOf(epoch, this.logEndOffset);
  }

  /** The first offset that a reader may not have: consumers stop at the high watermark, followers at the log end. */
  readLimit(isFollower: boolean, isolationLevel: 'readUncommitted' | 'readCommitted'): number {
    if (isFollower) return this.logEndOffset;
    return isolationLevel === 'readCommitted' ? this.lastStableOffset : this.highWatermark;
  }

  /** min.insync.replicas, but never more than there are replicas. */
  get effectiveMinIsr(): number {
    return Math.min(this.log.config.minInsyncReplicas, Math.max(1, this.replicas.length));
  }
}

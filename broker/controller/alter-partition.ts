/**
 * Decides AlterPartition: the leader of a partition proposes a new ISR (KIP-497, KIP-841, KIP-903).
 *
 * The checks stand in the order of Kafka's ReplicationControlManager, because each tells the leader what to do next:
 * a newer epoch than ours means that this controller is behind (NOT_CONTROLLER), an older leader epoch that somebody
 * else leads, an older partition epoch that it must look again and try again. A member must be alive under the very
 * registration that the leader has seen it fetch with: a broker that restarted in between is not in sync, nor is one
 * whose disk under this replica has failed.
 * An ISR that completes a reassignment ends it; if that takes the leadership away, the answer is NEW_LEADER_ELECTED.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { registrationOf } from './broker-epoch.ts';
import type { CommandResult, ReplicaPolicy } from './command.ts';
import type { MetadataImage, PartitionImage, TopicImage } from './image.ts';
import { changedPartition } from './image-builder.ts';
import { mayLead } from './leader-elections.ts';
import { NO_LEADER_CHANGE, type PartitionChangeRecord } from './metadata-record.ts';
import { decidePartitionChange } from './partition-change.ts';
import { mayElectUncleanly, minInsyncReplicas } from './replica-settings.ts';

export interface IsrMember {
  readonly brokerId: number;
  /** -1: the leader does not know. That is good enough for who is in the ISR, not for who shall join it. */
  readonly brokerEpoch: number;
}

export interface PartitionToAlter {
  readonly partitionIndex: number;
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
  readonly newIsr: readonly IsrMember[];
  /** As sent: 0 recovered; others are refused, because no leader here is ever recovering. */
  readonly leaderRecoveryState: number;
}

export interface AlterPartitionRequest {
  readonly brokerId: number;
  readonly brokerEpoch: number;
  readonly topics: readonly {
    readonly topicId: string;
    readonly partitions: readonly PartitionToAlter[];
  }[];
}

/** With an error code only `partitionIndex` says anything. */
export interface AlteredPartition {
  readonly partitionIndex: number;
  readonly errorCode: number;
  readonly leaderId: number;
  readonly leaderEpoch: number;
  readonly isr: readonly number[];
  readonly leaderRecoveryState: number;
  readonly partitionEpoch: number;
}

export interface AlterPartitionAnswer {
  readonly errorCode: number;
  readonly topics: readonly { readonly topicId: string; readonly partitions: readonly AlteredPartition[] }[];
}

const RECOVERED = 0;

export function alterPartition(
  request: AlterPartitionRequest,
  image: MetadataImage,
  policy: ReplicaPolicy,
): CommandResult<AlterPartitionAnswer> {
  const sender = registrationOf(request.brokerId, request.brokerEpoch, image);
  if ('errorCode' in sender) {
    return { records: [], response: { errorCode: sender.errorCode, topics: [] } };
  }
  const records: PartitionChangeRecord[] = [];
  const altered = new Set<PartitionImage>();
  const topics = request.topics.map(({ topicId, partitions }) => {
    const topic = image.topicsById.get(topicId);
    const answers = partitions.map((wanted): AlteredPartition => {
      if (topic === undefined) return refused(wanted, ErrorCode.UNKNOWN_TOPIC_ID);
      const partition = topic.partitions.get(wanted.partitionIndex);
      if (partition === undefined) return refused(wanted, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
      if (altered.has(partition)) return refused(wanted, ErrorCode.INVALID_REQUEST);
      const fault = alterationFault(wanted, partition, request.brokerId, image);
      if (fault !== ErrorCode.NONE) return refused(wanted, fault);
      altered.add(partition);
      return alterOne(wanted, topic, partition, { image, policy, records });
    });
    return { topicId, partitions: answers };
  });
  return { records, response: { errorCode: 0, topics }, divisible: true };
}

function refused({ partitionIndex }: PartitionToAlter, errorCode: number): AlteredPartition {
  return {
    ...{ partitionIndex, errorCode, leaderId: -1, leaderEpoch: -1, isr: [] },
    ...{ leaderRecoveryState: RECOVERED, partitionEpoch: -1 },
  };
}

function alterationFault(
  wanted: PartitionToAlter,
  partition: PartitionImage,
  senderId: number,
  image: MetadataImage,
): number {
  if (wanted.leaderEpoch > partition.leaderEpoch) return ErrorCode.NOT_CONTROLLER;
  if (wanted.partitionEpoch > partition.partitionEpoch) return ErrorCode.NOT_CONTROLLER;
  if (wanted.leaderEpoch < partition.leaderEpoch) return ErrorCode.FENCED_LEADER_EPOCH;
  if (senderId !== partition.leader) return ErrorCode.INVALID_REQUEST;
  if (wanted.partitionEpoch < partition.partitionEpoch) return ErrorCode.INVALID_UPDATE_VERSION;
  const ids = wanted.newIsr.map(({ brokerId }) => brokerId);
  const isIsr = new Set(ids).size === ids.length && ids.every((id) => partition.replicas.includes(id));
  if (!isIsr || !ids.includes(partition.leader)) return ErrorCode.INVALID_REQUEST;
  if (wanted.leaderRecoveryState !== RECOVERED) return ErrorCode.INVALID_REQUEST;
  return wanted.newIsr.every((member) => isEligible(member, partition, image))
    ? ErrorCode.NONE
    : ErrorCode.INELIGIBLE_REPLICA;
}

function isEligible(
  { brokerId, brokerEpoch }: IsrMember,
  partition: PartitionImage,
  image: MetadataImage,
): boolean {
  const { isr } = partition;
  if (!mayLead(brokerId, partition, image)) return false;
  // A member that restarted has left the ISR, and the partition epoch of the leader would be an older one.
  if (brokerEpoch === -1) return isr.includes(brokerId);
  return image.brokers.get(brokerId)?.brokerEpoch === brokerEpoch;
}

function alterOne(
  wanted: PartitionToAlter,
  topic: TopicImage,
  partition: PartitionImage,
  {
    image,
    policy,
    records,
  }: {
    readonly image: MetadataImage;
    readonly policy: ReplicaPolicy;
    readonly records: PartitionChangeRecord[];
  },
): AlteredPartition {
  const record = decidePartitionChange({
    topicId: topic.topicId,
    partition,
    isAcceptableLeader: (id) => mayLead(id, partition, image),
    minInsyncReplicas: minInsyncReplicas(topic.name, image, policy),
    election: mayElectUncleanly(topic.name, image, policy) ? 'unclean' : 'online',
    isr: wanted.newIsr.map(({ brokerId }) => brokerId),
  });
  if (record !== null) records.push(record);
  if (record !== null && record.leader !== NO_LEADER_CHANGE && record.leader !== partition.leader) {
    return refused(wanted, ErrorCode.NEW_LEADER_ELECTED);
  }
  const after = record === null ? partition : changedPartition(partition, record);
  return {
    ...{ partitionIndex: wanted.partitionIndex, errorCode: 0, leaderId: after.leader },
    ...{ leaderEpoch: after.leaderEpoch, isr: after.isr, leaderRecoveryState: RECOVERED },
    partitionEpoch: after.partitionEpoch,
  };
}

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
  /** A sentence for the log; null: it was not refused, or comes only too late, or too early for this controller. */
  readonly refusal: string | null;
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
      if (topic === undefined) return refused(wanted, { errorCode: ErrorCode.UNKNOWN_TOPIC_ID });
      const partition = topic.partitions.get(wanted.partitionIndex);
      if (partition === undefined)
        return refused(wanted, { errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION });
      if (altered.has(partition)) return refused(wanted, invalid('It is there twice.'));
      const fault = alterationFault(wanted, partition, request.brokerId, image);
      if (fault !== null) return refused(wanted, fault);
      altered.add(partition);
      return alterOne(wanted, topic, partition, { image, policy, records });
    });
    return { topicId, partitions: answers };
  });
  return { records, response: { errorCode: 0, topics }, divisible: true };
}

interface Fault {
  readonly errorCode: number;
  /** Left out: there is nothing to tell. */
  readonly reason?: string;
}

const invalid = (reason: string): Fault => ({ errorCode: ErrorCode.INVALID_REQUEST, reason });

function refused({ partitionIndex }: PartitionToAlter, { errorCode, reason }: Fault): AlteredPartition {
  return {
    ...{ partitionIndex, errorCode, refusal: reason ?? null, leaderId: -1, leaderEpoch: -1, isr: [] },
    ...{ leaderRecoveryState: RECOVERED, partitionEpoch: -1 },
  };
}

function alterationFault(
  wanted: PartitionToAlter,
  partition: PartitionImage,
  senderId: number,
  image: MetadataImage,
): Fault | null {
  const { leader, leaderEpoch, partitionEpoch, replicas } = partition;
  if (wanted.leaderEpoch > leaderEpoch) return { errorCode: ErrorCode.NOT_CONTROLLER };
  if (wanted.partitionEpoch > partitionEpoch) return { errorCode: ErrorCode.NOT_CONTROLLER };
  if (wanted.leaderEpoch < leaderEpoch) return { errorCode: ErrorCode.FENCED_LEADER_EPOCH };
  if (senderId !== leader) return invalid(`Broker ${String(leader)} leads it.`);
  if (wanted.partitionEpoch < partitionEpoch)
    return {
      errorCode: ErrorCode.INVALID_UPDATE_VERSION,
      reason: `It is of partition epoch ${String(wanted.partitionEpoch)}, and that is ${String(partitionEpoch)} by now.`,
    };
  const ids = wanted.newIsr.map(({ brokerId }) => brokerId);
  const isIsr = new Set(ids).size === ids.length && ids.every((id) => replicas.includes(id));
  if (!isIsr) return invalid(`[${ids.join(', ')}] are not among its replicas [${replicas.join(', ')}].`);
  if (!ids.includes(leader)) return invalid(`[${ids.join(', ')}] leave out its leader ${String(leader)}.`);
  if (wanted.leaderRecoveryState !== RECOVERED) return invalid('No leader here recovers.');
  const ineligible = wanted.newIsr.find((member) => !isEligible(member, partition, image));
  if (ineligible === undefined) return null;
  const { brokerId } = ineligible;
  const why = whyIneligible(brokerId, partition, image);
  const reason = `Of [${ids.join(', ')}], broker ${String(brokerId)} ${why}.`;
  return { errorCode: ErrorCode.INELIGIBLE_REPLICA, reason };
}

function whyIneligible(brokerId: number, partition: PartitionImage, image: MetadataImage): string {
  const broker = image.brokers.get(brokerId);
  if (broker === undefined) return 'is not registered';
  if (broker.fenced) return 'is fenced';
  if (broker.inControlledShutdown) return 'is about to stop';
  if (!mayLead(brokerId, partition, image)) return 'has lost the disk of it';
  return 'has registered again since it was seen to be in sync';
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
    return refused(wanted, { errorCode: ErrorCode.NEW_LEADER_ELECTED });
  }
  const after = record === null ? partition : changedPartition(partition, record);
  return {
    ...{ partitionIndex: wanted.partitionIndex, errorCode: 0, refusal: null, leaderId: after.leader },
    ...{ leaderEpoch: after.leaderEpoch, isr: after.isr, leaderRecoveryState: RECOVERED },
    partitionEpoch: after.partitionEpoch,
  };
}

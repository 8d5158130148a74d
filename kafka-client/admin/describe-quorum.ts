/**
 * Who leads the metadata quorum of a KRaft cluster, and how far each voter and observer is (KIP-595). The leader is the
 * active controller: Metadata and DescribeCluster name any live broker instead, because each passes requests on (KIP-590).
 */
import { describeQuorumRequest, describeQuorumResponse } from '../../protocol/messages/55-describe-quorum.ts';
import { apiCall, commonVersion } from '../api-call.ts';
import { toSafeNumber } from '../checked-number.ts';
import { brokerError } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';

const api = apiCall(describeQuorumRequest, describeQuorumResponse);
const METADATA_TOPIC = '__cluster_metadata';

export interface QuorumMember {
  readonly nodeId: number;
  /** Null where the leader has not heard of it since it leads. */
  readonly logEndOffset: number | null;
  /** Epoch ms; null where the leader is too old to say or has not heard of it. */
  readonly lastCaughtUpMs: number | null;
}

export interface QuorumDescription {
  /** Null while there is none. */
  readonly leaderId: number | null;
  readonly leaderEpoch: number;
  readonly highWatermark: number;
  readonly voters: readonly QuorumMember[];
  readonly observers: readonly QuorumMember[];
}

/** Null from clusters without a quorum (ZooKeeper, or before 3.3). Rejects with BROKER_ERROR if the broker refuses. */
export async function describeQuorum(cluster: KafkaCluster): Promise<QuorumDescription | null> {
  if (commonVersion(api, await cluster.versionsOf('any')) === null) return null;
  const answer = await cluster.call('any', api, {
    topics: [{ topicName: METADATA_TOPIC, partitions: [{ partitionIndex: 0 }] }],
  });
  if (answer.errorCode !== 0) throw brokerError('describe quorum', answer.errorCode, answer.errorMessage);
  const partition = answer.topics[0]?.partitions[0];
  if (partition === undefined) return null;
  if (partition.errorCode !== 0)
    throw brokerError('describe quorum', partition.errorCode, partition.errorMessage);
  const memberOf = (member: (typeof partition.currentVoters)[number]): QuorumMember => ({
    nodeId: member.replicaId,
    logEndOffset: member.logEndOffset < 0n ? null : toSafeNumber(member.logEndOffset),
    lastCaughtUpMs: member.lastCaughtUpTimestamp < 0n ? null : toSafeNumber(member.lastCaughtUpTimestamp),
  });
  return {
    leaderId: partition.leaderId < 0 ? null : partition.leaderId,
    leaderEpoch: partition.leaderEpoch,
    highWatermark: toSafeNumber(partition.highWatermark),
    voters: partition.currentVoters.map(memberOf),
    observers: partition.observers.map(memberOf),
  };
}

/** State, members and assignments of many groups of the new protocol (KIP-848), with one ConsumerGroupDescribe request. */
import {
  consumerGroupDescribeRequest,
  consumerGroupDescribeResponse,
  type ConsumerGroupDescribeResponse,
} from '../../protocol/messages/69-consumer-group-describe.ts';
import { apiCall, commonVersion } from '../api-call.ts';
import { errorNameOf } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';
import type { GroupDescription, GroupMemberDescription, TopicPartitions } from './describe-groups.ts';

const api = apiCall(consumerGroupDescribeRequest, consumerGroupDescribeResponse);
const CLASSIC_MEMBER = 0;

export interface ConsumerGroupDescription extends GroupDescription {
  readonly groupEpoch: number;
  /** Of the assignment that the members are being brought to. */
  readonly assignmentEpoch: number;
  readonly members: readonly ConsumerMemberDescription[];
}

export interface ConsumerMemberDescription extends GroupMemberDescription {
  readonly memberEpoch: number;
  readonly target: readonly TopicPartitions[];
  /** Null from brokers before 4.0. */
  readonly isClassic: boolean | null;
}

/** Empty from brokers that do not serve it. */
export async function describeConsumerGroups(
  cluster: KafkaCluster,
  coordinatorId: number,
  groupIds: readonly string[],
): Promise<ConsumerGroupDescription[]> {
  if (groupIds.length === 0) return [];
  if (commonVersion(api, await cluster.versionsOf(coordinatorId)) === null) return [];
  const answer = await cluster.call(coordinatorId, api, { groupIds });
  return answer.groups.map((group) => ({
    id: group.groupId,
    error: errorNameOf(group.errorCode),
    state: group.groupState,
    protocolType: 'consumer',
    protocol: group.assignorName,
    groupEpoch: group.groupEpoch,
    assignmentEpoch: group.assignmentEpoch,
    members: group.members.map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.instanceId,
      clientId: member.clientId,
      host: member.clientHost,
      assignment: partitionsOf(member.assignment),
      memberEpoch: member.memberEpoch,
      target: partitionsOf(member.targetAssignment),
      isClassic: member.memberType < 0 ? null : member.memberType === CLASSIC_MEMBER,
    })),
  }));
}

type ToldAssignment = ConsumerGroupDescribeResponse['groups'][number]['members'][number]['assignment'];

const partitionsOf = ({ topicPartitions }: ToldAssignment): TopicPartitions[] =>
  topicPartitions.map(({ topicName, partitions }) => ({ topic: topicName, partitions }));

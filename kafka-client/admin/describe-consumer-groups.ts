/** State, members and assignments of many groups of the new protocol (KIP-848), with one ConsumerGroupDescribe request. */
import {
  consumerGroupDescribeRequest,
  consumerGroupDescribeResponse,
} from '../../protocol/messages/69-consumer-group-describe.ts';
import { apiCall, commonVersion } from '../api-call.ts';
import { errorNameOf } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';
import type { GroupDescription } from './describe-groups.ts';

const api = apiCall(consumerGroupDescribeRequest, consumerGroupDescribeResponse);

/** Empty from brokers that do not serve it. */
export async function describeConsumerGroups(
  cluster: KafkaCluster,
  coordinatorId: number,
  groupIds: readonly string[],
): Promise<GroupDescription[]> {
  if (groupIds.length === 0) return [];
  if (commonVersion(api, await cluster.versionsOf(coordinatorId)) === null) return [];
  const answer = await cluster.call(coordinatorId, api, { groupIds });
  return answer.groups.map((group) => ({
    id: group.groupId,
    error: errorNameOf(group.errorCode),
    state: group.groupState,
    protocolType: 'consumer',
    protocol: group.assignorName,
    members: group.members.map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.instanceId,
      clientId: member.clientId,
      host: member.clientHost,
      assignment: member.assignment.topicPartitions.map(({ topicName, partitions }) => ({
        topic: topicName,
        partitions,
      })),
    })),
  }));
}

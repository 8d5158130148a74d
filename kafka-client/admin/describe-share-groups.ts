/** State, members and assignments of many share groups (KIP-932), with one ShareGroupDescribe request. */
import {
  shareGroupDescribeRequest,
  shareGroupDescribeResponse,
} from '../../protocol/messages/77-share-group-describe.ts';
import { apiCall, commonVersion } from '../api-call.ts';
import { errorNameOf } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';
import type { GroupDescription } from './describe-groups.ts';

const api = apiCall(shareGroupDescribeRequest, shareGroupDescribeResponse);

/** Empty from brokers that do not serve it. Several members may have the same partition. */
export async function describeShareGroups(
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
    protocolType: 'share',
    protocol: group.assignorName,
    members: group.members.map((member) => ({
      memberId: member.memberId,
      groupInstanceId: null,
      clientId: member.clientId,
      host: member.clientHost,
      assignment: member.assignment.topicPartitions.map(({ topicName, partitions }) => ({
        topic: topicName,
        partitions,
      })),
    })),
  }));
}

/**
 * State, members and tasks of many groups of Kafka Streams (KIP-1071), with one StreamsGroupDescribe request. A task reads the
 * partition of its number in every source topic of its subtopology: that is what a member is assigned.
 */
import {
  streamsGroupDescribeRequest,
  streamsGroupDescribeResponse,
  type StreamsGroupDescribeResponse,
} from '../../protocol/messages/89-streams-group-describe.ts';
import { apiCall, commonVersion } from '../api-call.ts';
import { errorNameOf } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';
import type { GroupDescription, TopicPartitions } from './describe-groups.ts';

const api = apiCall(streamsGroupDescribeRequest, streamsGroupDescribeResponse);

/** Empty from brokers that do not serve it. */
export async function describeStreamsGroups(
  cluster: KafkaCluster,
  coordinatorId: number,
  groupIds: readonly string[],
): Promise<GroupDescription[]> {
  if (groupIds.length === 0) return [];
  if (commonVersion(api, await cluster.versionsOf(coordinatorId)) === null) return [];
  const answer = await cluster.call(coordinatorId, api, { groupIds });
  return answer.groups.map((group) => {
    const sources = sourcesOf(group);
    return {
      id: group.groupId,
      error: errorNameOf(group.errorCode),
      state: group.groupState,
      protocolType: 'streams',
      protocol: '',
      members: group.members.map((member) => ({
        memberId: member.memberId,
        groupInstanceId: member.instanceId,
        clientId: member.clientId,
        host: member.clientHost,
        assignment: member.assignment.activeTasks.flatMap(({ subtopologyId, partitions }) =>
          (sources.get(subtopologyId) ?? []).map((topic): TopicPartitions => ({ topic, partitions })),
        ),
      })),
    };
  });
}

function sourcesOf({ topology }: StreamsGroupDescribeResponse['groups'][number]): Map<string, string[]> {
  return new Map(
    (topology?.subtopologies ?? []).map(({ subtopologyId, sourceTopics, repartitionSourceTopics }) => [
      subtopologyId,
      [...sourceTopics, ...repartitionSourceTopics.map(({ name }) => name)],
    ]),
  );
}

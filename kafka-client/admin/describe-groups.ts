/** State, members and assignments of many classic groups of one coordinator with one DescribeGroups request. */
import {
  describeGroupsRequest,
  describeGroupsResponse,
  type DescribeGroupsResponse,
} from '../../protocol/messages/15-describe-groups.ts';
import { consumerProtocolAssignment } from '../../protocol/messages/records-consumer-protocol.ts';
import { ElementMemory } from '../../protocol/schema/element-memory.ts';
import { decodeVersioned } from '../../protocol/schema/versioned-data.ts';
import { apiCall } from '../api-call.ts';
import { errorNameOf } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';
import { TopicNames } from './topic-names.ts';

const api = apiCall(describeGroupsRequest, describeGroupsResponse);

/** Protocol type of groups whose assignments have the consumers' format. */
const CONSUMER_PROTOCOL_TYPE = 'consumer';

export interface TopicPartitions {
  readonly topic: string;
  readonly partitions: readonly number[];
}

export interface GroupMemberDescription {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly host: string;
  /** Null if it is not in the consumers' format, or unreadable. */
  readonly assignment: readonly TopicPartitions[] | null;
}

export interface GroupDescription {
  readonly id: string;
  /** Kafka's name of the error, null if there is none. */
  readonly error: string | null;
  readonly state: string;
  readonly protocolType: string;
  /** The assignor in use, empty while there is none. */
  readonly protocol: string;
  readonly members: readonly GroupMemberDescription[];
}

type DescribedGroup = DescribeGroupsResponse['groups'][number];

/** The groups of the last answer, for whoever asks again and again. */
export const groupMemory = (names = new TopicNames()): ElementMemory<DescribedGroup, GroupDescription> =>
  new ElementMemory('groups', (group) => describe(group, names));

/**
 * A group the coordinator does not know comes back in state Dead, or with an error from Kafka 4.0 on. With a memory, groups
 * that are told like the last time are the same objects.
 */
export async function describeGroups(
  cluster: KafkaCluster,
  coordinatorId: number,
  groupIds: readonly string[],
  memory = groupMemory(),
): Promise<readonly GroupDescription[]> {
  if (groupIds.length === 0) return [];
  await cluster.call(coordinatorId, api, { groups: groupIds }, { memory });
  return memory.made;
}

function describe(group: DescribedGroup, names: TopicNames): GroupDescription {
  return {
    id: group.groupId,
    error: errorNameOf(group.errorCode),
    state: group.groupState,
    protocolType: group.protocolType,
    protocol: group.protocolData,
    members: group.members.map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      host: member.clientHost,
      assignment:
        group.protocolType === CONSUMER_PROTOCOL_TYPE ? readAssignment(member.memberAssignment, names) : null,
    })),
  };
}

/** A member's assignment in the consumers' format: empty bytes while the group rebalances, null if unreadable. */
export function readAssignment(bytes: Buffer, names = new TopicNames()): TopicPartitions[] | null {
  if (bytes.length === 0) return [];
  try {
    return decodeVersioned(consumerProtocolAssignment, bytes).assignedPartitions.map(
      ({ topic, partitions }) => ({ topic: names.of(topic), partitions }),
    );
  } catch {
    return null;
  }
}

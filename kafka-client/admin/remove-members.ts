/**
 * Removes members from a group (KIP-345): LeaveGroup in their name, as Kafka's removeMembersFromConsumerGroup sends it. A static member
 * is named by its instance id alone, any other one by its member id. Asked of the coordinator, once.
 */
import { leaveGroupRequest, leaveGroupResponse } from '../../protocol/messages/13-leave-group.ts';
import { apiCall } from '../api-call.ts';
import { errorNameOf } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';

/** Before version 3 a request could not name static members, nor more than one. */
const api = apiCall(leaveGroupRequest, leaveGroupResponse, { minVersion: 3 });

export interface MemberToRemove {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
}

export interface RemovedMembers {
  /** Kafka's name of the error of the request as a whole, null if there is none. */
  readonly error: string | null;
  /** In the order that was asked, null where the member is gone. */
  readonly members: readonly (string | null)[];
}

export async function removeMembers(
  cluster: KafkaCluster,
  coordinatorId: number,
  groupId: string,
  members: readonly MemberToRemove[],
  reason: string,
): Promise<RemovedMembers> {
  const request = {
    groupId,
    members: members.map(({ memberId, groupInstanceId }) => ({
      memberId: groupInstanceId === null ? memberId : '',
      groupInstanceId,
      reason,
    })),
  };
  const answer = await cluster.call(coordinatorId, api, request, { once: true });
  return {
    error: errorNameOf(answer.errorCode),
    members: answer.members.map(({ errorCode }) => errorNameOf(errorCode)),
  };
}

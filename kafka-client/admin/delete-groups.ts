/** Deletes groups without members, with what they have committed (KIP-229). Asked of their coordinator, once. */
import { deleteGroupsRequest, deleteGroupsResponse } from '../../protocol/messages/42-delete-groups.ts';
import { apiCall } from '../api-call.ts';
import { errorNameOf } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';

const api = apiCall(deleteGroupsRequest, deleteGroupsResponse);

export interface DeletedGroup {
  readonly id: string;
  /** Kafka's name of the error, null if the group is gone. */
  readonly error: string | null;
}

export async function deleteGroups(
  cluster: KafkaCluster,
  coordinatorId: number,
  groupIds: readonly string[],
): Promise<DeletedGroup[]> {
  const answer = await cluster.call(coordinatorId, api, { groupsNames: groupIds }, { once: true });
  return answer.results.map(({ groupId, errorCode }) => ({ id: groupId, error: errorNameOf(errorCode) }));
}

/** The groups that one broker coordinates, with one ListGroups request. A cluster's groups are those of all brokers. */
import { listGroupsRequest, listGroupsResponse } from '../../protocol/messages/16-list-groups.ts';
import { apiCall } from '../api-call.ts';
import { brokerError } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';

const api = apiCall(listGroupsRequest, listGroupsResponse);

export interface ListedGroup {
  readonly id: string;
  /** `consumer`, `connect`, or empty for groups that only commit. */
  readonly protocolType: string;
  /** As Kafka writes it (Stable, Empty ...); null from brokers before 2.6. */
  readonly state: string | null;
  /** `classic`, `consumer`, `share` ...; null from brokers before 3.8. */
  readonly type: string | null;
}

/** Rejects with BROKER_ERROR, retriable while the coordinator loads. */
export async function listGroups(cluster: KafkaCluster, brokerId: number): Promise<ListedGroup[]> {
  const answer = await cluster.call(brokerId, api, {});
  if (answer.errorCode !== 0) throw brokerError(`list the groups of broker ${brokerId}`, answer.errorCode);
  return answer.groups.map(({ groupId, protocolType, groupState, groupType }) => ({
    id: groupId,
    protocolType,
    state: groupState === '' ? null : groupState,
    type: groupType === '' ? null : groupType.toLowerCase(),
  }));
}

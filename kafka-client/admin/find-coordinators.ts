/** Which broker coordinates each of many groups: one request from Kafka 3.0 on (KIP-699), one per group before. */
import {
  findCoordinatorRequest,
  findCoordinatorResponse,
} from '../../protocol/messages/10-find-coordinator.ts';
import { apiCall } from '../api-call.ts';
import { errorNameOf } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';

const FIRST_BATCHED_VERSION = 4;
const GROUP_KEY_TYPE = 0;
/** Version 6 adds share groups only. */
const api = apiCall(findCoordinatorRequest, findCoordinatorResponse, { maxVersion: 5 });

export interface CoordinatorOfGroup {
  readonly id: string;
  /** Broker id; null when there is an error. */
  readonly coordinatorId: number | null;
  readonly error: string | null;
}

export async function findCoordinators(
  cluster: KafkaCluster,
  groupIds: readonly string[],
): Promise<CoordinatorOfGroup[]> {
  if (groupIds.length === 0) return [];
  const offered = (await cluster.versionsOf('any')).get(api.request.apiKey)?.maxVersion ?? 0;
  if (offered < FIRST_BATCHED_VERSION) return Promise.all(groupIds.map((id) => findOne(cluster, id)));
  const answer = await cluster.call('any', api, { keyType: GROUP_KEY_TYPE, coordinatorKeys: groupIds });
  return answer.coordinators.map(({ key, nodeId, errorCode }) => outcome(key, nodeId, errorCode));
}

async function findOne(cluster: KafkaCluster, id: string): Promise<CoordinatorOfGroup> {
  const one = { ...api, maxVersion: FIRST_BATCHED_VERSION - 1 };
  const answer = await cluster.call('any', one, { key: id, keyType: GROUP_KEY_TYPE });
  return outcome(id, answer.nodeId, answer.errorCode);
}

function outcome(id: string, nodeId: number, errorCode: number): CoordinatorOfGroup {
  return { id, coordinatorId: errorCode === 0 ? nodeId : null, error: errorNameOf(errorCode) };
}

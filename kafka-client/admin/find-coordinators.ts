/**
 * Which broker coordinates each of many groups, or transactional ids: one request from Kafka 3.0 on (KIP-699), one for each before.
 */
import {
  findCoordinatorRequest,
  findCoordinatorResponse,
} from '../../protocol/messages/10-find-coordinator.ts';
import { apiCall } from '../api-call.ts';
import { errorNameOf } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';

const FIRST_BATCHED_VERSION = 4;
const KEY_TYPES = { group: 0, transaction: 1 } as const;
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
  ids: readonly string[],
  of: keyof typeof KEY_TYPES = 'group',
): Promise<CoordinatorOfGroup[]> {
  if (ids.length === 0) return [];
  const keyType = KEY_TYPES[of];
  const offered = (await cluster.versionsOf('any')).get(api.request.apiKey)?.maxVersion ?? 0;
  if (offered < FIRST_BATCHED_VERSION) return Promise.all(ids.map((id) => findOne(cluster, id, keyType)));
  const answer = await cluster.call('any', api, { keyType, coordinatorKeys: ids });
  return answer.coordinators.map(({ key, nodeId, errorCode }) => outcome(key, nodeId, errorCode));
}

async function findOne(cluster: KafkaCluster, id: string, keyType: number): Promise<CoordinatorOfGroup> {
  const one = { ...api, maxVersion: FIRST_BATCHED_VERSION - 1 };
  const answer = await cluster.call('any', one, { key: id, keyType });
  return outcome(id, answer.nodeId, answer.errorCode);
}

function outcome(id: string, nodeId: number, errorCode: number): CoordinatorOfGroup {
  return { id, coordinatorId: errorCode === 0 ? nodeId : null, error: errorNameOf(errorCode) };
}

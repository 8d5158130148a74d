/**
 * Which replica a consumer should read from (KIP-392; Kafka's RackAwareReplicaSelector): one in its own rack, the leader
 * if it is there, else the most advanced in-sync one that has the offset. Pure.
 */
import type { BrokerRegistration } from '../controller/image.ts';
import type { PartitionState } from './partition-state.ts';
import type { NearbyReader } from './replica-requests.ts';

/** -1: the leader serves it. */
export function preferredReplica(
  state: PartitionState,
  fetchOffset: number,
  reader: NearbyReader,
  brokers: ReadonlyMap<number, BrokerRegistration>,
): number {
  const { rackId, listenerName } = reader;
  if (rackId === '' || !state.isLeader || brokers.get(state.brokerId)?.rack === rackId) return -1;
  let best = -1;
  let bestEnd = -1;
  for (const id of state.isr) {
    const broker = brokers.get(id);
    const end = state.followers.get(id)?.logEndOffset ?? -1;
    if (id === state.brokerId || broker === undefined || broker.fenced || broker.rack !== rackId) continue;
    if (!broker.endpoints.some((endpoint) => endpoint.listenerName === listenerName)) continue;
    if (end < fetchOffset || end < bestEnd || (end === bestEnd && id < best)) continue;
    best = id;
    bestEnd = end;
  }
  return best;
}

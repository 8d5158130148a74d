/** A connection to whoever coordinates a group, found by asking one running broker after another until somebody does. */
import { setTimeout as pause } from 'node:timers/promises';
import { RawClient } from '../../broker/integration/raw-client.ts';
import {
  findCoordinatorRequest,
  findCoordinatorResponse,
} from '../../protocol/messages/10-find-coordinator.ts';
import type { ClusterUnderFault } from './cluster-under-fault.ts';

const LIMIT_MS = 60_000;

export async function coordinatorOf(cluster: ClusterUnderFault, groupId: string): Promise<RawClient> {
  const endMs = performance.now() + LIMIT_MS;
  while (performance.now() < endMs) {
    for (const { id, port: asked } of cluster.nodes) {
      if (!cluster.isRunning(id)) continue;
      // Whoever has just died is named until the others have learned of it.
      const connected = await askOne(asked, groupId).catch(() => null);
      if (connected !== null) return connected;
    }
    await pause(100);
  }
  throw new Error(`nobody coordinates ${JSON.stringify(groupId)}`);
}

async function askOne(port: number, groupId: string): Promise<RawClient | null> {
  const client = await RawClient.connect(port);
  try {
    const body = { key: groupId, keyType: 0 };
    const answer = await client.request(findCoordinatorRequest, findCoordinatorResponse, 1, body);
    return answer.errorCode === 0 ? await RawClient.connect(answer.port) : null;
  } finally {
    client.close();
  }
}

/** A connection to whoever coordinates a group, found by asking one running broker after another until somebody does. */
import { setTimeout as pause } from 'node:timers/promises';
import { RawClient } from '../../broker/integration/raw-client.ts';
import {
  findCoordinatorRequest,
  findCoordinatorResponse,
} from '../../protocol/messages/10-find-coordinator.ts';
import type { ClusterUnderFault } from './cluster-under-fault.ts';
import { asEachSaysIt, LeaderFinder } from './leader-finder.ts';

const LIMIT_MS = 60_000;
const OFFSETS = '__consumer_offsets';

export async function coordinatorOf(cluster: ClusterUnderFault, groupId: string): Promise<RawClient> {
  const endMs = performance.now() + LIMIT_MS;
  const last = new Map<number, string>();
  while (performance.now() < endMs) {
    for (const { id, port: asked } of cluster.nodes) {
      if (!cluster.isRunning(id)) continue;
      // Whoever has just died is named until the others have learned of it.
      const found = await askOne(asked, groupId).catch(String);
      if (typeof found !== 'string') return found;
      last.set(id, found);
    }
    await pause(100);
  }
  const said = [...last].map(([id, words]) => `\n  ${String(id)}: ${words}`).join('');
  throw new Error(
    `nobody coordinates ${JSON.stringify(groupId)}${said}\n${await asEachSaysIt(cluster.bootstrap, OFFSETS)}`,
  );
}

/** Until every commit would outlive the death of any broker: a replica that fell behind while the topic was made is back in sync. */
export async function untilOffsetsAreInSync(cluster: ClusterUnderFault): Promise<void> {
  const finder = new LeaderFinder('offsets-watch', cluster.bootstrap, OFFSETS);
  try {
    const endMs = performance.now() + LIMIT_MS;
    for (;;) {
      const partitions = await finder.ask();
      const isInSync = partitions.every(
        ({ replicaNodes, isrNodes }) => isrNodes.length === replicaNodes.length,
      );
      if (partitions.length > 0 && isInSync) return;
      if (performance.now() > endMs)
        throw new Error(`replicas stay behind\n${await asEachSaysIt(cluster.bootstrap, OFFSETS)}`);
      await pause(100);
    }
  } finally {
    finder.close();
  }
}

/** Or in words why not. */
async function askOne(port: number, groupId: string): Promise<RawClient | string> {
  const client = await RawClient.connect(port);
  try {
    const body = { key: groupId, keyType: 0 };
    const answer = await client.request(findCoordinatorRequest, findCoordinatorResponse, 1, body);
    if (answer.errorCode !== 0) return `error ${String(answer.errorCode)}`;
    return await RawClient.connect(answer.port);
  } finally {
    client.close();
  }
}

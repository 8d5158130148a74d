/** How a cluster looks when all trouble is over and has been got over: everyone up, in sync, equal. */
import type { MetadataImage } from '../controller/image.ts';
import type { SimulatedNode } from './simulated-node.ts';

/** What is not yet as it should be; null: nothing. */
export function missingIn(nodes: readonly SimulatedNode[], newest: MetadataImage | null): string | null {
  if (!nodes.every(({ isUp }) => isUp)) return 'a node is not up';
  if (!areReplicasInSync(newest)) return 'a replica is not in sync';
  return areEqual(nodes) ? null : 'a replica is not as far as the others';
}

export function areReplicasInSync(image: MetadataImage | null): boolean {
  if (image === null || image.topicsById.size === 0) return false;
  for (const topic of image.topicsById.values()) {
    for (const { leader, isr, replicas, addingReplicas } of topic.partitions.values()) {
      if (leader === -1 || isr.length < replicas.length || addingReplicas.length > 0) return false;
    }
  }
  return true;
}

/** Every replica is as far as the leader, and all of it is committed. */
function areEqual(nodes: readonly SimulatedNode[]): boolean {
  const ends = new Map<string, number>();
  const images = new Set<number>();
  for (const { inspection } of nodes) {
    if (inspection === null) return false;
    images.add(inspection.image()?.offset ?? -1);
    for (const { topicId, partition, logEndOffset, highWatermark } of inspection.replicas()) {
      const key = `${topicId}:${String(partition)}`;
      if (highWatermark !== logEndOffset || (ends.get(key) ?? logEndOffset) !== logEndOffset) return false;
      ends.set(key, logEndOffset);
    }
  }
  return images.size === 1;
}

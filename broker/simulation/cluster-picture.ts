/** What each node of a simulated cluster knows at this moment, in words, for who looks at a failed run. */
import type { MetadataImage } from '../controller/image.ts';
import { partitionInWords } from './metadata-watch.ts';
import type { SimulatedNode } from './simulated-node.ts';

export function clusterPicture(nodes: readonly SimulatedNode[], newest: MetadataImage | null): string {
  return nodes.map(nodeInWords).concat(imageInWords(newest)).join('\n');
}

function nodeInWords(node: SimulatedNode): string {
  const { inspection } = node;
  if (inspection === null) return `node ${String(node.nodeId)}: no process`;
  const replicas = [...inspection.replicas()].map((one) => {
    const role = one.isLeader ? `leads, ISR ${one.inSyncReplicas.join()}` : 'follows';
    const offsets = `${String(one.logStartOffset)}..${String(one.highWatermark)}..${String(one.logEndOffset)}`;
    return `  ${one.topic}-${String(one.partition)} ${role}, epoch ${String(one.leaderEpoch)}, ${offsets}`;
  });
  const state = `${node.isUp ? 'up' : 'starting'}, ${JSON.stringify(inspection.quorum())}, image ${String(inspection.image()?.offset)}`;
  const disk = node.hasFailedDirectory ? ', with a failed directory' : '';
  return [`node ${String(node.nodeId)}: ${state}${disk}`, ...replicas].join('\n');
}

function imageInWords(image: MetadataImage | null): string[] {
  if (image === null) return [];
  const brokers = [...image.brokers.values()].map(({ brokerId, brokerEpoch, fenced }) => {
    return `${String(brokerId)}@${String(brokerEpoch)}${fenced ? ' fenced' : ''}`;
  });
  const partitions = [...image.topicsById.values()].flatMap(({ name, partitions: all }) =>
    [...all.values()].map((one) => `  ${name}-${partitionInWords(one)}`),
  );
  return [`newest image ${String(image.offset)}: brokers ${brokers.join()}`, ...partitions];
}

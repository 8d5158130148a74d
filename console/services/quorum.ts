/**
 * The metadata quorum as it was last asked for. How far a node is behind is counted as Kafka's MetadataQuorumCommand does, but that one of
 * which the leader has not heard is not known to be behind: there the tool counts from -1.
 */
import type { Quorum } from '../contracts/quorum.ts';
import type { QuorumSnapshot } from '../model/snapshot.ts';
import type { ConsoleContext } from './context.ts';
import { requireSnapshot } from './watched-clusters.ts';

type QuorumNode = QuorumSnapshot['nodes'][number];

function behind(leader: QuorumNode, node: QuorumNode): number | null {
  if (leader.logEndOffset === null || node.logEndOffset === null) return null;
  return leader.logEndOffset - node.logEndOffset;
}

function toContract({ atMs, leaderId, leaderEpoch, highWatermark, nodes }: QuorumSnapshot): Quorum['quorum'] {
  const leader = nodes.find(({ id, isVoter }) => isVoter && id === leaderId);
  return {
    readAt: new Date(atMs).toISOString(),
    ...{ leaderId, leaderEpoch, highWatermark },
    nodes: nodes.map((node) => ({
      id: node.id,
      role: node === leader ? 'leader' : node.isVoter ? 'voter' : 'observer',
      logEndOffset: node.logEndOffset,
      lag: leader === undefined ? null : behind(leader, node),
      caughtUpAt: node.lastCaughtUpMs === null ? null : new Date(node.lastCaughtUpMs).toISOString(),
    })),
  };
}

export function clusterQuorum(context: ConsoleContext, clusterId: string): Quorum {
  const { snapshot, asOf, stale } = requireSnapshot(context, clusterId);
  const quorum = snapshot.quorum === null ? null : toContract(snapshot.quorum);
  return { cluster: clusterId, quorum, asOf, stale };
}

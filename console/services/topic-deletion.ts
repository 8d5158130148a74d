/**
 * Whether topics of a cluster can be deleted at all, so that whoever is about to try is told before the name and the token are typed. It
 * promises nothing: deletion itself checks everything again. What brokers do not tell in time stands in nobody's way.
 */
import type { TopicDeletion } from '../contracts/topics.ts';
import { readBrokerConfigs } from './broker-configs.ts';
import type { ConsoleContext } from './context.ts';
import { hasTopicToken } from './topic-token.ts';
import { requireCluster, type WatchedCluster } from './watched-clusters.ts';
import { withDeadline } from './with-deadline.ts';

const brokerWaitMs = 2_000;

type ReadConfigs = typeof readBrokerConfigs;

export async function topicDeletion(
  context: ConsoleContext,
  clusterId: string,
  readConfigs: ReadConfigs = readBrokerConfigs,
): Promise<TopicDeletion> {
  const cluster = requireCluster(context, clusterId);
  return { cluster: clusterId, blockedBy: await obstacleOf(context, cluster, readConfigs) };
}

async function obstacleOf(
  context: ConsoleContext,
  cluster: WatchedCluster,
  readConfigs: ReadConfigs,
): Promise<TopicDeletion['blockedBy']> {
  if (cluster.settings.readOnly) return 'read-only';
  if (!(await hasTopicToken(context))) return 'no-token';
  return (await withDeadline(isRefusedByBrokers(cluster, readConfigs), brokerWaitMs, false))
    ? 'brokers'
    : null;
}

/** As one broker that answers tells of itself: `delete.topic.enable` is the same on all where somebody means it. */
async function isRefusedByBrokers(
  { settings, snapshot }: WatchedCluster,
  readConfigs: ReadConfigs,
): Promise<boolean> {
  const broker = snapshot?.brokers.find(({ reachable }) => reachable);
  if (broker === undefined) return false;
  try {
    const configs = await readConfigs(settings, broker.id);
    return configs.some(({ name, value }) => name === 'delete.topic.enable' && value === 'false');
  } catch {
    return false;
  }
}

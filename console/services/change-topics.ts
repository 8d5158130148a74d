/**
 * Creates and changes topics. Each request to Kafka is sent once; what is not known to have happened is said to be
 * unknown. Afterwards the change is waited for on every broker, and one round is collected, so that the answer and the
 * pages show what is there now.
 */
import { alterConfigs } from '../../kafka-client/admin/alter-configs.ts';
import { fetchTopicFrom } from '../../kafka-client/admin/cluster-metadata.ts';
import { createPartitions } from '../../kafka-client/admin/create-partitions.ts';
import { createTopics } from '../../kafka-client/admin/create-topics.ts';
import { ConfigResourceType } from '../../kafka-client/admin/describe-configs.ts';
import type { KafkaCluster } from '../../kafka-client/cluster.ts';
import { collectNow, latestSnapshot } from '../collector/live-clusters.ts';
import type { ChangeTopic, CreateTopic, TopicDetail } from '../contracts/topics.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';
import { changeFailure, changeTimeoutMs, kafkaOf, requireDone } from './kafka-connections.ts';
import { isChanged } from './config-contract.ts';
import { isShownByAll } from './shown-by-brokers.ts';
import { forgetTopic, relearnTopicConfigs, topicConfigsAt } from './topic-configs.ts';
import { topicDetail } from './topics.ts';
import { requireCluster } from './watched-clusters.ts';
import type { WatchedCluster } from './watched-clusters.ts';
import { withDeadline } from './with-deadline.ts';

/** Longer than a round that began just before, with one broker that hangs, and the one after it. */
const refreshWaitMs = 10_000;

export function requireWritable({ settings }: WatchedCluster): void {
  if (settings.readOnly) throw new ConsoleError('read-only', `Cluster "${settings.id}" is only watched.`);
}

/**
 * Collects, but waits only so long: the change is done whether or not it is seen at once. `startsOf`: topics of which records were
 * taken away.
 */
export async function refreshAfterChange(clusterId: string, startsOf: readonly string[] = []): Promise<void> {
  const collected = collectNow(clusterId, startsOf).then(
    () => undefined,
    () => undefined, // The collector says what is wrong; the change itself is done.
  );
  await withDeadline(collected, refreshWaitMs, undefined);
}

/** Partitions that this broker knows of; none of a topic that it has not heard of. */
async function partitionsAt(kafka: KafkaCluster, brokerId: number, topic: string): Promise<number> {
  return (await fetchTopicFrom(kafka, brokerId, topic))?.partitions.length ?? 0;
}

function notSeenYet(context: ConsoleContext, topic: CreateTopic): TopicDetail {
  return {
    name: topic.name,
    internal: false,
    partitionCount: topic.partitions ?? 1,
    replicationFactor: topic.replicationFactor ?? 1,
    records: null,
    sizeBytes: null,
    underReplicatedPartitions: 0,
    offlinePartitions: 0,
    messagesInPerSec: null,
    bytesInPerSec: null,
    bytesOutPerSec: null,
    minInSyncReplicas: null,
    retentionMs: null,
    retentionBytes: null,
    cleanupPolicy: null,
    lastWriteAt: null,
    writesWatchedSince: null,
    spreadPercent: null,
    skewPercent: null,
    leaderSkewPercent: null,
    partitions: [],
    configs: null,
    groups: [],
    asOf: context.now().toISOString(),
    stale: false,
  };
}

export async function createTopic(
  context: ConsoleContext,
  clusterId: string,
  topic: CreateTopic,
): Promise<TopicDetail> {
  const cluster = requireCluster(context, clusterId);
  requireWritable(cluster);
  const kafka = kafkaOf(cluster.settings);
  const { name, partitions = -1, replicationFactor = -1, configs } = topic;
  try {
    const [outcome] = await createTopics(
      kafka,
      [{ name, partitions, replicationFactor, configs }],
      changeTimeoutMs,
    );
    requireDone(outcome, name);
  } catch (error) {
    throw changeFailure(error);
  }
  await isShownByAll(kafka, async (id) => (await partitionsAt(kafka, id, name)) > 0);
  await Promise.all([
    refreshAfterChange(clusterId),
    relearnTopicConfigs(cluster.settings, name, refreshWaitMs),
  ]);
  const seen = latestSnapshot(clusterId)?.topics.has(name) === true;
  return seen ? topicDetail(context, clusterId, name) : notSeenYet(context, topic);
}

export async function changeTopic(
  context: ConsoleContext,
  clusterId: string,
  name: string,
  change: ChangeTopic,
): Promise<TopicDetail> {
  const cluster = requireCluster(context, clusterId);
  requireWritable(cluster);
  const kafka = kafkaOf(cluster.settings);
  const { partitions, configs = {} } = change;
  let areConfigsShown = true;
  try {
    if (partitions !== undefined) {
      const [outcome] = await createPartitions(kafka, [{ name, count: partitions }], changeTimeoutMs);
      requireDone(outcome, name);
      await isShownByAll(kafka, async (id) => (await partitionsAt(kafka, id, name)) >= partitions);
    }
    if (Object.keys(configs).length > 0) {
      const resource = { type: ConfigResourceType.topic, name };
      const [outcome] = await alterConfigs(kafka, [{ resource, configs }]);
      requireDone(outcome, name);
      areConfigsShown = await isShownByAll(kafka, async (id) => {
        const now = await topicConfigsAt(cluster.settings, id, name);
        return now !== null && isChanged(now, configs, 'topic');
      });
    }
  } catch (error) {
    throw changeFailure(error);
  } finally {
    await Promise.all([
      refreshAfterChange(clusterId),
      areConfigsShown
        ? relearnTopicConfigs(cluster.settings, name, refreshWaitMs)
        : forgetTopic(cluster.settings, name),
    ]);
  }
  return topicDetail(context, clusterId, name);
}

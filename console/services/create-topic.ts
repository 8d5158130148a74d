/**
 * Creates topics. The request to Kafka is sent once; what is not known to have happened is said to be unknown. Afterwards the topic
 * is waited for on every broker, and one round is collected, so that the answer and the pages show what is there now.
 */
import { createTopics } from '../../kafka-client/admin/create-topics.ts';
import { latestSnapshot } from '../collector/live-clusters.ts';
import type { CreateTopic, TopicDetail } from '../contracts/topics.ts';
import { partitionsAt, refreshAfterChange, refreshWaitMs, requireWritable } from './changing-cluster.ts';
import type { ConsoleContext } from './context.ts';
import { changeFailure, changeTimeoutMs, kafkaOf, requireDone } from './kafka-connections.ts';
import { isShownByAll } from './shown-by-brokers.ts';
import { relearnTopicConfigs } from './topic-configs.ts';
import { topicDetail } from './topics.ts';
import { requireCluster } from './watched-clusters.ts';

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

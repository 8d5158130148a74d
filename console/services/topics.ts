/** Topics as the last round saw them. Names come from the cluster and may be anything, so they are looked up in maps. */
import type { List } from '../contracts/envelope.ts';
import type { Topic, TopicDetail } from '../contracts/topics.ts';
import { groupLag } from '../model/group-summary.ts';
import type { ClusterSnapshot, PartitionSnapshot, TopicSnapshot } from '../model/snapshot.ts';
import { topicSpread } from '../model/topic-spread.ts';
import { summarizeTopic } from '../model/topic-summary.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';
import { pageOf } from './list-page.ts';
import type { PageQuery } from './list-page.ts';
import { topicConfigs } from './topic-configs.ts';
import { requireSnapshot } from './watched-clusters.ts';

export interface TopicListQuery extends PageQuery {
  internal?: 'true' | 'false' | undefined;
}

const timeOf = (atMs: number | null | undefined): string | null =>
  atMs == null ? null : new Date(atMs).toISOString();

function toContract(topic: TopicSnapshot, { brokers }: ClusterSnapshot): Topic {
  const { name, internal, messagesInPerSec, bytesInPerSec, bytesOutPerSec, settings, writes } = topic;
  return {
    ...{ name, internal, ...summarizeTopic(topic), messagesInPerSec, bytesInPerSec, bytesOutPerSec },
    minInSyncReplicas: settings?.minInSyncReplicas ?? null,
    retentionMs: settings?.retentionMs ?? null,
    retentionBytes: settings?.retentionBytes ?? null,
    cleanupPolicy: settings?.cleanupPolicy ?? null,
    lastWriteAt: timeOf(writes?.lastMs),
    writesWatchedSince: timeOf(writes?.sinceMs),
    ...topicSpread(topic.partitions, brokers.length),
  };
}

export function listTopics(context: ConsoleContext, clusterId: string, query: TopicListQuery): List<Topic> {
  const { snapshot, asOf, stale } = requireSnapshot(context, clusterId);
  const wanted = query.internal === undefined ? null : query.internal === 'true';
  const topics = [...snapshot.topics.values()].filter(
    ({ internal }) => wanted === null || internal === wanted,
  );
  const shape = { textOf: (topic: Topic) => topic.name, keyOf: (topic: Topic) => topic.name };
  return pageOf(
    topics.map((topic) => toContract(topic, snapshot)),
    query,
    shape,
    { asOf, stale },
  );
}

function groupsOf(snapshot: ClusterSnapshot, topic: string): TopicDetail['groups'] {
  const groups: TopicDetail['groups'] = [];
  for (const group of snapshot.groups.values()) {
    if (group.partitions?.some((each) => each.topic === topic) !== true) continue;
    groups.push({
      id: group.id,
      state: group.state,
      members: group.members?.length ?? null,
      lag: groupLag(group, topic),
    });
  }
  return groups;
}

/** While its leader does not answer, offsets are those that it told last, with their time. */
function partitionContract(
  partition: PartitionSnapshot,
  endsAtMs: ClusterSnapshot['endsAtMs'],
): TopicDetail['partitions'][number] {
  const { lastKnown, replicas, isr, offlineReplicas } = partition;
  const { logStartOffset, highWatermark, lastStableOffset } = lastKnown ?? partition;
  const { leader, leaderEpoch, sizeBytes, hasOpenTransaction } = partition;
  const isKnown = partition.highWatermark !== null && leader !== null;
  const readAtMs = isKnown ? endsAtMs.get(leader) : lastKnown?.atMs;
  return {
    partition: partition.partition,
    ...{ leader, leaderEpoch, logStartOffset, highWatermark, lastStableOffset, sizeBytes },
    hasOpenTransaction,
    replicas: [...replicas],
    isr: [...isr],
    offlineReplicas: [...offlineReplicas],
    asOf: readAtMs === undefined ? null : new Date(readAtMs).toISOString(),
    stale: lastKnown !== null,
  };
}

export function topicDetail(context: ConsoleContext, clusterId: string, name: string): TopicDetail {
  const { settings, snapshot, asOf, stale } = requireSnapshot(context, clusterId);
  const topic = snapshot.topics.get(name);
  if (topic === undefined) throw new ConsoleError('not-found', `There is no topic "${name}".`);
  return {
    ...toContract(topic, snapshot),
    partitions: topic.partitions.map((each) => partitionContract(each, snapshot.endsAtMs)),
    configs: topicConfigs(settings, name),
    groups: groupsOf(snapshot, name),
    asOf,
    stale,
  };
}

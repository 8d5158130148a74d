/**
 * The points of history that one snapshot gives. A value that is not known gives no point: absence is what a gap is.
 *
 * `topic.endOffset`, `topic.identity` and `group.members` are what a console that starts again learns from how groups stood:
 * with them and the lags of partitions it knows the commits of each round (group-watch/past.ts).
 *
 * Sums and their parts are separate lines: `group.lag` has a line per group, per group and topic, and per partition. Labels
 * that do not apply are empty strings.
 */
import { brokerMeterNames, requestKinds } from '../contracts/brokers.ts';
import { groupLag, isLagFloor, topicsOfGroup } from './group-summary.ts';
import { summarizeCluster } from './cluster-summary.ts';
import {
  partitionKey,
  type BrokerMetrics,
  type ClusterSnapshot,
  type GroupPartition,
  type GroupSnapshot,
  type TopicSnapshot,
} from './snapshot.ts';
import { topicIdentity } from './topic-identity.ts';
import { summarizeTopic } from './topic-summary.ts';

export interface SeriesLabels {
  readonly topic: string;
  readonly group: string;
  readonly broker: string;
  readonly partition: string;
}

export interface Sample {
  /** As in the API: group.lag, topic.sizeBytes, ... */
  readonly name: string;
  readonly labels: SeriesLabels;
  readonly value: number;
}

/**
 * Lines per partition are kept for clusters of up to so many partitions; above it, only sums are, and what a console that
 * starts again has to know of the partitions that groups are behind in.
 */
export const PARTITION_LINES_MAX = 3_000;
export const BEHIND_LINES_MAX = 500;
/** Younger than that is the pace of rounds and commits. */
const BEHIND_SECONDS = 15;

const none: SeriesLabels = { topic: '', group: '', broker: '', partition: '' };

class Samples {
  readonly list: Sample[] = [];

  add(name: string, labels: Partial<SeriesLabels>, value: number | null): void {
    if (value !== null && Number.isFinite(value))
      this.list.push({ name, labels: { ...none, ...labels }, value });
  }
}

export function samplesOf(snapshot: ClusterSnapshot): Sample[] {
  const samples = new Samples();
  const summary = summarizeCluster(snapshot);
  const perPartition = summary.partitions <= PARTITION_LINES_MAX;
  for (const name of [
    'underReplicatedPartitions',
    'offlinePartitions',
    'messagesInPerSec',
    'bytesInPerSec',
    'bytesOutPerSec',
  ] as const) {
    samples.add(`cluster.${name}`, {}, summary[name]);
  }
  // With what was told earlier in it, it is no point of history.
  samples.add('cluster.totalLag', {}, summary.totalLagAsOfMs === null ? summary.totalLag : null);
  for (const broker of snapshot.brokers) {
    const labels = { broker: String(broker.id) };
    samples.add('broker.logDirBytes', labels, broker.logDirBytes);
    for (const name of [
      'bytesInPerSec',
      'bytesOutPerSec',
      'messagesInPerSec',
      'cpuPercent',
      'memoryBytes',
    ] as const) {
      samples.add(`broker.${name}`, labels, broker.metrics?.[name] ?? null);
    }
    if (broker.metrics !== null) addMeters(samples, labels, broker.metrics);
  }
  for (const topic of snapshot.topics.values()) addTopic(samples, topic, perPartition);
  for (const group of snapshot.groups.values()) addGroup(samples, group, snapshot.topics, perPartition);
  if (!perPartition) addBehind(samples, snapshot);
  return samples.list;
}

const threeDigits = (value: number | undefined): number | null =>
  value === undefined ? null : Number(value.toPrecision(3));

function addMeters(samples: Samples, labels: Partial<SeriesLabels>, metrics: BrokerMetrics): void {
  for (const name of brokerMeterNames) samples.add(`broker.${name}`, labels, metrics[name]);
  for (const kind of requestKinds) {
    const times = metrics[`${kind}TimeMs`];
    samples.add(`broker.${kind}P50Ms`, labels, threeDigits(times?.p50));
    samples.add(`broker.${kind}P95Ms`, labels, threeDigits(times?.p95));
    samples.add(`broker.${kind}P99Ms`, labels, threeDigits(times?.p99));
  }
}

function addTopic(samples: Samples, topic: TopicSnapshot, perPartition: boolean): void {
  const labels = { topic: topic.name };
  const { sizeBytes, records } = summarizeTopic(topic);
  samples.add('topic.sizeBytes', labels, sizeBytes);
  samples.add('topic.records', labels, records);
  for (const name of ['messagesInPerSec', 'bytesInPerSec', 'bytesOutPerSec'] as const) {
    samples.add(`topic.${name}`, labels, topic[name]);
  }
  if (!perPartition || topic.internal) return;
  samples.add('topic.identity', labels, identityOf(topic));
  for (const { partition, logStartOffset, highWatermark, sizeBytes: bytes } of topic.partitions) {
    const ofPartition = { ...labels, partition: String(partition) };
    samples.add('topic.sizeBytes', ofPartition, bytes);
    samples.add('topic.endOffset', ofPartition, highWatermark);
    const known = highWatermark !== null && logStartOffset !== null;
    samples.add('topic.records', ofPartition, known ? Math.max(0, highWatermark - logStartOffset) : null);
  }
}

function addGroup(
  samples: Samples,
  group: GroupSnapshot,
  topics: ReadonlyMap<string, TopicSnapshot>,
  perPartition: boolean,
): void {
  const labels = { group: group.id };
  // A sum that lacks a part would look like a recovery.
  samples.add('group.lag', labels, isLagFloor(group, topics, null) ? null : group.totalLag);
  samples.add('group.lagSeconds', labels, group.lagSeconds?.seconds ?? null);
  samples.add('group.committedPerSec', labels, group.committedPerSec);
  samples.add('group.members', labels, group.members?.length ?? null);
  for (const topic of topicsOfGroup(group)) {
    const lag = isLagFloor(group, topics, topic) ? null : groupLag(group, topic);
    samples.add('group.lag', { ...labels, topic }, lag);
  }
  if (!perPartition) return;
  for (const { topic, partition, lag } of group.partitions ?? []) {
    samples.add('group.lag', { ...labels, topic, partition: String(partition) }, lag);
  }
}

/** In the order of groups and partitions, so that it is the same ones in each round. */
function addBehind(samples: Samples, { groups, topics }: ClusterSnapshot): void {
  const [topicsNamed, partitionsNamed] = [new Set<string>(), new Set<string>()];
  let left = BEHIND_LINES_MAX;
  for (const { id, partitions } of groups.values()) {
    for (const row of partitions ?? []) {
      if (!isBehind(row) || left === 0) continue;
      left--;
      const [topic, partition] = [row.topic, String(row.partition)];
      samples.add('group.lag', { group: id, topic, partition }, row.lag);
      if (!topicsNamed.has(topic)) samples.add('topic.identity', { topic }, identityOf(topics.get(topic)));
      topicsNamed.add(topic);
      const key = partitionKey(topic, row.partition);
      if (!partitionsNamed.has(key)) samples.add('topic.endOffset', { topic, partition }, row.logEndOffset);
      partitionsNamed.add(key);
    }
  }
}

function isBehind({ lag, lagSeconds, status }: GroupPartition): boolean {
  if (lag === null || lag <= 0) return false;
  return (status !== 'ok' && status !== 'unknown') || (lagSeconds?.seconds ?? 0) >= BEHIND_SECONDS;
}

function identityOf(topic: TopicSnapshot | undefined): number | null {
  return topic === undefined || topic.topicId === null ? null : topicIdentity(topic.topicId);
}

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
import { lagsByTopic } from './group-summary.ts';
import type { LabelledLines, LineBook } from './line-book.ts';
import { summarizeCluster } from './cluster-summary.ts';
import {
  type BrokerMetrics,
  type ClusterSnapshot,
  type GroupPartition,
  type GroupSnapshot,
  type TopicSnapshot,
} from './snapshot.ts';
import { topicIdentity } from './topic-identity.ts';
import { topicRecords, topicSizeBytes } from './topic-summary.ts';

/**
 * Lines per partition are kept for clusters of up to so many partitions; above it, only sums are, and what a console that
 * starts again has to know of the partitions that groups are behind in.
 */
export const PARTITION_LINES_MAX = 3_000;
export const BEHIND_LINES_MAX = 500;
/** Younger than that is the pace of rounds and commits. */
const BEHIND_SECONDS = 15;

/** Tells the book what the lines of a cluster are in this round. */
export function tellRound(snapshot: ClusterSnapshot, book: LineBook): void {
  book.begin();
  const summary = summarizeCluster(snapshot);
  const perPartition = summary.partitions <= PARTITION_LINES_MAX;
  for (const name of [
    'underReplicatedPartitions',
    'offlinePartitions',
    'messagesInPerSec',
    'bytesInPerSec',
    'bytesOutPerSec',
  ] as const) {
    book.set(book.all, `cluster.${name}`, summary[name]);
  }
  // With what was told earlier in it, it is no point of history.
  book.set(book.all, 'cluster.totalLag', summary.totalLagAsOfMs === null ? summary.totalLag : null);
  for (const broker of snapshot.brokers) {
    const lines = book.inside(book.all, 'broker', String(broker.id));
    book.set(lines, 'broker.logDirBytes', broker.logDirBytes);
    for (const name of [
      'bytesInPerSec',
      'bytesOutPerSec',
      'messagesInPerSec',
      'cpuPercent',
      'memoryBytes',
    ] as const) {
      book.set(lines, `broker.${name}`, broker.metrics?.[name] ?? null);
    }
    if (broker.metrics !== null) tellMeters(book, lines, broker.metrics);
  }
  for (const topic of snapshot.topics.values()) tellTopic(book, topic, perPartition);
  for (const group of snapshot.groups.values()) tellGroup(book, group, snapshot.topics, perPartition);
  if (!perPartition) tellBehind(book, snapshot);
}

const threeDigits = (value: number | undefined): number | null =>
  value === undefined ? null : Number(value.toPrecision(3));

function tellMeters(book: LineBook, lines: LabelledLines, metrics: BrokerMetrics): void {
  for (const name of brokerMeterNames) book.set(lines, `broker.${name}`, metrics[name]);
  for (const kind of requestKinds) {
    const times = metrics[`${kind}TimeMs`];
    book.set(lines, `broker.${kind}P50Ms`, threeDigits(times?.p50));
    book.set(lines, `broker.${kind}P95Ms`, threeDigits(times?.p95));
    book.set(lines, `broker.${kind}P99Ms`, threeDigits(times?.p99));
  }
}

function tellTopic(book: LineBook, topic: TopicSnapshot, perPartition: boolean): void {
  const lines = book.inside(book.all, 'topic', topic.name);
  book.set(lines, 'topic.sizeBytes', topicSizeBytes(topic));
  book.set(lines, 'topic.records', topicRecords(topic));
  book.set(lines, 'topic.messagesInPerSec', topic.messagesInPerSec);
  book.set(lines, 'topic.bytesInPerSec', topic.bytesInPerSec);
  book.set(lines, 'topic.bytesOutPerSec', topic.bytesOutPerSec);
  if (!perPartition || topic.internal) return;
  book.set(lines, 'topic.identity', identityOf(topic));
  for (const { partition, logStartOffset, highWatermark, sizeBytes } of topic.partitions) {
    const ofPartition = book.inside(lines, 'partition', String(partition));
    book.set(ofPartition, 'topic.sizeBytes', sizeBytes);
    book.set(ofPartition, 'topic.endOffset', highWatermark);
    const known = highWatermark !== null && logStartOffset !== null;
    book.set(ofPartition, 'topic.records', known ? Math.max(0, highWatermark - logStartOffset) : null);
  }
}

function tellGroup(
  book: LineBook,
  group: GroupSnapshot,
  topics: ReadonlyMap<string, TopicSnapshot>,
  perPartition: boolean,
): void {
  const lines = book.inside(book.all, 'group', group.id);
  const lags = lagsByTopic(group, topics);
  // A sum that lacks a part would look like a recovery.
  const isWhole = lags.every(({ isFloor }) => !isFloor);
  book.set(lines, 'group.lag', isWhole ? group.totalLag : null);
  book.set(lines, 'group.lagSeconds', group.lagSeconds?.seconds ?? null);
  book.set(lines, 'group.committedPerSec', group.committedPerSec);
  book.set(lines, 'group.members', group.members?.length ?? null);
  for (const { topic, lag, isFloor } of lags)
    if (!isFloor && lag !== null) book.set(book.inside(lines, 'topic', topic), 'group.lag', lag);
  if (!perPartition) return;
  for (const { topic, partition, lag } of group.partitions ?? []) {
    if (lag === null) continue;
    const ofTopic = book.inside(lines, 'topic', topic);
    book.set(book.inside(ofTopic, 'partition', String(partition)), 'group.lag', lag);
  }
}

/** In the order of groups and partitions, so that it is the same ones in each round. */
function tellBehind(book: LineBook, { groups, topics }: ClusterSnapshot): void {
  let left = BEHIND_LINES_MAX;
  for (const { id, partitions } of groups.values()) {
    for (const row of partitions ?? []) {
      if (!isBehind(row)) continue;
      if (left-- === 0) return;
      const partition = String(row.partition);
      const ofGroup = book.inside(book.inside(book.all, 'group', id), 'topic', row.topic);
      book.set(book.inside(ofGroup, 'partition', partition), 'group.lag', row.lag);
      const ofTopic = book.inside(book.all, 'topic', row.topic);
      book.set(ofTopic, 'topic.identity', identityOf(topics.get(row.topic)));
      book.set(book.inside(ofTopic, 'partition', partition), 'topic.endOffset', row.logEndOffset);
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

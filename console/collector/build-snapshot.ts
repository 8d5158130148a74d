/**
 * Turns the answers of one round, and what is remembered of earlier ones, into the snapshot that everyone reads. Pure:
 * the same answers give the same snapshot.
 */
import { compareText } from '../model/lag.ts';
import { maxRateGapMs } from '../model/rates.ts';
import {
  partitionKey,
  type BrokerSnapshot,
  type ClusterSnapshot,
  type LogDirSnapshot,
  type PartitionSnapshot,
  type RoundCost,
  type TopicSnapshot,
} from '../model/snapshot.ts';
import { sumOrNull } from '../model/topic-summary.ts';
import { buildGroups } from './build-groups.ts';
import {
  brokerMetrics,
  committedCounters,
  topicRates,
  watermarkCounters,
  type RateWindow,
} from './build-rates.ts';
import type { ClusterMetadata, ListedPartition, LogDir } from './kafka-reader.ts';
import type { RoundAnswers } from './round-answers.ts';
import { baselineFor, nextBaselines, type KnownBroker, type RoundMemory } from './round-memory.ts';

export interface RoundFrame {
  readonly clusterId: string;
  readonly intervalMs: number;
  readonly startedAtMs: number;
  readonly cost: RoundCost;
}

export function buildSnapshot(
  answers: RoundAnswers,
  memory: RoundMemory,
  frame: RoundFrame,
): { readonly snapshot: ClusterSnapshot; readonly memory: RoundMemory } {
  const { clusterId, intervalMs, startedAtMs, cost } = frame;
  const round = memory.round + 1;
  const window: RateWindow = {
    before: baselineFor(memory, answers.offsetsAtMs, intervalMs),
    maxGapMs: maxRateGapMs(intervalMs),
  };
  const knownBrokers = rememberBrokers(answers.metadata, memory.brokers);
  const brokers = buildBrokers(answers, knownBrokers, window);
  const topics = buildTopics(answers, brokers, window);
  const groups = buildGroups(answers, memory, window);
  const snapshot: ClusterSnapshot = {
    clusterId,
    kafkaClusterId: answers.metadata.kafkaClusterId,
    round,
    startedAtMs,
    asOfMs: answers.offsetsAtMs,
    controllerId: answers.metadata.controllerId,
    brokers,
    topics,
    groups: groups.snapshots,
    failures: answers.failures,
    cost,
  };
  const baseline = {
    offsetsAtMs: answers.offsetsAtMs,
    committedAtMs: answers.committedAtMs,
    topics: watermarkCounters(answers),
    committed: committedCounters(answers),
    metrics: answers.metrics,
  };
  return {
    snapshot,
    memory: {
      round,
      brokers: knownBrokers,
      groups: groups.known,
      baselines: nextBaselines(memory, baseline, intervalMs),
    },
  };
}

/** Those of the metadata, and those that are gone from it but still have replicas assigned: they are down. */
function rememberBrokers(
  metadata: ClusterMetadata,
  before: ReadonlyMap<number, KnownBroker>,
): ReadonlyMap<number, KnownBroker> {
  const known = new Map<number, KnownBroker>();
  for (const { id, host, port, rack } of metadata.brokers) known.set(id, { host, port, rack });
  for (const topic of metadata.topics) {
    for (const { replicas } of topic.partitions) {
      for (const id of replicas) {
        if (!known.has(id)) known.set(id, before.get(id) ?? { host: '', port: 0, rack: null });
      }
    }
  }
  return known;
}

function buildBrokers(
  answers: RoundAnswers,
  known: ReadonlyMap<number, KnownBroker>,
  window: RateWindow,
): BrokerSnapshot[] {
  const leaders = new Map<number, number>();
  const replicas = new Map<number, number>();
  const count = (counts: Map<number, number>, id: number): unknown =>
    counts.set(id, (counts.get(id) ?? 0) + 1);
  for (const topic of answers.metadata.topics) {
    for (const partition of topic.partitions) {
      if (partition.leader !== null) count(leaders, partition.leader);
      for (const id of partition.replicas) count(replicas, id);
    }
  }
  return [...known.entries()]
    .sort(([a], [b]) => a - b)
    .map(([id, { host, port, rack }]) => {
      const dirs = answers.logDirs.get(id) ?? null;
      const logDirs = dirs?.map(logDirOf) ?? null;
      return {
        id,
        host,
        port,
        rack,
        isController: id === answers.metadata.controllerId,
        reachable: answers.reachable.has(id),
        leaders: leaders.get(id) ?? 0,
        replicas: replicas.get(id) ?? 0,
        logDirBytes: logDirs === null ? null : sumOrNull(logDirs, (dir) => dir.sizeBytes),
        logDirs,
        replicaSizes: dirs === null ? null : replicaSizesOf(dirs),
        metrics: brokerMetrics(
          answers.metrics.get(id) ?? null,
          window.before?.metrics.get(id) ?? null,
          window.maxGapMs,
        ),
      };
    });
}

function logDirOf({ path, error, replicas }: LogDir): LogDirSnapshot {
  return {
    path,
    error,
    sizeBytes: error === null ? replicas.reduce((sum, each) => sum + each.sizeBytes, 0) : null,
  };
}

/** A replica that is being moved is in two directories: the larger copy is the one in use. */
function replicaSizesOf(dirs: readonly LogDir[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { replicas } of dirs) {
    for (const { topic, partition, sizeBytes } of replicas) {
      const key = partitionKey(topic, partition);
      sizes.set(key, Math.max(sizes.get(key) ?? 0, sizeBytes));
    }
  }
  return sizes;
}

function buildTopics(
  answers: RoundAnswers,
  brokers: readonly BrokerSnapshot[],
  window: RateWindow,
): Map<string, TopicSnapshot> {
  const sizesOf = new Map(brokers.map((broker) => [broker.id, broker.replicaSizes]));
  const sorted = [...answers.metadata.topics].sort((a, b) => compareText(a.name, b.name));
  return new Map(
    sorted.map((topic) => {
      const { name, topicId, internal, error } = topic;
      const partitions = topic.partitions
        .map((partition) => partitionOf(name, partition, answers, sizesOf))
        .sort((a, b) => a.partition - b.partition);
      return [name, { name, topicId, internal, error, partitions, ...topicRates(topic, answers, window) }];
    }),
  );
}

function partitionOf(
  topic: string,
  listed: ListedPartition,
  { offsets }: RoundAnswers,
  sizesOf: ReadonlyMap<number, ReadonlyMap<string, number> | null>,
): PartitionSnapshot {
  const key = partitionKey(topic, listed.partition);
  return {
    ...listed,
    logStartOffset: offsets.earliest.get(key) ?? null,
    highWatermark: offsets.latest.get(key) ?? null,
    lastStableOffset: offsets.lastStable.get(key) ?? null,
    sizeBytes: listed.leader === null ? null : (sizesOf.get(listed.leader)?.get(key) ?? null),
  };
}

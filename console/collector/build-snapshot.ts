/**
 * Turns the answers of one round, and what is remembered of earlier ones, into the snapshot that everyone reads. Pure
 * but for the watch over groups, which the round changes in place: a round is built once.
 */
import { compareText } from '../model/lag.ts';
import { maxRateGapMs } from '../model/rates.ts';
import {
  partitionKey,
  type BrokerSnapshot,
  type ClusterSnapshot,
  type PartitionSnapshot,
  type RoundCost,
  type TopicSnapshot,
} from '../model/snapshot.ts';
import { buildGroups } from './build-groups.ts';
import { topicRates, watermarkCounters, type RateWindow } from './build-rates.ts';
import type { ListedPartition } from './kafka-reader.ts';
import type { RoundAnswers } from './round-answers.ts';
import { buildBrokers, rememberBrokers } from './build-brokers.ts';
import { baselineFor, nextBaselines, type RoundMemory } from './round-memory.ts';

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
  const knownBrokers = rememberBrokers(answers, memory.brokers);
  const brokers = buildBrokers(answers, knownBrokers, window);
  const topics = buildTopics(answers, brokers, window);
  const groups = buildGroups(answers, memory, { topics, intervalMs });
  const snapshot: ClusterSnapshot = {
    clusterId,
    kafkaClusterId: answers.metadata.kafkaClusterId,
    round,
    startedAtMs,
    asOfMs: answers.offsetsAtMs,
    controllerId: answers.controllerId,
    brokers,
    topics,
    groups: groups.snapshots,
    failures: answers.failures,
    cost,
  };
  const baseline = {
    offsetsAtMs: answers.offsetsAtMs,
    topics: watermarkCounters(answers),
    metrics: answers.metrics,
  };
  return {
    snapshot,
    memory: {
      round,
      brokers: knownBrokers,
      groups: groups.known,
      watch: groups.watch,
      baselines: nextBaselines(memory, baseline, intervalMs),
    },
  };
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

/** Rates of a round: from the brokers' counters where there is a metrics port, else from the high watermarks. Pure. */
import type { RequestKind, RequestPercentiles } from '../contracts/brokers.ts';
import type { BrokerReading, TrafficCounters } from '../metrics-source/broker-reading.ts';
import type { BrokerCounter } from '../metrics-source/kafka-meters.ts';
import { ratePerSecond } from '../model/rates.ts';
import type { BrokerMetrics, TopicSnapshot } from '../model/snapshot.ts';
import type { ListedTopic } from './kafka-reader.ts';
import type { RoundAnswers } from './round-answers.ts';
import type { Baseline } from './round-memory.ts';

export interface RateWindow {
  readonly before: Baseline | null;
  readonly maxGapMs: number;
}

export function brokerMetrics(
  now: BrokerReading | null,
  before: BrokerReading | null,
  maxGapMs: number,
): BrokerMetrics | null {
  if (now === null) return null;
  const rate = (counter: BrokerCounter): number | null =>
    rateBetween(before, now, (reading) => reading.total[counter], maxGapMs);
  const times = (kind: RequestKind): RequestPercentiles | null => timesSince(kind, before, now, maxGapMs);
  const cpus =
    now.cpuSeconds === null
      ? now.cpusInUse
      : rateBetween(before, now, (reading) => reading.cpuSeconds, maxGapMs);
  return {
    bytesInPerSec: rate('bytesIn'),
    bytesOutPerSec: rate('bytesOut'),
    messagesInPerSec: rate('messagesIn'),
    bytesRejectedPerSec: rate('bytesRejected'),
    produceRequestsPerSec: rate('produceRequests'),
    failedProduceRequestsPerSec: rate('failedProduceRequests'),
    fetchRequestsPerSec: rate('fetchRequests'),
    failedFetchRequestsPerSec: rate('failedFetchRequests'),
    produceConversionsPerSec: rate('produceConversions'),
    fetchConversionsPerSec: rate('fetchConversions'),
    replicationBytesInPerSec: rate('replicationBytesIn'),
    replicationBytesOutPerSec: rate('replicationBytesOut'),
    isrShrinksPerSec: rate('isrShrinks'),
    isrExpandsPerSec: rate('isrExpands'),
    produceTimeMs: times('produce'),
    fetchConsumerTimeMs: times('fetchConsumer'),
    fetchFollowerTimeMs: times('fetchFollower'),
    cpuPercent: cpus === null ? null : cpus * 100,
    memoryBytes: now.memoryBytes,
    underReplicatedPartitions: now.underReplicatedPartitions,
    version: now.version,
  };
}

/** A broker goes on telling the percentiles of requests that are long over: they count where there were new ones since. */
function timesSince(
  kind: RequestKind,
  before: BrokerReading | null,
  now: BrokerReading,
  maxGapMs: number,
): RequestPercentiles | null {
  const times = now.requestTimes[kind];
  if (times === null) return null;
  const { count, p50Ms, p95Ms, p99Ms } = times;
  const percentiles = { p50: p50Ms, p95: p95Ms, p99: p99Ms };
  if (count === null) return percentiles;
  const grown = rateBetween(before, now, (reading) => reading.requestTimes[kind]?.count ?? null, maxGapMs);
  return grown === null || grown === 0 ? null : percentiles;
}

function rateBetween(
  before: BrokerReading | null,
  now: BrokerReading,
  counterOf: (reading: BrokerReading) => number | null,
  maxGapMs: number,
): number | null {
  const [from, to] = [before === null ? null : counterOf(before), counterOf(now)];
  if (before === null || from === null || to === null) return null;
  return ratePerSecond({ value: from, atMs: before.atMs }, { value: to, atMs: now.atMs }, maxGapMs);
}

type TopicRates = Pick<TopicSnapshot, 'messagesInPerSec' | 'bytesInPerSec' | 'bytesOutPerSec'>;

export function topicRates(topic: ListedTopic, answers: RoundAnswers, window: RateWindow): TopicRates {
  return {
    messagesInPerSec:
      meteredRate(topic, 'messagesIn', answers, window) ?? watermarkRate(topic, answers, window),
    bytesInPerSec: meteredRate(topic, 'bytesIn', answers, window),
    bytesOutPerSec: meteredRate(topic, 'bytesOut', answers, window),
  };
}

/** Sum over the brokers that lead a partition; unknown when one of them did not tell. */
function meteredRate(
  topic: ListedTopic,
  counter: keyof TrafficCounters,
  answers: RoundAnswers,
  { before, maxGapMs }: RateWindow,
): number | null {
  if (answers.metrics.size === 0) return null;
  const leaders = new Set(topic.partitions.flatMap(({ leader }) => (leader === null ? [] : [leader])));
  let sum: number | null = null;
  for (const id of leaders) {
    const [from, to] = [before?.metrics.get(id) ?? null, answers.metrics.get(id) ?? null];
    if (from === null || to === null) return null;
    // A broker makes the meters of a topic at its first traffic: where others are known, absent is nothing yet.
    const counterOf = (reading: BrokerReading): number | null =>
      reading.topics === null || reading.total[counter] === null
        ? null
        : (reading.topics.get(topic.name)?.[counter] ?? 0);
    const rate = rateBetween(from, to, counterOf, maxGapMs);
    if (rate === null) return null;
    sum = (sum ?? 0) + rate;
  }
  return sum;
}

/** Growth of all partitions; one that is new since then has grown by nothing, one that fell or vanished makes it unknown. */
function watermarkRate(
  topic: ListedTopic,
  { offsets, offsetsAtMs }: RoundAnswers,
  { before, maxGapMs }: RateWindow,
): number | null {
  const known = before?.topics.get(topic.name);
  const ends = offsets.latest.of(topic.name);
  if (before === null || ends === undefined || known?.topicId !== topic.topicId) return null;
  let growth = 0;
  for (const [partition, earlier] of known.highWatermarks.entries()) {
    if (Number.isNaN(earlier)) continue;
    growth += (ends[partition] ?? NaN) - earlier;
    if (!(growth >= 0) || (ends[partition] ?? 0) < earlier) return null;
  }
  return ratePerSecond(
    { value: 0, atMs: before.offsetsAtMs },
    { value: growth, atMs: offsetsAtMs },
    maxGapMs,
  );
}

export function watermarkCounters({ metadata, offsets }: RoundAnswers): Baseline['topics'] {
  const counters = new Map<string, { topicId: string | null; highWatermarks: readonly number[] }>();
  for (const { name, topicId } of metadata.topics) {
    counters.set(name, { topicId, highWatermarks: offsets.latest.of(name) ?? [] });
  }
  return counters;
}

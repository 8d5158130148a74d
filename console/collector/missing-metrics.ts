/** Why a broker's metric is not known, in words for a person: no address, no answer, not in it, or no rate yet. Pure. */
import type { AnyBrokerMetric, MissingMetric, MissingMetrics, RequestKind } from '../contracts/brokers.ts';
import { requestKinds } from '../contracts/brokers.ts';
import type { BrokerReading, ReadValue } from '../metrics-source/broker-reading.ts';
import type { BrokerMetrics } from '../model/snapshot.ts';

/** What is read for each metric, and the counter behind those that are rates. */
const readFor: Readonly<Record<AnyBrokerMetric, ReadValue>> = {
  bytesInPerSec: 'bytesIn',
  bytesOutPerSec: 'bytesOut',
  messagesInPerSec: 'messagesIn',
  cpuPercent: 'cpu',
  memoryBytes: 'memory',
  underReplicatedPartitions: 'underReplicatedPartitions',
  bytesRejectedPerSec: 'bytesRejected',
  produceRequestsPerSec: 'produceRequests',
  failedProduceRequestsPerSec: 'failedProduceRequests',
  fetchRequestsPerSec: 'fetchRequests',
  failedFetchRequestsPerSec: 'failedFetchRequests',
  produceConversionsPerSec: 'produceConversions',
  fetchConversionsPerSec: 'fetchConversions',
  replicationBytesInPerSec: 'replicationBytesIn',
  replicationBytesOutPerSec: 'replicationBytesOut',
  isrShrinksPerSec: 'isrShrinks',
  isrExpandsPerSec: 'isrExpands',
  produceTimeMs: 'produce',
  fetchConsumerTimeMs: 'fetchConsumer',
  fetchFollowerTimeMs: 'fetchFollower',
};
const metricNames = Object.keys(readFor) as AnyBrokerMetric[];

const notConfigured: MissingMetric = {
  code: 'not-configured',
  reason:
    'No address is set for the metrics of this broker. Give the cluster one, on the page of clusters or with AQUILA_BROKER_METRICS or <alias>.kafka.eagle.broker.metrics, for example http://{host}:7071.',
};
const firstReading: MissingMetric = {
  code: 'first-reading',
  reason: 'A rate needs two readings, and there is only the first one yet.',
};
const counterReset: MissingMetric = {
  code: 'counter-reset',
  reason: 'The counter went back, as it does when a broker restarts. The next round has a rate again.',
};

const noRequests: MissingMetric = {
  code: 'no-requests',
  reason: 'The broker had no request of this kind since the round before.',
};

export interface Readings {
  readonly now: BrokerReading | null;
  /** The one that rates are taken from; null when there is none. */
  readonly before: BrokerReading | null;
  /** Why there is none now; left out where no address is set. */
  readonly unread: MissingMetric | undefined;
  readonly maxGapMs: number;
}

export function missingMetrics(metrics: BrokerMetrics | null, readings: Readings): MissingMetrics {
  const missing: MissingMetrics = {};
  for (const name of metricNames) {
    if (metrics === null) missing[name] = readings.unread ?? notConfigured;
    else if (metrics[name] === null) missing[name] = reasonFor(readFor[name], readings);
  }
  return missing;
}

const isKind = (value: ReadValue): value is RequestKind => requestKinds.some((kind) => kind === value);

/** Only values that are rates, or that count where there were requests, can be in the answer and yet not known. */
function reasonFor(value: ReadValue, { now, before, maxGapMs }: Readings): MissingMetric {
  const names = now?.absent.get(value);
  if (names !== undefined) {
    return { code: 'absent', reason: `The broker's metrics do not have it. Looked for: ${names}.` };
  }
  if (now === null || before === null || before.absent.has(value)) return firstReading;
  if (now.atMs - before.atMs <= maxGapMs) {
    const count = (reading: BrokerReading): number | null | undefined =>
      isKind(value) ? reading.requestTimes[value]?.count : undefined;
    return isKind(value) && count(now) === count(before) ? noRequests : counterReset;
  }
  return {
    code: 'gap',
    reason: `The reading before is older than ${String(maxGapMs / 1_000)} s: a rate over it would say nothing about now.`,
  };
}

/**
 * Which meters of brokers are drawn, in which order: what arrives and leaves, the requests that carry it and how long they take, what
 * brokers send each other, and what all of it costs the machine. Kafka Eagle's set, and what it lacked. PURE.
 */
import type { HistorySeriesName } from '../../console/contracts/history';
import type { QuantityKind } from '../format/quantity';

export const PERCENTILES = ['50', '95', '99'] as const;
export type Percentile = (typeof PERCENTILES)[number];

interface MeterOf<Name extends string> {
  readonly name: Name;
  readonly kind: QuantityKind;
  readonly seriesAt: (percentile: Percentile) => HistorySeriesName;
  /** Percents of different machines and percentiles of different requests have no sum. */
  readonly hasSum: boolean;
}

function meter<Name extends string>(
  name: Name,
  kind: QuantityKind,
  series: HistorySeriesName,
): MeterOf<Name> {
  return { name, kind, seriesAt: () => series, hasSum: kind !== 'percent' };
}

function time<Name extends string>(
  name: Name,
  kind: 'produce' | 'fetchConsumer' | 'fetchFollower',
): MeterOf<Name> {
  return {
    name,
    kind: 'milliseconds',
    seriesAt: (percentile) => `broker.${kind}P${percentile}Ms`,
    hasSum: false,
  };
}

export const meterSections = [
  {
    name: 'traffic',
    columns: 2,
    meters: [
      meter('messagesIn', 'perSec', 'broker.messagesInPerSec'),
      meter('bytesIn', 'bytesPerSec', 'broker.bytesInPerSec'),
      meter('bytesOut', 'bytesPerSec', 'broker.bytesOutPerSec'),
      meter('bytesRejected', 'bytesPerSec', 'broker.bytesRejectedPerSec'),
    ],
  },
  {
    name: 'requests',
    columns: 2,
    meters: [
      meter('produceRequests', 'perSec', 'broker.produceRequestsPerSec'),
      meter('failedProduceRequests', 'perSec', 'broker.failedProduceRequestsPerSec'),
      meter('fetchRequests', 'perSec', 'broker.fetchRequestsPerSec'),
      meter('failedFetchRequests', 'perSec', 'broker.failedFetchRequestsPerSec'),
    ],
  },
  {
    name: 'times',
    columns: 3,
    meters: [
      time('produceTime', 'produce'),
      time('fetchConsumerTime', 'fetchConsumer'),
      time('fetchFollowerTime', 'fetchFollower'),
    ],
  },
  {
    name: 'replication',
    columns: 2,
    meters: [
      meter('replicationBytesIn', 'bytesPerSec', 'broker.replicationBytesInPerSec'),
      meter('replicationBytesOut', 'bytesPerSec', 'broker.replicationBytesOutPerSec'),
      meter('isrShrinks', 'perSec', 'broker.isrShrinksPerSec'),
      meter('isrExpands', 'perSec', 'broker.isrExpandsPerSec'),
    ],
  },
  {
    name: 'conversions',
    columns: 2,
    meters: [
      meter('produceConversions', 'perSec', 'broker.produceConversionsPerSec'),
      meter('fetchConversions', 'perSec', 'broker.fetchConversionsPerSec'),
    ],
  },
  {
    name: 'machine',
    columns: 3,
    meters: [
      meter('cpu', 'percent', 'broker.cpuPercent'),
      meter('memory', 'bytes', 'broker.memoryBytes'),
      meter('logSize', 'bytes', 'broker.logDirBytes'),
    ],
  },
] as const satisfies readonly {
  readonly name: string;
  readonly columns: 2 | 3;
  readonly meters: readonly MeterOf<string>[];
}[];

export type MeterSection = (typeof meterSections)[number];
export type Meter = MeterSection['meters'][number];

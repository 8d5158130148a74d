/**
 * What is read from a broker's metrics port in one request, whatever speaks there. Counters are totals since the broker's
 * start; rates are made of two readings by whoever asks. A value that the source did not have is null, and `absent` says
 * under which names it was looked for. Why a port as a whole told nothing is a MetricsReadError with a code of its own.
 */
import { requestKinds, type MissingMetricCode, type RequestKind } from '../contracts/brokers.ts';
import { brokerCounters, type BrokerCounter } from './kafka-meters.ts';

/** Told by topic, too. */
export interface TrafficCounters {
  readonly messagesIn: number | null;
  readonly bytesIn: number | null;
  readonly bytesOut: number | null;
}

export type BrokerTotals = Readonly<Record<BrokerCounter, number | null>>;

/** Of the requests of one kind: how many there were, and percentiles over the latest of them, as the broker samples them. */
export interface RequestTimes {
  /** Null where only the percentiles are told. */
  readonly count: number | null;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

export type RequestTimesByKind = Readonly<Record<RequestKind, RequestTimes | null>>;

/** What one reading may lack. */
export type ReadValue = BrokerCounter | RequestKind | 'cpu' | 'memory' | 'underReplicatedPartitions';

export interface BrokerReading {
  readonly atMs: number;
  readonly total: BrokerTotals;
  /** By topic; a topic without traffic since the broker's start is absent. Null when there are no totals either. */
  readonly topics: ReadonlyMap<string, TrafficCounters> | null;
  readonly requestTimes: RequestTimesByKind;
  /** CPU seconds that the process has used since its start: its rate is how many CPUs it uses. */
  readonly cpuSeconds: number | null;
  /** CPUs in use just now, from a source that tells the load of the machine and its processors, but no CPU time. */
  readonly cpusInUse: number | null;
  readonly memoryBytes: number | null;
  readonly underReplicatedPartitions: number | null;
  readonly version: string | null;
  /** Which names were looked for in vain, for each value that is not there. */
  readonly absent: ReadonlyMap<ReadValue, string>;
}

/** The address to connect to for a host; rejects when there is none, or none that is allowed. */
export type ResolveHost = (host: string) => Promise<string>;

/** How a port is asked: until when, and by whom its host is judged (null: by nobody). */
export interface MetricsAsk {
  readonly signal: AbortSignal;
  readonly resolve: ResolveHost | null;
}

/** Reads one broker. Rejects with a MetricsReadError when the port does not answer in time or not in this form. */
export type ReadMetrics = (url: string, ask: MetricsAsk) => Promise<BrokerReading>;

/** Why a port told nothing, in words for a person. */
export class MetricsReadError extends Error {
  override readonly name: string = 'MetricsReadError';
  readonly code: MissingMetricCode;
  constructor(code: MissingMetricCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** The port answers, but not in this form: another source may understand it. */
export class NotThisSourceError extends MetricsReadError {
  override readonly name = 'NotThisSourceError';
}

/** Without names that were found, in the order of the list. */
export function absentOf(
  reading: Omit<BrokerReading, 'atMs' | 'topics' | 'version' | 'absent'>,
  names: Readonly<Record<ReadValue, string>>,
): ReadonlyMap<ReadValue, string> {
  const values: readonly (readonly [ReadValue, object | number | null])[] = [
    ...brokerCounters.map((counter) => [counter, reading.total[counter]] as const),
    ...requestKinds.map((kind) => [kind, reading.requestTimes[kind]] as const),
    ['cpu', reading.cpuSeconds ?? reading.cpusInUse],
    ['memory', reading.memoryBytes],
    ['underReplicatedPartitions', reading.underReplicatedPartitions],
  ];
  return new Map(
    values.flatMap(([value, found]) => (found === null ? [[value, names[value]] as const] : [])),
  );
}

/** Before anything of it was read. */
export function noTotals(): Record<BrokerCounter, number | null> {
  return recordOf(brokerCounters, () => null);
}

export function recordOf<Key extends string, Value>(
  keys: readonly Key[],
  valueOf: (key: Key) => Value,
): Record<Key, Value> {
  return Object.fromEntries(keys.map((key) => [key, valueOf(key)])) as Record<Key, Value>;
}

export function cpusOf(load: number | null, processors: number | null): number | null {
  return load === null || load > 1 || processors === null ? null : load * processors;
}

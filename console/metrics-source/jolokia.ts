/**
 * Reads a broker through Jolokia (https://jolokia.org/reference/html/manual/jolokia_protocol.html): one bulk POST of read
 * requests against Kafka's own MBean names. An MBean that is missing answers with a status in its own entry and leaves
 * only its value unknown. Patterns over all topics make the answer of a large cluster long, so it is parsed in slices.
 */
import { z } from 'zod';
import { isSliceOver, nextSlice } from '../../kafka-client/slices.ts';
import { requestKinds, type RequestKind } from '../contracts/brokers.ts';
import {
  absentOf,
  cpusOf,
  NotThisSourceError,
  noTotals,
  recordOf,
  type BrokerReading,
  type BrokerTotals,
  type MetricsAsk,
  type ReadValue,
  type RequestTimes,
  type TrafficCounters,
} from './broker-reading.ts';
import { textOf } from './http-text.ts';
import {
  brokerCounters,
  kafkaMeters,
  kafkaRequests,
  percentiles,
  type BrokerCounter,
} from './kafka-meters.ts';
import { parseJsonInSlices } from './sliced-json.ts';

interface ReadRequest {
  readonly type: 'read';
  readonly mbean: string;
  readonly attribute: string | readonly string[];
}

const read = (mbean: string, attribute: string | readonly string[]): ReadRequest => ({
  type: 'read',
  mbean,
  attribute,
});
const meterName = (counter: BrokerCounter): string =>
  `kafka.server:type=${kafkaMeters[counter].type},name=${kafkaMeters[counter].name}`;
const requestName = (kind: RequestKind): string =>
  `kafka.network:type=RequestMetrics,name=TotalTimeMs,request=${kafkaRequests[kind]}`;
/** Told by topic, too. */
const BY_TOPIC = ['messagesIn', 'bytesIn', 'bytesOut'] as const;
const TIME_ATTRIBUTES = ['Count', ...Object.values(percentiles).map(({ attribute }) => attribute)];
const SYSTEM = 'java.lang:type=OperatingSystem';
const MEMORY = 'java.lang:type=Memory';
const UNDER_REPLICATED = 'kafka.server:type=ReplicaManager,name=UnderReplicatedPartitions';

/** The order is that of the answers. */
const requests: readonly ReadRequest[] = [
  // All meters of the broker as a whole: those of a topic have one key more.
  read('kafka.server:type=BrokerTopicMetrics,name=*', 'Count'),
  read('kafka.server:type=ReplicaManager,name=Isr*PerSec', 'Count'),
  ...BY_TOPIC.map((counter) => read(`${meterName(counter)},topic=*`, 'Count')),
  ...requestKinds.map((kind) => read(requestName(kind), TIME_ATTRIBUTES)),
  read(SYSTEM, 'ProcessCpuTime'),
  read(SYSTEM, ['ProcessCpuLoad', 'AvailableProcessors']),
  read(MEMORY, ['HeapMemoryUsage', 'NonHeapMemoryUsage']),
  read(UNDER_REPLICATED, 'Value'),
  // Of the MBean that Kafka makes of its own, and of those that it makes of metrics.
  read('kafka.server:type=app-info,id=*', 'Version'),
  read('kafka.server:type=app-info,id=*', 'version'),
];

const lookedFor: Readonly<Record<ReadValue, string>> = {
  ...recordOf(brokerCounters, (counter) => `Count of ${meterName(counter)}`),
  ...recordOf(requestKinds, (kind) => `${TIME_ATTRIBUTES.slice(1).join(', ')} of ${requestName(kind)}`),
  cpu: `ProcessCpuTime, or ProcessCpuLoad and AvailableProcessors, of ${SYSTEM}`,
  memory: `HeapMemoryUsage and NonHeapMemoryUsage of ${MEMORY}`,
  underReplicatedPartitions: `Value of ${UNDER_REPLICATED}`,
};

const answersSchema = z
  .array(z.object({ status: z.number(), value: z.unknown().optional() }))
  .length(requests.length);

const count = z.number().finite().min(0);
const loadSchema = z.object({ ProcessCpuLoad: z.number().min(0).max(1), AvailableProcessors: count.min(1) });
const memorySchema = z.object({
  HeapMemoryUsage: z.object({ used: count }),
  NonHeapMemoryUsage: z.object({ used: count }),
});
const timesSchema = z
  .object({ Count: count, '50thPercentile': count, '95thPercentile': count, '99thPercentile': count })
  .transform((times) => ({
    count: times.Count,
    p50Ms: times['50thPercentile'],
    p95Ms: times['95thPercentile'],
    p99Ms: times['99thPercentile'],
  }));
const NANOS_PER_SECOND = 1e9;

export async function readJolokia(baseUrl: string, ask: MetricsAsk): Promise<BrokerReading> {
  const url = `${baseUrl.replace(/\/+$/, '')}/jolokia/`;
  let text = '';
  for await (const piece of textOf({ url, ...ask, body: JSON.stringify(requests) })) {
    // What is no JSON array is another thing that answers any path, and may be as long as it likes.
    if (text === '' && !/^\s*\[/.test(piece)) throw new NotThisSourceError('not-metrics', notJolokia(url));
    text += piece;
  }
  return parseJolokia(text, { url, atMs: Date.now() });
}

const notJolokia = (url: string): string => `${url} did not answer as Jolokia does to a bulk read`;

/** Exported for tests. `atMs` is when the answer was there. */
export async function parseJolokia(
  text: string,
  { url, atMs }: { readonly url: string; readonly atMs: number },
): Promise<BrokerReading> {
  const parsed = await parseJsonInSlices(text).catch(() => null);
  const answers = answersSchema.safeParse(parsed);
  if (!answers.success) throw new NotThisSourceError('not-metrics', notJolokia(url));
  const values = answers.data.map((answer) => (answer.status === 200 ? answer.value : undefined));
  const [meters, isrMeters, topicMessages, topicBytesIn, topicBytesOut] = values;
  const times = values.slice(2 + BY_TOPIC.length, 2 + BY_TOPIC.length + requestKinds.length);
  const [cpuTime, load, memory, underReplicated, ...versions] = values.slice(
    2 + BY_TOPIC.length + requestKinds.length,
  );
  const total = totalsOf(meters, isrMeters);
  const known = BY_TOPIC.some((counter) => total[counter] !== null);
  const cpuNanos = numberOr(cpuTime);
  const cpu = loadSchema.safeParse(load);
  const used = memorySchema.safeParse(memory);
  const reading = {
    atMs,
    total,
    topics: known ? await topicCounters(topicMessages, topicBytesIn, topicBytesOut) : null,
    requestTimes: recordOf(requestKinds, (kind) => timesOf(times[requestKinds.indexOf(kind)])),
    cpuSeconds: cpuNanos === null ? null : cpuNanos / NANOS_PER_SECOND,
    cpusInUse: cpu.success ? cpusOf(cpu.data.ProcessCpuLoad, cpu.data.AvailableProcessors) : null,
    memoryBytes: used.success ? used.data.HeapMemoryUsage.used + used.data.NonHeapMemoryUsage.used : null,
    underReplicatedPartitions: numberOr(underReplicated),
    version: firstVersion(versions),
  };
  return { ...reading, absent: absentOf(reading, lookedFor) };
}

function numberOr(value: unknown): number | null {
  const parsed = count.safeParse(value);
  return parsed.success ? parsed.data : null;
}

function timesOf(value: unknown): RequestTimes | null {
  const parsed = timesSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}

const counterByName: ReadonlyMap<string, BrokerCounter> = new Map(
  brokerCounters.map((counter) => [kafkaMeters[counter].name, counter]),
);

/** Of the answers to patterns over names. */
function totalsOf(...answers: readonly unknown[]): BrokerTotals {
  const totals = noTotals();
  for (const answer of answers) {
    for (const [name, total] of countsBy('name', answer)) {
      const counter = counterByName.get(name);
      if (counter !== undefined) totals[counter] = total;
    }
  }
  return totals;
}

type TopicTotals = Map<string, Record<keyof TrafficCounters, number>>;

async function topicCounters(
  messagesIn: unknown,
  bytesIn: unknown,
  bytesOut: unknown,
): Promise<ReadonlyMap<string, TrafficCounters>> {
  const totals: TopicTotals = new Map();
  for (const [counter, value] of Object.entries({ messagesIn, bytesIn, bytesOut })) {
    for (const [topic, total] of countsBy('topic', value)) {
      if (isSliceOver()) await nextSlice();
      const counters = totals.get(topic) ?? { messagesIn: 0, bytesIn: 0, bytesOut: 0 };
      counters[counter as keyof TrafficCounters] = total;
      totals.set(topic, counters);
    }
  }
  return totals;
}

/** A pattern answers `{objectName: {attribute: value}}`, with the keys of the name in any order. */
function* countsBy(key: 'name' | 'topic', value: unknown): Generator<readonly [key: string, count: number]> {
  if (!isRecord(value)) return;
  const pattern = key === 'name' ? /[:,]name=([^",]+)(?:,|$)/ : /[:,]topic="?([^",]+)"?(?:,|$)/;
  for (const objectName in value) {
    const attributes = value[objectName];
    const found = pattern.exec(objectName)?.[1];
    const total = isRecord(attributes) ? attributes['Count'] : undefined;
    if (found !== undefined && typeof total === 'number' && total >= 0) yield [found, total];
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstVersion(values: readonly unknown[]): string | null {
  for (const value of values) {
    for (const attributes of isRecord(value) ? Object.values(value) : []) {
      const version = isRecord(attributes) ? (attributes['Version'] ?? attributes['version']) : null;
      if (typeof version === 'string') return version;
    }
  }
  return null;
}

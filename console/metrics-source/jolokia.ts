/**
 * Reads a broker through Jolokia (https://jolokia.org/reference/html/manual/jolokia_protocol.html): one bulk POST of read
 * requests against Kafka's own MBean names. An MBean that is missing answers with a status in its own entry and leaves
 * only its value unknown. Patterns over all topics make the answer of a large cluster long, so it is parsed in slices.
 */
import { z } from 'zod';
import { Slices } from '../../kafka-client/slices.ts';
import {
  absentOf,
  cpusOf,
  NotThisSourceError,
  type BrokerReading,
  type MetricsAsk,
  type ReadValue,
  type TrafficCounters,
} from './broker-reading.ts';
import { textOf } from './http-text.ts';
import { parseJsonInSlices } from './sliced-json.ts';

const METERS = ['MessagesInPerSec', 'BytesInPerSec', 'BytesOutPerSec'] as const;
type Meter = (typeof METERS)[number];

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
const meterName = (meter: Meter): string => `kafka.server:type=BrokerTopicMetrics,name=${meter}`;
const SYSTEM = 'java.lang:type=OperatingSystem';
const MEMORY = 'java.lang:type=Memory';
const UNDER_REPLICATED = 'kafka.server:type=ReplicaManager,name=UnderReplicatedPartitions';

/** The order is that of the answers. */
const requests: readonly ReadRequest[] = [
  ...METERS.map((meter) => read(meterName(meter), 'Count')),
  ...METERS.map((meter) => read(`${meterName(meter)},topic=*`, 'Count')),
  read(SYSTEM, 'ProcessCpuTime'),
  read(SYSTEM, ['ProcessCpuLoad', 'AvailableProcessors']),
  read(MEMORY, ['HeapMemoryUsage', 'NonHeapMemoryUsage']),
  read(UNDER_REPLICATED, 'Value'),
  // Of the MBean that Kafka makes of its own, and of those that it makes of metrics.
  read('kafka.server:type=app-info,id=*', 'Version'),
  read('kafka.server:type=app-info,id=*', 'version'),
];

const lookedFor: Readonly<Record<ReadValue, string>> = {
  messagesIn: `Count of ${meterName('MessagesInPerSec')}`,
  bytesIn: `Count of ${meterName('BytesInPerSec')}`,
  bytesOut: `Count of ${meterName('BytesOutPerSec')}`,
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
  const [messages, bytesIn, bytesOut, topicMessages, topicBytesIn, topicBytesOut] = values;
  const [cpuTime, load, memory, underReplicated, ...versions] = values.slice(2 * METERS.length);
  const total = { messagesIn: numberOr(messages), bytesIn: numberOr(bytesIn), bytesOut: numberOr(bytesOut) };
  const known = total.messagesIn !== null || total.bytesIn !== null || total.bytesOut !== null;
  const cpuNanos = numberOr(cpuTime);
  const cpu = loadSchema.safeParse(load);
  const used = memorySchema.safeParse(memory);
  const reading = {
    atMs,
    total,
    topics: known ? await topicCounters(topicMessages, topicBytesIn, topicBytesOut) : null,
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

type TopicTotals = Map<string, Record<keyof TrafficCounters, number>>;

async function topicCounters(
  messagesIn: unknown,
  bytesIn: unknown,
  bytesOut: unknown,
): Promise<ReadonlyMap<string, TrafficCounters>> {
  const totals: TopicTotals = new Map();
  const slices = new Slices();
  for (const [counter, value] of Object.entries({ messagesIn, bytesIn, bytesOut })) {
    for (const [topic, total] of byTopic(value)) {
      if (slices.isOver) await slices.next();
      const counters = totals.get(topic) ?? { messagesIn: 0, bytesIn: 0, bytesOut: 0 };
      counters[counter as keyof TrafficCounters] = total;
      totals.set(topic, counters);
    }
  }
  return totals;
}

/** A pattern answers `{objectName: {attribute: value}}`, with the keys of the name in any order. */
function* byTopic(value: unknown): Generator<readonly [topic: string, total: number]> {
  if (!isRecord(value)) return;
  for (const objectName in value) {
    const attributes = value[objectName];
    const topic = /[:,]topic=("?)([^",]+)\1(?:,|$)/.exec(objectName)?.[2];
    const total = isRecord(attributes) ? attributes['Count'] : undefined;
    if (topic !== undefined && typeof total === 'number' && total >= 0) yield [topic, total];
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

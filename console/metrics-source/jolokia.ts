/**
 * Reads a broker through Jolokia (https://jolokia.org/reference/html/manual/jolokia_protocol.html): one bulk POST of read
 * requests against Kafka's own MBean names. An MBean that is missing answers with a status in its own entry and leaves
 * only its value unknown.
 */
import { z } from 'zod';
import { fetchText, NotThisSourceError, type BrokerReading, type TrafficCounters } from './broker-reading.ts';

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

/** The order is that of the answers. */
const requests: readonly ReadRequest[] = [
  ...METERS.map((meter) => read(meterName(meter), 'Count')),
  ...METERS.map((meter) => read(`${meterName(meter)},topic=*`, 'Count')),
  read('java.lang:type=OperatingSystem', ['ProcessCpuLoad']),
  read('java.lang:type=Memory', ['HeapMemoryUsage', 'NonHeapMemoryUsage']),
  read('kafka.server:type=ReplicaManager,name=UnderReplicatedPartitions', 'Value'),
  read('kafka.server:type=app-info,id=*', 'version'),
];

const answersSchema = z
  .array(z.object({ status: z.number(), value: z.unknown().optional() }))
  .length(requests.length);

const count = z.number().finite().min(0);
const byNameSchema = z.record(z.string(), z.unknown());
const cpuSchema = z.object({ ProcessCpuLoad: z.number().min(0).max(1) });
const memorySchema = z.object({
  HeapMemoryUsage: z.object({ used: count }),
  NonHeapMemoryUsage: z.object({ used: count }),
});

export async function readJolokia(baseUrl: string, signal: AbortSignal): Promise<BrokerReading> {
  const url = `${baseUrl.replace(/\/+$/, '')}/jolokia/`;
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(requests),
  };
  return parseJolokia(await fetchText(url, init, signal), Date.now());
}

/** Exported for tests. `atMs` is when the answer was there. */
export function parseJolokia(text: string, atMs: number): BrokerReading {
  const answers = answersSchema.safeParse(parseJson(text));
  if (!answers.success) throw new NotThisSourceError('the answer is not that of a Jolokia bulk read');
  const values = answers.data.map((answer) => (answer.status === 200 ? answer.value : undefined));
  const [
    messages,
    bytesIn,
    bytesOut,
    topicMessages,
    topicBytesIn,
    topicBytesOut,
    cpu,
    memory,
    underReplicated,
    version,
  ] = values;
  const total = { messagesIn: numberOr(messages), bytesIn: numberOr(bytesIn), bytesOut: numberOr(bytesOut) };
  const known = total.messagesIn !== null || total.bytesIn !== null || total.bytesOut !== null;
  const cpuLoad = cpuSchema.safeParse(cpu);
  const used = memorySchema.safeParse(memory);
  return {
    atMs,
    total,
    topics: known ? topicCounters(topicMessages, topicBytesIn, topicBytesOut) : null,
    cpuLoad: cpuLoad.success ? cpuLoad.data.ProcessCpuLoad : null,
    cpuSeconds: null,
    memoryBytes: used.success ? used.data.HeapMemoryUsage.used + used.data.NonHeapMemoryUsage.used : null,
    underReplicatedPartitions: numberOr(underReplicated),
    version: firstVersion(version),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NotThisSourceError('the answer is not JSON');
  }
}

function numberOr(value: unknown): number | null {
  const parsed = count.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** A pattern answers `{objectName: {attribute: value}}`, with the keys of the name in any order. */
function byTopic(value: unknown): Map<string, number> {
  const counts = new Map<string, number>();
  const parsed = byNameSchema.safeParse(value);
  if (!parsed.success) return counts;
  for (const [objectName, attributes] of Object.entries(parsed.data)) {
    const topic = /[:,]topic=("?)([^",]+)\1(?:,|$)/.exec(objectName)?.[2];
    const total = z.object({ Count: count }).safeParse(attributes);
    if (topic !== undefined && total.success) counts.set(topic, total.data.Count);
  }
  return counts;
}

function topicCounters(messages: unknown, bytesIn: unknown, bytesOut: unknown): Map<string, TrafficCounters> {
  const [messagesOf, bytesInOf, bytesOutOf] = [byTopic(messages), byTopic(bytesIn), byTopic(bytesOut)];
  const topics = new Set([...messagesOf.keys(), ...bytesInOf.keys(), ...bytesOutOf.keys()]);
  return new Map(
    [...topics].map((topic) => [
      topic,
      {
        messagesIn: messagesOf.get(topic) ?? 0,
        bytesIn: bytesInOf.get(topic) ?? 0,
        bytesOut: bytesOutOf.get(topic) ?? 0,
      },
    ]),
  );
}

function firstVersion(value: unknown): string | null {
  const parsed = byNameSchema.safeParse(value);
  for (const attributes of Object.values(parsed.success ? parsed.data : {})) {
    const version = z.object({ version: z.string() }).safeParse(attributes);
    if (version.success) return version.data.version;
  }
  return null;
}

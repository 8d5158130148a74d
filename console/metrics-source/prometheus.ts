/**
 * Reads a broker through Prometheus text, as jmx_exporter writes it: with its default names (domain_type_attribute with
 * the remaining properties as labels) and with those of its example rules for Kafka.
 */
import { fetchText, NotThisSourceError, type BrokerReading, type TrafficCounters } from './broker-reading.ts';

export interface PrometheusSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const linePattern = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?\s*$/;
const labelPattern = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"\s*,?\s*/gy;

/** Longer than any line of a broker: a topic's name has at most 249 characters. */
const LINE_LENGTH_MAX = 16_384;
const namePattern = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
/** A broker has tens of thousands of lines about other things; their labels are not even read. */
const isOfInterest = (name: string): boolean =>
  /^(kafka_server_(brokertopicmetrics|replicamanager|app_info)|java_lang_(operatingsystem|memory)_|jvm_memory_|process_)/i.test(
    name,
  );

/** Samples in order; comments, empty lines and lines that cannot be read are left out, NaN and infinities too. */
export function parsePrometheus(
  text: string,
  isWanted: (name: string) => boolean = () => true,
): PrometheusSample[] {
  const samples: PrometheusSample[] = [];
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#') || line.length > LINE_LENGTH_MAX) continue;
    if (!isWanted(namePattern.exec(line)?.[0] ?? '')) continue;
    const match = linePattern.exec(line.trim());
    if (match === null) continue;
    const [, name = '', labelText = '', valueText = ''] = match;
    const value = Number(valueText);
    const labels = parseLabels(labelText);
    if (Number.isFinite(value) && labels !== null) samples.push({ name, labels, value });
  }
  return samples;
}

function parseLabels(text: string): Record<string, string> | null {
  const labels: Record<string, string> = {};
  labelPattern.lastIndex = 0;
  let end = 0;
  while (end < text.length) {
    const match = labelPattern.exec(text);
    if (match === null) return null;
    end = labelPattern.lastIndex;
    labels[match[1] ?? ''] = unescapeLabel(match[2] ?? '');
  }
  return labels;
}

function unescapeLabel(text: string): string {
  return text.replace(/\\(.)/g, (_whole, character: string) => (character === 'n' ? '\n' : character));
}

const meters: readonly {
  readonly key: keyof TrafficCounters;
  readonly jmx: string;
  readonly rule: string;
}[] = [
  { key: 'messagesIn', jmx: 'MessagesInPerSec', rule: 'messagesin' },
  { key: 'bytesIn', jmx: 'BytesInPerSec', rule: 'bytesin' },
  { key: 'bytesOut', jmx: 'BytesOutPerSec', rule: 'bytesout' },
];

export async function readPrometheus(baseUrl: string, signal: AbortSignal): Promise<BrokerReading> {
  const url = `${baseUrl.replace(/\/+$/, '')}/metrics`;
  return readingOf(parsePrometheus(await fetchText(url, {}, signal), isOfInterest), Date.now());
}

/** Exported for tests. Throws NotThisSourceError when nothing of a broker is in it. */
export function readingOf(samples: readonly PrometheusSample[], atMs: number): BrokerReading {
  const { total, topics } = traffic(samples);
  const first = (...names: string[]): number | null => firstValue(samples, names);
  const reading: BrokerReading = {
    atMs,
    total,
    topics: Object.values(total).some((value) => value !== null) ? topics : null,
    cpuLoad: first('java_lang_OperatingSystem_ProcessCpuLoad', 'java_lang_operatingsystem_processcpuload'),
    cpuSeconds: first('process_cpu_seconds_total'),
    memoryBytes: memoryOf(samples),
    underReplicatedPartitions:
      samples.find(
        (each) =>
          isNamed(each.name, 'kafka_server_ReplicaManager_Value') &&
          each.labels['name'] === 'UnderReplicatedPartitions',
      )?.value ?? first('kafka_server_replicamanager_underreplicatedpartitions'),
    version: samples.find((each) => /^kafka_server_app_info/i.test(each.name))?.labels['version'] ?? null,
  };
  const { atMs: _atMs, total: _total, version: _version, ...others } = reading;
  if (reading.topics === null && Object.values(others).every((value) => value === null)) {
    throw new NotThisSourceError('the answer holds no metric of a Kafka broker');
  }
  return reading;
}

/** By its default name, which `lowercaseOutputName: true` without rules writes in small letters. */
function isNamed(name: string, byDefault: string): boolean {
  return name === byDefault || name === byDefault.toLowerCase();
}

function traffic(samples: readonly PrometheusSample[]): {
  total: TrafficCounters;
  topics: Map<string, TrafficCounters>;
} {
  const total: Record<keyof TrafficCounters, number | null> = {
    messagesIn: null,
    bytesIn: null,
    bytesOut: null,
  };
  const topics = new Map<string, Record<keyof TrafficCounters, number>>();
  for (const { name, labels, value } of samples) {
    const meter = meters.find(
      ({ jmx, rule }) =>
        (isNamed(name, 'kafka_server_BrokerTopicMetrics_Count') && labels['name'] === jmx) ||
        name === `kafka_server_brokertopicmetrics_${rule}_total`,
    );
    if (meter === undefined) continue;
    const topic = labels['topic'];
    if (topic === undefined || topic === '') total[meter.key] = value;
    else {
      const counters = topics.get(topic) ?? { messagesIn: 0, bytesIn: 0, bytesOut: 0 };
      counters[meter.key] = value;
      topics.set(topic, counters);
    }
  }
  return { total, topics };
}

/** Heap and what the process holds beside it, as over JMX; the resident set where there is no such split. */
function memoryOf(samples: readonly PrometheusSample[]): number | null {
  const areas = samples.filter(
    ({ name, labels }) =>
      (name === 'jvm_memory_used_bytes' || name === 'jvm_memory_bytes_used') &&
      (labels['area'] === 'heap' || labels['area'] === 'nonheap'),
  );
  if (areas.length > 0) return areas.reduce((sum, { value }) => sum + value, 0);
  const heap = firstValue(samples, [
    'java_lang_Memory_HeapMemoryUsage_used',
    'java_lang_memory_heapmemoryusage_used',
  ]);
  const other = firstValue(samples, [
    'java_lang_Memory_NonHeapMemoryUsage_used',
    'java_lang_memory_nonheapmemoryusage_used',
  ]);
  if (heap !== null) return heap + (other ?? 0);
  return firstValue(samples, ['process_resident_memory_bytes']);
}

function firstValue(samples: readonly PrometheusSample[], names: readonly string[]): number | null {
  for (const name of names) {
    const value = samples.find((each) => each.name === name)?.value;
    if (value !== undefined && value >= 0) return value;
  }
  return null;
}

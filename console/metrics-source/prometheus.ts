/**
 * Reads a broker through Prometheus text, as jmx_exporter writes it: with its default names (domain_type_attribute with
 * the remaining properties as labels), with those of its example rules for Kafka, and with the names of its own JVM metrics.
 * `lowercaseOutputName` makes small letters of all of them, so names are compared in small letters.
 *
 * The page is read line by line as it comes in: of tens of megabytes only what is asked for is kept.
 */
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
import { LINE_LENGTH_MAX, nameOf, sampleOf, type PrometheusSample } from './prometheus-line.ts';

/** By the label `name` of jmx_exporter's default name; its example rules make a name of it. */
const metersByLabel: ReadonlyMap<string, keyof TrafficCounters> = new Map([
  ['MessagesInPerSec', 'messagesIn'],
  ['BytesInPerSec', 'bytesIn'],
  ['BytesOutPerSec', 'bytesOut'],
]);
const METER_BY_DEFAULT = 'kafka_server_brokertopicmetrics_count';
const metersByRule: ReadonlyMap<string, keyof TrafficCounters> = new Map([
  ['kafka_server_brokertopicmetrics_messagesin_total', 'messagesIn'],
  ['kafka_server_brokertopicmetrics_bytesin_total', 'bytesIn'],
  ['kafka_server_brokertopicmetrics_bytesout_total', 'bytesOut'],
]);
const REPLICAS_BY_DEFAULT = 'kafka_server_replicamanager_value';

/** Names with one value, or one per memory area, and the factor that makes our unit of theirs. */
const singles: ReadonlyMap<string, number> = new Map([
  ['kafka_server_replicamanager_underreplicatedpartitions', 1],
  ['process_cpu_seconds_total', 1],
  ['java_lang_operatingsystem_processcputime', 1e-9],
  ['java_lang_operatingsystem_processcpuload', 1],
  ['java_lang_operatingsystem_availableprocessors', 1],
  ['jvm_memory_used_bytes', 1],
  ['jvm_memory_bytes_used', 1],
  ['java_lang_memory_heapmemoryusage_used', 1],
  ['java_lang_memory_nonheapmemoryusage_used', 1],
  ['process_resident_memory_bytes', 1],
]);
const versionPattern = /^kafka_server_app_info/;

const meterNames = (meter: string, rule: string): string =>
  `kafka_server_BrokerTopicMetrics_Count{name="${meter}"} or kafka_server_brokertopicmetrics_${rule}_total, without a topic`;

const lookedFor: Readonly<Record<ReadValue, string>> = {
  messagesIn: meterNames('MessagesInPerSec', 'messagesin'),
  bytesIn: meterNames('BytesInPerSec', 'bytesin'),
  bytesOut: meterNames('BytesOutPerSec', 'bytesout'),
  cpu: 'process_cpu_seconds_total, java_lang_OperatingSystem_ProcessCpuTime, or java_lang_OperatingSystem_ProcessCpuLoad with _AvailableProcessors',
  memory:
    'jvm_memory_used_bytes, jvm_memory_bytes_used, java_lang_Memory_HeapMemoryUsage_used or process_resident_memory_bytes',
  underReplicatedPartitions:
    'kafka_server_ReplicaManager_Value{name="UnderReplicatedPartitions"} or kafka_server_replicamanager_underreplicatedpartitions',
};

export async function readPrometheus(baseUrl: string, ask: MetricsAsk): Promise<BrokerReading> {
  const url = `${baseUrl.replace(/\/+$/, '')}/metrics`;
  return readPrometheusText(textOf({ url, ...ask }), url);
}

/** Throws NotThisSourceError when nothing of a broker is in it. */
export async function readPrometheusText(pieces: AsyncIterable<string>, url: string): Promise<BrokerReading> {
  const page = new BrokerPage();
  const slices = new Slices();
  let rest = '';
  for await (const piece of pieces) {
    rest = takeLines(rest + piece, page);
    if (slices.isOver) await slices.next();
  }
  page.take(rest);
  return page.reading(Date.now(), url);
}

/** Returns the line that has no end yet. One too long for a broker is not gathered, but stays too long to be read. */
function takeLines(text: string, page: BrokerPage): string {
  let start = 0;
  for (;;) {
    const end = text.indexOf('\n', start);
    if (end < 0) break;
    page.take(text.slice(start, end));
    start = end + 1;
  }
  return text.length - start > LINE_LENGTH_MAX ? '#'.repeat(LINE_LENGTH_MAX + 1) : text.slice(start);
}

/** What of a page is asked for, as its lines come in. */
class BrokerPage {
  readonly #total: Record<keyof TrafficCounters, number | null> = {
    messagesIn: null,
    bytesIn: null,
    bytesOut: null,
  };
  readonly #topics = new Map<string, Record<keyof TrafficCounters, number>>();
  /** By name in small letters, with the memory area behind it where there is one. */
  readonly #values = new Map<string, number>();
  #version: string | null = null;

  take(line: string): void {
    const name = nameOf(line).toLowerCase();
    const isMeter = name === METER_BY_DEFAULT || metersByRule.has(name);
    const isOther = singles.has(name) || name === REPLICAS_BY_DEFAULT || versionPattern.test(name);
    if (!isMeter && !isOther) return;
    const sample = sampleOf(line);
    if (sample === null) return;
    if (isMeter) this.#takeMeter(name, sample);
    else if (versionPattern.test(name)) this.#version ??= sample.labels['version'] ?? null;
    else this.#takeValue(name, sample);
  }

  #takeMeter(name: string, { labels, value }: PrometheusSample): void {
    const meter = metersByRule.get(name) ?? metersByLabel.get(labels['name'] ?? '');
    if (meter === undefined || value < 0) return;
    const topic = labels['topic'];
    if (topic === undefined || topic === '') this.#total[meter] = value;
    else {
      const counters = this.#topics.get(topic) ?? { messagesIn: 0, bytesIn: 0, bytesOut: 0 };
      counters[meter] = value;
      this.#topics.set(topic, counters);
    }
  }

  #takeValue(name: string, { labels, value }: PrometheusSample): void {
    if (value < 0) return;
    if (name === REPLICAS_BY_DEFAULT) {
      if (labels['name'] === 'UnderReplicatedPartitions') this.#values.set(name, value);
      return;
    }
    const area = labels['area'];
    this.#values.set(area === undefined ? name : `${name} ${area}`, value * (singles.get(name) ?? 1));
  }

  reading(atMs: number, url: string): BrokerReading {
    const value = (name: string): number | null => this.#values.get(name) ?? null;
    const isKnown = Object.values(this.#total).some((each) => each !== null);
    const reading = {
      atMs,
      total: this.#total,
      topics: isKnown ? this.#topics : null,
      cpuSeconds: value('process_cpu_seconds_total') ?? value('java_lang_operatingsystem_processcputime'),
      cpusInUse: cpusOf(
        value('java_lang_operatingsystem_processcpuload'),
        value('java_lang_operatingsystem_availableprocessors'),
      ),
      memoryBytes: memoryOf(value),
      underReplicatedPartitions:
        value(REPLICAS_BY_DEFAULT) ?? value('kafka_server_replicamanager_underreplicatedpartitions'),
      version: this.#version,
    };
    const absent = absentOf(reading, lookedFor);
    if (absent.size === Object.keys(lookedFor).length) {
      throw new NotThisSourceError('not-metrics', `${url} answered without a metric of a Kafka broker`);
    }
    return { ...reading, absent };
  }
}

/** Heap and what the JVM holds beside it, as over JMX; the resident set where there is no such split. */
function memoryOf(value: (name: string) => number | null): number | null {
  const splits = [
    ['jvm_memory_used_bytes heap', 'jvm_memory_used_bytes nonheap'],
    ['jvm_memory_bytes_used heap', 'jvm_memory_bytes_used nonheap'],
    ['java_lang_memory_heapmemoryusage_used', 'java_lang_memory_nonheapmemoryusage_used'],
  ] as const;
  for (const [heap, other] of splits) {
    const used = value(heap);
    if (used !== null) return used + (value(other) ?? 0);
  }
  return value('process_resident_memory_bytes');
}

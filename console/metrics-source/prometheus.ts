/**
 * Reads a broker through Prometheus text, as jmx_exporter writes it: with its default names (domain_type_attribute with
 * the remaining properties as labels), with those of its example rules for Kafka, and with the names of its own JVM metrics.
 * `lowercaseOutputName` makes small letters of all of them, so names are compared in small letters.
 *
 * The page is read line by line as it comes in: of tens of megabytes only what is asked for is kept.
 */
import { isSliceOver, nextSlice } from '../../kafka-client/slices.ts';
import { requestKinds, type RequestKind } from '../contracts/brokers.ts';
import {
  absentOf,
  cpusOf,
  NotThisSourceError,
  noTotals,
  recordOf,
  type BrokerReading,
  type MetricsAsk,
  type ReadValue,
  type RequestTimes,
} from './broker-reading.ts';
import { textOf } from './http-text.ts';
import {
  brokerCounters,
  kafkaMeters,
  kafkaRequests,
  percentiles,
  type BrokerCounter,
  type Percentile,
} from './kafka-meters.ts';
import { LINE_LENGTH_MAX, nameOf, sampleOf, type PrometheusSample } from './prometheus-line.ts';

/** Name of a meter by jmx_exporter's default, with the label `name` behind it, or by its example rules: in small letters. */
const counterByName: ReadonlyMap<string, BrokerCounter> = new Map(
  brokerCounters.flatMap((counter) => [
    [`${byDefault(counter).toLowerCase()} ${kafkaMeters[counter].name}`, counter],
    [byRule(counter), counter],
  ]),
);
const meterNames: ReadonlySet<string> = new Set(
  [...counterByName.keys()].map((name) => name.split(' ', 1)[0] ?? ''),
);
const TIMES_BY_DEFAULT = 'kafka_network_requestmetrics_';
const TIMES_BY_RULE = 'kafka_network_requestmetrics_totaltimems';
/** The writer of jmx_exporter 1.0 ends the name of each counter with _total. */
const timeCounts: ReadonlySet<string> = new Set([
  `${TIMES_BY_DEFAULT}count`,
  `${TIMES_BY_RULE}_count`,
  `${TIMES_BY_RULE}_count_total`,
]);
const TIMES_NAME = 'TotalTimeMs';
const kindByRequest: ReadonlyMap<string, RequestKind> = new Map(
  requestKinds.map((kind) => [kafkaRequests[kind], kind]),
);
const TOPIC_COUNTERS = ['messagesIn', 'bytesIn', 'bytesOut'] as const;
type TopicCounter = (typeof TOPIC_COUNTERS)[number];
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

function byDefault(counter: BrokerCounter): string {
  return `kafka_server_${kafkaMeters[counter].type}_Count`;
}

function byRule(counter: BrokerCounter): string {
  const { type, name } = kafkaMeters[counter];
  return `kafka_server_${type}_${name.replace(/PerSec$/, '')}_total`.toLowerCase();
}

const lookedFor: Readonly<Record<ReadValue, string>> = {
  ...recordOf(
    brokerCounters,
    (counter) =>
      `${byDefault(counter)}{name="${kafkaMeters[counter].name}"} or ${byRule(counter)}, without a topic`,
  ),
  ...recordOf(
    requestKinds,
    (kind) =>
      `kafka_network_RequestMetrics_99thPercentile{name="${TIMES_NAME}",request="${kafkaRequests[kind]}"} and its 50th and 95th, or ${TIMES_BY_RULE}{request="${kafkaRequests[kind]}",quantile="0.99"}`,
  ),
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
  let rest = '';
  for await (const piece of pieces) {
    rest = takeLines(rest + piece, page);
    if (isSliceOver()) await nextSlice();
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

/** Of the times of one kind of requests, as its lines come in. */
type TimesRead = Partial<Record<Percentile | 'count', number>>;

/** What of a page is asked for, as its lines come in. */
class BrokerPage {
  readonly #total = noTotals();
  readonly #times = recordOf(requestKinds, (): TimesRead => ({}));
  readonly #topics = new Map<string, Record<TopicCounter, number>>();
  /** By name in small letters, with the memory area behind it where there is one. */
  readonly #values = new Map<string, number>();
  #version: string | null = null;

  take(line: string): void {
    const name = nameOf(line).toLowerCase();
    const isMeter = meterNames.has(name);
    const isTime = name.startsWith(TIMES_BY_DEFAULT);
    const isOther = singles.has(name) || name === REPLICAS_BY_DEFAULT || versionPattern.test(name);
    if (!isMeter && !isTime && !isOther) return;
    const sample = sampleOf(line);
    if (sample === null) return;
    if (isMeter) this.#takeMeter(name, sample);
    else if (isTime) this.#takeTime(name, sample);
    else if (versionPattern.test(name)) this.#version ??= sample.labels['version'] ?? null;
    else this.#takeValue(name, sample);
  }

  #takeMeter(name: string, { labels, value }: PrometheusSample): void {
    const counter = counterByName.get(name) ?? counterByName.get(`${name} ${labels['name'] ?? ''}`);
    if (counter === undefined || value < 0) return;
    const topic = labels['topic'];
    if (topic === undefined || topic === '') this.#total[counter] = value;
    else if (isTopicCounter(counter)) {
      const counters = this.#topics.get(topic) ?? { messagesIn: 0, bytesIn: 0, bytesOut: 0 };
      counters[counter] = value;
      this.#topics.set(topic, counters);
    }
  }

  #takeTime(name: string, { labels, value }: PrometheusSample): void {
    const kind = kindByRequest.get(labels['request'] ?? '');
    if (kind === undefined || value < 0) return;
    const times = this.#times[kind];
    const isOfRule = name.startsWith(TIMES_BY_RULE);
    if (!isOfRule && labels['name'] !== TIMES_NAME) return;
    if (timeCounts.has(name)) times.count = value;
    for (const [percentile, { attribute, quantile }] of percentileRows) {
      const isIt = isOfRule
        ? name === TIMES_BY_RULE && labels['quantile'] === quantile
        : name === TIMES_BY_DEFAULT + attribute.toLowerCase();
      if (isIt) times[percentile] = value;
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
    const isKnown = TOPIC_COUNTERS.some((counter) => this.#total[counter] !== null);
    const reading = {
      atMs,
      total: this.#total,
      topics: isKnown ? this.#topics : null,
      requestTimes: recordOf(requestKinds, (kind) => wholeTimes(this.#times[kind])),
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

const percentileRows = Object.entries(percentiles) as [Percentile, (typeof percentiles)[Percentile]][];

function isTopicCounter(counter: BrokerCounter): counter is TopicCounter {
  return TOPIC_COUNTERS.some((each) => each === counter);
}

function wholeTimes({ count, p50Ms, p95Ms, p99Ms }: TimesRead): RequestTimes | null {
  if (p50Ms === undefined || p95Ms === undefined || p99Ms === undefined) return null;
  return { count: count ?? null, p50Ms, p95Ms, p99Ms };
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

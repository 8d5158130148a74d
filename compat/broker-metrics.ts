/**
 * What the console reads of Apache Kafka's metrics through the agents that people have: Jolokia's and jmx_exporter's, the latter
 * by its default names and by its example rules. Every value is compared with what Kafka's own JmxTool reads over JMX.
 * AQUILA_JOLOKIA_AGENT names the jar of org.jolokia:jolokia-agent-jvm (classifier javaagent), AQUILA_JMX_EXPORTER that of
 * io.prometheus.jmx:jmx_prometheus_javaagent.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kafka } from 'kafkajs';
import { temporaryDirectory } from '../broker/integration/broker-process.ts';
import { requestKinds, type RequestKind } from '../console/contracts/brokers.ts';
import type { BrokerReading, RequestTimes } from '../console/metrics-source/broker-reading.ts';
import {
  brokerCounters,
  kafkaMeters,
  kafkaRequests,
  percentiles,
  type BrokerCounter,
  type Percentile,
} from '../console/metrics-source/kafka-meters.ts';
import { MetricsSource } from '../console/metrics-source/metrics-source.ts';
import { startApacheKafka } from './apache-kafka-broker.ts';
import { freePorts } from '../scripts/testing/free-ports.ts';
import type { CompatCase } from './compat-case.ts';
import { lacksTools, toolsFolder } from './kafka-distribution.ts';
import { jmxExporterRules } from './programs/jmx-exporter-rules.ts';
import { expectEqual, outputOf } from './run-program.ts';

const TOPIC = 'metered.topic-1';
const RECORDS = 300;
const ANSWER_LIMIT_MS = 30_000;
const SETTLED_LIMIT_MS = 60_000;
const LOOK_AGAIN_MS = 500;

interface Agent {
  readonly name: string;
  readonly variable: string;
  /** Value of -javaagent behind the jar. */
  readonly options: (port: number, directory: string) => string;
  readonly tellsVersion: boolean;
}

const jmxExporter = (name: string, rules: string, tellsVersion: boolean): Agent => ({
  name: `jmx_exporter, ${name}`,
  variable: 'AQUILA_JMX_EXPORTER',
  options: (port, directory) => {
    const file = join(directory, 'jmx-exporter.yml');
    writeFileSync(file, rules);
    return `127.0.0.1:${String(port)}:${file}`;
  },
  tellsVersion,
});

const agents: readonly Agent[] = [
  {
    name: 'Jolokia',
    variable: 'AQUILA_JOLOKIA_AGENT',
    options: (port) => `port=${String(port)},host=127.0.0.1`,
    tellsVersion: true,
  },
  jmxExporter('default names', jmxExporterRules.none, false),
  jmxExporter('example rules for Kafka with ZooKeeper', jmxExporterRules.zooKeeperKafka, false),
  jmxExporter('example rules for KRaft', jmxExporterRules.kraftKafka, false),
];

const byTopic = ['messagesIn', 'bytesIn', 'bytesOut'] as const;

export const brokerMetricsCases: readonly CompatCase[] = agents.map((agent) => ({
  name: `broker metrics of Apache Kafka by ${agent.name} are those of JMX`,
  missing: async () => {
    const jar = process.env[agent.variable] ?? '';
    if (jar === '') return `${agent.variable} is not set (the jar of the agent)`;
    if (!existsSync(jar)) return `${agent.variable}=${jar} does not exist`;
    return lacksTools('kafka-server-start', 'kafka-storage', 'kafka-jmx');
  },
  run: () => compareWithJmx(agent),
}));

async function compareWithJmx(agent: Agent): Promise<void> {
  const directory = temporaryDirectory();
  const [jmxPort = 0, agentPort = 0] = await freePorts(2);
  const options = agent.options(agentPort, directory.path);
  const broker = await startApacheKafka(directory.path, {
    JMX_PORT: String(jmxPort),
    KAFKA_JMX_OPTS:
      '-Dcom.sun.management.jmxremote=true -Dcom.sun.management.jmxremote.authenticate=false -Dcom.sun.management.jmxremote.ssl=false -Djava.rmi.server.hostname=127.0.0.1',
    KAFKA_OPTS: `-javaagent:${process.env[agent.variable] ?? ''}=${options}`,
  });
  try {
    await produceAndRead(broker.kafka);
    const url = `http://127.0.0.1:${String(agentPort)}`;
    const before = await settledJmx(jmxPort);
    const reading = await new MetricsSource().read(url, {
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
      resolve: null,
    });
    const after = await readJmx(jmxPort);
    expectReading(reading, before, after);
    expectEqual(reading.version, agent.tellsVersion ? '4.3.1' : reading.version, 'version');
  } finally {
    await broker.stop();
    directory.remove();
  }
}

async function produceAndRead(kafka: Kafka): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 2 }], waitForLeaders: true });
  await admin.disconnect();
  const producer = kafka.producer();
  await producer.connect();
  const messages = Array.from({ length: RECORDS }, (_, index) => ({ value: `record ${String(index)}` }));
  await producer.send({ topic: TOPIC, messages });
  await producer.disconnect();
  const consumer = kafka.consumer({ groupId: 'metered' });
  await consumer.connect();
  await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
  let seen = 0;
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachMessage: () => {
          if (++seen === RECORDS) resolve();
          return Promise.resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
}

/** By `object name:attribute`. */
type JmxValues = ReadonlyMap<string, string>;

const meter = (counter: BrokerCounter): string =>
  `kafka.server:type=${kafkaMeters[counter].type},name=${kafkaMeters[counter].name}`;
const timesOf = (kind: RequestKind): string =>
  `kafka.network:type=RequestMetrics,name=TotalTimeMs,request=${kafkaRequests[kind]}`;
const SYSTEM = 'java.lang:type=OperatingSystem';
const MEMORY = 'java.lang:type=Memory';
const REPLICAS = 'kafka.server:type=ReplicaManager,name=UnderReplicatedPartitions';

async function readJmx(port: number): Promise<JmxValues> {
  const names = [
    ...brokerCounters.map(meter),
    ...byTopic.map((counter) => `${meter(counter)},topic=${TOPIC}`),
    ...requestKinds.map(timesOf),
  ];
  const output = await outputOf(join(toolsFolder, 'kafka-jmx.sh'), [
    '--jmx-url',
    `service:jmx:rmi:///jndi/rmi://127.0.0.1:${String(port)}/jmxrmi`,
    ...[...names, SYSTEM, MEMORY, REPLICAS].flatMap((name) => ['--object-name', name]),
    ...['--one-time', 'true', '--report-format', 'properties'],
  ]);
  const lines = output.split('\n').map((line) => /^([^:]+:[^:]+:[A-Za-z0-9]+)=(.*)$/.exec(line));
  return new Map(lines.flatMap((match) => (match === null ? [] : [[match[1] ?? '', match[2] ?? '']])));
}

/** The broker fetches its own metadata log, so these never rest. */
const isOfFetches = (name: string): boolean => /Fetch/.test(name);

/** Until two readings have the same counters: what clients did is counted then. */
async function settledJmx(port: number): Promise<JmxValues> {
  const deadline = Date.now() + SETTLED_LIMIT_MS;
  const countsOf = (values: JmxValues): string =>
    JSON.stringify([...values].filter(([name]) => name.endsWith(':Count') && !isOfFetches(name)));
  let before = await readJmx(port);
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    const now = await readJmx(port);
    if (countsOf(now) === countsOf(before)) return now;
    if (Date.now() > deadline) throw new Error('the counters of an idle broker do not come to rest');
    before = now;
  }
}

function numberOf(values: JmxValues, bean: string, attribute: string): number {
  const text = values.get(`${bean}:${attribute}`);
  const value = Number(/(?:^|used=)(\d+(?:\.\d+)?)(?:[},\s)]|$)/.exec(text ?? '')?.[1] ?? NaN);
  if (Number.isNaN(value)) {
    throw new Error(`JMX has no number for ${attribute} of ${bean}: ${text ?? [...values.keys()].join(' ')}`);
  }
  return value;
}

function expectReading(reading: BrokerReading, before: JmxValues, after: JmxValues): void {
  expectEqual([...reading.absent.keys()].join(), '', 'what is missing');
  for (const counter of brokerCounters) {
    const values = [before, after].map((jmx) => numberOf(jmx, meter(counter), 'Count'));
    expectBetween(reading.total[counter], values, meter(counter));
  }
  for (const counter of byTopic) {
    const ofTopic = numberOf(before, `${meter(counter)},topic=${TOPIC}`, 'Count');
    expectEqual(reading.topics?.get(TOPIC)?.[counter], ofTopic, `${counter} of ${TOPIC}`);
    // At least: a producer that is not answered in time sends again.
    if (ofTopic < RECORDS)
      throw new Error(`${counter} of ${TOPIC} is ${String(ofTopic)} after ${String(RECORDS)} records`);
  }
  for (const kind of requestKinds) expectTimes(reading.requestTimes[kind], kind, before, after);
  expectEqual(reading.underReplicatedPartitions, numberOf(before, REPLICAS, 'Value'), 'under-replicated');
  const cpu = [before, after].map((values) => numberOf(values, SYSTEM, 'ProcessCpuTime') / 1e9);
  expectBetween(reading.cpuSeconds, cpu, 'CPU seconds');
  // A heap grows and shrinks from moment to moment; the rest of a JVM's memory does not.
  const used = [before, after].flatMap((values) => [
    numberOf(values, MEMORY, 'NonHeapMemoryUsage') * 0.9,
    numberOf(values, MEMORY, 'HeapMemoryUsage') + numberOf(values, MEMORY, 'NonHeapMemoryUsage'),
  ]);
  const memory = reading.memoryBytes ?? NaN;
  if (!(memory > Math.min(...used) && memory < 2 * Math.max(...used))) {
    throw new Error(`memory ${String(memory)} is far from JMX's ${String(used)}`);
  }
}

function expectBetween(found: number | null, [low = NaN, high = NaN]: readonly number[], what: string): void {
  if (found !== null && found >= low && found <= high) return;
  throw new Error(`${what} is ${String(found)}, not between ${String(low)} and ${String(high)} of JMX`);
}

function expectTimes(
  times: RequestTimes | null,
  kind: RequestKind,
  before: JmxValues,
  after: JmxValues,
): void {
  const both = (attribute: string): number[] =>
    [before, after].map((values) => numberOf(values, timesOf(kind), attribute));
  if (times === null) throw new Error(`no times of ${kind}`);
  expectBetween(times.count, both('Count'), `Count of ${kind}`);
  const [low = 0, high = 0] = both('Count');
  for (const [name, { attribute }] of Object.entries(percentiles)) {
    const values = both(attribute).sort((a, b) => a - b);
    // New requests change a sample as they like.
    if (low === high) expectBetween(times[name as Percentile], values, `${attribute} of ${kind}`);
  }
}

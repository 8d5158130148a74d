/**
 * Test support: a cluster of several brokers, each a process of its own on free ports of this machine. Nodes can be killed, stopped and started again on their data; the rest goes at the end.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Admin, Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import { freePorts } from '../../scripts/testing/free-ports.ts';
import { type BrokerProcess, startBrokerProcess, temporaryDirectory } from './broker-process.ts';

export interface PartitionState {
  readonly leader: number;
  readonly replicas: readonly number[];
  /** Ascending. */
  readonly isr: readonly number[];
}

export interface TestCluster {
  /** Of the node, while it runs. */
  node(id: number): BrokerProcess;
  /** Knows all brokers, and tries again for a while. */
  kafka(overrides?: Partial<KafkaConfig>): Kafka;
  /** Knows only this one. */
  kafkaAt(id: number): Kafka;
  start(id: number): Promise<void>;
  end(id: number, signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
  /** Ends everything that runs and removes the data. */
  remove(): Promise<void>;
}

export interface ClusterOptions {
  /** The first nodes; each is a broker too unless `controllersOnly`. */
  readonly voters?: number;
  readonly controllersOnly?: boolean;
  /** More brokers, which do not vote. */
  readonly observers?: number;
  readonly overrides?: readonly string[];
  /** Where all of them listen, as it stands in a URL; default: 127.0.0.1. */
  readonly host?: string;
}

export async function startTestCluster(options: ClusterOptions = {}): Promise<TestCluster> {
  const { voters = 3, observers = 0, overrides = [], controllersOnly = false, host = '127.0.0.1' } = options;
  const count = voters + observers;
  const directory = temporaryDirectory();
  const ports = await freePorts(count + voters);
  const clientPorts = ports.slice(0, count);
  const quorum = ports.slice(count).map((port, id) => `${String(id)}@${host}:${String(port)}`);
  const nodes = new Map<number, BrokerProcess>();
  const address = (id: number): string => `${host}:${String(clientPorts[id])}`;
  const start = async (id: number): Promise<void> => {
    const own = join(directory.path, String(id));
    mkdirSync(own, { recursive: true });
    const isController = controllersOnly && id < voters;
    const keys = [`node.id=${String(id)}`, `controller.quorum.voters=${quorum.join()}`];
    keys.push(
      isController ? 'process.roles=controller' : `listeners=PLAINTEXT://${address(id)}`,
      ...overrides,
    );
    nodes.set(id, await startBrokerProcess(own, keys, isController ? null : clientPorts[id]));
  };
  const client = (brokers: string[], more: Partial<KafkaConfig>): Kafka =>
    new Kafka({
      clientId: 'test',
      brokers,
      logLevel: logLevel.NOTHING,
      retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 60 },
      ...more,
    });
  const ids = Array.from({ length: count }, (_unused, id) => id);
  const cluster: TestCluster = {
    node(id) {
      const node = nodes.get(id);
      if (node === undefined) throw new Error(`Node ${String(id)} does not run.`);
      return node;
    },
    kafka: (more = {}) => client(ids.slice(controllersOnly ? voters : 0).map(address), more),
    kafkaAt: (id) => client([address(id)], {}),
    start,
    async end(id, signal) {
      const status = await cluster.node(id).end(signal);
      nodes.delete(id);
      return status;
    },
    async remove() {
      await Promise.all([...nodes.values()].map((node) => node.end('SIGKILL')));
      directory.remove();
    },
  };
  await Promise.all(ids.map(start));
  return cluster;
}

/** State of a topic's partitions, as the brokers tell it. */
export async function partitionsOf(admin: Admin, topic: string): Promise<PartitionState[]> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  return [...(topics[0]?.partitions ?? [])]
    .sort((left, right) => left.partitionId - right.partitionId)
    .map(({ leader, replicas, isr }) => ({
      ...{ leader, replicas },
      isr: [...isr].sort((left, right) => left - right),
    }));
}

/** Looks until it is so. */
export async function until<T>(
  look: () => Promise<T>,
  isSo: (value: T) => boolean,
  timeoutMs = 60_000,
): Promise<T> {
  const endMs = Date.now() + timeoutMs;
  for (;;) {
    const value = await look();
    if (isSo(value)) return value;
    if (Date.now() > endMs) throw new Error(`Still ${JSON.stringify(value)} after ${String(timeoutMs)} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

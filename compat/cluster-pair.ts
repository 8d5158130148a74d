/**
 * Three of our brokers and three of Apache Kafka's, of the same settings: what a tool says of the one it must say of the other.
 * They are started when the first case asks for them, shared by all, and ended with the run.
 */
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { temporaryDirectory } from '../broker/integration/broker-process.ts';
import { partitionsOf, startTestCluster, until } from '../broker/integration/cluster-harness.ts';
import { freePorts } from '../scripts/testing/free-ports.ts';
import { type ApacheKafkaProcess, launchApacheKafka, waitForBrokers } from './apache-kafka-process.ts';
import { toolOutput } from './kafka-distribution.ts';

const BROKERS = [0, 1, 2];

/** A broker that is killed is missed soon, and nobody else moves leaders. */
const SETTINGS = [
  'broker.session.timeout.ms=6000',
  'broker.heartbeat.interval.ms=500',
  'auto.leader.rebalance.enable=false',
  'offsets.topic.num.partitions=1',
  'offsets.topic.replication.factor=3',
  'group.initial.rebalance.delay.ms=0',
  'auto.create.topics.enable=false',
];

export interface ThreeBrokers {
  readonly name: string;
  /** host:port of each, by id. */
  readonly addresses: readonly string[];
  readonly kafka: Kafka;
  kill(id: number): Promise<void>;
  /** Resolves when it serves again, and is among the live. */
  restart(id: number): Promise<void>;
  remove(): Promise<void>;
}

export interface ClusterPair {
  readonly ours: ThreeBrokers;
  readonly theirs: ThreeBrokers;
}

/** What runs, so that it is ended even when the other cluster could not be started. */
const running: ThreeBrokers[] = [];
let started: Promise<ClusterPair> | null = null;

export function clusterPair(): Promise<ClusterPair> {
  const noted = async (starting: Promise<ThreeBrokers>): Promise<ThreeBrokers> => {
    const brokers = await starting;
    running.push(brokers);
    return brokers;
  };
  // One after the other: together they are slower than each alone.
  started ??= (async () => {
    const theirs = await noted(startTheirs());
    return { ours: await noted(startOurs()), theirs };
  })();
  return started;
}

/** After the last case; nothing to do when none asked. */
export async function endClusterPair(): Promise<void> {
  await started?.catch(() => undefined);
  await Promise.all(running.map((brokers) => brokers.remove()));
}

/** Until the topic is known to those who are asked, with leaders and, unless told so, with everyone in sync. */
export async function waitUntilInSync(
  { kafka }: ThreeBrokers,
  topic: string,
  needsAll = true,
): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await until(
      () => partitionsOf(admin, topic).catch(() => []),
      (partitions) =>
        partitions.length > 0 &&
        partitions.every(
          ({ leader, replicas, isr }) => leader >= 0 && (!needsAll || isr.length === replicas.length),
        ),
    );
  } finally {
    await admin.disconnect();
  }
}

async function startOurs(): Promise<ThreeBrokers> {
  const cluster = await startTestCluster({ overrides: SETTINGS });
  // Apache Kafka writes this into a cluster that it makes (KIP-966), so that it shows among the settings of all topics.
  await toolOutput('kafka-configs', `127.0.0.1:${String(cluster.node(0).port)}`, [
    ...['--alter', '--entity-type', 'brokers', '--entity-default'],
    ...['--add-config', 'min.insync.replicas=1'],
  ]);
  return {
    name: 'Aquila',
    addresses: BROKERS.map((id) => `127.0.0.1:${String(cluster.node(id).port)}`),
    kafka: cluster.kafka(),
    kill: async (id) => {
      await cluster.end(id, 'SIGKILL');
    },
    restart: (id) => cluster.start(id),
    remove: () => cluster.remove(),
  };
}

async function startTheirs(): Promise<ThreeBrokers> {
  const directory = temporaryDirectory();
  const ports = await freePorts(BROKERS.length * 2);
  const addresses = BROKERS.map((id) => `127.0.0.1:${String(ports[id])}`);
  const controllers = BROKERS.map((id) => `127.0.0.1:${String(ports[BROKERS.length + id])}`);
  const voters = controllers.map((address, id) => `${String(id)}@${address}`).join(',');
  const processes = new Map<number, ApacheKafkaProcess>();
  const launch = async (id: number): Promise<void> => {
    const settings = [
      'process.roles=broker,controller',
      `node.id=${String(id)}`,
      `listeners=PLAINTEXT://${String(addresses[id])},CONTROLLER://${String(controllers[id])}`,
      'controller.listener.names=CONTROLLER',
      `controller.quorum.voters=${voters}`,
      ...SETTINGS,
    ];
    processes.set(id, await launchApacheKafka(join(directory.path, String(id)), settings, []));
  };
  const kafka = new Kafka({
    clientId: 'compat',
    brokers: addresses,
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 30 },
  });
  const remove = async (): Promise<void> => {
    await Promise.all([...processes.values()].map((each) => each.end('SIGKILL')));
    directory.remove();
  };
  try {
    await Promise.all(BROKERS.map(launch));
    await waitForBrokers(kafka, BROKERS.length, [...processes.values()]);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    name: 'Apache Kafka',
    ...{ addresses, kafka, remove },
    kill: async (id) => {
      await processes.get(id)?.end('SIGKILL');
      processes.delete(id);
    },
    restart: async (id) => {
      await launch(id);
      await waitForBrokers(kafka, processes.size, [...processes.values()]);
    },
  };
}

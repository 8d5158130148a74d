/**
 * A broker of Apache Kafka for one case: one KRaft process on loopback, with its data in a directory of the case's own.
 */
import { Kafka, logLevel } from 'kafkajs';
import { freePorts } from '../scripts/testing/free-ports.ts';
import { launchApacheKafka, waitForBrokers } from './apache-kafka-process.ts';

export interface ApacheKafkaBroker {
  readonly kafka: Kafka;
  /** host:port of its clients' listener. */
  readonly bootstrap: string;
  /** Resolves when the process has ended. */
  stop(): Promise<void>;
}

/** Starts it on the directory, which a first start formats; the ports may change between starts. */
export async function startApacheKafka(
  directory: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ApacheKafkaBroker> {
  const [port = 0, controllerPort = 0] = await freePorts(2);
  const settings = [
    'process.roles=broker,controller',
    'node.id=0',
    `listeners=PLAINTEXT://127.0.0.1:${String(port)},CONTROLLER://127.0.0.1:${String(controllerPort)}`,
    'controller.listener.names=CONTROLLER',
    `controller.quorum.bootstrap.servers=127.0.0.1:${String(controllerPort)}`,
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'transaction.state.log.num.partitions=1',
    'group.initial.rebalance.delay.ms=0',
    'log.cleaner.backoff.ms=500',
  ];
  const broker = await launchApacheKafka(directory, settings, ['--standalone'], environment);
  const bootstrap = `127.0.0.1:${String(port)}`;
  const kafka = new Kafka({
    clientId: 'compat',
    brokers: [bootstrap],
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 30 },
  });
  try {
    await waitForBrokers(kafka, 1, [broker]);
  } catch (error) {
    await broker.end('SIGKILL');
    throw error;
  }
  return { kafka, bootstrap, stop: () => broker.end('SIGTERM') };
}

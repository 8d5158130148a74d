/**
 * A broker of Apache Kafka for one case: one KRaft process on loopback, with its data in a directory of the case's own. It comes
 * from the bin folder of a distribution, as the tools do (apache-kafka-tools.ts).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { outputOf } from './run-program.ts';

const START_LIMIT_MS = 90_000;
const STOP_LIMIT_MS = 30_000;
const LOOK_AGAIN_MS = 300;
const CLUSTER_ID = 'q1Sh-9_ISia_zwGINzRvyQ';

export interface ApacheKafkaBroker {
  readonly kafka: Kafka;
  /** Resolves when the process has ended. */
  stop(): Promise<void>;
}

/** Where its partitions lie, below the directory it was started with. */
export const APACHE_KAFKA_DATA = 'data';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function writeProperties(directory: string, port: number, controllerPort: number): string {
  const file = join(directory, 'server.properties');
  const lines = [
    'process.roles=broker,controller',
    'node.id=0',
    `listeners=PLAINTEXT://127.0.0.1:${String(port)},CONTROLLER://127.0.0.1:${String(controllerPort)}`,
    'controller.listener.names=CONTROLLER',
    `controller.quorum.bootstrap.servers=127.0.0.1:${String(controllerPort)}`,
    `log.dirs=${join(directory, APACHE_KAFKA_DATA)}`,
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=1',
    'group.initial.rebalance.delay.ms=0',
    'log.cleaner.backoff.ms=500',
  ];
  writeFileSync(file, lines.join('\n'));
  return file;
}

/** Starts it on the directory, which a first start formats; the ports may change between starts. */
export async function startApacheKafka(tools: string, directory: string): Promise<ApacheKafkaBroker> {
  mkdirSync(directory, { recursive: true });
  const [port, controllerPort] = [await freePort(), await freePort()];
  const file = writeProperties(directory, port, controllerPort);
  if (!existsSync(join(directory, APACHE_KAFKA_DATA))) {
    const argv = ['format', '--standalone', '--cluster-id', CLUSTER_ID, '--config', file];
    await outputOf(join(tools, 'kafka-storage.sh'), argv);
  }
  const child = spawn(join(tools, 'kafka-server-start.sh'), [file], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { KAFKA_HEAP_OPTS: '-Xms256m -Xmx512m', ...process.env, LOG_DIR: directory },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-20_000)));
  const kafka = new Kafka({
    clientId: 'compat',
    brokers: [`127.0.0.1:${String(port)}`],
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 30 },
  });
  await waitUntilReady(kafka, child, () => output);
  return { kafka, stop: () => endProcess(child) };
}

async function waitUntilReady(kafka: Kafka, child: ChildProcess, output: () => string): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`Apache Kafka ended while it started:\n${output()}`);
    const admin = kafka.admin({ retry: { retries: 0 } });
    try {
      await admin.connect();
      const { brokers } = await admin.describeCluster();
      if (brokers.length === 1) return;
    } catch (error) {
      if (Date.now() > deadline) {
        child.kill('SIGKILL');
        throw new Error(`Apache Kafka does not answer: ${String(error)}\n${output()}`, { cause: error });
      }
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  child.kill('SIGTERM');
  await exited;
  clearTimeout(limit);
}

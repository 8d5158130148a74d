/**
 * One process of Apache Kafka in KRaft mode, from the bin folder of a distribution: storage formatted at the first start on a
 * directory, what it prints kept for a report, ended by a signal and, where that takes too long, killed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kafka } from 'kafkajs';
import { toolsFolder } from './kafka-distribution.ts';
import { outputOf } from './run-program.ts';

const START_LIMIT_MS = 180_000;
const STOP_LIMIT_MS = 30_000;
const LOOK_AGAIN_MS = 300;
const KEPT_OUTPUT = 3_000;
const CLUSTER_ID = 'q1Sh-9_ISia_zwGINzRvyQ';

/** Where its partitions lie, below the directory it was started with. */
export const APACHE_KAFKA_DATA = 'data';

export interface ApacheKafkaProcess {
  /** Of the Java process: the scripts of the distribution become it. */
  readonly pid: number;
  /** The last of what it printed. */
  output(): string;
  isRunning(): boolean;
  /** Resolves when the process has ended. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/**
 * `settings` are lines of its file; `formatOptions` say who the controllers are, where the file does not; `environment` is what
 * the scripts of the distribution read besides, for instance KAFKA_OPTS with an agent in it.
 */
export async function launchApacheKafka(
  directory: string,
  settings: readonly string[],
  formatOptions: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<ApacheKafkaProcess> {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'server.properties');
  const data = join(directory, APACHE_KAFKA_DATA);
  writeFileSync(file, [...settings, `log.dirs=${data}`].join('\n'));
  if (!existsSync(data)) {
    const argv = ['format', ...formatOptions, '--cluster-id', CLUSTER_ID, '--config', file];
    await outputOf(join(toolsFolder, 'kafka-storage.sh'), argv);
  }
  const child = spawn(join(toolsFolder, 'kafka-server-start.sh'), [file], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { KAFKA_HEAP_OPTS: '-Xms256m -Xmx512m', ...process.env, LOG_DIR: directory, ...environment },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-KEPT_OUTPUT)));
  return {
    pid: child.pid ?? 0,
    output: () => output,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    end: (signal) => endProcess(child, signal),
  };
}

/** Until the client is told of so many brokers that live. */
export async function waitForBrokers(
  kafka: Kafka,
  count: number,
  processes: readonly ApacheKafkaProcess[],
): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    const ended = processes.find((each) => !each.isRunning());
    if (ended !== undefined) throw new Error(`Apache Kafka ended while it started:\n${ended.output()}`);
    const admin = kafka.admin({ retry: { retries: 0 } });
    try {
      await admin.connect();
      const { brokers } = await admin.describeCluster();
      if (brokers.length === count) return;
    } catch (error) {
      if (Date.now() > deadline) {
        const outputs = processes.map((each) => each.output()).join('\n');
        throw new Error(`Apache Kafka does not answer: ${String(error)}\n${outputs}`, { cause: error });
      }
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
    if (Date.now() > deadline)
      throw new Error(`Apache Kafka does not have ${String(count)} brokers in time.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  child.kill(signal);
  await exited;
  clearTimeout(limit);
}

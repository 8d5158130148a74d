/**
 * Foreign clients while brokers die: Java, librdkafka and kafkajs produce idempotently with acks=all to three replicas, of which two must
 * have each record, while the leader is killed, stands still for longer than its session, and is stopped; a consumer of the
 * same client reads along all the while. What they saw is held against what a log promises by the checker of the fault campaign:
 * nothing acknowledged missing, nothing twice, one value an offset, each producer's order kept.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  type PartitionState,
  partitionsOf,
  startTestCluster,
  type TestCluster,
  until,
} from '../broker/integration/cluster-harness.ts';
import { check } from '../faults/cluster/checker.ts';
import { History } from '../faults/cluster/history.ts';
import type { CompatCase } from './compat-case.ts';
import { kafkajsReader, kafkajsVersion, kafkajsWriter } from './kafkajs-under-faults.ts';
import { lacksTools, librariesFolder } from './kafka-distribution.ts';
import { interpreterWith, pythonVersion } from './python.ts';

const PARTITIONS = 3;
const BROKERS = [0, 1, 2];
/** Longer than the session of a broker, 9 s. */
const STANDSTILL_MS = 12_000;
const RESUME_LIMIT_MS = 90_000;
/** So many more acknowledgements mean that writing goes on. */
const GOES_ON_RECORDS = 300;
const KEPT_OUTPUT = 4_000;

/** What runs beside the faults; ends by itself when told that it is enough. */
export interface RunningClient {
  /** Resolves when all that was sent has its outcome. */
  finish(): Promise<void>;
  kill(): void;
}

export interface ClientSight {
  readonly bootstrap: string;
  readonly topic: string;
  readonly partitions: number;
  readonly history: History;
  /** By partition, offset, value: all that the reader has seen. */
  readonly logs: Map<number, Map<number, string>>;
}

type StartClient = (sight: ClientSight) => Promise<RunningClient>;

interface ForeignClient extends Pick<CompatCase, 'missing' | 'versions'> {
  readonly name: string;
  readonly write: StartClient;
  readonly read: StartClient;
}

/** Notes the lines that the programs print; their form is in programs/. */
export function noteLine(line: string, { history, logs }: ClientSight, producer: string): void {
  const [kind = '', partitionText = '', third = '', ...rest] = line.split(' ');
  const partition = Number(partitionText);
  if (kind === 's') history.noteSent({ producer, partition, number: Number(third) });
  else if (kind === 'a')
    history.acknowledged.push({
      ...{ producer, partition, number: Number(third), offset: Number(rest[0]), atMs: performance.now() },
    });
  else if (kind === 'e') history.complaints.push(`${producer} ${line}`);
  else if (kind === 'r') {
    const value = rest.join(' ');
    history.observed.push({ reader: producer, partition, offset: Number(third), value });
    const log = logs.get(partition) ?? new Map<number, string>();
    logs.set(partition, log.set(Number(third), value));
  }
}

function program(command: readonly string[], name: string, sight: ClientSight): RunningClient {
  const [file = '', ...argv] = command;
  const child: ChildProcess = spawn(file, argv, { stdio: 'pipe' });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-KEPT_OUTPUT)));
  child.stdin?.on('error', () => undefined);
  child.on('error', (error) => (errors += error.message));
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on('line', (line) => noteLine(line, sight, name));
  const closed = once(child, 'close');
  return {
    finish: async () => {
      child.stdin?.end('\n');
      await closed;
      if (child.exitCode !== 0) throw new Error(`${file} ended with ${String(child.exitCode)}: ${errors}`);
    },
    kill: () => child.kill('SIGKILL'),
  };
}

function programs(prefix: () => Promise<readonly string[]>): Pick<ForeignClient, 'write' | 'read'> {
  return {
    write: async (sight) => {
      const { bootstrap, topic, partitions } = sight;
      const argv = ['produce', bootstrap, topic, 'writer', String(partitions)];
      return program([...(await prefix()), ...argv], 'writer', sight);
    },
    read: async (sight) => {
      const { bootstrap, topic, partitions } = sight;
      return program([...(await prefix()), 'read', bootstrap, topic, String(partitions)], 'reader', sight);
    },
  };
}

const pathOf = (file: string): string => fileURLToPath(new URL(`programs/${file}`, import.meta.url));

const clients: readonly ForeignClient[] = [
  {
    name: 'the Java client',
    missing: () => lacksTools('kafka-topics'),
    ...programs(() =>
      Promise.resolve(['java', '-Xmx256m', '-cp', join(librariesFolder, '*'), pathOf('UnderFaults.java')]),
    ),
  },
  {
    name: 'librdkafka',
    versions: () => pythonVersion('confluent_kafka', 'confluent-kafka'),
    missing: async () =>
      (await interpreterWith('confluent_kafka')) === null
        ? 'confluent_kafka is not installed (pip install confluent-kafka)'
        : null,
    ...programs(async () => [
      (await interpreterWith('confluent_kafka')) ?? 'python3',
      pathOf('under_faults.py'),
    ]),
  },
  {
    name: 'kafkajs',
    versions: () => Promise.resolve(kafkajsVersion()),
    missing: () => Promise.resolve(null),
    write: kafkajsWriter,
    read: kafkajsReader,
  },
];

export const clientsUnderFaultsCases: readonly CompatCase[] = clients.map(
  ({ name, write, read, ...asked }) => ({
    ...asked,
    name: `under faults: ${name} loses nothing and gets nothing twice`,
    run: async ({ topic }) => {
      const cluster = await startTestCluster();
      const running: RunningClient[] = [];
      try {
        await createTopic(cluster, topic);
        const sight: ClientSight = {
          bootstrap: BROKERS.map((id) => `127.0.0.1:${String(cluster.node(id).port)}`).join(','),
          ...{ topic, partitions: PARTITIONS, history: new History(), logs: new Map() },
        };
        const reader = await read(sight);
        running.push(reader);
        const writer = await write(sight);
        running.push(writer);
        await hurt(cluster, topic, sight.history);
        await writer.finish();
        await waitUntilRead(sight);
        await reader.finish();
        const verdict = check(sight.history, sight.logs);
        if (verdict.breaches.length > 0) throw new Error(verdict.breaches.join('\n'));
        console.log(
          `  ${String(verdict.acknowledgedRecords)} acknowledged and read; longest silence ${String(Math.round(verdict.longestSilenceMs))} ms`,
        );
      } finally {
        for (const client of running) client.kill();
        await cluster.remove();
      }
    },
  }),
);

async function createTopic(cluster: TestCluster, topic: string): Promise<void> {
  const admin = cluster.kafka().admin();
  await admin.connect();
  const configEntries = [{ name: 'min.insync.replicas', value: '2' }];
  await admin.createTopics({
    topics: [{ topic, numPartitions: PARTITIONS, replicationFactor: 3, configEntries }],
  });
  await admin.disconnect();
  await look(cluster, topic, (partitions) => partitions.length === PARTITIONS);
}

/** Asks anew each time: who was asked before may stand still. */
async function look(
  cluster: TestCluster,
  topic: string,
  isSo: (partitions: readonly PartitionState[]) => boolean,
): Promise<readonly PartitionState[]> {
  const ask = async (): Promise<readonly PartitionState[]> => {
    const client = cluster.kafka({
      ...{ requestTimeout: 2_000, connectionTimeout: 1_000, retry: { retries: 0 } },
    });
    const admin = client.admin();
    try {
      await admin.connect();
      return await partitionsOf(admin, topic);
    } catch {
      return [];
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  };
  return until(ask, (partitions) => partitions.length > 0 && isSo(partitions), RESUME_LIMIT_MS);
}

const allInSync = (partitions: readonly PartitionState[]): boolean =>
  partitions.every(({ isr }) => isr.length === BROKERS.length);

async function goesOn(history: History): Promise<void> {
  const before = history.acknowledged.length;
  await until(
    () => Promise.resolve(history.acknowledged.length - before),
    (more) => more >= GOES_ON_RECORDS,
    RESUME_LIMIT_MS,
  );
}

/** Does three things to whoever leads partition 0, and waits each time until writing goes on and everyone is in sync. */
async function hurt(cluster: TestCluster, topic: string, history: History): Promise<void> {
  const leaderOf = async (): Promise<number> => {
    const partitions = await look(cluster, topic, (each) => allInSync(each) && (each[0]?.leader ?? -1) >= 0);
    return partitions[0]?.leader ?? 0;
  };
  await goesOn(history);
  for (const signal of ['SIGKILL', 'SIGSTOP', 'SIGTERM'] as const) {
    const victim = await leaderOf();
    if (signal === 'SIGSTOP') {
      cluster.node(victim).child.kill('SIGSTOP');
      await pause(STANDSTILL_MS);
      cluster.node(victim).child.kill('SIGCONT');
      await goesOn(history);
    } else {
      await cluster.end(victim, signal);
      await goesOn(history);
      await cluster.start(victim);
    }
    await look(cluster, topic, allInSync);
  }
  await goesOn(history);
}

/** Until the reader has seen every offset that was acknowledged. */
async function waitUntilRead({ history, logs }: ClientSight): Promise<void> {
  await until(
    () =>
      Promise.resolve(
        history.acknowledged.filter(({ partition, offset }) => logs.get(partition)?.has(offset) !== true)
          .length,
      ),
    (unread) => unread === 0,
    RESUME_LIMIT_MS,
  ).catch((error: unknown) => {
    // The checker names what is missing.
    console.log(`  acknowledged, and not read in time: ${String(error)}`);
  });
}

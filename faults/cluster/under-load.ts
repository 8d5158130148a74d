/**
 * One run against a cluster: clients write and read, something is done to the cluster meanwhile, everything is healed, and
 * then what the clients saw is held against what is there. A run in which too little happened proves nothing and fails.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { createTopics } from '../../kafka-client/admin/create-topics.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { check, type Verdict } from './checker.ts';
import type { ClusterUnderFault } from './cluster-under-fault.ts';
import { FaultProducer } from './fault-producer.ts';
import { Auditor, readEverything } from './fault-reader.ts';
import { GroupReaders } from './group-readers.ts';
import { History } from './history.ts';
import { asEachSaysIt, LeaderFinder, type PartitionMetadata } from './leader-finder.ts';
import { differences } from './replica-files.ts';

export interface LoadOptions {
  readonly topic?: string;
  readonly partitions?: number;
  readonly producers?: number;
  readonly members?: number;
  /** Records that must be acknowledged before the fault, and after the healing. */
  readonly floor?: number;
  readonly intervalMs?: number;
  readonly recordsPerBatch?: number;
  readonly topicConfigs?: Readonly<Record<string, string>>;
  /** Until every replica is in the ISR and everything can be read again. */
  readonly healingLimitMs?: number;
}

/** What the fault may do and look at while the load goes on. */
export interface Load {
  readonly cluster: ClusterUnderFault;
  readonly topic: string;
  readonly history: History;
  /** Leaders by partition, -1 for none, as the next broker in turn says it. */
  leaders(): Promise<number[]>;
  /** Leader epochs by partition. */
  epochs(): Promise<number[]>;
  isrs(): Promise<number[][]>;
  pause(ms: number): Promise<void>;
  /** Resolves when so many more records are acknowledged; rejects after the limit. */
  progress(records: number, limitMs: number): Promise<void>;
}

export interface Report extends Verdict {
  readonly recordsReadByGroup: number;
}

async function until(what: string, limitMs: number, isTrue: () => Promise<boolean> | boolean): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!(await isTrue())) {
    if (performance.now() > endMs) throw new Error(`not within ${String(limitMs)} ms: ${what}`);
    await pause(50);
  }
}

async function makeTopic(
  client: KafkaCluster,
  name: string,
  partitions: number,
  replicationFactor: number,
  configs: Readonly<Record<string, string>>,
): Promise<void> {
  await until(`topic ${name} created`, 30_000, async () => {
    try {
      const [created] = await createTopics(client, [{ name, partitions, replicationFactor, configs }], 5_000);
      return created?.error === null || created?.error === 'TOPIC_ALREADY_EXISTS';
    } catch {
      return false;
    }
  });
}

/** Rejects when a promise of the cluster was broken, or when it did not recover in time. */
export async function underLoad(
  cluster: ClusterUnderFault,
  options: LoadOptions,
  act: (load: Load) => Promise<void>,
): Promise<Report> {
  const { topic = 'under-load', partitions = 6, producers = 3, members = 2, floor = 500 } = options;
  const healingLimitMs = options.healingLimitMs ?? 60_000;
  const { bootstrap } = cluster;
  const client = new KafkaCluster({
    ...{ bootstrap, clientId: 'fault-admin', connectTimeoutMs: 2_000, requestTimeoutMs: 5_000 },
  });
  const replication = Math.min(3, cluster.nodes.length);
  const configs = { 'min.insync.replicas': String(Math.min(2, replication)), ...options.topicConfigs };
  await makeTopic(client, topic, partitions, replication, configs);
  const history = new History();
  const shared = { bootstrap, topic, partitions, history };
  const writers = Array.from({ length: producers }, (_unused, index) => {
    const { intervalMs = 20, recordsPerBatch = 3 } = options;
    return new FaultProducer({ ...shared, name: `producer-${String(index)}`, intervalMs, recordsPerBatch });
  });
  const auditor = new Auditor({ ...shared, name: 'auditor' });
  const readers = new GroupReaders({ bootstrap, topic, history, members, group: `${topic}-readers` });
  const acknowledged = (): number => history.acknowledged.length;
  const progress = async (records: number, limitMs: number): Promise<void> => {
    const wanted = acknowledged() + records;
    const own = monitorEventLoopDelay({ resolution: 20 });
    own.enable();
    try {
      await until(`${String(records)} more records acknowledged`, limitMs, () => acknowledged() >= wanted);
    } catch (error) {
      const lanes = writers.map((writer) => `\n  ${writer.name}: ${writer.waiting()}`).join('');
      const complaints = history.complaints.join('; ') || 'of nothing';
      throw new Error(
        `no progress; producers complain: ${complaints}${lanes}\n${await asEachSaysIt(bootstrap, topic)}\n${heldUp(own)}`,
        { cause: error },
      );
    } finally {
      own.disable();
    }
  };
  const finder = new LeaderFinder('fault-watch', bootstrap, topic);
  const partitionsNow = (): Promise<readonly PartitionMetadata[]> => finder.ask();
  try {
    await Promise.all(writers.map((writer) => writer.start()));
    auditor.start();
    if (members > 0) await readers.start();
    await progress(floor, 30_000);
    await act({
      ...{ cluster, topic, history, progress },
      leaders: async () => (await partitionsNow()).map(({ leaderId }) => leaderId),
      epochs: async () => (await partitionsNow()).map(({ leaderEpoch }) => leaderEpoch),
      isrs: async () => (await partitionsNow()).map(({ isrNodes }) => [...isrNodes]),
      pause: (ms) => pause(ms),
    });
    await heal(cluster);
    await progress(floor, healingLimitMs);
    await Promise.all(writers.map((writer) => writer.finish(healingLimitMs)));
    await until('every replica in the ISR, as every broker says', healingLimitMs, () =>
      haveConverged(bootstrap, topic, partitions, replication),
    );
    const finalLogs = await readEverything(bootstrap, topic, partitions, healingLimitMs);
    const verdict = check(history, finalLogs);
    expect(verdict.breaches).toEqual([]);
    const replicas = cluster.nodes.map(({ id, dataDirectory }) => ({ node: id, dataDirectory }));
    if (replicas.length === replication)
      await expect.poll(() => differences(replicas, topic, partitions), { timeout: 10_000 }).toEqual([]);
    if (members > 0) {
      await until(
        'the group read everything',
        healingLimitMs,
        () => readers.recordsRead >= verdict.storedRecords,
      );
      expect(readers.skipped()).toEqual([]);
    }
    return { ...verdict, recordsReadByGroup: readers.recordsRead };
  } finally {
    await Promise.all([...writers.map((writer) => writer.close()), auditor.stop(), readers.stop()]);
    finder.close();
    client.close();
  }
}

/** A machine that is too busy for the test itself says nothing about brokers. */
function heldUp({ max, mean }: { readonly max: number; readonly mean: number }): string {
  const ms = (nanoseconds: number): string => `${(nanoseconds / 1e6).toFixed(0)} ms`;
  return `  this process was held up for ${ms(mean)} at a time, ${ms(max)} at the most`;
}

/**
 * Every broker tells the same of all partitions, and that all replicas are in sync. One that stood still goes on telling what it
 * knew before until it has read what was decided meanwhile, and a client that only asks it reads an old log to its old end.
 */
async function haveConverged(
  bootstrap: readonly string[],
  topic: string,
  partitions: number,
  replication: number,
): Promise<boolean> {
  const views = await Promise.all(
    bootstrap.map(async (address) => {
      const one = new LeaderFinder('fault-convergence', [address], topic);
      const view = await one.ask();
      one.close();
      return view;
    }),
  );
  const said = new Set(
    views.map((view) => JSON.stringify(view.map(({ leaderId, leaderEpoch }) => [leaderId, leaderEpoch]))),
  );
  return (
    said.size === 1 &&
    views.every(
      (view) => view.length === partitions && view.every(({ isrNodes }) => isrNodes.length === replication),
    )
  );
}

/** The network passes everything, and every node runs. */
export async function heal(cluster: ClusterUnderFault): Promise<void> {
  cluster.links.mend();
  for (const { id } of cluster.nodes) cluster.signal(id, 'SIGCONT');
  await Promise.all(
    cluster.nodes.filter(({ id }) => !cluster.isRunning(id)).map(({ id }) => cluster.start(id)),
  );
}

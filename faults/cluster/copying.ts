/**
 * A topic that is copied in transactions by processes that are killed, while brokers are, too; and a reader of what is committed
 * beside them. In equals out: each record of the source is in the target once, in its order, and nothing that was aborted is
 * ever seen; no transaction is left open.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { createTopics } from '../../kafka-client/admin/create-topics.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { fetchRecords } from '../../kafka-client/records/fetch-records.ts';
import { produceRecords } from '../../kafka-client/records/produce-records.ts';
import { readFetched } from '../../kafka-client/records/read-fetched.ts';
import { TransactionalProducer } from '../../kafka-client/testing/transactional-producer.ts';
import type { ClusterUnderFault } from './cluster-under-fault.ts';
import {
  copyOf,
  type CopierSettings,
  GROUP,
  PARTITIONS,
  partitionOf,
  SOURCE,
  sourceValue,
  TARGET,
} from './copy-terms.ts';
import { LeaderFinder } from './leader-finder.ts';
import { heal } from './under-load.ts';

const PROGRAM = fileURLToPath(new URL('copier-process.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BATCH = 100;
const FETCH_BYTES = 1_048_576;
const FETCH = { isolation: 'read_committed', maxBytes: FETCH_BYTES, maxWaitMs: 200 } as const;
export const COPIERS: readonly number[] = Array.from({ length: PARTITIONS }, (_unused, index) => index);

export interface CopyOptions {
  readonly protocol: 1 | 2;
  /** In each partition of the source. */
  readonly records: number;
  /** Until everything is copied and read, once all is healed. */
  readonly limitMs?: number;
}

/** What may be done meanwhile. */
export interface Copying {
  /** `kill -9` of a copier; another one takes over at once. */
  killCopier(partition: number): Promise<void>;
  /** Another one takes over while the first still runs: that one is shut out, and comes again a little later. */
  usurp(partition: number): void;
  /** Resolves when so many more records are copied, or all are; rejects after the limit. */
  progress(records: number, limitMs: number): Promise<void>;
}

export interface CopyReport {
  readonly copied: number;
  /** How often a copier had to become the producer anew. */
  readonly restarts: number;
}

class Copiers {
  readonly #settings: Omit<CopierSettings, 'partition'>;
  readonly #running = new Map<number, ChildProcess>();
  readonly #others = new Set<ChildProcess>();
  readonly #at = new Map<number, number>();
  readonly failures: string[] = [];
  restarts = 0;

  constructor(settings: Omit<CopierSettings, 'partition'>) {
    this.#settings = settings;
  }

  /** Records that copiers know to be copied. */
  get copied(): number {
    return [...this.#at.values()].reduce((sum, offset) => sum + offset, 0);
  }

  start(partition: number): void {
    const before = this.#running.get(partition);
    if (before !== undefined) this.#others.add(before);
    const child = this.#spawn(partition);
    this.#running.set(partition, child);
  }

  #spawn(partition: number): ChildProcess {
    const settings: CopierSettings = { ...this.#settings, partition };
    const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, JSON.stringify(settings)], {
      ...{ cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
    });
    if (child.stdout !== null)
      createInterface(child.stdout).on('line', (line) => {
        if (line.startsWith('again')) this.restarts += 1;
        const [, offset] = /^at (\d+)$/.exec(line) ?? [];
        if (offset !== undefined)
          this.#at.set(partition, Math.max(this.#at.get(partition) ?? 0, Number(offset)));
      });
    let errors = '';
    child.stderr?.on('data', (chunk) => (errors += String(chunk)));
    child.on('exit', (code) => {
      if (code !== 0 && code !== null) this.failures.push(errors);
    });
    return child;
  }

  async kill(partition: number): Promise<void> {
    await end(this.#running.get(partition));
    this.restarts += 1;
    this.#running.delete(partition);
  }

  /** All have come to the end of their partitions, which they do by themselves. */
  get areDone(): boolean {
    return this.#all().every((child) => child.exitCode === 0);
  }

  #all(): ChildProcess[] {
    return [...this.#running.values(), ...this.#others];
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all().map(end));
  }
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** Reads what is committed from the beginning on, and goes on doing so. */
class CommittedReader {
  readonly #client: KafkaCluster;
  readonly #finder: LeaderFinder;
  readonly #next = new Map<number, number>();
  /** By partition of the target. */
  readonly values = new Map<number, string[]>();
  /** Transactions hold nothing back, and all that is there was read. */
  isAtEnd = false;
  #isOver = false;
  #loop: Promise<void> = Promise.resolve();

  constructor(name: string, bootstrap: readonly string[]) {
    this.#client = clientOf(name, bootstrap);
    this.#finder = new LeaderFinder(name, bootstrap, TARGET);
  }

  start(): void {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#loop;
    this.#client.close();
    this.#finder.close();
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      const atEnd: boolean[] = [];
      for (const { partitionIndex, leaderId } of await this.#finder.ask())
        atEnd.push(leaderId >= 0 && (await this.#read(partitionIndex, leaderId).catch(() => false)));
      this.isAtEnd = atEnd.length === PARTITIONS && atEnd.every((isOne) => isOne);
      await pause(20);
    }
  }

  async #read(partition: number, leader: number): Promise<boolean> {
    const offset = this.#next.get(partition) ?? 0;
    const wanted = [{ partition, offset, maxBytes: FETCH_BYTES }];
    const [fetched] = await fetchRecords(this.#client, leader, TARGET, wanted, FETCH);
    if (fetched === undefined || fetched.error !== null) return false;
    const values = this.values.get(partition) ?? [];
    this.values.set(partition, values);
    for (const { records, nextOffset } of readFetched(fetched.records ?? Buffer.alloc(0), fetched.aborted)) {
      for (const record of records) if (record.offset >= offset) values.push(String(record.value));
      this.#next.set(partition, nextOffset);
    }
    return (this.#next.get(partition) ?? 0) >= fetched.highWatermark;
  }
}

function clientOf(clientId: string, bootstrap: readonly string[]): KafkaCluster {
  return new KafkaCluster({ bootstrap, clientId, connectTimeoutMs: 2_000, requestTimeoutMs: 5_000 });
}

async function until(what: string, limitMs: number, isTrue: () => Promise<boolean> | boolean): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!(await isTrue())) {
    if (performance.now() > endMs) throw new Error(`not within ${String(limitMs)} ms: ${what}`);
    await pause(50);
  }
}

async function makeSource(client: KafkaCluster, records: number): Promise<void> {
  const configs = { 'min.insync.replicas': '2' };
  for (const name of [SOURCE, TARGET])
    await until(`topic ${name} created`, 30_000, async () => {
      const topic = { name, partitions: PARTITIONS, replicationFactor: 3, configs };
      const [created] = await createTopics(client, [topic], 5_000).catch(() => []);
      return created?.error === null || created?.error === 'TOPIC_ALREADY_EXISTS';
    });
  for (const partition of COPIERS)
    for (let first = 0; first < records; first += BATCH) {
      const { topics } = await client.metadata([SOURCE]);
      const leader = topics[0]?.partitions.find(({ partitionIndex }) => partitionIndex === partition);
      const count = Math.min(BATCH, records - first);
      const values = Array.from({ length: count }, (_unused, index) => ({
        ...{ key: null, value: Buffer.from(sourceValue(partition, first + index)) },
      }));
      const batch = { topic: SOURCE, partition, records: values, timestampMs: Date.now() };
      const { error } = await produceRecords(client, leader?.leaderId ?? -1, {
        ...{ ...batch, compression: 'none', timeoutMs: 10_000 },
      });
      if (error !== null) throw new Error(`the source could not be written: ${error}`);
    }
}

/** What is wrong with what was read; empty when in equals out. */
export function differencesIn(values: ReadonlyMap<number, readonly string[]>, records: number): string[] {
  const wrong: string[] = [];
  for (const target of COPIERS) {
    const read = values.get(target) ?? [];
    for (const source of COPIERS) {
      const prefix = copyOf(`${String(source)}:`, true);
      const got = read.filter((value) => value.startsWith(prefix));
      const wanted = Array.from({ length: records }, (_unused, offset) => sourceValue(source, offset))
        .filter((value) => partitionOf(value) === target)
        .map((value) => copyOf(value, true));
      const at = wanted.findIndex((value, index) => got[index] !== value);
      if (at >= 0)
        wrong.push(
          `partition ${String(target)}: ${got[at] ?? 'nothing'} where ${wanted[at] ?? 'nothing'} belongs`,
        );
      else if (got.length > wanted.length)
        wrong.push(`partition ${String(target)}: ${String(got.length - wanted.length)} records too many`);
    }
    const strange = read.find((value) => !value.startsWith(copyOf('', true)));
    if (strange !== undefined) wrong.push(`partition ${String(target)}: '${strange}' was seen`);
  }
  return wrong;
}

/** Rejects when in does not equal out, or when it does not get there in time. */
export async function copyUnderFaults(
  cluster: ClusterUnderFault,
  { protocol, records, limitMs = 90_000 }: CopyOptions,
  act: (copying: Copying) => Promise<void>,
): Promise<CopyReport> {
  const { bootstrap } = cluster;
  const client = clientOf('copy-admin', bootstrap);
  onTestFinished(() => client.close());
  await makeSource(client, records);
  const copiers = new Copiers({ bootstrap, endOffset: records, protocol });
  const reader = new CommittedReader('copy-reader', bootstrap);
  onTestFinished(async () => {
    await Promise.all([copiers.stop(), reader.stop()]);
  });
  reader.start();
  for (const partition of COPIERS) copiers.start(partition);
  const progress = async (more: number, withinMs: number): Promise<void> => {
    const wanted = Math.min(copiers.copied + more, PARTITIONS * records);
    await until(`${String(more)} more records copied`, withinMs, () => copiers.copied >= wanted);
  };
  await act({
    progress,
    killCopier: async (partition) => {
      await copiers.kill(partition);
      copiers.start(partition);
    },
    usurp: (partition) => copiers.start(partition),
  });
  await heal(cluster);
  await until('everything copied', limitMs, () => copiers.areDone || copiers.failures.length > 0);
  if (copiers.failures.length > 0) throw new Error(`a copier failed: ${copiers.failures.join('\n')}`);
  await until('everything read', limitMs, () => reader.isAtEnd);
  const again = new CommittedReader('copy-reader-again', bootstrap);
  again.start();
  await until('everything read again', limitMs, () => again.isAtEnd);
  await again.stop();
  const told = new TransactionalProducer({ bootstrap, transactionalId: 'copy-end', protocol });
  const ends = await Promise.all(COPIERS.map((partition) => told.positionOf(GROUP, SOURCE, partition)));
  told.close();
  const wrong = [
    ...differencesIn(reader.values, records).map((what) => `meanwhile: ${what}`),
    ...differencesIn(again.values, records),
    ...ends.filter((offset) => offset !== records).map((offset) => `the copy stands at ${String(offset)}`),
  ];
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  return { copied: copiers.copied, restarts: copiers.restarts };
}

/**
 * A cluster of real processes on this machine that a benchmark can start, look at, kill nodes of and stop: ours from dist/,
 * or Apache Kafka through the program that AQUILA_BENCH_KAFKA names (`start --brokers N --dir DIR --port PORT --no-wait`,
 * `stop --dir DIR`, `tool NAME ARGS`; it keeps DIR/pids with a line "ID PID" per node). Both get the same broker settings.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePortRun } from '../../e2e/product.ts';
import { cpuSecondsOf } from '../process-cpu.ts';
import { sinceStartedMs } from './process-age.ts';

export interface Subject {
  readonly name: string;
  /** `host:port,...` of all nodes. */
  readonly bootstrap: string;
  /** Resolves when the processes have been started, with when the first of them began (performance.now). */
  start(): Promise<number>;
  /** kill -9. */
  kill(nodeId: number): void;
  /** Clean, as far as the program manages; everything is gone afterwards. */
  stop(): Promise<void>;
  /** Over all nodes that run; null where the system does not say. */
  cpuSeconds(): number | null;
  memoryMiB(): number | null;
}

export interface SubjectPlace {
  /** Made, and removed by the caller. */
  readonly directory: string;
  readonly nodes: number;
  /** Lines for every server.properties beside those that both clusters get. */
  readonly settings?: readonly string[];
}

/** What a cluster of three gets from its operator, the same for both. */
const settingsFor = (nodes: number): string[] => [
  `default.replication.factor=${nodes}`,
  `min.insync.replicas=${nodes >= 3 ? 2 : 1}`,
  `offsets.topic.replication.factor=${nodes}`,
  'group.initial.rebalance.delay.ms=0',
];

function sumOf(pids: readonly number[], valueOf: (pid: number) => number | null): number | null {
  let sum = 0;
  for (const pid of pids) {
    const value = valueOf(pid);
    if (value === null) return null;
    sum += value;
  }
  return sum;
}

function residentMiB(pid: number): number | null {
  try {
    const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? null : Number(kib) / 1024;
  } catch {
    return null;
  }
}

/** For a profile of our brokers: AQUILA_BENCH_NODE_FLAGS="--cpu-prof --cpu-prof-dir=/tmp/profiles". */
const nodeFlags = (process.env['AQUILA_BENCH_NODE_FLAGS'] ?? '').split(' ').filter((flag) => flag !== '');

const addresses = (first: number, nodes: number): string =>
  Array.from({ length: nodes }, (_, id) => `127.0.0.1:${first + id}`).join(',');

export async function ourCluster({ directory, nodes, settings = [] }: SubjectPlace): Promise<Subject> {
  const first = await freePortRun(2 * nodes);
  const voters = Array.from({ length: nodes }, (_, id) => `${id}@127.0.0.1:${first + nodes + id}`).join(',');
  const running = new Map<number, ChildProcess>();
  const fileOf = (id: number): string => path.join(directory, String(id), 'server.properties');
  const write = (id: number): void => {
    mkdirSync(path.dirname(fileOf(id)), { recursive: true });
    const several = [
      `controller.quorum.voters=${voters}`,
      'controller.listener.names=CONTROLLER',
      'inter.broker.listener.name=PLAINTEXT',
      'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    ];
    const listeners = [
      `PLAINTEXT://127.0.0.1:${first + id}`,
      ...(nodes > 1 ? [`CONTROLLER://127.0.0.1:${first + nodes + id}`] : []),
    ];
    const lines = [
      'process.roles=broker,controller',
      `node.id=${id}`,
      `listeners=${listeners.join(',')}`,
      ...(nodes > 1 ? several : []),
      `log.dirs=${path.join(directory, String(id), 'log')}`,
      ...settingsFor(nodes),
      ...settings,
    ];
    writeFileSync(fileOf(id), lines.join('\n'));
  };
  const pids = (): number[] => [...running.values()].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  return {
    name: 'Aquila',
    bootstrap: addresses(first, nodes),
    async start() {
      const startedAt = performance.now();
      for (let id = 0; id < nodes; id += 1) {
        write(id);
        const child = spawn(process.execPath, [...nodeFlags, 'dist/broker.mjs', fileOf(id)], {
          stdio: 'ignore',
        });
        running.set(id, child);
        child.once('close', () => running.get(id) === child && running.delete(id));
      }
      return Promise.resolve(startedAt);
    },
    kill: (id) => {
      running.get(id)?.kill('SIGKILL');
      running.delete(id);
    },
    async stop() {
      const gone = [...running.values()].map(
        (child) => new Promise((resolve) => child.once('close', resolve)),
      );
      const insist = setTimeout(() => {
        for (const child of running.values()) child.kill('SIGKILL');
      }, 20_000);
      for (const child of running.values()) child.kill('SIGTERM');
      await Promise.all(gone);
      clearTimeout(insist);
    },
    cpuSeconds: () => sumOf(pids(), cpuSecondsOf),
    memoryMiB: () => sumOf(pids(), residentMiB),
  };
}

/** Runs AQUILA_BENCH_KAFKA; throws with what it said. */
export function runKafkaProgram(program: string, args: readonly string[]): string {
  return execFileSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 26,
  });
}

export async function kafkaCluster(program: string, { directory, nodes }: SubjectPlace): Promise<Subject> {
  // Its controllers listen 1,000 and its JMX 2,000 above.
  const first = 20_000 + (process.pid % 5_000);
  const pids = (): number[] =>
    readFileSync(path.join(directory, 'pids'), 'utf8')
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [Number(line.split(' ')[1])]));
  return {
    name: 'Apache Kafka',
    bootstrap: addresses(first, nodes),
    async start() {
      mkdirSync(directory, { recursive: true });
      const settings = settingsFor(nodes).flatMap((setting) => ['--set', setting]);
      const place = ['--dir', directory, '--port', String(first), '--brokers', String(nodes)];
      runKafkaProgram(program, ['start', ...place, '--no-wait', ...settings]);
      // Formatting its directories came before: counted is from the first process of the cluster.
      const ages = pids().map(sinceStartedMs);
      return Promise.resolve(performance.now() - Math.max(...ages, 0));
    },
    kill: (id) => void runKafkaProgram(program, ['kill', String(id), '--dir', directory]),
    async stop() {
      runKafkaProgram(program, ['stop', '--dir', directory]);
      rmSync(path.join(directory, 'pids'), { force: true });
      return Promise.resolve();
    },
    cpuSeconds: () => sumOf(pids(), cpuSecondsOf),
    memoryMiB: () => sumOf(pids(), residentMiB),
  };
}

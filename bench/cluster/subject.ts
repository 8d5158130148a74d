/**
 * A cluster of real processes on this machine that a benchmark can start, look at, kill nodes of and stop: ours from dist/,
 * or Apache Kafka through the program that AQUILA_BENCH_KAFKA names (`start --brokers N --dir DIR --port PORT --no-wait`,
 * `stop --dir DIR`, `tool NAME ARGS`; it keeps DIR/pids with a line "ID PID" per node). Both get the same broker settings.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { brokerEnvironment, brokerNodeFlags } from '../../cli/supervisor/plan/process-memory.ts';
import { freePortRun } from '../../scripts/testing/free-ports.ts';
import { cpuSecondsOf } from '../process-cpu.ts';
import { endWithBench, outputOf } from './children.ts';
import { sinceStartedMs } from './process-age.ts';

export const [ours, other] = ['Aquila', 'Apache Kafka'] as const;

export interface Subject {
  readonly name: string;
  readonly nodes: number;
  /** `host:port,...` of all nodes. */
  readonly bootstrap: string;
  /** Resolves when the processes have been started, with when the first of them began (performance.now). */
  start(): Promise<number>;
  /** kill -9. */
  kill(nodeId: number): void;
  /** Clean, as far as the program manages; every process is gone afterwards. It can be started again, with its data. */
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
    name: ours,
    nodes,
    bootstrap: addresses(first, nodes),
    async start() {
      const startedAt = performance.now();
      for (let id = 0; id < nodes; id += 1) {
        write(id);
        const child = spawn(
          process.execPath,
          [...brokerNodeFlags, ...nodeFlags, 'dist/broker.mjs', fileOf(id)],
          {
            env: { ...brokerEnvironment, ...process.env },
            stdio: 'ignore',
          },
        );
        running.set(id, child);
        const forget = endWithBench(() => child.kill('SIGKILL'));
        child.once('close', () => {
          forget();
          if (running.get(id) === child) running.delete(id);
        });
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

/** Its first process writes this file, its last one may be gone before the file is. */
function pidsIn(directory: string): Map<number, number> {
  try {
    const lines = readFileSync(path.join(directory, 'pids'), 'utf8').split('\n');
    return new Map(
      lines.filter((line) => line !== '').map((line) => line.split(' ').map(Number) as [number, number]),
    );
  } catch {
    return new Map();
  }
}

function isNode(pid: number, directory: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(directory);
  } catch {
    return false;
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** kill -9, if that pid still runs a node of `directory`. */
function killNode(pid: number, directory: string): void {
  try {
    if (isNode(pid, directory)) process.kill(pid, 'SIGKILL');
  } catch {
    // Gone since.
  }
}

export async function kafkaCluster(program: string, { directory, nodes }: SubjectPlace): Promise<Subject> {
  const first = 20_000 + (process.pid % 5_000);
  // Its controllers listen 1,000 and its JMX 2,000 above.
  const ports = [0, 1_000, 2_000].flatMap((above) =>
    Array.from({ length: nodes }, (_, id) => first + above + id),
  );
  const pids = (): number[] => [...pidsIn(directory).values()];
  const killAll = (): void => pids().forEach((pid) => killNode(pid, directory));
  let forget: () => void = () => undefined;
  return {
    name: other,
    nodes,
    bootstrap: addresses(first, nodes),
    async start() {
      mkdirSync(directory, { recursive: true });
      const settings = settingsFor(nodes).flatMap((setting) => ['--set', setting]);
      const place = ['--dir', directory, '--port', String(first), '--brokers', String(nodes)];
      forget = endWithBench(killAll);
      await outputOf(program, ['start', ...place, '--no-wait', ...settings], { limitSeconds: 60 });
      // Formatting its directories came before: counted is from the first process of the cluster.
      return performance.now() - Math.max(...pids().map(sinceStartedMs), 0);
    },
    kill: (id) => killNode(pidsIn(directory).get(id) ?? 0, directory),
    async stop() {
      try {
        await outputOf(program, ['stop', '--dir', directory], { limitSeconds: 60 });
      } finally {
        killAll();
        forget();
        // A process that was killed keeps its ports for seconds, longer than its command line: until its memory is taken back.
        for (const port of ports) while (await isListening(port)) await pause(50);
        rmSync(path.join(directory, 'pids'), { force: true });
      }
    },
    cpuSeconds: () => sumOf(pids(), cpuSecondsOf),
    memoryMiB: () => sumOf(pids(), residentMiB),
  };
}

/**
 * A cluster of real broker processes for one test: started, killed, stopped, wiped and cut off from each other, and all
 * ended with the test. Nodes reach each other through relays (node-links.ts), clients reach them directly, so that the
 * network between nodes can fail while a client still gets through.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { brokerEnvironment, brokerNodeFlags } from '../../cli/supervisor/plan/process-memory.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { brokerProgram } from '../../scripts/testing/broker-program.ts';
import { freePorts } from '../../scripts/testing/free-ports.ts';
import { testDirectory } from '../mounted-disk.ts';
import { NodeLinks } from './node-links.ts';

/**
 * A program that runs another broker of KRaft's configuration, given its file: the judge of whether these tests ask for what a
 * cluster of Kafka does keep. Default: ours.
 */
const OTHER_PROGRAM = process.env['AQUILA_FAULT_BROKER'] ?? '';
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_LIMIT_MS = 60_000;
const SHOWN_LINES = 20;

export interface FaultNode {
  readonly id: number;
  /** For clients. */
  readonly port: number;
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  dataDirectory: string;
  child: ChildProcess | null;
}

export interface ClusterOptions {
  readonly nodes?: number;
  /** Lines of every node's server.properties. */
  readonly settings?: readonly string[];
  /** Where a node's data lie; default: below a directory of the test. */
  readonly dataDirectoryOf?: (node: number) => string;
  /** The port that clients are told instead of a node's own: a relay in front of it. */
  readonly clientPortOf?: (node: number, port: number) => Promise<number>;
  /** What a node's process finds in its environment besides this one's. */
  readonly environmentOf?: (node: number) => Readonly<Record<string, string>>;
}

/** How a process ended, and all that it wrote. */
export interface Ended {
  readonly status: number | NodeJS.Signals | null;
  readonly output: string;
}

function spawnBroker({ directory, environment }: FaultNode, overrides: readonly string[]): ChildProcess {
  const args = [join(directory, 'server.properties')];
  for (const override of overrides) args.push('--override', override);
  const env = { ...brokerEnvironment, ...process.env, ...environment };
  return OTHER_PROGRAM === ''
    ? spawn(process.execPath, [...brokerNodeFlags, ...brokerProgram, ...args], {
        ...{ cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
      })
    : spawn(OTHER_PROGRAM, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

export class ClusterUnderFault {
  readonly nodes: readonly FaultNode[];
  readonly links: NodeLinks;
  readonly directory: string;

  static async start(options: ClusterOptions = {}): Promise<ClusterUnderFault> {
    const cluster = await ClusterUnderFault.prepare(options);
    await Promise.all(cluster.nodes.map(({ id }) => cluster.start(id)));
    return cluster;
  }

  /** Everything but the processes. */
  static async prepare(options: ClusterOptions): Promise<ClusterUnderFault> {
    const directory = testDirectory();
    const count = options.nodes ?? 3;
    const ports = await freePorts(count * 3);
    const links = new NodeLinks();
    const nodes: FaultNode[] = [];
    const voters: string[] = [];
    const files: (() => void)[] = [];
    for (let id = 0; id < count; id++) {
      const [client = 0, internal = 0, controller = 0] = ports.slice(id * 3);
      const advertised = await links.relay(id, internal, 'broker');
      voters.push(`${String(id)}@127.0.0.1:${String(await links.relay(id, controller, 'controller'))}`);
      const home = join(directory, `node-${String(id)}`);
      mkdirSync(home);
      const dataDirectory = options.dataDirectoryOf?.(id) ?? join(home, 'data');
      const told = (await options.clientPortOf?.(id, client)) ?? client;
      const environment = options.environmentOf?.(id) ?? {};
      nodes.push({ id, port: told, directory: home, environment, dataDirectory, child: null });
      files.push(() => {
        const lines = [
          `node.id=${String(id)}`,
          'process.roles=broker,controller',
          `controller.quorum.voters=${voters.join(',')}`,
          'controller.listener.names=CONTROLLER',
          'inter.broker.listener.name=INTERNAL',
          'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
          `listeners=PLAINTEXT://127.0.0.1:${String(client)},INTERNAL://127.0.0.1:${String(internal)},CONTROLLER://127.0.0.1:${String(controller)}`,
          `advertised.listeners=PLAINTEXT://127.0.0.1:${String(told)},INTERNAL://127.0.0.1:${String(advertised)}`,
          `log.dirs=${dataDirectory}`,
          'group.initial.rebalance.delay.ms=0',
          ...(options.settings ?? []),
        ];
        writeFileSync(join(home, 'server.properties'), lines.join('\n'));
      });
    }
    for (const write of files) write();
    const cluster = new ClusterUnderFault(directory, nodes, links);
    onTestFinished(() => cluster.#end());
    return cluster;
  }

  private constructor(directory: string, nodes: readonly FaultNode[], links: NodeLinks) {
    this.directory = directory;
    this.nodes = nodes;
    this.links = links;
  }

  get bootstrap(): string[] {
    return this.nodes.map(({ port }) => `127.0.0.1:${String(port)}`);
  }

  node(id: number): FaultNode {
    const node = this.nodes[id];
    if (node === undefined) throw new Error(`there is no node ${String(id)}`);
    return node;
  }

  isRunning(id: number): boolean {
    const { child } = this.node(id);
    return child !== null && child.exitCode === null && child.signalCode === null;
  }

  /** Begins a process; resolves as soon as it exists. */
  async launch(id: number): Promise<void> {
    const node = this.node(id);
    if (this.isRunning(id)) return;
    await this.links.accept(id);
    const log = createWriteStream(join(node.directory, 'output.log'), { flags: 'a' });
    const child = spawnBroker(node, []);
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    child.on('exit', () => this.links.refuse(id));
    node.child = child;
  }

  /** Resolves when the node serves. */
  async start(id: number): Promise<void> {
    await this.launch(id);
    const { child } = this.node(id);
    if (child === null) return;
    const ended = once(child, 'exit').then(() => 'ended');
    const limit = new Promise((resolve) =>
      setTimeout(() => resolve('not ready in time'), START_LIMIT_MS).unref(),
    );
    const ready = OTHER_PROGRAM === '' ? once(child, 'message') : this.#isListed(id);
    const first: unknown = await Promise.race([ready, ended, limit]);
    if (typeof first === 'string')
      throw new Error(`node ${String(id)}: ${first}. The end of what it wrote:\n${this.#lastLines(id)}`);
  }

  /** The directory goes with the test, so what a node said last is told with the failure. */
  #lastLines(id: number): string {
    const lines = readFileSync(join(this.node(id).directory, 'output.log'), 'utf8')
      .trimEnd()
      .split('\n');
    return lines.slice(-SHOWN_LINES).join('\n');
  }

  /** Resolves when any node names this one among the live brokers. */
  async #isListed(id: number): Promise<void> {
    const client = new KafkaCluster({
      ...{
        bootstrap: this.bootstrap,
        clientId: 'fault-start',
        connectTimeoutMs: 1_000,
        requestTimeoutMs: 2_000,
      },
    });
    try {
      for (;;) {
        const view = await client.refresh().catch(() => null);
        if (view?.brokers.has(id) === true) return;
        await pause(200);
      }
    } finally {
      client.close();
    }
  }

  /**
   * Another process with a node's file, but for the overrides; nothing leads to it that leads to the node. Resolves when it
   * ends by itself; it is killed, and that is how it ended, when it has not after so long.
   */
  async runTwin(id: number, overrides: readonly string[], limitMs: number): Promise<Ended> {
    const child = spawnBroker(this.node(id), overrides);
    let output = '';
    child.stdout?.on('data', (chunk) => (output += String(chunk)));
    child.stderr?.on('data', (chunk) => (output += String(chunk)));
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
    const [code, by] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    clearTimeout(timer);
    return { status: code ?? by, output };
  }

  signal(id: number, signal: NodeJS.Signals): void {
    this.node(id).child?.kill(signal);
  }

  /** Resolves with how the process ended. */
  async end(id: number, signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
    const { child } = this.node(id);
    if (child === null || !this.isRunning(id)) return null;
    const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    // The system closes all sockets of a process that is killed at once; the relay would learn of it too late.
    if (signal === 'SIGKILL') this.links.refuse(id);
    child.kill(signal);
    const [code, by] = await ended;
    return code ?? by;
  }

  kill(id: number): Promise<number | NodeJS.Signals | null> {
    return this.end(id, 'SIGKILL');
  }

  /** Removes all that a node has on its disk; it must not run. */
  wipe(id: number): void {
    if (this.isRunning(id)) throw new Error(`node ${String(id)} still runs`);
    rmSync(this.node(id).dataDirectory, { recursive: true, force: true });
  }

  async #end(): Promise<void> {
    await Promise.all(
      this.nodes.map(async ({ id }) => {
        this.signal(id, 'SIGCONT');
        await this.kill(id);
      }),
    );
    await this.links.close();
  }
}

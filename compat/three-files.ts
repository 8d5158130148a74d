/**
 * The story that introductions to Kafka tell, with our three files and everybody's tools: three brokers from conf/server-0..2.properties
 * by bin/kafka-server-start.sh, a topic of three replicas, its leader killed, everything readable from the others, and back again.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../broker/integration/broker-process.ts';
import { until } from '../broker/integration/cluster-harness.ts';
import { freePorts } from '../scripts/testing/free-ports.ts';
import type { CompatCase } from './compat-case.ts';
import { lacksTools, toolOutput, runTool } from './kafka-distribution.ts';
import { expectEqual, isInstalled, outputOf } from './run-program.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BROKERS = [0, 1, 2];
const TOPIC = 'my-replicated-topic';
const LIMIT_MS = 90_000;

interface Described {
  readonly leader: number;
  readonly replicas: string;
  readonly isr: string;
}

/** Three brokers as a user runs them, but for the addresses and directories of one machine. */
class ThreeFiles {
  readonly addresses: readonly string[];
  readonly #directory: string;
  readonly #voters: string;
  readonly #controllers: readonly string[];
  readonly #children = new Map<number, ChildProcess>();
  #output = '';

  constructor(directory: string, ports: readonly number[]) {
    this.#directory = directory;
    const addresses = ports.map((port) => `127.0.0.1:${String(port)}`);
    this.addresses = addresses.slice(0, BROKERS.length);
    this.#controllers = addresses.slice(BROKERS.length);
    this.#voters = this.#controllers.map((address, id) => `${String(id)}@${address}`).join(',');
  }

  start(id: number): void {
    const own = join(this.#directory, String(id));
    mkdirSync(own, { recursive: true });
    const address = String(this.addresses[id]);
    const overrides = [
      `listeners=PLAINTEXT://${address},CONTROLLER://${String(this.#controllers[id])}`,
      `advertised.listeners=PLAINTEXT://${address}`,
      `controller.quorum.voters=${this.#voters}`,
      `log.dirs=${join(own, 'data')}`,
      'aquila.metrics.listener=127.0.0.1:0',
    ];
    const child = spawn(
      join(ROOT, 'bin', 'kafka-server-start.sh'),
      [
        join(ROOT, 'conf', `server-${String(id)}.properties`),
        ...['--data', own],
        ...overrides.flatMap((line) => ['--override', line]),
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (this.#output = (this.#output + chunk.toString()).slice(-4_000)));
    this.#children.set(id, child);
  }

  async kill(id: number): Promise<void> {
    const child = this.#children.get(id);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** What kafka-topics says of the topic, asked at one broker. */
  async describe(id: number): Promise<Described> {
    const bootstrap = String(this.addresses[id]);
    const { stdout } = await runTool('kafka-topics', bootstrap, ['--describe', '--topic', TOPIC]);
    const [, leader = '-1', replicas = '', isr = ''] =
      /Leader: (\d+)\s+Replicas: (\S+)\s+Isr: (\S+)/.exec(stdout) ?? [];
    return { leader: Number(leader), replicas: inOrder(replicas), isr: inOrder(isr) };
  }

  async createTopic(): Promise<void> {
    const argv = ['--create', '--topic', TOPIC, '--replication-factor', '3', '--partitions', '1'];
    await until(
      () => runTool('kafka-topics', this.addresses.join(','), argv),
      ({ stdout }) => stdout.includes(`Created topic ${TOPIC}.`),
      LIMIT_MS,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.#output}`, { cause: error });
    });
  }

  async remove(): Promise<void> {
    await Promise.all(BROKERS.map((id) => this.kill(id)));
  }
}

const inOrder = (ids: string): string => ids.split(',').sort().join(',');

async function produce(bootstrap: string, messages: readonly string[]): Promise<void> {
  const input = messages.map((message) => `${message}\n`).join('');
  await toolOutput('kafka-console-producer', bootstrap, ['--topic', TOPIC], input);
}

async function consumed(bootstrap: string, count: number): Promise<string> {
  const limits = ['--max-messages', String(count), '--timeout-ms', '60000'];
  return toolOutput('kafka-console-consumer', bootstrap, ['--topic', TOPIC, '--from-beginning', ...limits]);
}

async function byKcat(bootstrap: string): Promise<string> {
  return outputOf('kcat', ['-C', '-b', bootstrap, '-t', TOPIC, '-o', 'beginning', '-e', '-q']);
}

async function missing(): Promise<string | null> {
  if (!(await isInstalled('kcat', ['-V']))) return 'kcat is not installed (apt-get install kcat)';
  if (!existsSync(join(ROOT, 'dist', 'broker.mjs')))
    return 'dist/ is not built (npm run test:compat does it)';
  return lacksTools('kafka-topics', 'kafka-console-producer', 'kafka-console-consumer');
}

async function tellTheStory(brokers: ThreeFiles): Promise<void> {
  for (const id of BROKERS) brokers.start(id);
  await brokers.createTopic();
  const all = '0,1,2';
  const before = await brokers.describe(0);
  expectEqual(before.replicas, all, 'replicas');
  expectEqual(before.isr, all, 'ISR');
  const [first = '', second = ''] = BROKERS.filter((id) => id !== before.leader).map((id) =>
    String(brokers.addresses[id]),
  );
  const survivors = BROKERS.filter((id) => id !== before.leader);
  const [askedId = 0] = survivors;
  const messages = ['my test message 1', 'my test message 2'];
  await produce(String(brokers.addresses[before.leader]), messages);
  const lines = (): string => messages.map((message) => `${message}\n`).join('');
  expectEqual(await consumed(first, messages.length), lines(), 'messages before');

  await brokers.kill(before.leader);
  const meanwhile = await until(
    () => brokers.describe(askedId),
    ({ leader, isr }) => leader >= 0 && leader !== before.leader && isr === survivors.join(','),
    LIMIT_MS,
  );
  expectEqual(meanwhile.replicas, all, 'replicas while one is dead');
  const under = await toolOutput('kafka-topics', first, ['--describe', '--under-replicated-partitions']);
  if (!under.includes(`Topic: ${TOPIC}`)) throw new Error(`not said to be under-replicated: ${under}`);
  expectEqual(await consumed(first, messages.length), lines(), 'messages from one that lives');
  expectEqual(await byKcat(second), lines(), 'messages from the other, by kcat');
  messages.push('my test message 3');
  await produce(first, messages.slice(-1));

  brokers.start(before.leader);
  await until(
    () => brokers.describe(askedId),
    ({ isr }) => isr === all,
    LIMIT_MS,
  );
  const healed = await toolOutput('kafka-topics', first, ['--describe', '--under-replicated-partitions']);
  expectEqual(healed, '', 'under-replicated partitions at the end');
  const back = String(brokers.addresses[before.leader]);
  expectEqual(await consumed(back, messages.length), lines(), 'messages from the one that is back');
  expectEqual(await byKcat(back), lines(), 'messages from the one that is back, by kcat');
}

export const threeFilesCases: readonly CompatCase[] = [
  {
    name: 'the story of three files: a leader dies, another leads, everything is readable, and it comes back',
    missing,
    run: async () => {
      const directory = temporaryDirectory();
      const brokers = new ThreeFiles(directory.path, await freePorts(BROKERS.length * 2));
      try {
        await tellTheStory(brokers);
      } finally {
        await brokers.remove();
        directory.remove();
      }
    },
  },
];

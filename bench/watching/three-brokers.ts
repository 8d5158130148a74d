/**
 * Three brokers for a comparison of programs that watch: of Apache Kafka where AQUILA_KAFKA_TOOLS names the bin folder of a
 * distribution, else ours from dist/. They talk among themselves directly; whoever watches is sent through a relay before each,
 * which counts what passes.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import {
  launchApacheKafka,
  waitForBrokers,
  type ApacheKafkaProcess,
} from '../../compat/apache-kafka-process.ts';
import { brokerEnvironment, brokerNodeFlags } from '../../cli/supervisor/plan/process-memory.ts';
import { toolsFolder } from '../../compat/kafka-distribution.ts';
import { CountingProxy } from '../../console/services/testing/counting-proxy.ts';
import { freePorts } from '../../scripts/testing/free-ports.ts';
import { cpuSecondsOf } from '../process-cpu.ts';

const ids = [0, 1, 2];

export interface WatchedBrokers {
  readonly name: string;
  /** Behind the relays. */
  readonly watched: string;
  /** Past them. */
  readonly direct: string;
  readonly proxies: readonly CountingProxy[];
  /** Of all brokers so far; NaN where the system does not say. */
  cpuMs(): number;
  stop(): Promise<void>;
}

interface Running {
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

export async function startThreeBrokers(directory: string): Promise<WatchedBrokers> {
  const ports = await freePorts(3 * ids.length);
  const portOf = (id: number, listener: number): number => ports[ids.length * listener + id] ?? 0;
  const proxies = await Promise.all(ids.map(() => CountingProxy.start()));
  for (const [id, proxy] of proxies.entries()) proxy.brokerPort = portOf(id, 1);
  const voters = ids.map((id) => `${String(id)}@127.0.0.1:${String(portOf(id, 2))}`).join(',');
  const settingsOf = (id: number): string[] => {
    const at = (name: string, port: number): string => `${name}://127.0.0.1:${String(port)}`;
    const own = at('PLAINTEXT', portOf(id, 0));
    return [
      'process.roles=broker,controller',
      `node.id=${String(id)}`,
      `listeners=${own},${at('WATCH', portOf(id, 1))},${at('CONTROLLER', portOf(id, 2))}`,
      `advertised.listeners=${own},${at('WATCH', proxies[id]?.port ?? 0)}`,
      'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,WATCH:PLAINTEXT,CONTROLLER:PLAINTEXT',
      'inter.broker.listener.name=PLAINTEXT',
      'controller.listener.names=CONTROLLER',
      `controller.quorum.voters=${voters}`,
      'group.initial.rebalance.delay.ms=0',
    ];
  };
  const start = toolsFolder === '' ? startOurs : startTheirs;
  const running = await start(directory, settingsOf, `127.0.0.1:${String(portOf(0, 0))}`);
  return {
    name: toolsFolder === '' ? 'Aquila' : 'Apache Kafka',
    watched: `127.0.0.1:${String(proxies[0]?.port ?? 0)}`,
    direct: `127.0.0.1:${String(portOf(0, 0))}`,
    proxies,
    cpuMs: () => running.pids.reduce((sum, pid) => sum + (cpuSecondsOf(pid) ?? NaN), 0) * 1_000,
    async stop() {
      await running.stop();
      await Promise.all(proxies.map((proxy) => proxy.stop()));
    },
  };
}

type Start = (directory: string, settingsOf: (id: number) => string[], bootstrap: string) => Promise<Running>;

const clientOf = (bootstrap: string): Kafka =>
  new Kafka({
    clientId: 'bench',
    brokers: [bootstrap],
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 200, maxRetryTime: 1_000, retries: 100 },
  });

const startTheirs: Start = async (directory, settingsOf, bootstrap) => {
  const running: ApacheKafkaProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((each) => each.end('SIGKILL')));
  };
  try {
    for (const id of ids)
      running.push(await launchApacheKafka(path.join(directory, String(id)), settingsOf(id), []));
    await waitForBrokers(clientOf(bootstrap), ids.length, running);
  } catch (error) {
    await stop();
    throw error;
  }
  return { pids: running.map(({ pid }) => pid), stop };
};

const startOurs: Start = async (directory, settingsOf, bootstrap) => {
  const running: ChildProcess[] = ids.map((id) => {
    const own = path.join(directory, String(id));
    mkdirSync(own, { recursive: true });
    const file = path.join(own, 'server.properties');
    writeFileSync(file, [...settingsOf(id), `log.dirs=${path.join(own, 'log')}`].join('\n'));
    return spawn(process.execPath, [...brokerNodeFlags, 'dist/broker.mjs', file], {
      env: { ...brokerEnvironment, ...process.env },
      stdio: 'ignore',
    });
  });
  const stop = async (): Promise<void> => {
    const gone = running.map((child) => new Promise((resolve) => child.once('close', resolve)));
    for (const child of running) child.kill('SIGKILL');
    await Promise.all(gone);
  };
  const admin = clientOf(bootstrap).admin();
  try {
    await admin.connect();
    for (;;) {
      const known = await admin.describeCluster().catch(() => null);
      if (known?.brokers.length === ids.length) return { pids: running.map(({ pid = 0 }) => pid), stop };
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  } catch (error) {
    await stop();
    throw error;
  } finally {
    await admin.disconnect();
  }
};

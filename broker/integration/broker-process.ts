/**
 * Test support: the broker as a process of its own, as `kafka-server-start` runs it, so that it can be killed,
 * signalled, measured and starved.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kafka, logLevel } from 'kafkajs';
import { brokerProgram } from '../../scripts/testing/broker-program.ts';
import { freePort } from '../../scripts/testing/free-ports.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface BrokerProcess {
  readonly directory: string;
  readonly child: ChildProcess;
  readonly port: number;
  readonly metricsPort: number;
  kafka(): Kafka;
  /** Resident memory now, in bytes. */
  residentBytes(): number;
  output(): string;
  /** Waits until it ends by itself. */
  exitStatus(): Promise<number | NodeJS.Signals | null>;
  /** Sends the signal and waits for the end; resolves with the exit status, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

export interface ExitedProcess {
  readonly status: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function temporaryDirectory(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'aquila-process-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

function launch(argv: readonly string[]): ChildProcess {
  return spawn(process.execPath, [...brokerProgram, ...argv], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

function collect(child: ChildProcess): { stdout: string; stderr: string } {
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  return output;
}

/** Runs the program until it ends by itself. */
export async function runToExit(argv: readonly string[]): Promise<ExitedProcess> {
  const child = launch(argv);
  const output = collect(child);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { status: code ?? signal, ...output };
}

/** Gives the path of the file. `port` 0 takes any; null is for a node without clients. */
export function writeProperties(
  directory: string,
  overrides: readonly string[],
  port: number | null,
): string {
  const file = join(directory, 'server.properties');
  writeFileSync(
    file,
    [
      `log.dirs=${directory}/data`,
      ...(port === null ? [] : [`listeners=PLAINTEXT://127.0.0.1:${String(port)}`]),
      'aquila.metrics.listener=127.0.0.1:0',
      'group.initial.rebalance.delay.ms=0',
      ...overrides,
    ].join('\n'),
  );
  return file;
}

/** Starts again, on the properties that are there, without waiting for anything. */
export function launchBroker(directory: string): Pick<BrokerProcess, 'output' | 'end'> {
  const child = launch([join(directory, 'server.properties')]);
  const output = collect(child);
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  return {
    output: () => output.stdout + output.stderr,
    end: async (signal) => {
      child.kill(signal);
      const [code, by] = await ended;
      return code ?? by;
    },
  };
}

/** Starts a broker on the directory and waits until it serves, at a port that stays free for it when it is started again. */
export async function startBrokerProcess(
  directory: string,
  overrides: readonly string[] = [],
  port?: number | null,
): Promise<BrokerProcess> {
  const file = writeProperties(directory, overrides, port === undefined ? await freePort() : port);
  const child = launch([file]);
  const output = collect(child);
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const started = once(child, 'message') as Promise<[{ port: number; metricsPort: number }]>;
  const first = await Promise.race([started, ended.then(() => null)]);
  if (first === null) throw new Error(`The broker ended while it started: ${output.stderr}${output.stdout}`);
  const [message] = first;
  return {
    ...{ directory, child, port: message.port, metricsPort: message.metricsPort },
    kafka: () =>
      new Kafka({
        clientId: 'test',
        brokers: [`127.0.0.1:${String(message.port)}`],
        logLevel: logLevel.NOTHING,
        retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 30 },
      }),
    residentBytes: () => {
      const status = readFileSync(`/proc/${String(child.pid)}/status`, 'latin1');
      return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1_024;
    },
    output: () => output.stdout + output.stderr,
    exitStatus: async () => {
      const [code, by] = await ended;
      return code ?? by;
    },
    end: async (signal) => {
      child.kill(signal);
      const [code, by] = await ended;
      return code ?? by;
    },
  };
}

/**
 * The whole product as a process of its own, for journeys and benchmarks: built from this clone, on free ports, in a
 * temporary data directory, with a known password and token. What it starts, it ends.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePortRun } from '../scripts/testing/free-ports.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Only ever used in temporary directories on the loopback address. */
export const adminPassword = 'journeys need 1 known password';
export const topicToken = 'journeys-delete-with-this-token';

export interface ProcessState {
  readonly name: string;
  readonly pid: number | null;
  readonly state: string;
  readonly restarts: number;
}

export interface Product {
  readonly url: string;
  /** Of the first broker, which leads to all. */
  readonly brokerAddress: string;
  /** `host:port` of each bundled broker, by its id. */
  readonly brokerAddresses: readonly string[];
  readonly data: string;
  /** Milliseconds from the start of the process to the banner. */
  readonly bannerAfterMs: number;
  readonly banner: string;
  processes(): ProcessState[];
  /** Ends it as Ctrl-C would, and removes its data unless that was given. */
  stop(): Promise<void>;
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('close', () => resolve()));
}

export interface ProductSettings {
  readonly options?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Kept when the product stops. */
  readonly data?: string;
  readonly brokers?: number;
}

export async function startProduct(settings: ProductSettings = {}): Promise<Product> {
  const { brokers = 3 } = settings;
  const brokerPort = await freePortRun(3 * brokers + 1);
  const [controllerPort, metricsPort] = [brokerPort + brokers, brokerPort + 2 * brokers];
  const port = brokerPort + 3 * brokers;
  const data = settings.data ?? mkdtempSync(path.join(tmpdir(), 'aquila-product-'));
  const ports = [
    ...['--port', port, '--broker-port', brokerPort, '--controller-port', controllerPort],
    ...['--metrics-port', metricsPort, '--brokers', brokers],
  ].map(String);
  const started = performance.now();
  const child = spawn(
    process.execPath,
    ['scripts/start.mjs', '--data', data, ...ports, ...(settings.options ?? [])],
    {
      cwd: root,
      env: {
        ...process.env,
        AQUILA_ADMIN_PASSWORD: adminPassword,
        AQUILA_TOPIC_TOKEN: topicToken,
        AQUILA_CONFIG: '',
        ...settings.environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let banner = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (banner += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', () => banner.includes('Stop') && resolve());
    child.once('close', (code) =>
      reject(new Error(`the product ended with status ${String(code)}:\n${errors}`)),
    );
  });
  return {
    url: `http://127.0.0.1:${port}`,
    brokerAddress: `127.0.0.1:${brokerPort}`,
    brokerAddresses: Array.from({ length: brokers }, (_, id) => `127.0.0.1:${brokerPort + id}`),
    data,
    bannerAfterMs: performance.now() - started,
    banner,
    processes() {
      const status = JSON.parse(readFileSync(path.join(data, 'run', 'status.json'), 'utf8')) as {
        processes: ProcessState[];
      };
      return status.processes;
    },
    async stop() {
      child.kill('SIGTERM');
      await ended(child);
      if (settings.data === undefined) rmSync(data, { recursive: true, force: true });
    },
  };
}

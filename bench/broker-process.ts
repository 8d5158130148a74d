/** One broker from dist/ in a temporary directory, and what the operating system says it used. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePorts } from '../scripts/testing/free-ports.ts';
import { brokerEnvironment, brokerNodeFlags } from '../cli/supervisor/plan/process-memory.ts';

/** Linux counts CPU time in hundredths of a second. */
const ticksPerSecond = 100;

export interface BrokerProcess {
  readonly address: string;
  readonly port: number;
  /** Its only log directory. */
  readonly logDirectory: string;
  readonly pid: number;
  /** performance.now() when the process was started. */
  readonly startedAt: number;
  cpuSeconds(): number | null;
  memoryMiB(): number | null;
  stop(): Promise<void>;
}

/** A `directory` that is given is made if it is not there, and stays when the broker stops. */
export interface BrokerPlace {
  readonly directory: string;
  readonly port: number;
}

export async function startBrokerProcess(place?: BrokerPlace): Promise<BrokerProcess> {
  const directory = place?.directory ?? mkdtempSync(path.join(tmpdir(), 'aquila-bench-'));
  mkdirSync(directory, { recursive: true });
  const [freePort = 0, metricsPort = 0] = await freePorts(2);
  const port = place?.port ?? freePort;
  const properties = [
    'node.id=0',
    `listeners=PLAINTEXT://127.0.0.1:${port}`,
    `aquila.metrics.listener=127.0.0.1:${metricsPort}`,
    `log.dirs=${path.join(directory, 'log')}`,
    'num.partitions=6',
    'offsets.topic.replication.factor=1',
  ];
  writeFileSync(path.join(directory, 'server.properties'), properties.join('\n'));
  const startedAt = performance.now();
  const program = ['dist/broker.mjs', path.join(directory, 'server.properties')];
  const child = spawn(process.execPath, [...brokerNodeFlags, ...program], {
    env: { ...brokerEnvironment, ...process.env },
    stdio: 'ignore',
  });
  const pid = child.pid ?? 0;
  const fromProc = (file: string): string | null => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8');
    } catch {
      return null;
    }
  };
  return {
    address: `127.0.0.1:${port}`,
    port,
    logDirectory: path.join(directory, 'log'),
    pid,
    startedAt,
    cpuSeconds() {
      const stat = fromProc('stat');
      if (stat === null) return null;
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    },
    memoryMiB() {
      const kib = /VmRSS:\s+(\d+) kB/.exec(fromProc('status') ?? '')?.[1];
      return kib === undefined ? null : Number(kib) / 1024;
    },
    async stop() {
      const gone = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGTERM');
      await gone;
      if (place === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}

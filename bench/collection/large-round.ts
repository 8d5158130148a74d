/**
 * Rounds of the console at a large scale against scripted brokers in a process of their own: wall time, CPU, the longest block
 * of the event loop and memory, for lag rounds and for the first round, which asks for everything.
 */
import { fork } from 'node:child_process';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { buildSnapshot } from '../../console/collector/build-snapshot.ts';
import { openReader } from '../../console/collector/cluster-reader.ts';
import type { KafkaReader } from '../../console/collector/kafka-reader.ts';
import { planRound } from '../../console/collector/plan-round.ts';
import { gatherRound } from '../../console/collector/round-answers.ts';
import { noMemory, type RoundMemory } from '../../console/collector/round-memory.ts';
import { noCost } from '../../console/model/testing/snapshots.ts';
import { figure, quantile } from '../figure.ts';

const intervalMs = 10_000;
const rounds = 12;

interface Scale {
  readonly topics: number;
  readonly partitions: number;
  readonly groups: number;
}

interface Round {
  readonly requests: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly blockMs: number;
}

export async function benchLargeRounds(): Promise<void> {
  await benchScale({ topics: 2_000, partitions: 8_000, groups: 500 });
  await benchScale({ topics: 9_000, partitions: 39_000, groups: 2_200 });
}

export async function benchScale({ topics, partitions, groups }: Scale): Promise<void> {
  const child = fork(
    path.join(import.meta.dirname, 'scripted-cluster.ts'),
    [topics, partitions, groups].map(String),
    { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
  );
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const addresses = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the scripted cluster did not start')));
    child.stdout?.once('data', (line: Buffer) => resolve(line.toString()));
  });
  const bootstrap = (JSON.parse(addresses) as string[]).slice(0, 1);
  const reader = openReader({ bootstrap, tls: null, resolve: null, authenticate: null });
  try {
    let memory = noMemory;
    const results: Round[] = [];
    for (let round = 0; round < rounds; round++) {
      // A slot of no beat's: what follows the first two are lag rounds.
      const { result, after } = await oneRound(reader, memory, 1_000_000 + round * 600);
      results.push(result);
      memory = after;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    report(`${String(topics)} topics, ${String(partitions)} partitions, ${String(groups)} groups`, results);
  } finally {
    await reader.close();
    child.kill('SIGTERM');
    await gone;
  }
}

async function oneRound(
  reader: KafkaReader,
  memory: RoundMemory,
  nowMs: number,
): Promise<{ readonly result: Round; readonly after: RoundMemory }> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  reader.takeTraffic();
  delay.enable();
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const answers = await gatherRound({
    reader,
    readMetrics: () => null,
    nowMs: () => nowMs,
    patience: null,
    planOf: (metadata) =>
      planRound(metadata, { ...memory, allAnswered: true }, { nowMs, intervalMs, shiftMs: 0 }),
    earlier: memory,
  });
  const frame = { clusterId: 'bench', intervalMs, startedAtMs: nowMs, costOf: () => noCost };
  const built = await buildSnapshot(answers, memory, frame);
  const wallMs = performance.now() - startedAt;
  const cpu = process.cpuUsage(cpuBefore);
  await new Promise((resolve) => setImmediate(resolve));
  delay.disable();
  const requests = Object.values(reader.takeTraffic()).flatMap((each) => Object.values(each.requests));
  const result = {
    requests: requests.reduce((sum, count) => sum + count, 0),
    wallMs,
    cpuMs: (cpu.user + cpu.system) / 1_000,
    blockMs: delay.max / 1e6,
  };
  return { result, after: built.memory };
}

function report(scale: string, results: readonly Round[]): void {
  const [first, ...others] = results;
  const lag = others.slice(2);
  const sorted = (valueOf: (round: Round) => number): number[] => lag.map(valueOf).sort((a, b) => a - b);
  const span = (valueOf: (round: Round) => number): string => {
    const values = sorted(valueOf);
    return `${(values[0] ?? NaN).toFixed(0)} / ${quantile(values, 0.5).toFixed(0)} / ${(values.at(-1) ?? NaN).toFixed(0)} ms`;
  };
  figure(`lag round, ${scale}: requests`, String(lag.at(-1)?.requests));
  figure(
    '  until it is published, best / median / worst',
    span(({ wallMs }) => wallMs),
  );
  figure(
    '  CPU, best / median / worst',
    span(({ cpuMs }) => cpuMs),
  );
  figure(
    '  longest block of the event loop, likewise',
    span(({ blockMs }) => blockMs),
  );
  figure('  memory of the process', `${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MiB`);
  figure(
    '  first round: requests, wall, CPU, longest block',
    `${String(first?.requests)}, ${first?.wallMs.toFixed(0) ?? ''}, ${first?.cpuMs.toFixed(0) ?? ''}, ${first?.blockMs.toFixed(0) ?? ''} ms`,
  );
}

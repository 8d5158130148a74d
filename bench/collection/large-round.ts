/**
 * Rounds of the console at a large scale beside the bare program's (bare-round.ts), in turn and on the same cluster: wall time until
 * the snapshot is there, CPU, the longest block of the event loop and memory. The cluster is scripted, and a tenth of it moves
 * between two rounds; or a real one, whose address AQUILA_BENCH_BOOTSTRAP names, with the processes of its brokers in
 * AQUILA_BENCH_BROKER_PIDS for what a round costs them.
 */
import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { consoleNodeFlags } from '../../cli/supervisor/plan/process-memory.ts';
import { figure, median, quantile } from '../figure.ts';
import { cpuSecondsOf } from '../process-cpu.ts';
import { benchConsoleProcess } from './console-process.ts';
import type { RoundResult } from './round-process.ts';

const rounds = 124;
/**
 * The first asks for everything, and the next ones find out what they can expect. A console watches for weeks: what counts is
 * a round whose code V8 has compiled, which takes some dozens of small ones. After eight it costs almost twice as much, the bare program's
 * little more.
 */
const warmUp = 100;
const pauseMs = 150;

interface Scale {
  readonly topics: number;
  readonly partitions: number;
  readonly groups: number;
}

/** A process beside this file that answers each message of ours with one. */
export interface Child {
  readonly process: ChildProcess;
  ask(): Promise<unknown>;
  end(): Promise<void>;
}

export function startChild(file: string, args: readonly string[], flags: readonly string[] = []): Child {
  const child = fork(path.join(import.meta.dirname, file), [...args], {
    execArgv: [
      '--import',
      'tsx',
      ...flags,
      ...(process.env['AQUILA_BENCH_NODE_FLAGS'] ?? '').split(' ').filter(Boolean),
    ],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    process: child,
    ask: () =>
      new Promise((resolve, reject) => {
        const ended = (): void => reject(new Error(`${file} ended`));
        child.once('exit', ended);
        child.once('message', (message) => {
          child.off('exit', ended);
          resolve(message);
        });
        child.send('next');
      }),
    async end() {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}

export async function benchLargeRounds(): Promise<void> {
  const bootstrap = process.env['AQUILA_BENCH_BOOTSTRAP'];
  if (bootstrap !== undefined) {
    await compare(`the cluster at ${bootstrap}`, bootstrap, () => Promise.resolve());
    return;
  }
  await benchScale({ topics: 2_000, partitions: 8_000, groups: 500 });
  await benchScale({ topics: 9_000, partitions: 39_000, groups: 2_200 });
}

export async function benchScale({ topics, partitions, groups }: Scale): Promise<void> {
  const cluster = startChild('scripted-cluster.ts', [topics, partitions, groups].map(String));
  const move = async (): Promise<void> => {
    await cluster.ask();
  };
  try {
    const line = await new Promise<string>((resolve, reject) => {
      cluster.process.once('exit', () => reject(new Error('the scripted cluster did not start')));
      cluster.process.stdout?.once('data', (data: Buffer) => resolve(data.toString()));
    });
    const [address = ''] = JSON.parse(line) as string[];
    const scale = `${String(topics)} topics, ${String(partitions)} partitions, ${String(groups)} groups`;
    await compare(scale, address, move);
    await benchConsoleProcess(address, move);
  } finally {
    await cluster.end();
  }
}

interface Played {
  readonly results: RoundResult[];
  readonly brokerMs: number[];
}

async function compare(scale: string, address: string, between: () => Promise<void>): Promise<void> {
  const pids = (process.env['AQUILA_BENCH_BROKER_PIDS'] ?? '').split(',').filter(Boolean).map(Number);
  const brokerMs = (): number => pids.reduce((sum, pid) => sum + (cpuSecondsOf(pid) ?? NaN), 0) * 1_000;
  const players = ['console', 'bare'].map((kind) => ({
    kind,
    // The console's as the supervisor starts it.
    child: startChild('round-process.ts', [kind, address], kind === 'console' ? consoleNodeFlags : []),
  }));
  const played = new Map<string, Played>();
  try {
    for (let round = 0; round < rounds; round++) {
      await between();
      for (const { kind, child } of players) {
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        const before = brokerMs();
        const result = (await child.ask()) as RoundResult;
        const own = played.get(kind) ?? { results: [], brokerMs: [] };
        played.set(kind, own);
        own.results.push(result);
        own.brokerMs.push(brokerMs() - before);
      }
    }
  } finally {
    await Promise.all(players.map(({ child }) => child.end()));
  }
  report(scale, played, pids.length > 0);
}

function report(scale: string, played: ReadonlyMap<string, Played>, withBrokers: boolean): void {
  console.log(`lag round, ${scale}; best / median / worst`);
  const lags = [...played.values()].map(({ results }) => results.at(-1)?.lag);
  for (const [kind, { results, brokerMs }] of played) {
    const [first] = results;
    const lag = results.slice(warmUp);
    const span = (valueOf: (result: RoundResult) => number): string => spanOf(lag.map(valueOf));
    figure(`  ${kind}: requests`, String(lag.at(-1)?.requests));
    figure(`  ${kind}: wall`, `${span(({ wallMs }) => wallMs)} ms`);
    figure(`  ${kind}: CPU`, `${span(({ cpuMs }) => cpuMs)} ms`);
    figure(`  ${kind}: longest block of the event loop`, `${span(({ blockMs }) => blockMs)} ms`);
    figure(`  ${kind}: memory of the process`, `${(lag.at(-1)?.rssMiB ?? NaN).toFixed(0)} MiB`);
    if (withBrokers) figure(`  ${kind}: CPU of the brokers`, `${spanOf(brokerMs.slice(warmUp))} ms`);
    if (first !== undefined)
      figure(
        `  ${kind}: first round: requests, wall, CPU, longest block`,
        `${String(first.requests)}, ${[first.wallMs, first.cpuMs, first.blockMs].map((ms) => ms.toFixed(0)).join(', ')} ms`,
      );
  }
  const ratio = (valueOf: (own: Played) => readonly number[]): string => {
    const [ours, bare] = [...played.values()].map((own) => median(valueOf(own).slice(warmUp)));
    return ((ours ?? NaN) / (bare ?? NaN)).toFixed(2);
  };
  figure(
    '  console to bare: wall',
    ratio(({ results }) => results.map(({ wallMs }) => wallMs)),
  );
  figure(
    '  console to bare: CPU',
    ratio(({ results }) => results.map(({ cpuMs }) => cpuMs)),
  );
  if (withBrokers)
    figure(
      '  console to bare: CPU of the brokers',
      ratio(({ brokerMs }) => brokerMs),
    );
  if (new Set(lags).size !== 1) figure('  THE LAGS DIFFER', lags.join(' and '));
}

function spanOf(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): string => (quantile(sorted, share) || 0).toFixed(0);
  return `${at(0)} / ${at(0.5)} / ${(sorted.at(-1) ?? NaN).toFixed(0)}`;
}

/**
 * What one look at all lags costs a cluster of three brokers: requests and bytes as relays before the brokers count them, time and
 * CPU of who looks. The console beside the bare program (as few requests as there can be), kafkajs' calls for each topic and group,
 * and whatever AQUILA_BENCH_RIVALS names (watching/rivals.ts), in turn on the same cluster. AQUILA_KAFKA_TOOLS takes Apache Kafka for the
 * brokers; AQUILA_BENCH_SIZE=large takes 2,000 topics.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { apiNameOf } from '../protocol/api-keys.ts';
import { fillCluster } from './collection/fill-cluster.ts';
import { startChild } from './collection/large-round.ts';
import type { RoundResult } from './collection/round-process.ts';
import { median } from './figure.ts';
import { knownRivals, startRival } from './watching/rivals.ts';
import { startThreeBrokers, type WatchedBrokers } from './watching/three-brokers.ts';
import type { WatchedRound, Watcher } from './watching/watcher.ts';

const sizes = {
  small: { topics: 100, partitions: 600, groups: 50 },
  large: { topics: 2_000, partitions: 8_000, groups: 500 },
};
const rounds = 8;
const warmUp = 3;
const pauseMs = 500;

interface Counted extends WatchedRound {
  readonly requests: ReadonlyMap<string, number>;
  readonly bytes: number;
}

export async function benchWatching(): Promise<void> {
  const size = process.env['AQUILA_BENCH_SIZE'] === 'large' ? 'large' : 'small';
  const directory = mkdtempSync(path.join(tmpdir(), 'aquila-watching-'));
  try {
    const brokers = await startThreeBrokers(directory);
    try {
      await fillCluster(brokers.direct, sizes[size]);
      const { topics, partitions, groups } = sizes[size];
      console.log(
        `three brokers (${brokers.name}), ${String(topics)} topics, ${String(partitions)} partitions, ${String(groups)} groups; a round, median of ${String(rounds - warmUp)}`,
      );
      await compare(brokers);
    } finally {
      await brokers.stop();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function compare(brokers: WatchedBrokers): Promise<void> {
  const starts = [
    ...(['console', 'bare', 'kafkajs'] as const).map((kind) => () => ownWatcher(kind, brokers.watched)),
    ...knownRivals().map((rival) => () => startRival(rival, brokers.watched)),
  ];
  console.log('| who | requests | bytes | s | CPU s | requests by API |\n|---|---|---|---|---|---|');
  for (const start of starts) {
    const watcher = await start();
    try {
      const results: Counted[] = [];
      for (let round = 0; round < rounds; round++) {
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        results.push(await counted(watcher, brokers));
      }
      console.log(rowOf(watcher.name, results.slice(warmUp)));
    } finally {
      await watcher.stop();
    }
  }
}

function ownWatcher(kind: 'console' | 'bare' | 'kafkajs', address: string): Promise<Watcher> {
  const child = startChild('round-process.ts', [kind, address]);
  return Promise.resolve({
    name: kind === 'kafkajs' ? 'kafkajs, a call for each topic and group' : kind,
    stop: () => child.end(),
    async round() {
      const { wallMs, cpuMs, lag } = (await child.ask()) as RoundResult;
      return { wallMs, cpuMs, lag };
    },
  });
}

function totals({ proxies }: WatchedBrokers): { requests: Map<number, number>; bytes: number } {
  const requests = new Map<number, number>();
  let bytes = 0;
  for (const proxy of proxies) {
    for (const client of proxy.clients()) {
      bytes += client.bytesSent + client.bytesReceived;
      for (const [api, count] of client.requests) requests.set(api, (requests.get(api) ?? 0) + count);
    }
  }
  return { requests, bytes };
}

async function counted(watcher: Watcher, brokers: WatchedBrokers): Promise<Counted> {
  const before = totals(brokers);
  const round = await watcher.round();
  const after = totals(brokers);
  const requests = new Map<string, number>();
  for (const [api, count] of after.requests) {
    const own = count - (before.requests.get(api) ?? 0);
    if (own > 0) requests.set(apiNameOf(api) ?? String(api), own);
  }
  return { ...round, requests, bytes: after.bytes - before.bytes };
}

function rowOf(name: string, results: readonly Counted[]): string {
  const last = results.at(-1)?.requests ?? new Map<string, number>();
  const sum = [...last.values()].reduce((total, count) => total + count, 0);
  const seconds = (valueOf: (result: Counted) => number): string =>
    (median(results.map(valueOf)) / 1_000).toFixed(3);
  const cells = [
    name,
    sum.toLocaleString('en'),
    median(results.map(({ bytes }) => bytes)).toLocaleString('en'),
    seconds(({ wallMs }) => wallMs),
    seconds(({ cpuMs }) => cpuMs),
    [...last].map(([api, count]) => `${api} ${String(count)}`).join(', '),
  ];
  return `| ${cells.join(' | ')} |`;
}

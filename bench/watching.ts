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
const rounds = 13;
const warmUp = 3;
const pauseMs = 500;

interface Counted extends WatchedRound {
  readonly requests: ReadonlyMap<string, number>;
  readonly bytes: number;
  readonly brokersMs: number;
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
  const own = (kind: OwnKind) => () => ownWatcher(kind, brokers.watched);
  // The two that are alike in turn, so that both find brokers that are as warm; others alone, because some ask by themselves.
  const groups = [
    [own('console'), own('bare')],
    [own('kafkajs')],
    ...knownRivals().map((rival) => [() => startRival(rival, brokers.watched)]),
  ];
  console.log(
    '| who | requests | bytes | s | CPU s | CPU s of brokers | requests by API |\n|---|---|---|---|---|---|---|',
  );
  for (const starts of groups) {
    const watchers = await Promise.all(starts.map((start) => start()));
    try {
      const results = watchers.map((): Counted[] => []);
      for (let round = 0; round < rounds; round++) {
        for (const [index, watcher] of watchers.entries()) {
          await new Promise((resolve) => setTimeout(resolve, pauseMs));
          results[index]?.push(await counted(watcher, brokers));
        }
      }
      for (const [index, { name }] of watchers.entries())
        console.log(rowOf(name, results[index]?.slice(warmUp) ?? []));
    } finally {
      await Promise.all(watchers.map((watcher) => watcher.stop()));
    }
  }
}

type OwnKind = 'console' | 'bare' | 'kafkajs';

function ownWatcher(kind: OwnKind, address: string): Promise<Watcher> {
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
  const brokersBefore = brokers.cpuMs();
  const round = await watcher.round();
  const brokersMs = brokers.cpuMs() - brokersBefore;
  const after = totals(brokers);
  const requests = new Map<string, number>();
  for (const [api, count] of after.requests) {
    const own = count - (before.requests.get(api) ?? 0);
    if (own > 0) requests.set(apiNameOf(api) ?? String(api), own);
  }
  return { ...round, requests, bytes: after.bytes - before.bytes, brokersMs };
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
    seconds(({ brokersMs }) => brokersMs),
    [...last].map(([api, count]) => `${api} ${String(count)}`).join(', '),
  ];
  return `| ${cells.join(' | ')} |`;
}

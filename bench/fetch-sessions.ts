/**
 * What fetch sessions (KIP-227) spare: CPU of an idle cluster of three whose brokers follow each other in 3,000 partitions,
 * with sessions, and with none to be had, so that every fetch of a follower names all of its partitions.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectTo, makeTopic } from './cluster/direct-client.ts';
import { ourCluster } from './cluster/subject.ts';
import { figure } from './figure.ts';

const nodes = 3;
const partitions = Number(process.env['AQUILA_BENCH_PARTITIONS'] ?? 3_000);
const settleMs = 10_000;
const watchedMs = 20_000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** In % of one core, over all three brokers; null where the system does not say. */
async function idleCpu(slots: number): Promise<number | null> {
  const directory = mkdtempSync(path.join(tmpdir(), 'aquila-bench-'));
  const settings = [`max.incremental.fetch.session.cache.slots=${slots}`];
  const cluster = await ourCluster({ directory, nodes, settings });
  try {
    await cluster.start();
    const client = connectTo(cluster.bootstrap);
    try {
      await makeTopic(client, { name: 'idle', partitions, replicas: nodes });
    } finally {
      client.close();
    }
    await pause(settleMs);
    const [before, began] = [cluster.cpuSeconds(), performance.now()];
    await pause(watchedMs);
    const [after, seconds] = [cluster.cpuSeconds(), (performance.now() - began) / 1000];
    return before === null || after === null ? null : (100 * (after - before)) / seconds;
  } finally {
    await cluster.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

export async function benchFetchSessions(): Promise<void> {
  for (const [what, slots] of [
    ['with fetch sessions', 1_000],
    ['without', 0],
  ] as const) {
    const cpu = await idleCpu(slots);
    const shown = cpu === null ? 'not known on this system' : `${cpu.toFixed(1)} % of a core`;
    figure(`three idle brokers, ${partitions} partitions each, ${what}`, shown);
  }
}

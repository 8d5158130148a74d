/**
 * Hostile bytes beside good clients: three brokers are sent what no client sends, on many connections at once, while others
 * write and read. Nobody who behaves loses anything or comes to a stand, no broker ends, none fails over what it was sent, and
 * what it costs in memory does not grow with time. AQUILA_HOSTILE_MINUTES=60 for an hour of it.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { SeededRandom } from '../../broker/platform/memory/memory-time.ts';
import { createTopics } from '../../kafka-client/admin/create-topics.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { lengthOf, wholeNumberOf } from '../campaign.ts';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { readEverything } from './fault-reader.ts';
import { HostileClient } from './hostile-client.ts';
import { IMPATIENT } from './impatient-settings.ts';
import { residentMebibytes } from './resident-memory.ts';
import { underLoad } from './under-load.ts';

const CLIENTS = 6;
const askedMinutes = wholeNumberOf('AQUILA_HOSTILE_MINUTES', 0);
/** Who says how long means it, however often campaigns are wanted. */
const LENGTH_MS = askedMinutes > 0 ? askedMinutes * 60_000 : lengthOf(30_000, 300_000);
/** What good clients saw is kept in this process's memory: not too much of it in an hour. */
const INTERVAL_MS = 200;
const BOMBED = 'bombed';
const LOOK_MS = 10_000;
/** Of records that others have acknowledged in that time, however busy the brokers are with what is hostile. */
const PROGRESS = 200;
const PROGRESS_LIMIT_MS = 30_000;
const CALM_MS = 5_000;
/**
 * What is hostile fills buffers and pools first. From then on resident memory swings by some eighty, while the heap after a collection stays
 * at 17 to 21 MiB through eleven thousand attacks. In an hour of twenty thousand this finds what keeps seven kilobytes of each.
 */
const GROWN_MEBIBYTES = 128;
/** As the socket server says it when a request was answered by an exception that nobody thought of. */
const FAILURE = 'after a failure of the broker';

it('goes on for good clients beside hostile ones', { timeout: LENGTH_MS + 300_000 }, async () => {
  const seed = Date.now() % 1_000_000;
  const cluster = await ClusterUnderFault.start({
    settings: [...IMPATIENT, 'aquila.request.read.timeout.ms=2000'],
  });
  const pids = cluster.nodes.map(({ child }) => child?.pid ?? 0);
  const memory = (): number[] => pids.map(residentMebibytes);
  await makeTopic(cluster, BOMBED);
  const clients = Array.from(
    { length: CLIENTS },
    (_unused, index) =>
      new HostileClient(
        new SeededRandom(seed + index),
        cluster.nodes.map(({ port }) => port),
        BOMBED,
      ),
  );
  await underLoad(cluster, { intervalMs: INTERVAL_MS }, async ({ progress, pause }) => {
    const attacks = Promise.all(clients.map((client) => client.attack()));
    const endMs = performance.now() + LENGTH_MS;
    const passed = async (untilMs: number): Promise<void> => {
      while (performance.now() < untilMs) {
        await Promise.race([pause(LOOK_MS), attacks]);
        await progress(PROGRESS, PROGRESS_LIMIT_MS);
      }
    };
    try {
      await passed(endMs - (3 * LENGTH_MS) / 4);
      const warm = memory();
      await passed(endMs);
      for (const client of clients) client.end();
      await attacks;
      await pause(CALM_MS);
      const grown = memory().map((mebibytes, node) => mebibytes - (warm[node] ?? 0));
      for (const mebibytes of grown) expect(mebibytes).toBeLessThan(GROWN_MEBIBYTES);
      console.log(
        `seed ${String(seed)}: ${String(sent(clients))} attacks, grown by ${grown.map(Math.round).join(', ')} MiB`,
      );
    } finally {
      for (const client of clients) client.end();
      await attacks.catch(() => undefined);
    }
  });
  const stored = await readEverything(cluster.bootstrap, BOMBED, 1, CALM_MS);
  expect([...stored.values()].map(({ size }) => size)).toEqual([0]);
  expect(cluster.nodes.map(({ child }) => child?.pid)).toEqual(pids);
  for (const { id, directory } of cluster.nodes) {
    expect(cluster.isRunning(id)).toBe(true);
    const output = readFileSync(path.join(directory, 'output.log'), 'utf8');
    expect(output.split('\n').filter((line) => line.includes(FAILURE))).toEqual([]);
  }
  expect(new Set(clients.flatMap(({ tally }) => Object.keys(tally))).size).toBe(HostileClient.kinds);
});

async function makeTopic(cluster: ClusterUnderFault, name: string): Promise<void> {
  const client = new KafkaCluster({ bootstrap: cluster.bootstrap, clientId: 'hostile-admin' });
  const made = async (): Promise<string | null | undefined> => {
    const [outcome] = await createTopics(
      client,
      [{ name, partitions: 1, replicationFactor: 3, configs: {} }],
      5_000,
    ).catch(() => []);
    return outcome?.error;
  };
  await expect
    .poll(made, { timeout: 30_000 })
    .toSatisfy((error) => error === null || error === 'TOPIC_ALREADY_EXISTS');
  client.close();
}

function sent(clients: readonly HostileClient[]): number {
  return clients.flatMap(({ tally }) => Object.values(tally)).reduce((sum, count) => sum + count, 0);
}

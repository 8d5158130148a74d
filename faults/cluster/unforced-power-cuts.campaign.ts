/**
 * The power of all brokers is cut at the same instant, and none was told to force anything before it answers. Then what was
 * acknowledged may be missing, but only from the ends of the logs, and nothing of what any of the disks still has: the longest
 * log leads, all replicas become like it, order and offsets are as they were, and the cluster goes on.
 */
import { describe, expect, it } from 'vitest';
import { createTopics } from '../../kafka-client/admin/create-topics.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { needs } from '../abilities.ts';
import { timesOf } from '../campaign.ts';
import { check } from './checker.ts';
import type { ClusterUnderFault } from './cluster-under-fault.ts';
import { FaultProducer } from './fault-producer.ts';
import { Auditor, readEverything } from './fault-reader.ts';
import { History } from './history.ts';
import { LeaderFinder } from './leader-finder.ts';
import { clusterOn, cutPower, threeDisks } from './power-switch.ts';
import { batchesOnDisk, differences } from './replica-files.ts';

const CUTS = timesOf(1);
const CUT_LIMIT_MS = 90_000;
const PARTITIONS = 3;
/** More than a segment for each partition, so that something was forced. */
const RECORDS = 6_000;
const LAST_OFFSET_DELTA_AT = 23;

/** The end of what the node's disk has of a partition without any gap. */
function endOnDisk(dataDirectory: string, topic: string, partition: number): number {
  let end = 0;
  for (const [baseOffset, bytes] of batchesOnDisk(dataDirectory, topic, partition)) {
    if (baseOffset !== end) break;
    end = baseOffset + bytes.readInt32BE(LAST_OFFSET_DELTA_AT) + 1;
  }
  return end;
}

async function makeTopic(bootstrap: readonly string[], name: string): Promise<void> {
  const client = new KafkaCluster({ bootstrap, clientId: 'power-admin', requestTimeoutMs: 5_000 });
  const configs = { 'min.insync.replicas': '2' };
  const topic = { name, partitions: PARTITIONS, replicationFactor: 3, configs };
  await expect
    .poll(() => createTopics(client, [topic], 5_000).then(([made]) => made?.error ?? null, String), {
      ...{ timeout: 30_000, interval: 200 },
    })
    .toSatisfy((error) => error === null || error === 'TOPIC_ALREADY_EXISTS');
  client.close();
}

/** Writes and reads until the power goes; gives what the clients saw. */
async function writeUntilDark(
  cluster: ClusterUnderFault,
  topic: string,
  cut: () => Promise<void>,
): Promise<History> {
  const { bootstrap } = cluster;
  const history = new History();
  const shared = { bootstrap, topic, partitions: PARTITIONS, history };
  const writers = ['left', 'right'].map(
    (name) =>
      new FaultProducer({ ...shared, name, intervalMs: 10, recordsPerBatch: 10, paddingBytes: 1_000 }),
  );
  const auditor = new Auditor({ ...shared, name: 'auditor' });
  try {
    await Promise.all(writers.map((writer) => writer.start()));
    auditor.start();
    await expect
      .poll(() => history.acknowledged.length, { timeout: 60_000, interval: 20 })
      .toBeGreaterThan(RECORDS);
    await cut();
  } finally {
    await Promise.all([...writers.map((writer) => writer.close()), auditor.stop()]);
  }
  return history;
}

describe('power cuts of clusters that force nothing', () => {
  it(
    'loses at most the ends that no disk has, and agrees on the rest',
    { timeout: 120_000 + CUTS * CUT_LIMIT_MS },
    async (context) => {
      needs(context, 'mounts', 'loop devices');
      const disks = threeDisks();
      const cluster = await clusterOn(disks);
      const replicas = cluster.nodes.map(({ id, dataDirectory }) => ({ node: id, dataDirectory }));
      for (let cut = 0; cut < CUTS; cut++) {
        const topic = `dark-${String(cut)}`;
        await makeTopic(cluster.bootstrap, topic);
        const history = await writeUntilDark(cluster, topic, () => cutPower(cluster, disks, [0, 1, 2]));
        const owed = Array.from({ length: PARTITIONS }, (_unused, partition) =>
          Math.max(...replicas.map(({ dataDirectory }) => endOnDisk(dataDirectory, topic, partition))),
        );
        await Promise.all(cluster.nodes.map(({ id }) => cluster.start(id)));
        const finder = new LeaderFinder('power-watch', cluster.bootstrap, topic);
        await expect
          .poll(async () => (await finder.ask()).filter(({ isrNodes }) => isrNodes.length === 3).length, {
            ...{ timeout: 60_000, interval: 200 },
          })
          .toBe(PARTITIONS);
        finder.close();
        const finalLogs = await readEverything(cluster.bootstrap, topic, PARTITIONS);
        const verdict = check(history, finalLogs, 'may be lost');
        expect(verdict.breaches).toEqual([]);
        const ends = Array.from({ length: PARTITIONS }, (_unused, index) => finalLogs.get(index)?.size ?? 0);
        expect(ends).toEqual(owed);
        expect(Math.max(...owed)).toBeGreaterThan(0);
        await expect.poll(() => differences(replicas, topic, PARTITIONS), { timeout: 10_000 }).toEqual([]);
        console.log(
          `${String(verdict.acknowledgedRecords)} records were acknowledged, ${String(verdict.storedRecords)} are left`,
        );
      }
    },
  );
});

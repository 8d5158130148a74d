/**
 * Networks that carry too little: a follower that cannot keep up leaves the ISR, nobody waits for it nor keeps its arrears
 * in memory, and it is counted again when it has caught up. And controllers that some or all brokers do not reach while the
 * brokers reach each other: what leads goes on leading, what needs a controller is refused, and epochs only rise.
 */
import { describe, expect, it } from 'vitest';
import { createTopics } from '../../kafka-client/admin/create-topics.ts';
import { describeQuorum } from '../../kafka-client/admin/describe-quorum.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { lengthOf } from '../campaign.ts';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { IMPATIENT, PAUSE_MS } from './impatient-settings.ts';
import { LeaderFinder } from './leader-finder.ts';
import { residentMebibytes } from './resident-memory.ts';
import { underLoad } from './under-load.ts';

const ALL = [0, 1, 2];
/**
 * Producers that wait for acknowledgements slow down with the slowest replica in sync. So what they may have under way must
 * take longer through the narrow network than a replica may lag: 18 lanes with 5 batches of 20 records are some 200 KB.
 */
const NARROW_BYTES_PER_SECOND = 16_384;
const HEAVY = { recordsPerBatch: 20, intervalMs: 100 };
const MEBIBYTES_GROWN = 100;
const LEADERLESS_MS = lengthOf(PAUSE_MS, 120_000);

function clientOf(cluster: ClusterUnderFault): KafkaCluster {
  const { bootstrap } = cluster;
  return new KafkaCluster({
    ...{ bootstrap, clientId: 'link-watch', connectTimeoutMs: 1_000, requestTimeoutMs: 3_000 },
  });
}

async function activeController(client: KafkaCluster): Promise<number> {
  return (await describeQuorum(client))?.leaderId ?? -1;
}

async function leaderEpochs(client: KafkaCluster, topic: string): Promise<number[]> {
  const { topics } = await client.metadata([topic]);
  const partitions = [...(topics[0]?.partitions ?? [])];
  return partitions.sort((a, b) => a.partitionIndex - b.partitionIndex).map(({ leaderEpoch }) => leaderEpoch);
}

/** As one broker knows it: one that is cut off, or slow, goes on telling what it knew. */
function witness(cluster: ClusterUnderFault, node: number, topic: string): LeaderFinder {
  return new LeaderFinder('link-witness', [`127.0.0.1:${String(cluster.node(node).port)}`], topic);
}

describe('networks that are narrow', () => {
  it('goes on without a follower that is too slow, until it is not', { timeout: 240_000 }, async () => {
    const cluster = await ClusterUnderFault.start({ settings: IMPATIENT });
    await underLoad(cluster, HEAVY, async ({ topic, leaders, isrs, progress }) => {
      const slow = ((await leaders())[0] ?? 0) === 2 ? 1 : 2;
      const others = ALL.filter((node) => node !== slow);
      const before = others.map((node) => residentMebibytes(cluster.node(node).child?.pid));
      const seen = witness(cluster, others[0] ?? 0, topic);
      const isWaitedFor = async (): Promise<boolean> =>
        (await seen.ask()).some(({ leaderId, isrNodes }) => leaderId !== slow && isrNodes.includes(slow));
      cluster.links.limit(slow, NARROW_BYTES_PER_SECOND);
      await expect
        .poll(isWaitedFor, {
          ...{ timeout: 60_000, interval: 200 },
        })
        .toBe(false);
      await progress(2_000, 30_000);
      const grown = others.map(
        (node, index) => residentMebibytes(cluster.node(node).child?.pid) - (before[index] ?? 0),
      );
      for (const mebibytes of grown) expect(mebibytes).toBeLessThan(MEBIBYTES_GROWN);
      seen.close();
      cluster.links.mend();
      await expect
        .poll(async () => (await isrs()).every((isr) => isr.length === 3), { timeout: 60_000, interval: 200 })
        .toBe(true);
    });
  });
});

describe('controllers that are not reached', () => {
  it('fences who does not reach the controller, and takes it back', { timeout: 240_000 }, async () => {
    const cluster = await ClusterUnderFault.start({ settings: IMPATIENT });
    await underLoad(cluster, {}, async ({ topic, isrs, progress }) => {
      const client = clientOf(cluster);
      for (const first of ALL) {
        const active = await activeController(client);
        const alone = first === active ? (first + 1) % 3 : first;
        for (const other of ALL) {
          if (other === alone) continue;
          cluster.links.cutController(alone, other);
          cluster.links.cutController(other, alone);
        }
        const seen = witness(cluster, (alone + 1) % 3, topic);
        await expect
          .poll(async () => (await seen.ask()).some(({ isrNodes }) => isrNodes.includes(alone)), {
            ...{ timeout: PAUSE_MS + 10_000, interval: 100 },
          })
          .toBe(false);
        seen.close();
        await progress(200, 20_000);
        cluster.links.mend();
        await expect
          .poll(async () => (await isrs()).every((isr) => isr.length === 3), {
            ...{ timeout: 30_000, interval: 100 },
          })
          .toBe(true);
      }
      client.close();
    });
  });

  it(
    'serves what it leads while no controller has a majority',
    { timeout: 240_000 + LEADERLESS_MS },
    async () => {
      const cluster = await ClusterUnderFault.start({ settings: IMPATIENT });
      await underLoad(cluster, {}, async ({ topic, leaders, progress, pause }) => {
        const client = clientOf(cluster);
        const before = await leaderEpochs(client, topic);
        const led = await leaders();
        const quorumBefore = (await describeQuorum(client))?.leaderEpoch ?? 0;
        for (const from of ALL) for (const to of ALL) if (from !== to) cluster.links.cutController(from, to);
        await pause(LEADERLESS_MS);
        await progress(1_000, 20_000);
        expect(await leaders()).toEqual(led);
        const topics = [{ name: 'not-now', partitions: 1, replicationFactor: 3, configs: {} }];
        const refused = await createTopics(client, topics, 2_000).then(
          ([outcome]) => outcome?.error ?? null,
          (error: unknown) => String(error),
        );
        expect(refused).not.toBeNull();
        cluster.links.mend();
        await progress(200, 20_000);
        await expect
          .poll(async () => (await describeQuorum(client).catch(() => null))?.leaderEpoch ?? 0, {
            ...{ timeout: 20_000, interval: 200 },
          })
          .toBeGreaterThan(quorumBefore);
        const after = await leaderEpochs(client, topic);
        expect(after.every((epoch, partition) => epoch >= (before[partition] ?? 0))).toBe(true);
        client.close();
      });
    },
  );
});

/**
 * Topics that are deleted and made again at once under the same name, while they are written to, read and replicated, and
 * while a broker dies: a new topic begins at 0 and has none of the old one's records or committed offsets.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createTopics } from '../../kafka-client/admin/create-topics.ts';
import { deleteTopics } from '../../kafka-client/admin/delete-topics.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { timesOf } from '../campaign.ts';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { FaultProducer } from './fault-producer.ts';
import { readEverything } from './fault-reader.ts';
import { History } from './history.ts';
import { IMPATIENT } from './impatient-settings.ts';
import { underLoad } from './under-load.ts';

const ROUNDS = 5 * timesOf(1);
const TOPIC = 'made-again';

async function again(cluster: KafkaCluster, partitions: number): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await deleteTopics(cluster, [TOPIC], 5_000);
      const configs = { 'min.insync.replicas': '2' };
      const topic = { name: TOPIC, partitions, replicationFactor: 3, configs };
      const [created] = await createTopics(cluster, [topic], 5_000);
      if (created?.error === null) return;
    } catch (error) {
      if (attempt > 100) throw error;
    }
    await pause(100);
    await cluster.refresh().catch(() => undefined);
  }
}

it(
  'gives a topic that is made again nothing of the old one',
  { timeout: 180_000 + ROUNDS * 20_000 },
  async () => {
    const cluster = await ClusterUnderFault.start({ settings: IMPATIENT });
    const { bootstrap } = cluster;
    await underLoad(cluster, { producers: 1, members: 1 }, async () => {
      const client = new KafkaCluster({
        ...{ bootstrap, clientId: 'topic-maker', connectTimeoutMs: 2_000, requestTimeoutMs: 5_000 },
      });
      for (let round = 0; round < ROUNDS; round++) {
        const partitions = 1 + (round % 3);
        await again(client, partitions);
        const history = new History();
        const producer = new FaultProducer({
          ...{ name: `round-${String(round)}`, bootstrap, topic: TOPIC, partitions, history },
          ...{ intervalMs: 10, recordsPerBatch: 2 },
        });
        await producer.start();
        await expect.poll(() => history.acknowledged.length, { timeout: 20_000 }).toBeGreaterThan(20);
        if (round % 5 === 3) {
          await cluster.kill(round % 3);
          await expect
            .poll(() => history.acknowledged.length, { timeout: 20_000 })
            .toBeGreaterThan(history.acknowledged.length + 20);
          await cluster.start(round % 3);
        }
        // The next round deletes it under a producer that still writes; first this one's records are looked at.
        await producer.finish(20_000);
        const logs = await readEverything(bootstrap, TOPIC, partitions);
        for (const [partition, log] of logs) {
          expect(log.get(0)).toBe(`round-${String(round)}:${String(partition)}:0`);
          for (const value of log.values()) expect(value).toMatch(new RegExp(`^round-${String(round)}:`));
        }
        await producer.close();
      }
      client.close();
    });
  },
);

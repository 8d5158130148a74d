/** Thousands of partitions: how soon each can be written after it was asked for, and after a clean restart of all nodes. */
import type { KafkaCluster } from '../../kafka-client/cluster.ts';
import { batchOf, connectTo, describe, makeTopic, produceTo, until } from './direct-client.ts';
import type { Part } from './run.ts';

const topic = 'many';
/** Partitions written with one request. */
const inRequest = 500;

/** `acks` 1 asks the leader alone: it refuses who does not lead. */
async function writeToEach(cluster: KafkaCluster, count: number, acks: 1 | -1): Promise<void> {
  const left = new Set(Array.from({ length: count }, (_, index) => index));
  const batch = batchOf([Buffer.from('one of many')]);
  await until('every partition', async () => {
    const found = await describe(cluster, topic);
    const byLeader = new Map<number, number[]>();
    for (const { partition, leader } of found?.partitions ?? [])
      if (leader !== null && left.has(partition))
        byLeader.set(leader, [...(byLeader.get(leader) ?? []), partition]);
    await Promise.all(
      [...byLeader].map(async ([leader, partitions]) => {
        const chosen = partitions.slice(0, inRequest);
        await produceTo(cluster, leader, topic, new Map(chosen.map((index) => [index, batch])), { acks });
        for (const index of chosen) left.delete(index);
      }),
    );
    return left.size === 0 ? true : null;
  });
}

export const manyPartitions: Part = {
  name: 'partitions',
  figures: ['manyPartitionsMade', 'manyPartitionsRestarted'],
  async measure({ subject, sizes, add }) {
    const count = sizes.partitions;
    const first = connectTo(subject.bootstrap);
    try {
      const began = performance.now();
      await makeTopic(first, { name: topic, partitions: count, replicas: subject.nodes });
      await writeToEach(first, count, -1);
      add('manyPartitionsMade', (performance.now() - began) / 1000);
    } finally {
      first.close();
    }
    await subject.stop();
    const startedAt = await subject.start();
    const second = connectTo(subject.bootstrap);
    try {
      await writeToEach(second, count, 1);
      add('manyPartitionsRestarted', (performance.now() - startedAt) / 1000);
    } finally {
      second.close();
    }
  },
};

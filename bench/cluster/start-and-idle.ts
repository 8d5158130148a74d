/** How soon a cluster answers, and what it costs while nobody asks it anything. */
import { fetchClusterMetadata } from '../../kafka-client/admin/cluster-metadata.ts';
import { batchOf, connectTo, describe, makeTopic, produceTo, until } from './direct-client.ts';
import { pause, spent, type Part, type Run } from './run.ts';
import { recordBytes } from './throughput.ts';

/** From the start of the processes to the first answered record with every ISR full. */
export async function measureStart({ subject, add }: Run): Promise<void> {
  const startedAt = await subject.start();
  const cluster = connectTo(subject.bootstrap);
  try {
    // With tries of its own: those of a command that was refused pause up to a second, longer than a start takes.
    await until('all brokers', async () => {
      const { brokers } = await fetchClusterMetadata(cluster, []);
      return brokers.length === subject.nodes ? true : null;
    });
    const topic = await makeTopic(cluster, { name: 'first', partitions: 1, replicas: subject.nodes });
    await until('the first record', async () => {
      const { leader = null } = (await describe(cluster, topic.name))?.partitions[0] ?? {};
      if (leader === null) return null;
      await produceTo(cluster, leader, topic.name, new Map([[0, batchOf([Buffer.alloc(recordBytes)])]]));
      return true;
    });
    add(subject.nodes === 1 ? 'startOfOne' : 'startOfThree', (performance.now() - startedAt) / 1000);
  } finally {
    cluster.close();
  }
}

export const idleOfOne: Part = {
  name: 'idle',
  figures: ['idleMemoryOfOne'],
  async measure({ subject, sizes, add }) {
    await pause(sizes.idleSeconds * 1000);
    add('idleMemoryOfOne', subject.memoryMiB());
  },
};

export const idleOfThree: Part = {
  name: 'idle',
  figures: ['idleMemoryOfThree', 'idleCpuOfThree'],
  async measure({ subject, sizes, add }) {
    await pause(sizes.idleSeconds * 1000);
    const { cpu, seconds } = await spent(subject, () => pause(sizes.idleSeconds * 1000));
    add('idleMemoryOfThree', subject.memoryMiB());
    add('idleCpuOfThree', cpu === null ? null : (100 * cpu) / seconds);
  },
};

/** Last of the parts that share a cluster, a few seconds after the load. */
export const memoryAfterLoad = (figure: 'loadedMemoryOfOne' | 'loadedMemoryOfThree'): Part => ({
  name: 'memory',
  figures: [figure],
  async measure({ subject, add }) {
    await pause(3_000);
    add(figure, subject.memoryMiB());
  },
});

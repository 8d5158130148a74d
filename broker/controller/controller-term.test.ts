/** What an active controller does of itself: begins, balances, and stops doing so when it is not active any more. */
import { describe, expect, it } from 'vitest';
import { BrokerCluster, FakeBroker } from './broker-cluster-kit.ts';

const BALANCING = { autoLeaderRebalanceEnable: true, leaderImbalanceCheckIntervalMs: 30_000 };

/** Broker 1, the preferred replica of all partitions, was away and is in sync again; broker 2 leads. */
async function imbalanced(settings: Partial<typeof BALANCING> = {}, partitions = 1) {
  const cluster = await BrokerCluster.start(settings);
  const [one] = await cluster.brokers(1, 2, 3);
  await cluster.createTopic([1, 2, 3], 'a', partitions);
  one?.kill();
  await cluster.advance(500);
  const again = new FakeBroker(cluster, 1);
  again.start();
  await cluster.advance(500);
  const topic = cluster.image.topicsByName.get('a');
  const two = cluster.image.brokers.get(2);
  if (topic === undefined || two === undefined) throw new Error('no topic, no broker');
  const newIsr = [1, 2, 3].map((brokerId) => {
    const brokerEpoch = cluster.image.brokers.get(brokerId)?.brokerEpoch ?? -1;
    return { brokerId, brokerEpoch };
  });
  const altered = await cluster.controller.alterPartition({
    ...{ brokerId: 2, brokerEpoch: two.brokerEpoch },
    topics: [
      {
        topicId: topic.topicId,
        partitions: [...topic.partitions.values()].map(({ partition, leaderEpoch, partitionEpoch }) => ({
          ...{ partitionIndex: partition, leaderEpoch, partitionEpoch, newIsr, leaderRecoveryState: 0 },
        })),
      },
    ],
  });
  expect(altered.topics[0]?.partitions.map(({ errorCode }) => errorCode)).toEqual(
    Array.from({ length: partitions }, () => 0),
  );
  expect(cluster.partition()).toMatchObject({ leader: 2, isr: [1, 2, 3] });
  return cluster;
}

function leaders(cluster: BrokerCluster): number[] {
  const partitions = [...(cluster.image.topicsByName.get('a')?.partitions.values() ?? [])];
  return [...new Set(partitions.map(({ leader }) => leader))];
}

describe('an active controller', () => {
  it('says in a new log what it is written in, once', async () => {
    const cluster = await BrokerCluster.start();
    await cluster.advance(1);
    expect([...cluster.image.features.keys()]).toEqual([
      'metadata.version',
      'transaction.version',
      'group.version',
    ]);
    const { offset } = cluster.image;
    cluster.metadataLog.lose();
    cluster.metadataLog.win();
    await cluster.advance(1);
    // The leader's own control record, and nothing else.
    expect(cluster.image.offset).toBe(offset + 1);
  });

  it('gives leaderships back to preferred replicas, when it looks', async () => {
    const cluster = await imbalanced(BALANCING);
    await cluster.advance(27_000);
    expect(leaders(cluster)).toEqual([2]);
    await cluster.advance(3_000);
    expect(leaders(cluster)).toEqual([1]);
  });

  it('gives more back than fit into one command', async () => {
    const cluster = await imbalanced(BALANCING, 2_300);
    await cluster.advance(30_000);
    expect(leaders(cluster)).toEqual([1]);
  });

  it('leaves leaderships alone when it is told to', async () => {
    const cluster = await imbalanced();
    await cluster.advance(600_000);
    expect(leaders(cluster)).toEqual([2]);
  });

  it('does nothing of all that when it is not active any more', async () => {
    const cluster = await imbalanced(BALANCING);
    cluster.metadataLog.lose();
    const { offset } = cluster.image;
    await cluster.advance(600_000);
    expect(cluster.image.offset).toBe(offset);
    expect(cluster.lines.filter((line) => line.startsWith('Could not'))).toEqual([]);
  });

  it('gives partitions without a leader one when it becomes active, as it is configured now', async () => {
    const cluster = await BrokerCluster.start();
    const [one] = await cluster.brokers(1, 2);
    await cluster.createTopic([1, 2]);
    const [topic] = [...cluster.image.topicsById.values()];
    const brokerEpoch = cluster.image.brokers.get(1)?.brokerEpoch ?? -1;
    const partition = { partitionIndex: 0, leaderEpoch: 0, partitionEpoch: 0, leaderRecoveryState: 0 };
    await cluster.controller.alterPartition({
      ...{ brokerId: 1, brokerEpoch },
      topics: [
        {
          topicId: topic?.topicId ?? '',
          partitions: [{ ...partition, newIsr: [{ brokerId: 1, brokerEpoch }] }],
        },
      ],
    });
    one?.kill();
    await cluster.advance(1_000);
    expect(cluster.partition().leader).toBe(-1);
    cluster.uncleanLeaderElection = true;
    cluster.metadataLog.lose();
    cluster.metadataLog.win();
    await cluster.advance(1);
    expect(cluster.partition()).toMatchObject({ leader: 2, isr: [2] });
  });
});

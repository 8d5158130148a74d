import { beforeEach, describe, expect, it } from 'vitest';
import { createPartitions } from './37-create-partitions.ts';
import { electLeaders } from './43-elect-leaders.ts';
import { alterPartitionReassignments } from './45-alter-partition-reassignments.ts';
import { alterPartition } from './56-alter-partition.ts';
import { refusedToClient } from './refused-changes.ts';
import { callApi, type Fields } from './test-call.ts';
import { startTestServices, type TestServices } from './test-services.ts';
import { createTopics } from './19-create-topics.ts';

const OF = 'of User:ANONYMOUS from 127.0.0.1:';

describe('what the controller refuses', () => {
  let test: TestServices;

  beforeEach(async () => {
    test = await startTestServices();
    const topic = { name: 'orders', numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] };
    await callApi(test.services, createTopics, 7, { topics: [topic], timeoutMs: 1_000 });
  });

  const grow = (count: number, name = 'orders') =>
    callApi(test.services, createPartitions, 3, {
      topics: [{ name, count, assignments: null }],
      timeoutMs: 1_000,
      validateOnly: false,
    });

  it('is told with who asked for it and why: partitions that a topic cannot get', async () => {
    await grow(1);
    await grow(3, 'missing');
    expect(test.told).toEqual([
      `Refused CreatePartitions ${OF} INVALID_PARTITIONS for orders: Topic 'orders' has 2 partition(s); it cannot shrink (asked for 1).`,
      `Refused CreatePartitions ${OF} UNKNOWN_TOPIC_OR_PARTITION for missing: There is no topic 'missing'.`,
    ]);
  });

  it('is told once in a minute, and nothing of what was done', async () => {
    await grow(3);
    expect(test.told).toEqual([]);
    await grow(3);
    await grow(3);
    expect(test.told).toHaveLength(1);
  });

  it('is told of partitions that cannot be moved, each with its reason', async () => {
    const partitions = [
      { partitionIndex: 0, replicas: null },
      { partitionIndex: 1, replicas: [9] },
    ];
    await callApi(test.services, alterPartitionReassignments, 0, {
      topics: [{ name: 'orders', partitions }],
      timeoutMs: 1_000,
    });
    expect(test.told).toHaveLength(1);
    expect(test.told[0]).toMatch(
      /^Refused AlterPartitionReassignments of User:ANONYMOUS from 127\.0\.0\.1: NO_REASSIGNMENT_IN_PROGRESS for orders-0: Partition orders-0 is not being moved\. INVALID_REPLICA_ASSIGNMENT for orders-1: .*9/,
    );
  });

  it('is told of elections, but not of leaders that lead already', async () => {
    const elect = (electionType: number, ...partitions: number[]) =>
      callApi(test.services, electLeaders, 2, {
        ...{ electionType, topicPartitions: [{ topic: 'orders', partitions }], timeoutMs: 1_000 },
      });
    await elect(0, 0, 1);
    expect(test.told).toEqual([]);
    await elect(0, 0, 7);
    await elect(5, 0);
    expect(test.told).toEqual([
      `Refused ElectLeaders ${OF} UNKNOWN_TOPIC_OR_PARTITION for orders-7: There is no partition orders-7.`,
      `Refused ElectLeaders ${OF} INVALID_REQUEST for the election: Unknown election type 5.`,
    ]);
  });

  it('is told of in-sync replicas that a broker proposes, but not when it only comes too late', async () => {
    const { image } = test.services;
    const topicId = image().topicsByName.get('orders')?.topicId ?? '';
    const brokerEpoch = BigInt(image().brokers.get(0)?.brokerEpoch ?? -1);
    const propose = (brokerId: number, fields: Fields) => {
      const partition = { partitionIndex: 0, leaderEpoch: 0, partitionEpoch: 0, leaderRecoveryState: 0 };
      const newIsrWithEpochs = [{ brokerId: 0, brokerEpoch }];
      const partitions = [{ ...partition, newIsrWithEpochs, ...fields }];
      const topics = [{ topicId, partitions }];
      return callApi(test.services, alterPartition, 3, { brokerId, brokerEpoch, topics });
    };
    await propose(0, {});
    await propose(0, { leaderEpoch: 9 });
    expect(test.told).toEqual([]);
    await propose(0, { newIsrWithEpochs: [{ brokerId: 0, brokerEpoch: brokerEpoch - 1n }] });
    await propose(0, { newIsrWithEpochs: [{ brokerId: 4, brokerEpoch: 1n }] });
    await propose(7, {});
    expect(test.told).toEqual([
      'Refused AlterPartition of broker 0: INELIGIBLE_REPLICA for orders-0: Of [0], broker 0 has registered again since it was seen to be in sync.',
      'Refused AlterPartition of broker 0: INVALID_REQUEST for orders-0: [4] are not among its replicas [0].',
      'Refused AlterPartition of broker 7: STALE_BROKER_EPOCH for in-sync replicas: Its registration is another.',
    ]);
  });

  it('makes a line of bounded length, whatever names are sent', () => {
    const changes = Array.from({ length: 2_000 }, (_, index) => ({
      ...{ what: `${String(index)}${'x'.repeat(1_000)}`, errorCode: 3, reason: 'y'.repeat(5_000) },
    }));
    const asked = { principal: 'z'.repeat(5_000), clientHost: '/10.0.0.7' };
    const line = refusedToClient('CreatePartitions', asked, changes);
    expect(line).toMatch(/ And 1995 more\.$/);
    expect(line?.length).toBeLessThan(4_000);
  });
});

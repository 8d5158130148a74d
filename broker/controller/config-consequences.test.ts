/** A smaller min.insync.replicas and allowed unclean elections. */
import { describe, expect, it } from 'vitest';
import { BrokerCluster } from './broker-cluster-kit.ts';
import { imageOf, brokerRecord, topicRecords } from './controller-test-kit.ts';
import { mayAllowElections, withConsequences } from './config-consequences.ts';
import { type MetadataRecord, partitionChange } from './metadata-record.ts';

const A = 'AAAAAAAAAAAAAAAAAAAAAQ';
const B = 'AAAAAAAAAAAAAAAAAAAAAg';
const POLICY = { minInsyncReplicas: 2, uncleanLeaderElection: false };

/** a-0 and b-0: broker 1 leads alone, 2 is an eligible leader, 3 once was one. */
const image = imageOf([
  ...[brokerRecord(1), brokerRecord(2), brokerRecord(3)],
  ...topicRecords('a', A, [[1, 2, 3]]),
  ...topicRecords('b', B, [[1, 2, 3]]),
  partitionChange(A, 0, { isr: [1], elr: [2], lastKnownElr: [3] }),
  partitionChange(B, 0, { isr: [1], elr: [2], lastKnownElr: [3] }),
]);

function minInsync(resourceType: 2 | 4, resourceName: string, value: string): MetadataRecord {
  return { type: 'ConfigRecord', resourceType, resourceName, name: 'min.insync.replicas', value };
}

describe('a change of min.insync.replicas', () => {
  it.each([
    ['a', minInsync(2, 'a', '1')],
    ['a b', minInsync(4, '', '1')],
    ['', minInsync(2, 'a', '2')],
    ['', minInsync(2, 'a', '3')],
  ])('takes eligible leaders from topics "%s"', (topics, record) => {
    const result = withConsequences({ records: [record], response: null }, image, POLICY);
    const after = imageOf(result.records, image);
    const without = [...after.topicsByName.values()].filter(
      ({ partitions }) => partitions.get(0)?.elr.length === 0 && partitions.get(0)?.lastKnownElr.length === 0,
    );
    expect(without.map(({ name }) => name).join(' ')).toBe(topics);
    expect(result.records[0]).toBe(record);
  });

  it('keeps the eligible leader of a partition whose ISR is empty: nothing could be committed without it', () => {
    const leaderless = imageOf([partitionChange(A, 0, { isr: [], leader: -1 })], image);
    const { records } = withConsequences(
      { records: [minInsync(2, 'a', '1')], response: null },
      leaderless,
      POLICY,
    );
    expect(imageOf(records, leaderless).topicsById.get(A)?.partitions.get(0)?.elr.includes(2)).toBe(false);
    expect(imageOf(records, leaderless).topicsById.get(A)?.partitions.get(0)).toMatchObject({
      leader: 2,
      isr: [2],
    });
  });

  it('is the only one that is looked at', () => {
    const records: MetadataRecord[] = [
      { type: 'ConfigRecord', resourceType: 2, resourceName: 'a', name: 'retention.ms', value: '1' },
    ];
    const result = { records, response: null };
    expect(withConsequences(result, image, POLICY)).toBe(result);
    expect(mayAllowElections(records)).toBe(false);
  });
});

describe('allowing unclean elections', () => {
  it('gives a partition without a leader one at once', async () => {
    const cluster = await BrokerCluster.start();
    const [one] = await cluster.brokers(1, 2);
    await cluster.createTopic([1, 2]);
    const { brokerEpoch } = cluster.image.brokers.get(1) ?? { brokerEpoch: -1 };
    const [topicId] = [...cluster.image.topicsById.keys()];
    await cluster.controller.alterPartition({
      ...{ brokerId: 1, brokerEpoch },
      topics: [
        {
          topicId: topicId ?? '',
          partitions: [
            {
              ...{ partitionIndex: 0, leaderEpoch: 0, partitionEpoch: 0, leaderRecoveryState: 0 },
              newIsr: [{ brokerId: 1, brokerEpoch }],
            },
          ],
        },
      ],
    });
    one?.kill();
    await cluster.advance(1_000);
    expect(cluster.partition()).toMatchObject({ leader: -1 });
    const changes = [{ name: 'unclean.leader.election.enable', operation: 0, value: 'true' }];
    const resources = [{ resourceType: 2, resourceName: 'a', changes }];
    const [altered] = await cluster.controller.incrementalAlterConfigs(resources, false);
    await cluster.advance(10);
    expect(altered?.errorCode).toBe(0);
    expect(cluster.partition()).toMatchObject({ leader: 2, isr: [2] });
  });
});

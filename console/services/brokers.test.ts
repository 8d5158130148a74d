/** Brokers as the API tells them: what each carries beside its share of all topics. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { publishSnapshot, registerCluster, unregisterCluster } from '../collector/live-clusters.ts';
import { brokerDetailSchema, brokerListSchema } from '../contracts/brokers.ts';
import { brokerOf, partitionOf, snapshotOf, topicOf } from '../model/testing/snapshots.ts';
import { brokerDetail, listBrokers } from './brokers.ts';
import { openTestConsole, type TestConsole } from './testing/test-context.ts';

let testConsole: TestConsole;
let clusterId: string;

beforeEach(async () => {
  testConsole = await openTestConsole();
  const [settings] = testConsole.context.clusters.all();
  if (settings === undefined) throw new Error('the test console has no cluster');
  clusterId = settings.id;
  const { id, name, source, readOnly, bootstrap } = settings;
  registerCluster(
    {
      ...{ id, name, source, readOnly, bootstrapServers: bootstrap, intervalMs: 10_000 },
      collectNow: () => Promise.reject(new Error('nothing is collected here')),
    },
    0,
  );
});

afterEach(async () => {
  unregisterCluster(clusterId);
  await testConsole.close();
});

it('tells how far leaders and replicas are from their share, in the list and of one broker', () => {
  const partitions = Array.from({ length: 6 }, (_, index) =>
    partitionOf(index, { leader: index === 5 ? null : 1, replicas: [1, 2] }),
  );
  const brokers = [
    brokerOf(1, { leaders: 5, replicas: 6 }),
    brokerOf(2, { leaders: 0, replicas: 6 }),
    brokerOf(3, { leaders: 0, replicas: 0 }),
  ];
  publishSnapshot(snapshotOf({ clusterId, brokers, topics: [topicOf('orders', partitions)] }));
  const { items } = brokerListSchema.parse(
    listBrokers(testConsole.context, clusterId, { limit: 10, sort: '-leaderSkewPercent' }),
  );
  // Shares are 4 of 12 replicas and 2 of 6 partitions, one of which nobody leads.
  expect(items.map(({ id, skewPercent, leaderSkewPercent }) => [id, skewPercent, leaderSkewPercent])).toEqual(
    [
      [1, 50, 150],
      [2, 50, -100],
      [3, -100, -100],
    ],
  );
  const detail = brokerDetailSchema.parse(brokerDetail(testConsole.context, clusterId, '2'));
  expect(detail).toMatchObject({ id: 2, skewPercent: 50, leaderSkewPercent: -100 });
});

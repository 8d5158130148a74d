/** The figures at a glance: ten of each kind that are known and not nothing, and the alerts of this cluster alone. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { publishSnapshot, registerCluster, unregisterCluster } from '../collector/live-clusters.ts';
import { brokerOf, partitionOf, snapshotOf, topicOf } from '../model/testing/snapshots.ts';
import { overview } from './overview.ts';
import { openTestConsole, type TestConsole } from './testing/test-context.ts';

let opened: TestConsole;
let clusterId = '';
beforeEach(async () => {
  opened = await openTestConsole();
  const [settings] = opened.context.clusters.all();
  if (settings === undefined) throw new Error('the test console has no cluster');
  const { id, name, source, readOnly, bootstrap } = settings;
  const collectNow = () => Promise.reject(new Error('nothing is collected here'));
  const info = { id, name, source, readOnly, bootstrapServers: bootstrap, intervalMs: 10_000, collectNow };
  registerCluster(info, 0);
  clusterId = id;
});
afterEach(async () => {
  unregisterCluster(clusterId);
  await opened.close();
});

const topic = (name: string, records: number | null, sizeBytes: number | null, perSec: number | null) =>
  topicOf(
    name,
    [partitionOf(0, { logStartOffset: 5, highWatermark: records === null ? null : 5 + records, sizeBytes })],
    {
      messagesInPerSec: perSec,
    },
  );

it('names the ten largest by each figure, and none that is nothing or not known', async () => {
  const many = Array.from({ length: 12 }, (_, index) =>
    topic(`t${String(index).padStart(2, '0')}`, index, 100 - index, null),
  );
  const topics = [...many, topic('unknown', null, null, null), topic('busy', 1_000, 1, 7)];
  publishSnapshot(
    snapshotOf({
      clusterId,
      asOfMs: opened.context.now().getTime(),
      brokers: [brokerOf(1, { logDirBytes: 9 })],
      topics,
    }),
  );
  const { top, alertsFiring } = await overview(opened.context, clusterId);
  expect(top.topicsByRecords).toHaveLength(10);
  expect(top.topicsByRecords.slice(0, 3)).toEqual([
    { name: 'busy', value: 1_000 },
    { name: 't11', value: 11 },
    { name: 't10', value: 10 },
  ]);
  expect(top.topicsBySizeBytes.slice(0, 2)).toEqual([
    { name: 't00', value: 100 },
    { name: 't01', value: 99 },
  ]);
  expect(top.topicsByMessagesInPerSec).toEqual([{ name: 'busy', value: 7 }]);
  expect(top.brokersByLogDirBytes).toEqual([{ name: '1', value: 9 }]);
  expect(alertsFiring).toBe(0);
});

it('counts the open alerts of this cluster', async () => {
  const { context } = opened;
  const startedAt = context.now();
  const incident = {
    ...{ ruleId: 'r', ruleName: 'lag', type: 'group-lag', subject: '["g",null]', groupId: 'g', level: 'P2' },
    ...{ threshold: 1, unit: 'records', startedAt },
  };
  const insert = (id: string, cluster: string, resolvedAt: Date | null) =>
    context.database.incident.create({
      data: { ...incident, id, cluster, resolvedAt, state: resolvedAt === null ? 'firing' : 'resolved' },
    });
  await insert('one', clusterId, null);
  await insert('two', clusterId, null);
  await insert('over', clusterId, startedAt);
  await insert('elsewhere', 'another', null);
  publishSnapshot(snapshotOf({ clusterId, asOfMs: startedAt.getTime() }));
  expect((await overview(context, clusterId)).alertsFiring).toBe(2);
});

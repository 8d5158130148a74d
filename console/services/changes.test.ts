/** What the API tells of changes: the asked window, newest first, in the form of the contract. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { publishSnapshot, registerCluster, unregisterCluster } from '../collector/live-clusters.ts';
import { changesSchema, type ClusterChange } from '../contracts/changes.ts';
import { snapshotOf } from '../model/testing/snapshots.ts';
import { clusterChanges } from './changes.ts';
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

const ask = (sinceMinutes: number, folded: 'true' | 'false' = 'true') =>
  changesSchema.parse(clusterChanges(testConsole.context, clusterId, { sinceMinutes, folded }));

function publish(minutesAgo: number, change: ClusterChange): void {
  const atMs = testConsole.context.now().getTime() - minutesAgo * 60_000;
  const seen = { atMs, sinceMs: atMs - 10_000, change };
  publishSnapshot({ ...snapshotOf({ clusterId, asOfMs: atMs }), changes: [seen] });
}

it('is not ready before the first round', () => {
  expect(() => ask(60)).toThrowError(expect.objectContaining({ type: 'cluster-unreachable' }) as Error);
});

it('tells the asked window, newest first, and what was seen twice once', () => {
  publish(90, { kind: 'controller-moved', from: 1, to: 2 });
  publish(40, { kind: 'broker-lost', brokerId: 2 });
  publish(30, { kind: 'topics-deleted', count: 1, topics: ['<script>alert(1)</script>'] });
  publish(20, { kind: 'broker-lost', brokerId: 2 });
  const hour = ask(60);
  expect(hour.items.map(({ change, times }) => [change.kind, times])).toEqual([
    ['broker-lost', 2],
    ['topics-deleted', 1],
  ]);
  const [first] = hour.items;
  expect(Date.parse(first?.at ?? '') - Date.parse(first?.firstAt ?? '')).toBe(20 * 60_000);
  expect(Date.parse(first?.at ?? '') - Date.parse(first?.since ?? '')).toBe(10_000);
  expect(hour.total).toBe(2);
  expect(ask(120).items).toHaveLength(3);
  expect(ask(10).items).toEqual([]);
  const each = ask(60, 'false');
  expect(each.items.map(({ change, times }) => [change.kind, times])).toEqual([
    ['broker-lost', 1],
    ['topics-deleted', 1],
    ['broker-lost', 1],
  ]);
  expect(each.total).toBe(3);
});

/** Groups as the API tells them, from snapshots: what is known now, and what a silent coordinator told last. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { publishSnapshot, registerCluster, unregisterCluster } from '../collector/live-clusters.ts';
import { groupDetailSchema, groupListSchema } from '../contracts/groups.ts';
import type { GroupSnapshot } from '../model/snapshot.ts';
import { groupOf, snapshotOf } from '../model/testing/snapshots.ts';
import { groupDetail, listGroups } from './groups.ts';
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

const offsets = { topic: 'orders', partition: 0, committedOffset: 40, logEndOffset: 100 };

function publish(changes: Partial<GroupSnapshot>): void {
  publishSnapshot(snapshotOf({ clusterId, groups: [groupOf('billing', [offsets], changes)] }));
}

function told() {
  const { context } = testConsole;
  const list = groupListSchema.parse(listGroups(context, clusterId, { limit: 10 }));
  return {
    group: list.items[0],
    detail: groupDetailSchema.parse(groupDetail(context, clusterId, 'billing')),
  };
}

it('tells status, reason, seconds behind, whether they are a floor, and when it will have caught up', () => {
  const standing = { status: 'slow', reason: 'it is', lagSeconds: { seconds: 12.5, atLeast: true } } as const;
  const [row] = groupOf('billing', [offsets]).partitions ?? [];
  publish({ ...standing, catchUpSeconds: 90, ...(row && { partitions: [{ ...row, ...standing }] }) });
  const expected = { status: 'slow', reason: 'it is', lagSeconds: 12.5, lagSecondsAtLeast: true };
  const { group, detail } = told();
  expect(group).toMatchObject({
    ...expected,
    catchUpSeconds: 90,
    totalLag: 60,
    asOf: '1970-01-01T00:16:40.000Z',
  });
  expect(detail).toMatchObject(expected);
  expect(detail.partitions).toMatchObject([{ ...expected, lag: 60, offsetState: 'live' }]);
});

it('tells what is not known as null, not as 0', () => {
  publish({});
  expect(told().group).toMatchObject({ lagSeconds: null, lagSecondsAtLeast: false, catchUpSeconds: null });
});

it('tells the last known offsets of a group whose coordinator is silent with their time, and judges nothing by them', () => {
  const { members, partitions } = groupOf('billing', [offsets]);
  const known = (partitions ?? []).map((row) => ({ ...row, status: 'ok' as const }));
  publish({
    ...{ state: 'Unknown', members: null, partitions: null, totalLag: null, asOfMs: null },
    ...{ status: 'unknown', reason: 'silent' },
    lastKnown: { atMs: 400_000, members, partitions: known, totalLag: 60 },
  });
  const { group, detail } = told();
  expect(group).toMatchObject({
    ...{ status: 'unknown', reason: 'silent', totalLag: 60, members: 1, topics: ['orders'] },
    asOf: '1970-01-01T00:06:40.000Z',
  });
  expect(detail.partitions).toMatchObject([{ lag: 60, status: 'unknown', reason: null }]);
});

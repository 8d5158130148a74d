/** What the API tells of changes: the asked window, newest first, in the form of the contract. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  publishSnapshot,
  recentChanges,
  registerCluster,
  unregisterCluster,
} from '../collector/live-clusters.ts';
import { changesSchema, type Changes, type ClusterChange } from '../contracts/changes.ts';
import { snapshotOf } from '../model/testing/snapshots.ts';
import { writeChanges } from '../store/changes.ts';
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

const ask = async (sinceMinutes: number, folded: 'true' | 'false' = 'true') =>
  changesSchema.parse(await clusterChanges(testConsole.context, clusterId, { sinceMinutes, folded }));
const hour = 60;
const day = 24 * hour;
const ago = (minutes: number): number => testConsole.context.now().getTime() - minutes * 60_000;
const askBetween = async (fromMinutes: number, toMinutes = 0) =>
  changesSchema.parse(
    await clusterChanges(testConsole.context, clusterId, {
      ...{ from: ago(fromMinutes), to: ago(toMinutes), sinceMinutes: hour, folded: 'false' },
    }),
  );
const lostIn = ({ items }: Changes): number[] =>
  items.flatMap(({ change }) => (change.kind === 'broker-lost' ? [change.brokerId] : []));
/** As a round long ago wrote it. */
const wasKept = (minutesAgo: number, change: ClusterChange, sinceMs: number | null = 0): Promise<void> =>
  writeChanges(testConsole.context.database, clusterId, [{ atMs: ago(minutesAgo), sinceMs, change }]);
const lost = (brokerId: number): ClusterChange => ({ kind: 'broker-lost', brokerId });

function publish(minutesAgo: number, change: ClusterChange): void {
  const atMs = testConsole.context.now().getTime() - minutesAgo * 60_000;
  const seen = { atMs, sinceMs: atMs - 10_000, change };
  publishSnapshot({ ...snapshotOf({ clusterId, asOfMs: atMs }), changes: [seen] });
}

it('is not ready before the first round', async () => {
  await expect(ask(60)).rejects.toMatchObject({ type: 'cluster-unreachable' });
});

it('tells the asked window, newest first, and what was seen twice once', async () => {
  publish(90, { kind: 'controller-moved', from: 1, to: 2 });
  publish(40, { kind: 'broker-lost', brokerId: 2 });
  publish(30, { kind: 'topics-deleted', count: 1, topics: ['<script>alert(1)</script>'] });
  publish(20, { kind: 'broker-lost', brokerId: 2 });
  const lastHour = await ask(60);
  expect(lastHour.items.map(({ change, times }) => [change.kind, times])).toEqual([
    ['broker-lost', 2],
    ['topics-deleted', 1],
  ]);
  const [first] = lastHour.items;
  expect(Date.parse(first?.at ?? '') - Date.parse(first?.firstAt ?? '')).toBe(20 * 60_000);
  expect(Date.parse(first?.at ?? '') - Date.parse(first?.since ?? '')).toBe(10_000);
  expect(lastHour.total).toBe(2);
  expect((await ask(120)).items).toHaveLength(3);
  expect((await ask(10)).items).toEqual([]);
  const each = await ask(60, 'false');
  expect(each.items.map(({ change, times }) => [change.kind, times])).toEqual([
    ['broker-lost', 1],
    ['topics-deleted', 1],
    ['broker-lost', 1],
  ]);
  expect(each.total).toBe(3);
});

it('tells what is older than a day from the database, and what is not written yet from memory', async () => {
  await wasKept(9 * day, { kind: 'watch-began' }, null);
  await wasKept(8 * day, lost(8));
  await wasKept(2 * day, lost(2));
  publish(3 * hour, lost(1));
  expect(lostIn(await askBetween(9 * day))).toEqual([1, 2, 8]);
  expect(lostIn(await askBetween(9 * day, day))).toEqual([2, 8]);
  expect(lostIn(await askBetween(4 * day, 3 * day))).toEqual([]);
  expect(lostIn(await ask(day))).toEqual([1]);
});

it('tells nothing twice that is in both', async () => {
  publish(3 * hour, lost(1));
  await writeChanges(testConsole.context.database, clusterId, recentChanges(clusterId));
  await wasKept(2 * day, lost(2));
  expect(lostIn(await askBetween(9 * day))).toEqual([1, 2]);
});

describe('says from when on it tells all', () => {
  const sinceMinutesAgo = ({ completeSince }: Changes): number =>
    (ago(0) - Date.parse(completeSince)) / 60_000;

  it('which is all of the window where watching began before', async () => {
    await wasKept(9 * day, lost(9));
    publish(5, lost(1));
    expect(sinceMinutesAgo(await askBetween(4 * day))).toBe(4 * day);
    expect(sinceMinutesAgo(await ask(hour))).toBe(hour);
  });

  it('which is the first round where that lies in the window', async () => {
    await wasKept(3 * day, { kind: 'watch-began' }, null);
    publish(5, lost(1));
    expect(sinceMinutesAgo(await askBetween(4 * day))).toBe(3 * day);
  });

  it('which is no earlier than what is kept', async () => {
    publish(5, lost(1));
    const { historyDays } = testConsole.context.config;
    expect(sinceMinutesAgo(await askBetween((historyDays + 9) * day))).toBe(historyDays * day);
  });

  it('which is the oldest one where there are more than are answered', async () => {
    const many = Array.from({ length: 600 }, (_, index) => ({
      ...{ atMs: ago(2 * day - index), sinceMs: 0, change: lost(index) },
    }));
    await writeChanges(testConsole.context.database, clusterId, many);
    publish(5, lost(1));
    const told = await askBetween(3 * day);
    expect(told.items).toHaveLength(500);
    expect(told.total).toBe(601);
    expect(told.completeSince).toBe(told.items.at(-1)?.at);
  });
});

it('refuses a window that ends before it begins', async () => {
  publish(5, lost(1));
  await expect(askBetween(1, 2)).rejects.toMatchObject({ type: 'invalid' });
});

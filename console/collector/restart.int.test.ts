/**
 * A console that ends and starts again over the same database: what it says of groups in its first round is what it said before,
 * with the seconds and the reason, and what was not kept is not made up.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ClusterSettings } from '../config/environment.ts';
import { openAccess } from '../model/cluster-access.ts';
import type { ClusterSnapshot, GroupSnapshot } from '../model/snapshot.ts';
import { planRetention } from '../model/retention.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { rollUpHistory } from '../store/history-upkeep.ts';
import { runCollecting, type RunningCollector } from './collecting.ts';
import type { CollectorClock } from './collector-clock.ts';
import { collectNow, latestSnapshot } from './live-clusters.ts';
import { ScriptedCluster } from './testing/scripted-cluster.ts';

/** Twelve minutes are few rounds then, each of which is written to a real database. */
const intervalMs = 20_000;
vi.setConfig({ testTimeout: 180_000 });
let directory: string;
let nowMs: number;
/** What is committed of the second partition. */
let held: number;
let cluster: ScriptedCluster;
let database: Database;
let running: RunningCollector;

/** Rounds come when they are asked for; nothing else has a time. */
const clock: CollectorClock = {
  nowMs: () => nowMs,
  random: () => 0.5,
  after: () => ({ cancel: () => undefined }),
};

const local: ClusterSettings = {
  ...{ id: 'local', name: 'local', source: 'bundled', bootstrap: ['127.0.0.1:1'], metrics: [] },
  ...{ access: openAccess, outbound: null, readOnly: false, problem: null },
};

beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'aquila-restart-'));
  nowMs = Date.UTC(2026, 10, 21, 11, 50, 4);
  cluster = new ScriptedCluster();
  cluster.addTopic('orders', [1, 2], 'Zk9vQ2xhc3MgZmlyc3QuLg');
  cluster.ends.set('orders-0', 1_000).set('orders-1', 1_000);
  held = 1_000;
  commit(1_000, held);
  await start();
});
afterEach(async () => {
  await end();
  rmSync(directory, { recursive: true, force: true });
});

/** Resolves with what the first round says, which begins by itself. */
async function start(): Promise<GroupSnapshot> {
  database = await openDatabase(`file:${path.join(directory, 'aquila.db')}`);
  running = await runCollecting({
    config: {
      ...{ collectIntervalMs: intervalMs, historyDays: 15, publicUrl: 'http://console.test:8048' },
      ...{ smtpUrl: null, mailFrom: null, outbound: 'private' },
    },
    clusters: [local],
    database,
    channelKey: randomBytes(32),
    log: () => undefined,
    clock,
    openReader: () => cluster,
  });
  return vi.waitFor(
    () => {
      const snapshot = latestSnapshot('local');
      expect(snapshot?.round).toBe(1);
      return billingOf(snapshot);
    },
    { timeout: 30_000 },
  );
}

function billingOf(snapshot: ClusterSnapshot | null): GroupSnapshot {
  const billing = snapshot?.groups.get('billing');
  if (billing === undefined) throw new Error('there is no group billing');
  return billing;
}

async function end(): Promise<void> {
  await running.stop();
  await database.$disconnect();
}

function commit(first: number, second: number): void {
  const committed = [['orders', 0, first] as const, ['orders', 1, second] as const];
  const member = {
    memberId: 'm',
    groupInstanceId: null,
    clientId: 'c',
    host: '/127.0.0.1',
    assignment: null,
  };
  cluster.groups = [{ id: 'billing', coordinator: 2, committed, members: [member] }];
}

const produce = (partition: number): void => {
  const key = `orders-${String(partition)}`;
  cluster.ends.set(key, (cluster.ends.get(key) ?? 0) + 100);
};

async function round(): Promise<GroupSnapshot> {
  nowMs += intervalMs;
  return billingOf(await collectNow('local'));
}

async function play(rounds: number, step: () => void): Promise<GroupSnapshot> {
  for (let done = 1; done < rounds; done++) {
    step();
    await round();
  }
  step();
  return round();
}

/** The first partition keeps up, nothing of the second is committed. */
const standing = (): void => {
  produce(0);
  produce(1);
  commit(cluster.ends.get('orders-0') ?? 0, held);
};

const keepUp = (): void => {
  produce(0);
  produce(1);
  held = cluster.ends.get('orders-1') ?? 0;
  commit(cluster.ends.get('orders-0') ?? 0, held);
};

it('says in its first round of a group that stands what it said before, and goes on from there', async () => {
  const before = await play(38, standing);
  expect(before).toMatchObject({
    status: 'stalled',
    reason:
      'partition 1 of orders has not committed for 12 min while 3,800 records arrived; another one goes on',
  });
  await end();
  nowMs += intervalMs;
  standing();
  const after = await start();
  expect(after).toMatchObject({
    status: 'stalled',
    reason:
      'partition 1 of orders has not committed for 13 min while 3,900 records arrived; another one goes on',
    totalLag: 3_900,
  });
  // The time of a round in history is exact to its slot.
  expect(after.producedPerSec).toBeCloseTo(10, -0.5);
  expect(after.committedPerSec).toBeCloseTo(5, -0.5);
  expect(after.lagSeconds?.atLeast).toBe(false);
  // One round later than before.
  const grown = (after.lagSeconds?.seconds ?? NaN) - (before.lagSeconds?.seconds ?? NaN);
  expect(grown).toBeGreaterThan(20 - 4.5);
  expect(grown).toBeLessThan(20 + 4.5);
  commit(cluster.ends.get('orders-0') ?? 0, cluster.ends.get('orders-1') ?? 0);
  expect(await round()).toMatchObject({ status: 'ok', totalLag: 0 });
});

it('remembers for how long one has stood that stands for longer, from the hours that are rolled up', async () => {
  await play(6, keepUp);
  // A round each minute, over the end of an hour: pauses of a minute are whole.
  for (let minute = 0; minute < 40; minute++) {
    nowMs += 40_000;
    standing();
    await round();
  }
  while (await rollUpHistory(database, planRetention(15), nowMs));
  await end();
  nowMs += intervalMs;
  standing();
  const after = await start();
  expect(after.status).toBe('stalled');
  expect(after.reason).toMatch(
    /^partition 1 of orders has not committed for (39|40) min while 4,100 records arrived/,
  );
  expect(after.lagSeconds?.atLeast).toBe(false);
  expect(after.lagSeconds?.seconds).toBeGreaterThan(36 * 60);
  expect(after.lagSeconds?.seconds).toBeLessThan(44 * 60);
});

it('leaves a gap a gap: a night without a console is no stall, and no commit of it is known', async () => {
  await play(18, keepUp);
  await end();
  nowMs += 8 * 3_600_000;
  produce(1);
  // When in the night the records came is not known, only that they were there at its end.
  expect(await start()).toMatchObject({
    ...{ status: 'ok', totalLag: 100, lagSeconds: null, committedPerSec: null, producedPerSec: null },
  });
  expect(await round()).toMatchObject({ status: 'ok', lagSeconds: { seconds: 20, atLeast: true } });
});

it('watches from now on where nothing was kept for more than a day', async () => {
  await play(38, standing);
  await end();
  nowMs += 30 * 3_600_000;
  const after = await start();
  expect(after.status).toBe('unknown');
  expect(after.reason).toMatch(/^partition 1 of orders is 3,800 records behind, watched since /);
});

/** What changed survives a restart, is written once, and waits while the database does not take it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ClusterChange } from '../contracts/changes.ts';
import { snapshotOf } from '../model/testing/snapshots.ts';
import { readChanges } from '../store/changes.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { ChangeKeeper } from './change-keeper.ts';
import {
  CHANGES_KEPT_MS,
  publishSnapshot,
  recentChanges,
  registerCluster,
  unregisterCluster,
} from './live-clusters.ts';

const nowMs = 1_700_000_000_000;
let directory: string;
let database: Database;

beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'aquila-changes-'));
  database = await openDatabase(`file:${path.join(directory, 'aquila.db')}`);
  watch();
});
afterEach(async () => {
  unregisterCluster('local');
  await database.$disconnect();
  rmSync(directory, { recursive: true });
});

function watch(): void {
  const refused = () => Promise.reject(new Error('nothing is collected here'));
  const base = {
    id: 'local',
    name: 'local',
    source: 'bundled',
    readOnly: false,
    bootstrapServers: [],
  } as const;
  registerCluster({ ...base, intervalMs: 10_000, collectNow: refused }, nowMs);
}

/** A round that saw these brokers fall silent. */
function publish(atMs: number, ...brokerIds: number[]): void {
  const changes = brokerIds.map((brokerId) => ({
    ...{ atMs, sinceMs: atMs - 10_000 },
    change: { kind: 'broker-lost', brokerId } satisfies ClusterChange,
  }));
  publishSnapshot({ ...snapshotOf({ clusterId: 'local', asOfMs: atMs }), changes });
}

const inMemory = () =>
  recentChanges('local').map(({ change }) => (change.kind === 'broker-lost' ? change.brokerId : null));
const inDatabase = async () => (await readChanges(database, 'local', 0)).map(({ atMs }) => atMs - nowMs);

it('knows after a restart what was seen before it, and writes nothing twice', async () => {
  const before = new ChangeKeeper(database);
  publish(nowMs, 1, 2);
  await before.keep('local');
  publish(nowMs + 10_000, 3);
  await before.keep('local');
  await before.keep('local');
  expect(await inDatabase()).toEqual([0, 0, 10_000]);

  unregisterCluster('local');
  watch();
  const after = new ChangeKeeper(database);
  await after.recall('local', nowMs + 20_000);
  publish(nowMs + 20_000, 4);
  await after.keep('local');
  expect(inMemory()).toEqual([1, 2, 3, 4]);
  expect(await inDatabase()).toEqual([0, 0, 10_000, 20_000]);
});

it('recalls once, also when a cluster is watched anew by other settings', async () => {
  const keeper = new ChangeKeeper(database);
  publish(nowMs, 1);
  await keeper.keep('local');
  unregisterCluster('local');
  watch();
  await keeper.recall('local', nowMs);
  await keeper.recall('local', nowMs);
  expect(inMemory()).toEqual([1]);
});

it('writes what the database did not take with what comes next', async () => {
  const broken = await openDatabase(`file:${path.join(directory, 'other.db')}`);
  await broken.$executeRaw`DROP TABLE "ClusterChange"`;
  const keeper = new ChangeKeeper(broken);
  publish(nowMs, 1);
  await expect(keeper.keep('local')).rejects.toThrow();
  await broken.$executeRaw`CREATE TABLE "ClusterChange" ("id" INTEGER PRIMARY KEY AUTOINCREMENT, "cluster" TEXT NOT NULL, "atMs" BIGINT NOT NULL, "sinceMs" BIGINT, "change" TEXT NOT NULL)`;
  publish(nowMs + 10_000, 2);
  await keeper.keep('local');
  const kept = await readChanges(broken, 'local', 0);
  expect(kept.map(({ atMs }) => atMs - nowMs)).toEqual([0, 10_000]);
  await broken.$disconnect();
});

it('writes nothing that another console has to write, later either', async () => {
  const keeper = new ChangeKeeper(database);
  publish(nowMs, 1);
  keeper.leaveToOthers('local');
  publish(nowMs + 10_000, 2);
  await keeper.keep('local');
  expect(await inDatabase()).toEqual([10_000]);
});

it('forgets what is older than a day', () => {
  publish(nowMs, 1);
  publish(nowMs + CHANGES_KEPT_MS, 2);
  expect(inMemory()).toEqual([2]);
});

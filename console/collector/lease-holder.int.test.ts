import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openDatabase, type Database } from '../store/database.ts';
import { holdLease, LEASE_MS } from '../store/lease.ts';
import { LEASE_NAME, LeaseHolder } from './lease-holder.ts';

let directory = '';
let database: Database;
beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'aquila-lease-holder-'));
  database = await openDatabase(`file:${path.join(directory, 'aquila.db')}`);
});
afterAll(async () => {
  await database.$disconnect();
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(() => database.lease.deleteMany());

const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid;
const heldBy = (holder: string) => holdLease(database, LEASE_NAME, holder, 0);

it.each([
  ['a process of this machine that is gone', () => `${hostname()}/${String(deadPid())}/1`, true],
  ['one before us that had our pid', () => `${hostname()}/${String(process.pid)}/1`, true],
  ['a process of this machine that runs', () => `${hostname()}/${String(process.ppid)}/1`, false],
  ['a process of another machine', () => `elsewhere/${String(process.pid)}/1`, false],
])('follows %s at once or not', async (_name, holder, expected) => {
  await heldBy(holder());
  expect(await new LeaseHolder(database, 2).renew(1)).toBe(expected);
});

it('waits for a holder elsewhere until its lease ran out, and hands its own on when it ends', async () => {
  await heldBy('elsewhere/1/1');
  const holder = new LeaseHolder(database, 2);
  expect(await holder.renew(LEASE_MS)).toBe(false);
  expect(await holder.renew(LEASE_MS + 1)).toBe(true);
  expect(holder.isHeld).toBe(true);
  await holder.release();
  expect(await heldBy('elsewhere/1/1')).toBe(true);
});

/** What `database copy` refuses before it copies anything. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase } from '../store/database.ts';
import { holdLease, releaseLease } from '../store/lease.ts';
import { copyConsoleDatabase } from './copy-database.ts';

const now = new Date('2026-01-05T12:00:00Z');
let directory = '';
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'aquila-copying-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const file = (name: string): string => `file:${path.join(directory, name)}`;
const copy = (to: string): ReturnType<typeof copyConsoleDatabase> => {
  const by = { name: 'ann', now: () => now };
  return copyConsoleDatabase({ databaseUrl: file('from.db') }, to, by, () => undefined);
};

it('needs a source that is there, that no console works on, and another target', async () => {
  await expect(copy(file('to.db'))).rejects.toThrow(/There is no database at .*from\.db/);
  expect(existsSync(path.join(directory, 'from.db'))).toBe(false);
  const source = await openDatabase(file('from.db'));
  await expect(copy(file('from.db'))).rejects.toThrow(/--to names the database that is copied/);
  await expect(copy('mysql://u:geheim@h')).rejects.toThrow(/^--to: it names no database/);
  await holdLease(source, 'collector', 'host/1/2', now.getTime());
  await expect(copy(file('to.db'))).rejects.toThrow(/A console works on .*from\.db \(process host\/1\/2\)/);
  await releaseLease(source, 'collector', 'host/1/2');
  await source.$disconnect();
  const { tables } = await copy(file('to.db'));
  expect(tables.every(({ sourceRows, targetRows }) => sourceRows === targetRows)).toBe(true);
  const target = await openDatabase(file('to.db'));
  expect(await target.auditEntry.findMany()).toMatchObject([{ action: 'database.copy', actor: 'ann' }]);
  await target.$disconnect();
}, 120_000);

/** The database file: private, migrated once, refused when it is damaged or from the future. */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PrismaLibSql } from '@prisma/adapter-libsql';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrations as allMigrations } from '../../prisma/generated/migrations.ts';
import { openDatabase } from './database.ts';
import { migrate } from './migrations.ts';

const migrations = allMigrations.sqlite;

let directory = '';
let file = '';
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'aquila-db-'));
  file = path.join(directory, 'aquila.db');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('is created with every table, readable by its owner alone', async () => {
  const database = await openDatabase(`file:${file}`);
  await database.setting.create({ data: { key: 'a', value: 'b', updatedAt: new Date() } });
  expect(await database.auditEntry.count()).toBe(0);
  for (const name of ['aquila.db', 'aquila.db-wal', 'aquila.db-shm']) {
    expect(statSync(path.join(directory, name)).mode & 0o777, name).toBe(0o600);
  }
  await database.$disconnect();
});

test('has the busy timeout, the log and the foreign keys on each connection, also after a transaction', async () => {
  const database = await openDatabase(`file:${file}`);
  const pragmas = async () => [
    await database.$queryRaw`PRAGMA busy_timeout`,
    await database.$queryRaw`PRAGMA foreign_keys`,
    await database.$queryRaw`PRAGMA journal_mode`,
  ];
  const before = await pragmas();
  await database.$transaction(async (inside) => inside.auditEntry.count());
  expect(await pragmas()).toEqual(before);
  expect(
    JSON.stringify(before, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)),
  ).toBe('[[{"timeout":20}],[{"foreign_keys":1}],[{"journal_mode":"wal"}]]');
  await database.$disconnect();
});

test('loses no file descriptor to transactions, and keeps nothing of one that fails', async () => {
  const database = await openDatabase(`file:${file}`);
  const open = () => readdirSync('/proc/self/fd').length;
  const transaction = (fail: boolean) =>
    database.$transaction(async (inside) => {
      await inside.auditEntry.create({
        data: { at: new Date(), actor: 'a', ip: '', action: 'x', target: '', result: '' },
      });
      if (fail) throw new Error('on purpose');
    });
  await transaction(false);
  const before = process.platform === 'linux' ? open() : 0;
  for (let round = 0; round < 20; round += 1) {
    await Promise.allSettled([transaction(false), transaction(true), database.auditEntry.count()]);
  }
  if (process.platform === 'linux') expect(open()).toBeLessThanOrEqual(before + 2);
  expect(await database.auditEntry.count()).toBe(21);
  await database.$disconnect();
});

test('reads integers past 2^53 exactly', async () => {
  const database = await openDatabase(`file:${file}`);
  const expiresAtMs = 9_007_199_254_740_993n;
  await database.lease.create({ data: { name: 'x', holder: 'y', expiresAtMs } });
  expect((await database.lease.findUniqueOrThrow({ where: { name: 'x' } })).expiresAtMs).toBe(expiresAtMs);
  await database.$disconnect();
});

test('keeps its rows over a second opening, which migrates nothing', async () => {
  const first = await openDatabase(`file:${file}`);
  await first.setting.create({ data: { key: 'a', value: 'b', updatedAt: new Date() } });
  await first.$disconnect();
  const second = await openDatabase(`file:${file}`);
  expect(await second.setting.count()).toBe(1);
  expect(
    Number((await second.$queryRaw<{ n: bigint }[]>`SELECT count(*) AS n FROM _prisma_migrations`)[0]?.n),
  ).toBe(migrations.length);
  await second.$disconnect();
});

test('opened twice at once applies each migration once', async () => {
  const both = await Promise.all([openDatabase(`file:${file}`), openDatabase(`file:${file}`)]);
  const rows = await both[0].$queryRaw<{ n: bigint }[]>`SELECT count(*) AS n FROM _prisma_migrations`;
  expect(Number(rows[0]?.n)).toBe(migrations.length);
  for (const database of both) await database.$disconnect();
});

test('refuses a file that newer code has written, in words', async () => {
  const database = await openDatabase(`file:${file}`);
  await database.$executeRaw`INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('1', 'x', '999_future', '2030-01-01')`;
  await database.$disconnect();
  await expect(openDatabase(`file:${file}`)).rejects.toThrow(/newer version of Aquila.*999_future/);
});

test('refuses what is not a database', async () => {
  writeFileSync(file, 'x'.repeat(8_192));
  await expect(openDatabase(`file:${file}`)).rejects.toMatchObject({ kind: 'corrupt' });
});

test('refuses a damaged page', async () => {
  const database = await openDatabase(`file:${file}`);
  await database.$queryRaw`PRAGMA wal_checkpoint(TRUNCATE)`;
  await database.$disconnect();
  const { openSync, writeSync, closeSync } = await import('node:fs');
  const handle = openSync(file, 'r+');
  for (let page = 1; page < 6; page += 1)
    writeSync(handle, Buffer.alloc(2_000, 0xdd), 0, 2_000, page * 4_096);
  closeSync(handle);
  await expect(openDatabase(`file:${file}`)).rejects.toMatchObject({ kind: 'corrupt' });
});

test('a migration that fails leaves nothing of itself', async () => {
  const adapter = await new PrismaLibSql({ url: `file:${file}`, intMode: 'bigint' }).connect();
  const good = { name: '001_a', checksum: 'a', sql: 'CREATE TABLE a (x INTEGER)' };
  const bad = { name: '002_b', checksum: 'b', sql: 'CREATE TABLE b (x INTEGER); CREATE TABLE a (y INTEGER)' };
  await expect(migrate(adapter, [good, bad], 'here')).rejects.toThrow();
  const { rows } = await adapter.queryRaw({
    sql: "SELECT name FROM sqlite_master WHERE name IN ('a', 'b')",
    args: [],
    argTypes: [],
  });
  expect(rows).toEqual([['a']]);
  expect(await migrate(adapter, [good, { ...bad, sql: 'CREATE TABLE b (x INTEGER)' }], 'here')).toEqual([
    '002_b',
  ]);
  await adapter.dispose();
});

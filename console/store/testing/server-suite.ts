/**
 * What only databases on a server have: reasons to refuse at the start, each in words and without the password; migrations that were
 * cut off; and servers that go away and come back.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PrismaMariaDb } from '@prisma/adapter-mariadb';
import { PrismaPg } from '@prisma/adapter-pg';
import type { SqlDriverAdapter } from '@prisma/driver-adapter-utils';
import { expect, it, vi } from 'vitest';
import { databaseHealth } from '../database-health.ts';
import { openDatabase, type Database } from '../database.ts';
import { migrateServer } from '../server-migrations.ts';
import { readSetting, writeSetting } from '../settings.ts';
import { StoreError } from '../store-error.ts';
import type { DatabaseServer } from './database-server.ts';
import { skipBecause } from './skip.ts';

const WAIT = { timeout: 45_000, interval: 100 };

export function serverSuite(
  current: () => Database,
  serverOf: () => DatabaseServer,
  where: () => string,
): void {
  const databaseName = (): string => new URL(where().replace(/^\w+:/, 'http:')).pathname.slice(1);

  async function refusalOf(url: string): Promise<string> {
    const error: unknown = await openDatabase(url).then(
      (database) => database.$disconnect(),
      (reason: unknown) => reason,
    );
    if (!(error instanceof StoreError)) throw new Error(`not refused: ${String(error)}`);
    expect(error.message).not.toContain('ss:w');
    expect(error.message).not.toContain('p%40ss');
    return error.message;
  }

  it('says what is wrong when it cannot be opened, and never its password', async () => {
    const server = serverOf();
    const url = await server.newDatabase();
    const { host, pathname } = new URL(url.replace(/^\w+:/, 'http:'));
    const name = pathname.slice(1);
    expect(await refusalOf(url.replace(/\/[^/]*$/, '/not_there'))).toMatch(
      /no database "not_there".*CREATE DATABASE/,
    );
    expect(await refusalOf(url.replace(/:[^:@/]*@/, ':p%40ss-wrong@'))).toMatch(/refuses the user.*password/);
    expect(await refusalOf(url.replace(host, '127.0.0.1:1'))).toMatch(
      /No \w+ server answers at 127\.0\.0\.1:1/,
    );
    expect(await refusalOf(url.replace(host, 'nowhere.invalid'))).toMatch(
      /No \w+ server answers at nowhere\.invalid/,
    );
    const isPostgres = server.kind === 'postgresql';
    await server.run(
      isPostgres
        ? `CREATE ROLE reader LOGIN PASSWORD 'p@ss:w2'`
        : `CREATE OR REPLACE USER 'reader'@'%' IDENTIFIED BY 'p@ss:w2'`,
    );
    await server.run(
      isPostgres
        ? `GRANT CONNECT ON DATABASE ${name} TO reader`
        : `GRANT SELECT ON ${name}.* TO 'reader'@'%'`,
    );
    const asReader = url.replace(/\/\/[^@]*@/, '//reader:p%40ss%3Aw2@');
    expect(await refusalOf(asReader)).toMatch(/"reader" may not create.*GRANT ALL ON/);
    await server
      .run(isPostgres ? `DROP OWNED BY reader; DROP ROLE reader` : `DROP USER 'reader'@'%'`)
      .catch(() => undefined);
  });

  it('has every column of the schema', async () => {
    const database = current();
    const isMysql = serverOf().kind === 'mysql';
    const rows = await database.$queryRaw<{ place: string; nullable: string }[]>`
      SELECT table_name || '.' || column_name AS "place", is_nullable AS "nullable" FROM information_schema.columns
      WHERE table_schema = ${isMysql ? databaseName() : 'public'}`;
    const built = rows
      .map(({ place, nullable }) => `${place} ${nullable}`)
      .filter((each) => !each.startsWith('_'));
    expect(built.sort()).toEqual(columnsOfSchema().sort());
  });

  it('is opened by many at once and migrated once, and goes on after a migration that was cut off', async () => {
    const server = serverOf();
    const url = await server.newDatabase();
    const all = await Promise.all([1, 2, 3].map(() => openDatabase(url)));
    const [first] = all;
    if (first === undefined) throw new Error('none was opened');
    const twice = await first.$queryRaw<{ n: number | bigint }[]>`
      SELECT COUNT(*) - COUNT(DISTINCT "migration_name") AS n FROM "_prisma_migrations"`;
    expect(Number(twice[0]?.n)).toBe(0);
    for (const database of all) await database.$disconnect();

    const adapter = await plainAdapter(server, await server.newDatabase());
    const good = { name: '001_a', checksum: 'a', sql: '-- a;\nCREATE TABLE "a" ("x" INTEGER);\n' };
    const bad =
      'CREATE TABLE "b" ("x" INTEGER);\nCREATE TABLE "a" ("y" INTEGER);\nCREATE TABLE "c" ("x" INTEGER);\n';
    const cut = [good, { name: '002_b', checksum: 'b', sql: bad }];
    await expect(migrateServer(server.kind, adapter, cut, 'here')).rejects.toThrow();
    const mended = [good, { name: '002_b', checksum: 'b', sql: bad.replace('TABLE "a"', 'TABLE "d"') }];
    // MySQL has kept what went before the mistake, and with it the first migration; PostgreSQL nothing of either.
    const expected = server.kind === 'mysql' ? ['002_b'] : ['001_a', '002_b'];
    expect(await migrateServer(server.kind, adapter, mended, 'here')).toEqual(expected);
    for (const table of ['a', 'b', 'c', 'd'])
      await adapter.queryRaw({ sql: `SELECT COUNT(*) FROM "${table}"`, args: [], argTypes: [] });
    await expect(migrateServer(server.kind, adapter, [good], 'here')).rejects.toThrow(/newer version/);
    await adapter.dispose();
  });

  it('says that the server went away, with what to do, and goes on when it is back', async (context) => {
    const database = current();
    const server = serverOf();
    if (server.pid === null) skipBecause(context, "the server is not the test's own");
    await writeSetting(database, 'before', '1', new Date());
    await server.stopServing();
    const writing = writeSetting(database, 'while', '1', new Date());
    await expect(writing).rejects.toMatchObject({ name: 'StoreError', kind: 'unreachable', retriable: true });
    const health = databaseHealth();
    expect(health).toMatchObject({
      state: 'failing',
      reason: expect.stringMatching(/cannot be reached.*Start the server/) as string,
    });
    await expect(readSetting(database, 'before')).rejects.toMatchObject({ kind: 'unreachable' });
    await server.serveAgain();
    await vi.waitFor(() => writeSetting(database, 'after', '1', new Date()), WAIT);
    expect(await readSetting(database, 'before')).toBe('1');
    expect(databaseHealth()).toEqual({ state: 'ok' });
  });
}

async function plainAdapter(server: DatabaseServer, url: string): Promise<SqlDriverAdapter> {
  const { hostname, port, username, password, pathname } = new URL(url.replace(/^\w+:/, 'http:'));
  const config = {
    ...{ host: hostname, port: Number(port), user: decodeURIComponent(username) },
    ...{ password: decodeURIComponent(password), database: pathname.slice(1) },
  };
  return server.kind === 'postgresql'
    ? new PrismaPg(config).connect()
    : new PrismaMariaDb({ ...config, sessionVariables: { sql_mode: 'ANSI_QUOTES' } }).connect();
}

/** `Table.column YES` or `NO`, for null. */
function columnsOfSchema(): string[] {
  const text = readFileSync(path.resolve(import.meta.dirname, '../../../prisma/schema.prisma'), 'utf8');
  const columns: string[] = [];
  for (const [, model = '', body = ''] of text.matchAll(/model (\w+) \{([\s\S]*?)\n\}/g)) {
    for (const line of body.split('\n')) {
      const field = /^\s+(\w+)\s+(?:String|Int|BigInt|Float|Boolean|DateTime)(\??)(?:\s|$)/.exec(line);
      if (field !== null) columns.push(`${model}.${field[1] ?? ''} ${field[2] === '?' ? 'YES' : 'NO'}`);
    }
  }
  return columns;
}

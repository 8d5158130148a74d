/**
 * Brings a database on a server up to the migrations this build carries, in Prisma's own `_prisma_migrations` table.
 *
 * Under a lock of the server, so that consoles that start at once apply each migration once. PostgreSQL keeps a migration whole
 * or not at all. MySQL keeps each statement that changes a table by itself: how many of a migration's statements were run is
 * written down after each, and a start that finds one half done goes on behind them; the one statement of which it is
 * not known is allowed to find its work done.
 */
import { randomUUID } from 'node:crypto';
import type { SqlDriverAdapter, Transaction } from '@prisma/driver-adapter-utils';
import { appliedMigrations, checkHistory, quotedText, type Migration } from './migrations.ts';

type ServerKind = 'postgresql' | 'mysql';

const LOCK_SECONDS = 30;
const LOCK_NUMBER = 7_238_914;

const tables: Readonly<Record<ServerKind, string>> = {
  postgresql: `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id" VARCHAR(36) PRIMARY KEY NOT NULL, "checksum" VARCHAR(64) NOT NULL, "finished_at" TIMESTAMPTZ,
    "migration_name" VARCHAR(255) NOT NULL, "logs" TEXT, "rolled_back_at" TIMESTAMPTZ,
    "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(), "applied_steps_count" INTEGER NOT NULL DEFAULT 0)`,
  mysql: `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id" VARCHAR(36) PRIMARY KEY NOT NULL, "checksum" VARCHAR(64) NOT NULL, "finished_at" DATETIME(3),
    "migration_name" VARCHAR(255) NOT NULL, "logs" TEXT, "rolled_back_at" DATETIME(3),
    "started_at" DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0
  ) DEFAULT CHARACTER SET utf8mb4`,
};

const run = (inside: Transaction, sql: string): Promise<number> =>
  inside.executeRaw({ sql, args: [], argTypes: [] });

async function firstValue(inside: Transaction, sql: string): Promise<unknown> {
  const { rows } = await inside.queryRaw({ sql, args: [], argTypes: [] });
  return rows[0]?.[0];
}

/** Statements end with a semicolon at the end of a line; lines of comment are left out. */
export function statementsOf(sql: string): string[] {
  return sql
    .replace(/^--.*$/gm, '')
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

/** Returns the names that were applied now. `where` names the database in errors. */
export async function migrateServer(
  kind: ServerKind,
  adapter: SqlDriverAdapter,
  migrations: readonly Migration[],
  where: string,
): Promise<string[]> {
  return kind === 'postgresql'
    ? migratePostgresql(adapter, migrations, where)
    : migrateMysql(adapter, migrations, where);
}

async function migratePostgresql(
  adapter: SqlDriverAdapter,
  migrations: readonly Migration[],
  where: string,
): Promise<string[]> {
  const inside = await adapter.startTransaction();
  const done: string[] = [];
  try {
    await firstValue(inside, `SELECT 1 FROM pg_advisory_xact_lock(${String(LOCK_NUMBER)})`);
    await run(inside, tables.postgresql);
    const applied = await appliedMigrations(inside);
    checkHistory(applied, migrations, where);
    for (const migration of migrations.filter(({ name }) => !applied.has(name))) {
      const statements = statementsOf(migration.sql);
      for (const statement of statements) await run(inside, statement);
      await note(inside, migration, statements.length, true);
      done.push(migration.name);
    }
    await run(inside, 'COMMIT');
    await inside.commit();
    return done;
  } catch (error) {
    await run(inside, 'ROLLBACK').catch(() => undefined);
    await inside.rollback().catch(() => undefined);
    throw error;
  }
}

function note(inside: Transaction, migration: Migration, steps: number, finished: boolean): Promise<number> {
  const { name, checksum } = migration;
  // MySQL takes no time zone, PostgreSQL takes the session's, which is not known here.
  const now = quotedText(new Date().toISOString().replace('T', ' ').replace('Z', ''));
  return run(
    inside,
    `INSERT INTO "_prisma_migrations" ("id", "checksum", "migration_name", "started_at", "finished_at", "applied_steps_count")
     VALUES (${quotedText(randomUUID())}, ${quotedText(checksum)}, ${quotedText(name)}, ${now}, ${finished ? now : 'NULL'}, ${String(steps)})`,
  );
}

async function migrateMysql(
  adapter: SqlDriverAdapter,
  migrations: readonly Migration[],
  where: string,
): Promise<string[]> {
  const inside = await adapter.startTransaction();
  const lock = `CONCAT('aquila migrations ', DATABASE())`;
  const done: string[] = [];
  try {
    const got = await firstValue(inside, `SELECT GET_LOCK(${lock}, ${String(LOCK_SECONDS)})`);
    if (Number(got) !== 1) throw new Error('another console has been changing its tables for too long');
    await run(inside, tables.mysql);
    const applied = await appliedMigrations(inside);
    checkHistory(applied, migrations, where);
    for (const migration of migrations.filter(({ name }) => !applied.has(name))) {
      await stepByStep(inside, migration);
      done.push(migration.name);
    }
    return done;
  } finally {
    await firstValue(inside, `SELECT RELEASE_LOCK(${lock})`).catch(() => undefined);
    await inside.rollback().catch(() => undefined);
  }
}

/** Table, column, key or index is there already, or gone already. */
const doneBefore = /already exists|Duplicate (?:column|key) name|Can't DROP|Unknown table/i;

async function stepByStep(inside: Transaction, migration: Migration): Promise<void> {
  const named = `"migration_name" = ${quotedText(migration.name)} AND "rolled_back_at" IS NULL`;
  const known = await firstValue(
    inside,
    `SELECT "applied_steps_count" FROM "_prisma_migrations" WHERE ${named}`,
  );
  if (known === undefined) await note(inside, migration, 0, false);
  const from = Number(known ?? 0);
  const set = (what: string): Promise<number> =>
    run(inside, `UPDATE "_prisma_migrations" SET ${what} WHERE ${named}`);
  // Each of these is kept by itself: changing a table ends what was begun.
  await run(inside, 'COMMIT');
  for (const [step, statement] of statementsOf(migration.sql).entries()) {
    if (step < from) continue;
    try {
      await run(inside, statement);
    } catch (error) {
      const isRepeated = known !== undefined && step === from;
      if (!(isRepeated && doneBefore.test(detailOf(error)))) throw error;
    }
    await set(`"applied_steps_count" = ${String(step + 1)}`);
  }
  await set(`"finished_at" = CURRENT_TIMESTAMP(3)`);
}

function detailOf(error: unknown): string {
  const cause =
    error instanceof Error ? (error.cause as { originalMessage?: string } | undefined) : undefined;
  return cause?.originalMessage ?? String(error);
}

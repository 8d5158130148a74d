/**
 * Brings a SQLite file up to the migrations this build carries, in Prisma's own `_prisma_migrations` table (for servers see
 * server-migrations.ts).
 *
 * Each migration and its row are one transaction, so a kill in the middle leaves the one before. What is missing is
 * looked at again under the lock, so two processes that start at once apply each migration once. A database that knows a migration
 * which this build does not was written by newer code and is refused, before anything is changed.
 */
import { randomUUID } from 'node:crypto';
import type { SqlDriverAdapter } from '@prisma/driver-adapter-utils';
import { StoreError } from './store-error.ts';

export interface Migration {
  readonly name: string;
  readonly checksum: string;
  readonly sql: string;
}

const migrationsTable = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "checksum" TEXT NOT NULL,
  "finished_at" DATETIME,
  "migration_name" TEXT NOT NULL,
  "logs" TEXT,
  "rolled_back_at" DATETIME,
  "started_at" DATETIME NOT NULL DEFAULT current_timestamp,
  "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0
)`;

export const quotedText = (text: string) => `'${text.replaceAll("'", "''")}'`;

async function run(adapter: SqlDriverAdapter, sql: string): Promise<void> {
  await adapter.executeRaw({ sql, args: [], argTypes: [] });
}

export async function appliedMigrations(
  adapter: Pick<SqlDriverAdapter, 'queryRaw'>,
): Promise<Map<string, string>> {
  const { rows } = await adapter.queryRaw({
    sql: 'SELECT "migration_name", "checksum" FROM "_prisma_migrations" WHERE "finished_at" IS NOT NULL AND "rolled_back_at" IS NULL',
    args: [],
    argTypes: [],
  });
  return new Map(rows.map((row) => [String(row[0]), String(row[1])]));
}

export function checkHistory(
  applied: ReadonlyMap<string, string>,
  migrations: readonly Migration[],
  where: string,
): void {
  const known = new Map(migrations.map((migration) => [migration.name, migration.checksum]));
  for (const [name, checksum] of applied) {
    const expected = known.get(name);
    if (expected === undefined) {
      throw new StoreError(
        'newer-database',
        `The database ${where} was written by a newer version of Aquila (it holds the migration ${name}). Start that version, or name another directory with --data.`,
      );
    }
    if (expected !== checksum) {
      throw new StoreError(
        'changed-migration',
        `The database ${where} was built by another text of the migration ${name}. Start the version that made it, or name another directory with --data.`,
      );
    }
  }
}

/** Returns the names that were applied now. `where` names the database in errors. */
export async function migrate(
  adapter: SqlDriverAdapter,
  migrations: readonly Migration[],
  where: string,
): Promise<string[]> {
  await run(adapter, migrationsTable);
  const done: string[] = [];
  const before = await appliedMigrations(adapter);
  checkHistory(before, migrations, where);
  for (const migration of migrations.filter(({ name }) => !before.has(name))) {
    // Outside the transaction, where it has an effect: rebuilding a table must not cascade to those that point to it.
    await run(adapter, 'PRAGMA foreign_keys = OFF');
    await run(adapter, 'BEGIN IMMEDIATE');
    try {
      const applied = await appliedMigrations(adapter);
      checkHistory(applied, migrations, where);
      if (!applied.has(migration.name)) {
        const now = quotedText(new Date().toISOString());
        await adapter.executeScript(
          `${migration.sql}
;INSERT INTO "_prisma_migrations" ("id", "checksum", "migration_name", "started_at", "finished_at", "applied_steps_count")
VALUES (${quotedText(randomUUID())}, ${quotedText(migration.checksum)}, ${quotedText(migration.name)}, ${now}, ${now}, 1);
COMMIT;`,
        );
        done.push(migration.name);
      } else {
        await run(adapter, 'COMMIT');
      }
    } catch (error) {
      // The script rolls back by itself when it fails; then there is nothing left to roll back here.
      await run(adapter, 'ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      await run(adapter, 'PRAGMA foreign_keys = ON');
    }
  }
  return done;
}

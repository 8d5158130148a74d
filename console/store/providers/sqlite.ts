/**
 * SQLite through libsql: write-ahead log, foreign keys on, integers read as bigint. The file is readable by its owner alone (its
 * -wal and -shm files take over its mode). A damaged file is refused at the start rather than written to. The driver itself waits
 * for a lock only for a moment, because it stops the process while it does (see watched-adapter.ts).
 *
 * One client per file and process: libsql answers synchronously, so more would not be faster, and an open interactive transaction
 * makes every other call of the client wait. A file that was deleted or replaced while it is open would take every write and lose
 * it: that is looked for, and told.
 */
import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import path from 'node:path';
import type { SqlDriverAdapter, SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { PrismaClient } from '../../../prisma/generated/client/client.ts';
import { migrations } from '../../../prisma/generated/migrations.ts';
import type { FilePlace } from '../database-url.ts';
import { sqlite } from '../dialect/sqlite.ts';
import { OneConnectionLibSql } from '../libsql-adapter.ts';
import { migrate } from '../migrations.ts';
import { StoreError } from '../store-error.ts';
import { watchedFactory } from '../watched-adapter.ts';
import type { OpenedProvider } from './provider.ts';

/** In the driver, where it stops the process. */
const BUSY_TIMEOUT_MS = 20;
/** How often a look is taken whether the file is still there. */
const LOOK_EVERY_MS = 1_000;

/**
 * An existing file is never opened here: closing a descriptor gives up all POSIX locks that the process holds on the file,
 * those of its SQLite connections too, and another process would then take itself for the only one and remove the log.
 */
function createPrivateFile(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  chmodSync(file, 0o600);
}

async function firstValue(adapter: SqlDriverAdapter, sql: string): Promise<unknown> {
  const { rows } = await adapter.queryRaw({ sql, args: [], argTypes: [] });
  return rows[0]?.[0];
}

async function prepareFile(adapter: SqlDriverAdapter, file: string): Promise<void> {
  const verdict = await firstValue(adapter, 'PRAGMA quick_check(1)');
  if (verdict !== 'ok') {
    throw new StoreError(
      'corrupt',
      `The database ${file} is damaged (${String(verdict)}). Move it away to start with an empty one, or put a backup in its place.`,
    );
  }
  await firstValue(adapter, 'PRAGMA journal_mode = WAL');
  await migrate(adapter, migrations.sqlite, file);
}

let lastPreparation: Promise<unknown> = Promise.resolve();

/** One after the other: two connections of one process that wait for each other's lock would wait until it times out. */
function afterOthers(preparation: () => Promise<void>): Promise<void> {
  const mine = lastPreparation.then(preparation);
  lastPreparation = mine.catch(() => undefined);
  return mine;
}

/** Throws when the file is gone or is another one than `opened`; looks at most once a second. */
function lookAfter(file: string): () => void {
  const opened = statSync(file);
  let lookedAtMs = performance.now();
  let isThere = true;
  return () => {
    const nowMs = performance.now();
    if (nowMs - lookedAtMs >= LOOK_EVERY_MS || !isThere) {
      const found = statSync(file, { throwIfNoEntry: false });
      isThere = found !== undefined && found.ino === opened.ino && found.dev === opened.dev;
      lookedAtMs = nowMs;
    }
    if (!isThere) {
      throw new StoreError(
        'io',
        `The database ${file} was deleted or replaced while the console runs. Put the same file back, or start the console again with what is there now.`,
      );
    }
  };
}

export async function openSqlite(
  { file, shown }: FilePlace,
  reportsHealth: boolean,
): Promise<OpenedProvider> {
  const inner: SqlDriverAdapterFactory = new OneConnectionLibSql({
    url: `file:${file}`,
    timeout: BUSY_TIMEOUT_MS,
    intMode: 'bigint',
  });
  const watched = { kind: 'sqlite', shown, reportsHealth } as const;
  try {
    createPrivateFile(file);
    await afterOthers(async () => {
      const adapter = await watchedFactory(inner, { ...watched, reportsHealth: false }).connect();
      await prepareFile(adapter, file).finally(() => adapter.dispose());
    });
    return {
      factory: watchedFactory(inner, { ...watched, check: lookAfter(file) }),
      dialect: sqlite,
      client: PrismaClient,
    };
  } catch (error) {
    throw openingError(file, error);
  }
}

function openingError(file: string, error: unknown): StoreError {
  const cause = error instanceof StoreError && error.cause !== undefined ? error.cause : error;
  const text = cause instanceof Error ? cause.message : String(cause);
  const damaged = /malformed|not a database/i.test(`${text} ${JSON.stringify(cause)}`);
  if (error instanceof StoreError && !damaged) return error;
  return new StoreError(
    damaged ? 'corrupt' : 'cannot-open',
    damaged
      ? `The database ${file} is damaged or not a database (${text}). Move it away to start with an empty one, or put a backup in its place.`
      : `The database ${file} cannot be opened (${text}).`,
    { cause: error },
  );
}

/**
 * Opens the console's database: checks it, brings it up to date, hands out the Prisma client.
 *
 * SQLite through libsql: write-ahead log, a busy timeout of 5 s on every connection, foreign keys on, integers read
 * as bigint. The file is readable by its owner alone (its -wal and -shm files take over its mode). A damaged file is
 * refused at the start rather than written to. One client per URL and process: libsql answers synchronously, so more
 * would not be faster, and an open interactive transaction makes every other call of the client wait.
 * The client sits on globalThis, since Next gives each bundle its own copy of this module.
 */
import { mkdirSync, openSync, closeSync, chmodSync } from 'node:fs';
import path from 'node:path';
import type { SqlDriverAdapter } from '@prisma/driver-adapter-utils';
import { PrismaClient } from '../../prisma/generated/client/client.ts';
import { migrations } from '../../prisma/generated/migrations.ts';
import { withDialect } from './dialect/dialect.ts';
import { sqlite } from './dialect/sqlite.ts';
import { OneConnectionLibSql } from './libsql-adapter.ts';
import { migrate } from './migrations.ts';
import { StoreError } from './store-error.ts';

export type Database = PrismaClient;
/** The client inside an interactive transaction. */
export type Transaction = Omit<
  PrismaClient,
  '$connect' | '$disconnect' | '$on' | '$transaction' | '$extends'
>;

export const busyTimeoutMs = 5_000;
/** How long a transaction may wait for the client, and then run. */
export const transactionLimits = { maxWait: 5_000, timeout: 10_000 } as const;

/** file:/absolute/path (or relative to the working directory). */
export function databaseFileOf(url: string): string {
  if (!url.startsWith('file:')) {
    const scheme = url.split(':', 1)[0] ?? '';
    throw new StoreError(
      'unsupported-url',
      `AQUILA_DATABASE_URL: a database of the kind "${scheme}:" cannot be used yet; use file:/path/to/aquila.db.`,
    );
  }
  return path.resolve(url.slice('file:'.length).replace(/^\/\/(?=\/)/, ''));
}

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
  await migrate(adapter, migrations, file);
}

let lastPreparation: Promise<unknown> = Promise.resolve();

/** One after the other: two connections of one process that wait for each other's lock would wait until it times out. */
function afterOthers(preparation: () => Promise<void>): Promise<void> {
  const mine = lastPreparation.then(preparation);
  lastPreparation = mine.catch(() => undefined);
  return mine;
}

/** Opens, checks and migrates. The caller closes it with `$disconnect()`. */
export async function openDatabase(url: string): Promise<Database> {
  const file = databaseFileOf(url);
  const factory = new OneConnectionLibSql({ url: `file:${file}`, timeout: busyTimeoutMs, intMode: 'bigint' });
  try {
    createPrivateFile(file);
    await afterOthers(async () => {
      const adapter = await factory.connect();
      await prepareFile(adapter, file).finally(() => adapter.dispose());
    });
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const text = error instanceof Error ? error.message : String(error);
    const damaged = /malformed|not a database/i.test(`${text} ${JSON.stringify(error)}`);
    throw new StoreError(
      damaged ? 'corrupt' : 'cannot-open',
      damaged
        ? `The database ${file} is damaged or not a database (${text}). Move it away to start with an empty one, or put a backup in its place.`
        : `The database ${file} cannot be opened (${text}).`,
      { cause: error },
    );
  }
  return withDialect(new PrismaClient({ adapter: factory, transactionOptions: transactionLimits }), sqlite);
}

const sharedKey = Symbol.for('aquila.console.databases');
type Shared = Map<string, Promise<Database>>;
const processWide = globalThis as typeof globalThis & { [sharedKey]?: Shared };

/** The process's one client for this URL, opened at the first call; a failed opening is tried again at the next. */
export function sharedDatabase(url: string): Promise<Database> {
  const shared = (processWide[sharedKey] ??= new Map());
  const open = shared.get(url);
  if (open !== undefined) return open;
  const opening = openDatabase(url);
  shared.set(url, opening);
  opening.catch(() => shared.delete(url));
  return opening;
}

export async function closeSharedDatabases(): Promise<void> {
  const shared = processWide[sharedKey];
  if (shared === undefined) return;
  const open = [...shared.values()];
  shared.clear();
  await Promise.allSettled(open.map(async (database) => (await database).$disconnect()));
}

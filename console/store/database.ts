/**
 * Opens the console's database: finds out which of the three it is, checks it, brings it up to date, hands out the Prisma client.
 *
 * The client sits on globalThis, since Next gives each bundle its own copy of this module. What the databases say differently is
 * in dialect/, how each is reached in providers/, what all calls have in common in watched-adapter.ts.
 */
import type { PrismaClient } from '../../prisma/generated/client/client.ts';
import { readDatabaseUrl, type DatabasePlace } from './database-url.ts';
import { withDialect } from './dialect/dialect.ts';
import type { OpenedProvider } from './providers/provider.ts';
import { refuseUnfinishedCopy } from './unfinished-copy.ts';

export type Database = PrismaClient;
/** The client inside an interactive transaction. */
export type Transaction = Omit<
  PrismaClient,
  '$connect' | '$disconnect' | '$on' | '$transaction' | '$extends'
>;

/** How long a transaction may wait for the client, and then run. */
export const transactionLimits = { maxWait: 5_000, timeout: 10_000 } as const;

/** Only the driver of the database that is used is loaded. */
async function openProvider(place: DatabasePlace, reportsHealth: boolean): Promise<OpenedProvider> {
  if (place.kind === 'sqlite')
    return (await import('./providers/sqlite.ts')).openSqlite(place, reportsHealth);
  if (place.kind === 'postgresql')
    return (await import('./providers/postgresql.ts')).openPostgresql(place, reportsHealth);
  return (await import('./providers/mysql.ts')).openMysql(place, reportsHealth);
}

export interface OpenOptions {
  /** False: what happens to it is not the health of the console's database. */
  readonly reportsHealth?: boolean;
  /** Also one that a copy was begun to and not ended. */
  readonly unfinishedCopy?: boolean;
}

/** Opens, checks and migrates. The caller closes it with `$disconnect()`. Throws StoreError. */
export async function openDatabase(url: string, options: OpenOptions = {}): Promise<Database> {
  const place = readDatabaseUrl(url);
  const { factory, dialect, client } = await openProvider(place, options.reportsHealth ?? true);
  const opened = new client({ adapter: factory, transactionOptions: transactionLimits });
  const database = withDialect(opened, dialect);
  if (options.unfinishedCopy === true) return database;
  try {
    await refuseUnfinishedCopy(database, place.shown);
    return database;
  } catch (error) {
    await database.$disconnect();
    throw error;
  }
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

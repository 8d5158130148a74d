/**
 * `database copy`: takes everything the console keeps into another database. Refused while a console works on the one it comes
 * from, since what it writes meanwhile would be missing, and into one that is not empty.
 */
import { existsSync } from 'node:fs';
import type { ConsoleConfig } from '../config/environment.ts';
import { copyDatabase, type CopiedTable } from '../store/database-copy.ts';
import { readDatabaseUrl } from '../store/database-url.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { insertAudit } from '../store/audit.ts';
import { liveHolder } from '../store/lease.ts';
import { StoreError } from '../store/store-error.ts';
import { ConsoleError } from './console-error.ts';

export interface DatabaseCopy {
  readonly from: string;
  readonly to: string;
  readonly tables: readonly CopiedTable[];
}

/** Throws ConsoleError or StoreError, in words. Places are told without passwords. */
export async function copyConsoleDatabase(
  config: Pick<ConsoleConfig, 'databaseUrl'>,
  toUrl: string,
  by: { readonly name: string; readonly now: () => Date },
  report: (table: CopiedTable) => void,
): Promise<DatabaseCopy> {
  const from = readDatabaseUrl(config.databaseUrl);
  const to = targetPlace(toUrl);
  if (from.kind === to.kind && from.shown === to.shown)
    throw new ConsoleError('invalid', `--to names the database that is copied (${from.shown}).`);
  if (from.kind === 'sqlite' && !existsSync(from.file)) {
    throw new ConsoleError(
      'not-found',
      `There is no database at ${from.file}. Name the console's data directory with --data, or its database in AQUILA_DATABASE_URL.`,
    );
  }
  const source = await openDatabase(config.databaseUrl, { reportsHealth: false });
  try {
    const holder = await liveHolder(source, by.now().getTime());
    if (holder !== null) {
      throw new ConsoleError(
        'invalid',
        `A console works on ${from.shown} (process ${holder}). Stop it first ("bin/aquila stop"); one that was killed counts as gone after half a minute.`,
      );
    }
    const target = await openTarget(toUrl);
    try {
      const tables = await copyDatabase(source, target, report);
      const record = { ip: '', cluster: null, target: to.shown, result: 'ok', detail: `from ${from.shown}` };
      await insertAudit(target, { ...record, at: by.now(), actor: by.name, action: 'database.copy' });
      return { from: from.shown, to: to.shown, tables };
    } finally {
      await target.$disconnect();
    }
  } finally {
    await source.$disconnect();
  }
}

function targetPlace(url: string): ReturnType<typeof readDatabaseUrl> {
  try {
    return readDatabaseUrl(url);
  } catch (error) {
    throw asOption(error);
  }
}

async function openTarget(url: string): Promise<Database> {
  try {
    return await openDatabase(url, { reportsHealth: false, unfinishedCopy: true });
  } catch (error) {
    throw asOption(error);
  }
}

/** What is said of a URL names the variable it usually comes from; this one came from an option. */
function asOption(error: unknown): unknown {
  if (!(error instanceof StoreError)) return error;
  return new StoreError(error.kind, error.message.replaceAll('AQUILA_DATABASE_URL', '--to'), {
    cause: error,
  });
}

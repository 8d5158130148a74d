/**
 * What every service is given: settings, database, clock and keys. Nothing of it is ambient, so tests and the command
 * line make their own; pages and route handlers use the process-wide one.
 */
import { consoleConfig } from '../config/console-config.ts';
import type { ConsoleConfig } from '../config/environment.ts';
import { channelKey, sessionSecret } from '../config/secret-files.ts';
import { sharedDatabase } from '../store/database.ts';
import type { Database } from '../store/database.ts';
import { readUserClusters } from '../store/user-clusters.ts';
import { ClusterDirectory } from './cluster-directory.ts';

export interface ConsoleContext {
  config: ConsoleConfig;
  clusters: ClusterDirectory;
  database: Database;
  now: () => Date;
  sessionSecret: string;
  channelKey: Buffer;
}

/** Who does something: a signed-in person, an API token, or the command line. */
export interface Actor {
  kind: 'user' | 'token' | 'command-line';
  id: string;
  name: string;
  role: 'viewer' | 'operator' | 'admin';
  /** The clusters it has a part in, with the role it has there at most; null: all of them. */
  clusters: ReadonlyMap<string, 'viewer' | 'operator'> | null;
  ip: string;
  sessionId: string | null;
}

export async function openContext(
  config: ConsoleConfig,
  now: () => Date = () => new Date(),
): Promise<ConsoleContext> {
  const database = await sharedDatabase(config.databaseUrl);
  const key = channelKey(config);
  return {
    config,
    clusters: new ClusterDirectory(config, await readUserClusters(database, key)),
    database,
    now,
    sessionSecret: sessionSecret(config),
    channelKey: key,
  };
}

const key = Symbol.for('aquila.console.context');
const processWide = globalThis as typeof globalThis & { [key]?: Promise<ConsoleContext> };

/** The context of this server process; a failed opening is tried again at the next call. */
export function consoleContext(): Promise<ConsoleContext> {
  const known = processWide[key];
  if (known !== undefined) return known;
  const opening = openContext(consoleConfig());
  processWide[key] = opening;
  opening.catch(() => delete processWide[key]);
  return opening;
}

/** The tests of the store, the same for each kind of database; without such a server they are skipped, with the reason. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, vi } from 'vitest';
import { openDatabase, type Database } from '../database.ts';
import type { DatabaseKind } from '../dialect/dialect.ts';
import { alertsSuite } from './alerts-suite.ts';
import { startDatabaseServer, whyNoServer, type DatabaseServer } from './database-server.ts';
import { historySuite } from './history-suite.ts';
import { historyUpkeepSuite } from './history-upkeep-suite.ts';
import { leaseSuite } from './lease-suite.ts';
import { serverSuite } from './server-suite.ts';
import { skipBecause } from './skip.ts';
import { tablesSuite } from './tables-suite.ts';

export interface Place {
  readonly url: string;
  readonly server: DatabaseServer | null;
  readonly close: () => Promise<void>;
}

/** A new, empty database of this kind, or why there can be none on this machine. */
export async function newPlace(kind: DatabaseKind): Promise<Place | string> {
  if (kind === 'sqlite') {
    const directory = mkdtempSync(path.join(tmpdir(), 'aquila-store-'));
    const close = (): Promise<void> => Promise.resolve(rmSync(directory, { recursive: true, force: true }));
    return { url: `file:${path.join(directory, 'aquila.db')}`, server: null, close };
  }
  const why = whyNoServer(kind);
  if (why !== null) return why;
  let server: DatabaseServer;
  try {
    server = await startDatabaseServer(kind);
  } catch (error) {
    return `the server cannot be started here: ${error instanceof Error ? error.message : String(error)}`;
  }
  return { url: await server.newDatabase(), server, close: () => server.close() };
}

export function storeSuite(kind: DatabaseKind): void {
  // Nothing here is about speed, and the machine may be busy.
  vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });
  let place: Place | string = '';
  let database: Database | null = null;
  const current = (): Database => {
    if (database === null) throw new Error('there is no database');
    return database;
  };
  const where = (): string => (typeof place === 'string' ? '' : place.url);

  const serverOf = (): DatabaseServer => {
    if (typeof place === 'string' || place.server === null) throw new Error('there is no server');
    return place.server;
  };

  beforeAll(async () => {
    place = await newPlace(kind);
    if (typeof place !== 'string') database = await openDatabase(place.url);
  }, 180_000);
  afterAll(async () => {
    await database?.$disconnect();
    if (typeof place !== 'string') await place.close();
  }, 60_000);
  beforeEach((context) => {
    if (typeof place === 'string') skipBecause(context, place);
  });

  describe(`the store on ${kind}`, () => {
    describe('history', () => historySuite(current));
    describe('upkeep of history', () => historyUpkeepSuite(current));
    describe('a lease', () => leaseSuite(current, where));
    describe('alerts', () => alertsSuite(current));
    describe('tables', () => tablesSuite(current));
    if (kind !== 'sqlite') describe('a server', () => serverSuite(current, serverOf, where));
  });
}

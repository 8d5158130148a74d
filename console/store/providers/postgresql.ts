/**
 * PostgreSQL through node-postgres. A first connection is made without Prisma, so that what is wrong can be said in words; then
 * tables are brought up to date under a lock of the server. Every wait has an end: for a connection, for a statement (on the
 * server, too), for an answer. Texts are compared byte by byte (COLLATE "C"), as SQLite does.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { migrations } from '../../../prisma/generated/migrations.ts';
import type { ServerPlace } from '../database-url.ts';
import { postgresql } from '../dialect/postgresql.ts';
import { migrateServer } from '../server-migrations.ts';
import { watchedFactory } from '../watched-adapter.ts';
import type { OpenedProvider } from './provider.ts';
import { refusal, tooOld } from './server-refusal.ts';
import { tlsOf } from './server-tls.ts';

const VERSION_MIN = 120_000;
const CONNECTIONS_MAX = 8;
const CONNECT_LIMIT_MS = 4_000;
const STATEMENT_LIMIT_MS = 30_000;
const ANSWER_LIMIT_MS = 32_000;
const IDLE_LIMIT_MS = 60_000;

function configOf(place: ServerPlace): pg.PoolConfig {
  const { host, port, user, password, database, options } = place;
  const schema = options['schema'];
  return {
    ...{ host, port, user, password, database },
    ssl: tlsOf(place),
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    idleTimeoutMillis: IDLE_LIMIT_MS,
    statement_timeout: STATEMENT_LIMIT_MS,
    query_timeout: ANSWER_LIMIT_MS,
    keepAlive: true,
    application_name: 'aquila console',
    ...(schema === undefined ? {} : { options: `-c search_path=${schema}` }),
  };
}

/** What cannot be told once Prisma is in between. */
async function tryOut(place: ServerPlace): Promise<void> {
  const client = new pg.Client(configOf(place));
  // A connection that is cut says so here as well as in the call that fails.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ number: string; text: string }>(
      `SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS text`,
    );
    const found = rows[0];
    if (Number(found?.number) < VERSION_MIN)
      throw tooOld(place, `PostgreSQL ${found?.text ?? 'of an unknown version'}`, 'PostgreSQL 12 or newer');
    const schema = place.options['schema'];
    if (schema !== undefined) await client.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
  } finally {
    await client.end().catch(() => undefined);
  }
}

export async function openPostgresql(place: ServerPlace, reportsHealth: boolean): Promise<OpenedProvider> {
  const { shown, options } = place;
  const schema = options['schema'];
  try {
    const inner = new PrismaPg(configOf(place), {
      ...(schema === undefined ? {} : { schema }),
      // Told by the next call that needs a connection.
      onPoolError: () => undefined,
      onConnectionError: () => undefined,
    });
    await tryOut(place);
    const adapter = await inner.connect();
    await migrateServer('postgresql', adapter, migrations.postgresql, shown).finally(() => adapter.dispose());
    const { PrismaClient } = await import('../../../prisma/generated/client-postgresql/client.ts');
    return {
      factory: watchedFactory(inner, { kind: 'postgresql', shown, reportsHealth }),
      dialect: postgresql,
      client: PrismaClient as unknown as OpenedProvider['client'],
    };
  } catch (error) {
    throw refusal(place, error);
  }
}

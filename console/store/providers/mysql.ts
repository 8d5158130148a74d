/**
 * MySQL and MariaDB through MariaDB's driver. A first connection is made without Prisma, so that what is wrong can be said in
 * words; then tables are brought up to date under a lock of the server. Every wait has an end: for a connection, a lock, an answer.
 *
 * Sessions speak SQL as elsewhere: names in double quotes, || joins texts, what does not fit is an error; texts are
 * compared byte by byte.
 */
import { PrismaMariaDb } from '@prisma/adapter-mariadb';
import * as mariadb from 'mariadb';
import { migrations } from '../../../prisma/generated/migrations.ts';
import type { ServerPlace } from '../database-url.ts';
import { mysql } from '../dialect/mysql.ts';
import { migrateServer } from '../server-migrations.ts';
import { watchedFactory } from '../watched-adapter.ts';
import type { OpenedProvider } from './provider.ts';
import { refusal, tooOld } from './server-refusal.ts';
import { tlsOf } from './server-tls.ts';

const CONNECTIONS_MAX = 8;
const CONNECT_LIMIT_MS = 3_000;
const ACQUIRE_LIMIT_MS = 4_000;
const LOCK_LIMIT_SECONDS = 5;
const ANSWER_LIMIT_MS = 32_000;
const IDLE_LIMIT_SECONDS = 60;
/** A text that is joined would be cut off in silence at a thousand characters; what is larger than a packet is an error. */
const JOINED_BYTES_MAX = 2 ** 32 - 1;

const sqlMode = [
  ...['ANSI_QUOTES', 'PIPES_AS_CONCAT', 'STRICT_TRANS_TABLES'],
  ...['NO_ZERO_IN_DATE', 'NO_ZERO_DATE', 'ERROR_FOR_DIVISION_BY_ZERO', 'NO_ENGINE_SUBSTITUTION'],
].join(',');

function configOf(place: ServerPlace): mariadb.ConnectionConfig {
  const { host, port, user, password, database, options } = place;
  return {
    ...{ host, port, user, password, database },
    ssl: tlsOf(place),
    connectTimeout: CONNECT_LIMIT_MS,
    socketTimeout: ANSWER_LIMIT_MS,
    collation: 'UTF8MB4_BIN',
    sessionVariables: {
      sql_mode: sqlMode,
      innodb_lock_wait_timeout: LOCK_LIMIT_SECONDS,
      group_concat_max_len: JOINED_BYTES_MAX,
    },
    allowPublicKeyRetrieval: options['allowPublicKeyRetrieval'] === 'true',
  };
}

/** JSON_TABLE, by which rows are written, is in MySQL since 8.0.4 and in MariaDB since 10.6. */
export function versionRefusal(place: ServerPlace, version: string): Error | null {
  const [major = 0, minor = 0, patch = 0] = version
    .replace(/^5\.5\.5-/, '')
    .split(/[.-]/)
    .map(Number);
  const isMariaDb = /mariadb/i.test(version);
  const isNewEnough = isMariaDb
    ? major > 10 || (major === 10 && minor >= 6)
    : major > 8 || (major === 8 && (minor > 0 || patch >= 19));
  if (isNewEnough) return null;
  return tooOld(
    place,
    `${isMariaDb ? 'MariaDB' : 'MySQL'} ${version}`,
    'MySQL 8.0.19 or MariaDB 10.6, or newer',
  );
}

/** What cannot be told once Prisma and a pool are in between. */
async function tryOut(place: ServerPlace): Promise<void> {
  const connection = await mariadb.createConnection(configOf(place));
  try {
    const rows = await connection.query<{ version: string }[]>('SELECT VERSION() AS version');
    const refused = versionRefusal(place, rows[0]?.version ?? '');
    if (refused !== null) throw refused;
  } finally {
    await connection.end().catch(() => undefined);
  }
}

export async function openMysql(place: ServerPlace, reportsHealth: boolean): Promise<OpenedProvider> {
  const { shown, database } = place;
  try {
    const inner = new PrismaMariaDb(
      {
        ...configOf(place),
        connectionLimit: CONNECTIONS_MAX,
        acquireTimeout: ACQUIRE_LIMIT_MS,
        idleTimeout: IDLE_LIMIT_SECONDS,
        minimumIdle: 1,
      },
      // Told by the next call that needs a connection.
      { database, onConnectionError: () => undefined },
    );
    await tryOut(place);
    const adapter = await inner.connect();
    await migrateServer('mysql', adapter, migrations.mysql, shown).finally(() => adapter.dispose());
    const { PrismaClient } = await import('../../../prisma/generated/client-mysql/client.ts');
    return {
      factory: watchedFactory(inner, { kind: 'mysql', shown, reportsHealth }),
      dialect: mysql,
      client: PrismaClient as unknown as OpenedProvider['client'],
    };
  } catch (error) {
    throw refusal(place, error);
  }
}

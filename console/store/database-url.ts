/**
 * Reads AQUILA_DATABASE_URL: which of the three kinds of database it names, where it is, and how it is called in messages, which
 * never carry its password. What is wrong with it is said at once, in words. Pure.
 */
import { hostPort } from '../model/host-port.ts';
import path from 'node:path';
import type { DatabaseKind } from './dialect/dialect.ts';
import { StoreError } from './store-error.ts';

export interface FilePlace {
  readonly kind: 'sqlite';
  /** Absolute. */
  readonly file: string;
  /** For messages. */
  readonly shown: string;
}

export interface ServerPlace {
  readonly kind: 'postgresql' | 'mysql';
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Of the URL's query, by name. */
  readonly options: Readonly<Record<string, string>>;
  readonly shown: string;
}

export type DatabasePlace = FilePlace | ServerPlace;

const VARIABLE = 'AQUILA_DATABASE_URL';
const FORMS =
  'file:/path/aquila.db, postgresql://user:password@host:5432/database or mysql://user:password@host:3306/database';

interface ServerKind {
  readonly kind: ServerPlace['kind'];
  readonly port: number;
  /** Options of the URL that mean something. */
  readonly options: Readonly<Record<string, RegExp>>;
}

const tls = /^(disable|require|verify-full)$/;
const postgresql: ServerKind = {
  kind: 'postgresql',
  port: 5432,
  options: { schema: /^[A-Za-z_][A-Za-z0-9_]{0,62}$/, sslmode: tls, sslrootcert: /./ },
};
const mysql: ServerKind = {
  kind: 'mysql',
  port: 3306,
  options: { sslmode: tls, sslrootcert: /./, allowPublicKeyRetrieval: /^(true|false)$/ },
};
const serverKinds: Readonly<Record<string, ServerKind>> = {
  'postgresql:': postgresql,
  'postgres:': postgresql,
  'mysql:': mysql,
  'mariadb:': mysql,
};

const wrong = (what: string): StoreError =>
  new StoreError('unsupported-url', `${VARIABLE}: ${what}. It has to be one of ${FORMS}.`);

/** Throws a StoreError of the kind `unsupported-url`. A file is taken relative to the working directory. */
export function readDatabaseUrl(url: string): DatabasePlace {
  if (url.startsWith('file:')) {
    const file = path.resolve(url.slice('file:'.length).replace(/^\/\/(?=\/)/, ''));
    return { kind: 'sqlite', file, shown: file };
  }
  const scheme = `${url.split(':', 1)[0] ?? ''}:`;
  const server = serverKinds[scheme];
  if (server === undefined) throw wrong(`a database of the kind "${scheme}" cannot be used`);
  // Node reads hosts only in URLs of kinds it knows.
  const text = `http${url.slice(scheme.length - 1)}`;
  if (!URL.canParse(text)) {
    throw wrong(`it cannot be read (a password with @, /, # or : in it has to be percent-encoded, like %40)`);
  }
  return serverPlace(server, new URL(text));
}

function serverPlace({ kind, port, options: known }: ServerKind, url: URL): ServerPlace {
  const database = decoded(url.pathname.slice(1));
  if (url.hostname === '') throw wrong('it names no host');
  if (database === '' || database.includes('/')) throw wrong('it names no database behind the host');
  const user = decoded(url.username);
  if (user === '') throw wrong('it names no user');
  const options: Record<string, string> = {};
  for (const [name, value] of url.searchParams) {
    const allowed = known[name];
    if (allowed === undefined) {
      throw wrong(`the option "${name}" is not known; there are ${Object.keys(known).join(', ')}`);
    }
    if (!allowed.test(value)) throw wrong(`"${value}" is no value for the option "${name}"`);
    options[name] = value;
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const place = { kind, host, port: url.port === '' ? port : Number(url.port), user, database };
  return {
    ...place,
    password: decoded(url.password),
    options,
    shown: `"${database}" on ${hostPort(place)}`,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong('it holds a % that is not followed by two hexadecimal digits');
  }
}

export const kindNames: Readonly<Record<DatabaseKind, string>> = {
  sqlite: 'SQLite',
  postgresql: 'PostgreSQL',
  mysql: 'MySQL',
};

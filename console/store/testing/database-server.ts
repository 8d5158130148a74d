/**
 * A database server of a test's own: PostgreSQL or MariaDB, when their programs are on this machine, on a temporary directory and
 * a port of its own, as a user without rights, and gone with everything it wrote when it is stopped. Or the server that
 * AQUILA_TEST_POSTGRES_URL or AQUILA_TEST_MYSQL_URL names, whose user may create databases. Else there is none, with the reason.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import * as mariadb from 'mariadb';
import pg from 'pg';
import { freePort } from '../../../scripts/testing/free-ports.ts';

export type ServerKind = 'postgresql' | 'mysql';

export interface DatabaseServer {
  readonly kind: ServerKind;
  readonly pid: number | null;
  /** The URL of a database on it. */
  url(database: string): string;
  /** By its administrator, in a database that is always there. */
  run(sql: string): Promise<void>;
  /** Makes a new, empty database and tells its URL. */
  newDatabase(): Promise<string>;
  /** Ends the process, as if the machine had shut it down, and starts it again on the same files and port. */
  stopServing(): Promise<void>;
  serveAgain(): Promise<void>;
  close(): Promise<void>;
}

const READY_LIMIT_MS = 100_000;
const STOP_LIMIT_MS = 20_000;
const variables = { postgresql: 'AQUILA_TEST_POSTGRES_URL', mysql: 'AQUILA_TEST_MYSQL_URL' } as const;

function programDirectory(kind: ServerKind): string | null {
  const onPath = (process.env['PATH'] ?? '').split(path.delimiter);
  if (kind === 'mysql') {
    const places = [...onPath, '/usr/sbin', '/usr/local/sbin'];
    const has = (name: string): boolean => places.some((place) => existsSync(path.join(place, name)));
    return has('mariadb-install-db')
      ? (places.find((place) => existsSync(path.join(place, 'mariadbd'))) ?? null)
      : null;
  }
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const places = [...versions.map((version) => path.join(debian, version, 'bin')), ...onPath];
  return (
    places.find((place) => ['initdb', 'postgres'].every((name) => existsSync(path.join(place, name)))) ?? null
  );
}

/** Why there is none, or null. */
export function whyNoServer(kind: ServerKind): string | null {
  if ((process.env[variables[kind]] ?? '') !== '' || programDirectory(kind) !== null) return null;
  const name =
    kind === 'postgresql' ? 'PostgreSQL (initdb, postgres)' : 'MariaDB (mariadbd, mariadb-install-db)';
  return `${name} is not installed and ${variables[kind]} names no server`;
}

/** Servers refuse to run as root: whom they run as then. */
function ordinaryUser(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  const found = ['nobody', 'daemon'].flatMap(
    (name) => lines.find((line) => line.startsWith(`${name}:`)) ?? [],
  );
  const [, , uid = '65534', gid = '65534'] = (found[0] ?? '').split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

const administrator = 'aquila_test';
const password = 'p@ss:w/rd#1';
let databases = 0;

function urlOf(kind: ServerKind, port: number, database: string): string {
  return `${kind}://${administrator}:${encodeURIComponent(password)}@127.0.0.1:${String(port)}/${database}`;
}

async function runSql(kind: ServerKind, url: string, sql: string): Promise<void> {
  const { hostname, port, username, password: secret, pathname } = new URL(url.replace(/^\w+:/, 'http:'));
  const config = {
    ...{ host: hostname, port: Number(port), user: decodeURIComponent(username) },
    ...{ password: decodeURIComponent(secret), database: pathname.slice(1) },
  };
  if (kind === 'postgresql') {
    const client = new pg.Client(config);
    await client.connect();
    await client.query(sql).finally(() => client.end());
    return;
  }
  const connection = await mariadb.createConnection(config);
  await connection.query(sql).finally(() => connection.end());
}

const always = { postgresql: 'postgres', mysql: 'mysql' } as const;

/** Starts one, or takes the one that is named. `whyNoServer` has to have found one. */
export async function startDatabaseServer(kind: ServerKind): Promise<DatabaseServer> {
  const named = process.env[variables[kind]] ?? '';
  if (named !== '') return namedServer(kind, named);
  const directory = mkdtempSync(path.join(tmpdir(), `aquila-${kind}-`));
  const user = ordinaryUser();
  chmodSync(directory, 0o700);
  if (user !== null) chownSync(directory, user.uid, user.gid);
  await makeFiles(kind, directory, user);
  let port = 0;
  let child: ChildProcess | null = null;
  const serve = async (wanted: number | null): Promise<void> => {
    // Between looking for a free port and using it somebody else may take it.
    for (let attempt = 0; child === null; attempt++) {
      port = wanted ?? (await freePort());
      const started = startProcess(kind, directory, port, user);
      if (await isReady(kind, started, urlOf(kind, port, always[kind]))) child = started;
      else if (attempt === 4 || started.killed)
        throw new Error(`${kind} does not start:\n${logOf(directory)}`);
    }
  };
  const end = async (): Promise<void> => {
    if (child !== null) await stopProcess(kind, child);
    child = null;
  };
  const run = (sql: string): Promise<void> => runSql(kind, urlOf(kind, port, always[kind]), sql);
  await serve(null);
  return {
    kind,
    get pid() {
      return child?.pid ?? null;
    },
    url: (database) => urlOf(kind, port, database),
    run,
    newDatabase: async () => {
      const name = `aquila_${String(process.pid)}_${String(++databases)}`;
      await run(`CREATE DATABASE ${name}`);
      return urlOf(kind, port, name);
    },
    stopServing: end,
    serveAgain: () => serve(port),
    close: async () => {
      await end();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function namedServer(kind: ServerKind, url: string): DatabaseServer {
  const made: string[] = [];
  const withName = (name: string): string => {
    const other = new URL(url.replace(/^\w+:/, 'http:'));
    other.pathname = `/${name}`;
    return other.href.replace(/^http:/, `${kind}:`);
  };
  const run = (sql: string): Promise<void> => runSql(kind, url, sql);
  const cannot = (): Promise<void> => Promise.reject(new Error("this server is not the test's own"));
  return {
    kind,
    pid: null,
    url: withName,
    run,
    newDatabase: async () => {
      const name = `aquila_${String(process.pid)}_${String(++databases)}`;
      await run(`CREATE DATABASE ${name}`);
      made.push(name);
      return withName(name);
    },
    stopServing: cannot,
    serveAgain: cannot,
    close: async () => {
      for (const name of made) await run(`DROP DATABASE ${name}`);
    },
  };
}

const logOf = (directory: string): string => {
  const file = path.join(directory, 'log');
  return existsSync(file) ? readFileSync(file, 'utf8').slice(-3_000) : '';
};

async function makeFiles(
  kind: ServerKind,
  directory: string,
  user: { uid: number; gid: number } | null,
): Promise<void> {
  const bin = programDirectory(kind) ?? '';
  const data = path.join(directory, 'data');
  const options = {
    cwd: directory,
    ...(user ?? {}),
    env: { ...process.env, HOME: directory, TMPDIR: directory },
  };
  if (kind === 'postgresql') {
    const file = path.join(directory, 'password');
    writeFileSync(file, password, { mode: 0o644 });
    const words = ['-D', data, '-U', administrator, '--auth=scram-sha-256', `--pwfile=${file}`];
    await promisify(execFile)(
      path.join(bin, 'initdb'),
      [...words, '--no-sync', '-E', 'UTF8', '--locale=C.UTF-8'],
      options,
    );
    return;
  }
  const words = [
    `--datadir=${data}`,
    '--no-defaults',
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ];
  await promisify(execFile)('mariadb-install-db', words, options);
  writeFileSync(
    path.join(directory, 'init.sql'),
    `CREATE OR REPLACE USER '${administrator}'@'%' IDENTIFIED BY '${password}';\nGRANT ALL ON *.* TO '${administrator}'@'%' WITH GRANT OPTION;\n`,
    { mode: 0o644 },
  );
}

function startProcess(
  kind: ServerKind,
  directory: string,
  port: number,
  user: { uid: number; gid: number } | null,
): ChildProcess {
  const bin = programDirectory(kind) ?? '';
  const data = path.join(directory, 'data');
  const log = path.join(directory, 'log');
  const [program, words] =
    kind === 'postgresql'
      ? (['postgres', ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', directory, '-F']] as const)
      : ([
          'mariadbd',
          [
            ...['--no-defaults', `--datadir=${data}`, `--port=${String(port)}`, '--bind-address=127.0.0.1'],
            ...[`--socket=${path.join(directory, 'socket')}`, `--pid-file=${path.join(directory, 'pid')}`],
            ...[`--init-file=${path.join(directory, 'init.sql')}`, '--innodb-flush-log-at-trx-commit=0'],
            ...['--innodb-buffer-pool-size=64M', `--tmpdir=${directory}`],
          ],
        ] as const);
  const child = spawn(path.join(bin, program), [...words], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(user ?? {}),
  });
  child.stderr?.on('data', (part: Buffer) => writeFileSync(log, part, { flag: 'a' }));
  child.on('error', () => undefined);
  return child;
}

/** False when it ended instead. */
async function isReady(kind: ServerKind, child: ChildProcess, url: string): Promise<boolean> {
  const giveUpAtMs = performance.now() + READY_LIMIT_MS;
  while (child.exitCode === null && child.signalCode === null && performance.now() < giveUpAtMs) {
    try {
      await runSql(kind, url, 'SELECT 1');
      return true;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  await stopProcess(kind, child);
  return false;
}

async function stopProcess(kind: ServerKind, child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  // PostgreSQL: a fast shutdown, which does not wait for clients.
  child.kill(kind === 'postgresql' ? 'SIGINT' : 'SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await ended;
  clearTimeout(late);
}

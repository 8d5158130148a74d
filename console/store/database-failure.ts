/**
 * What a driver's error says about the database itself, if it says anything: locked, full, gone, not writable; or that two
 * transactions met and one has to be done again. Everything else (a key that is there already, a mistake of ours) is left as it is.
 *
 * Drivers' errors come wrapped by Prisma's adapters (DriverAdapterError), which keep the driver's code. Codes: SQLite result codes,
 * PostgreSQL's SQLSTATE (errcodes.txt), MySQL's and MariaDB's error numbers, and those of Node's sockets.
 */
import type { DatabaseKind } from './dialect/dialect.ts';
import { StoreError, type StoreFailure } from './store-error.ts';

/** Two transactions at once, of which this one was undone: it may be done again. Has no code, see StoreError. */
export class WriteConflict extends Error {
  override readonly name = 'WriteConflict';
}

export function isWriteConflict(error: unknown): boolean {
  return error instanceof Error && error.name === 'WriteConflict';
}

interface Found {
  readonly kind: string;
  readonly code: string;
  readonly message: string;
}

function foundIn(error: unknown): Found {
  const message = error instanceof Error ? error.message : String(error);
  const own = error as { name?: unknown; cause?: unknown; code?: unknown; errno?: unknown };
  if (own.name !== 'DriverAdapterError' || typeof own.cause !== 'object' || own.cause === null) {
    return { kind: '', code: textOf(own.code ?? own.errno), message };
  }
  const cause = own.cause as Record<string, unknown>;
  return {
    kind: textOf(cause['kind']),
    code: textOf(cause['originalCode'] ?? cause['extendedCode'] ?? cause['code']),
    message: [textOf(cause['originalMessage'] ?? cause['message']), textOf(cause['cause'])]
      .filter((part) => part !== '')
      .join(': '),
  };
}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

const unreachableKinds =
  /^(DatabaseNotReachable|SocketTimeout|ConnectionClosed|TlsConnectionError|AuthenticationFailed|DatabaseDoesNotExist|DatabaseAccessDenied|TooManyConnections)$/;
const socketCodes = /^(ECONN|EPIPE|ENOTFOUND|EAI_|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET)/;
const socketWords =
  /timeout exceeded when trying to connect|Connection terminated|query read timeout|pool timeout|socket has unexpectedly been closed|connection.*(closed|lost)|server has gone away/i;

function failureOf(kind: DatabaseKind, found: Found): StoreFailure | null {
  const own = kind === 'sqlite' ? sqliteFailure(found) : serverFailure(kind, found);
  if (own !== null) return own;
  if (kind === 'sqlite') return null;
  if (unreachableKinds.test(found.kind) || socketCodes.test(found.code) || socketWords.test(found.message))
    return 'unreachable';
  return null;
}

/** https://sqlite.org/rescode.html; the low eight bits are the primary code. */
function sqliteFailure({ kind, code, message }: Found): StoreFailure | null {
  const primary = Number(code) & 0xff;
  if (primary === 5 || primary === 6 || kind === 'SocketTimeout') return 'busy';
  if (primary === 13 || /SQLITE_FULL|disk is full/.test(message)) return 'full';
  // READONLY, IOERR, CORRUPT, CANTOPEN, PROTOCOL, NOTADB
  return [8, 10, 11, 14, 15, 26].includes(primary) ? 'io' : null;
}

const serverCodes: Readonly<Record<'postgresql' | 'mysql', Readonly<Record<string, StoreFailure>>>> = {
  postgresql: {
    '53100': 'full',
    '53200': 'unreachable',
    '53300': 'unreachable',
    '55P03': 'busy',
    '57014': 'busy',
    '57P01': 'unreachable',
    '57P02': 'unreachable',
    '57P03': 'unreachable',
    '25006': 'io',
    '58030': 'io',
    XX001: 'io',
  },
  mysql: {
    '1021': 'full',
    '1114': 'full',
    '1205': 'busy',
    '1969': 'busy',
    '3024': 'busy',
    '1026': 'io',
    '1030': 'io',
    '1290': 'io',
    '1836': 'io',
    '1040': 'unreachable',
    '1053': 'unreachable',
    '1927': 'unreachable',
    '2006': 'unreachable',
    '2013': 'unreachable',
  },
};

function serverFailure(kind: 'postgresql' | 'mysql', { code, message }: Found): StoreFailure | null {
  // InnoDB reports a full disk as a general error of the storage engine.
  if (kind === 'mysql' && /errno: 28|error 28|no space left/i.test(message)) return 'full';
  if (kind === 'postgresql' && code.startsWith('08')) return 'unreachable';
  // The driver's own numbers begin at 45000: connections that could not be made or were cut.
  if (kind === 'mysql' && /^45\d{3}$/.test(code)) return 'unreachable';
  return serverCodes[kind][code] ?? null;
}

/** Kinds that come without a word of the driver. */
const kindWords: Readonly<Record<string, string>> = {
  DatabaseNotReachable: 'nothing answers there',
  ConnectionClosed: 'the connection was cut',
  SocketTimeout: 'no answer in time',
};

/** Words for people: what happened, where, what to do. */
function wordsFor(kind: DatabaseKind, failure: StoreFailure, shown: string, detail: string): string {
  const where = `The database ${shown}`;
  const because = detail === '' ? '' : ` (${detail})`;
  if (failure === 'busy') {
    return kind === 'sqlite'
      ? `${where} is locked by another program. Close what keeps it open (a backup, a database browser); the console goes on trying.`
      : `${where} did not finish in time${because}. Look for what locks its tables or keeps the server busy; the console goes on trying.`;
  }
  if (failure === 'full')
    return `${where} has no space left on its disk${because}. Free some; the console goes on trying.`;
  if (failure === 'unreachable') {
    return `${where} cannot be reached${because}. Start the server or look at the network in between; the console goes on trying.`;
  }
  return `${where} cannot be read or written${because}. Look at its disk and at who may write there; the console goes on trying.`;
}

/** The StoreError or WriteConflict that a driver's error means, or the error itself. */
export function translated(kind: DatabaseKind, shown: string, error: unknown): unknown {
  if (error instanceof StoreError || isWriteConflict(error)) return error;
  const found = foundIn(error);
  if (found.kind === 'TransactionWriteConflict')
    return new WriteConflict(found.message || 'write conflict', { cause: error });
  const failure = failureOf(kind, found);
  if (failure === null) return error;
  const detail = (found.message || kindWords[found.kind] || found.code || found.kind)
    .replace(/\s+/g, ' ')
    .slice(0, 200);
  return new StoreError(failure, wordsFor(kind, failure, shown, detail), { cause: error });
}

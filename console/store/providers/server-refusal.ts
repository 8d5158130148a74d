/**
 * Why a database on a server cannot be used, in one sentence each: what happened, where, what to do. Read from what the drivers
 * themselves say when a connection is made (SQLSTATE, MySQL's error numbers, Node's sockets), before Prisma is involved.
 */
import { hostPort } from '../../model/host-port.ts';
import { kindNames, type ServerPlace } from '../database-url.ts';
import { StoreError } from '../store-error.ts';

const VARIABLE = 'AQUILA_DATABASE_URL';

const passwordCodes = ['28P01', '28000', '1045', '1698', '45028-1045'];
const databaseCodes = ['3D000', '1049'];
const rightsCodes = ['42501', '1142', '1044', '1227', '1370'];

interface DriverError {
  readonly code?: unknown;
  readonly errno?: unknown;
  readonly message?: unknown;
  readonly sqlMessage?: unknown;
  readonly cause?: unknown;
}

function codesOf(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return [];
  const { code, errno, cause } = error as DriverError;
  const own = [code, errno, (error as { originalCode?: unknown }).originalCode].filter(
    (each) => typeof each === 'string' || typeof each === 'number',
  );
  return [...own.map(String), ...codesOf(cause)];
}

function textOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { message, sqlMessage, cause } = error as DriverError;
  const original = (cause as { originalMessage?: unknown } | undefined)?.originalMessage;
  const text = [original, sqlMessage, message].find((each) => typeof each === 'string' && each !== '');
  return typeof text === 'string' ? text : 'no reason was given';
}

/** The error to throw for what went wrong while the database was opened. */
export function refusal(place: ServerPlace, error: unknown): StoreError {
  if (error instanceof StoreError && !error.retriable) return error;
  const codes = codesOf(error);
  const has = (known: readonly string[]): boolean => codes.some((code) => known.includes(code));
  // A driver may repeat the URL or the password in its own words.
  const secret = place.password === '' ? '' : place.password;
  const detail = secret === '' ? textOf(error) : textOf(error).replaceAll(secret, '***');
  const kind = kindNames[place.kind];
  const at = hostPort(place);
  const say = (text: string): StoreError => new StoreError('cannot-open', text, { cause: error });
  if (has(rightsCodes)) {
    const how =
      place.kind === 'postgresql'
        ? `GRANT ALL ON SCHEMA ${place.options['schema'] ?? 'public'} TO "${place.user}" in that database, or make it the owner of the database`
        : `GRANT ALL ON \`${place.database}\`.* TO '${place.user}'`;
    return say(
      `The user "${place.user}" may not create or change tables in the ${kind} database ${place.shown} (${detail}). Give it the right: ${how}.`,
    );
  }
  if (has(databaseCodes)) {
    return say(
      `There is no database "${place.database}" on the ${kind} server at ${at}. Create it there (CREATE DATABASE), or name another one in ${VARIABLE}.`,
    );
  }
  if (has(passwordCodes)) {
    return say(
      `The ${kind} server at ${at} refuses the user "${place.user}" or its password. Correct them in ${VARIABLE}; characters like @ : / # % in a password have to be percent-encoded.`,
    );
  }
  if (
    codes.some((code) => /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)/.test(code)) ||
    /timeout/i.test(detail)
  ) {
    return say(
      `No ${kind} server answers at ${at} (${detail}). Start it, or correct host and port in ${VARIABLE}.`,
    );
  }
  return say(`The ${kind} database ${place.shown} cannot be opened (${detail}).`);
}

export function tooOld(place: ServerPlace, found: string, needed: string): StoreError {
  return new StoreError(
    'server-too-old',
    `The server at ${hostPort(place)} is ${found}; the console needs ${needed}. Update it, or name another server in ${VARIABLE}.`,
  );
}

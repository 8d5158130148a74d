/**
 * What can go wrong between us and a broker, as one type. `code` says which kind, `retriable` whether the same call may
 * succeed later, `cause` holds what the system said. Error codes inside an answer are values for the caller to look at;
 * they become a ClientError only where an operation has a single outcome (see brokerError).
 */
import { errorOf } from '../protocol/errors.ts';

/**
 * - `CONNECT_FAILED`: no connection could be opened, in time or at all
 * - `CONNECTION_CLOSED`: the connection ended before the answer came
 * - `REQUEST_TIMED_OUT`: no answer in time; the connection is closed then, as Kafka's own clients do
 * - `BAD_RESPONSE`: the answer is not what the protocol says; the connection is closed
 * - `AUTHENTICATION_FAILED`: the broker did not take our credentials, or could not prove its own
 * - `UNSUPPORTED_API`: the broker serves no version of the API that we speak
 * - `UNKNOWN_BROKER`: the cluster's metadata has no broker of that id, or no controller
 * - `OVERLOADED`: too many calls wait on one connection
 * - `CLIENT_CLOSED`: this client was closed
 * - `BROKER_ERROR`: the broker answered with an error; `errorCode` holds it
 */
export type ClientErrorCode =
  | 'CONNECT_FAILED'
  | 'CONNECTION_CLOSED'
  | 'REQUEST_TIMED_OUT'
  | 'BAD_RESPONSE'
  | 'AUTHENTICATION_FAILED'
  | 'UNSUPPORTED_API'
  | 'UNKNOWN_BROKER'
  | 'OVERLOADED'
  | 'CLIENT_CLOSED'
  | 'BROKER_ERROR';

const RETRIABLE: ReadonlySet<ClientErrorCode> = new Set([
  'CONNECT_FAILED',
  'CONNECTION_CLOSED',
  'REQUEST_TIMED_OUT',
  'UNKNOWN_BROKER',
  'OVERLOADED',
]);

export class ClientError extends Error {
  readonly code: ClientErrorCode;
  readonly retriable: boolean;
  /** Kafka's error code when `code` is BROKER_ERROR, else null. */
  readonly errorCode: number | null;

  constructor(code: ClientErrorCode, message: string, options: { cause?: unknown; errorCode?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ClientError';
    this.code = code;
    this.errorCode = options.errorCode ?? null;
    this.retriable =
      options.errorCode === undefined ? RETRIABLE.has(code) : errorOf(options.errorCode).retriable;
  }
}

/** Also of another copy of this module: a bundler gives each of its bundles one, and a client may be shared by all of a process. */
export function isClientError(error: unknown): error is ClientError {
  return error instanceof Error && error.name === 'ClientError';
}

/** The error of an operation that the broker refused. `detail` is the broker's own message, if it sent one. */
export function brokerError(what: string, errorCode: number, detail: string | null = null): ClientError {
  const { name, message } = errorOf(errorCode);
  return new ClientError('BROKER_ERROR', `${what}: ${name}. ${detail ?? message}`, { errorCode });
}

/** Kafka's name of an error inside an answer, or null if there is none. */
export function errorNameOf(errorCode: number): string | null {
  return errorCode === 0 ? null : errorOf(errorCode).name;
}

/**
 * Proves who we are on a new connection: SaslHandshake, then the mechanism's tokens in SaslAuthenticate (KIP-152; brokers
 * since 1.0). A failure is AUTHENTICATION_FAILED and closes the connection; the password is in no message of it.
 *
 * A broker may bound how long a session lives (KIP-368) and then ends the connection in the middle of a call: a connection
 * is retired some time before that, and the next call opens a new one.
 */
import { randomBytes } from 'node:crypto';
import { saslHandshakeRequest, saslHandshakeResponse } from '../../protocol/messages/17-sasl-handshake.ts';
import {
  saslAuthenticateRequest,
  saslAuthenticateResponse,
} from '../../protocol/messages/36-sasl-authenticate.ts';
import { toSafeNumber } from '../checked-number.ts';
import { apiCall } from '../api-call.ts';
import { ClientError, errorNameOf } from '../client-error.ts';
import type { Connection } from '../connection.ts';
import type { Authenticate } from '../negotiation.ts';
import { addressText } from '../address.ts';
import { ScramError, startScram, type ScramHash } from './scram.ts';

export const SASL_MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;
export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

export interface SaslCredentials {
  readonly mechanism: SaslMechanism;
  readonly username: string;
  readonly password: string;
}

/** Version 0 would send the tokens bare. */
const handshakeApi = apiCall(saslHandshakeRequest, saslHandshakeResponse, { minVersion: 1 });
const authenticateApi = apiCall(saslAuthenticateRequest, saslAuthenticateResponse);
const NONCE_BYTES = 24;
/** Share of a session's life after which its connection is retired; Kafka's clients take 0.85 to 0.95. */
const RETIRE_AT = 0.85;
const LIFETIME_MS_MAX = 0x7fff_ffff;

export function authenticateWith(credentials: SaslCredentials): Authenticate {
  return async (connection) => {
    await agreeOn(connection, credentials.mechanism);
    const lifetimeMs =
      credentials.mechanism === 'PLAIN'
        ? await plain(connection, credentials)
        : await scram(
            connection,
            credentials,
            credentials.mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512',
          );
    if (lifetimeMs > 0) retireLater(connection, lifetimeMs);
  };
}

function failed(connection: Connection, reason: string, cause?: unknown): ClientError {
  const text = `${addressText(connection.address)}: ${reason}`;
  return new ClientError('AUTHENTICATION_FAILED', text, cause === undefined ? {} : { cause });
}

async function agreeOn(connection: Connection, mechanism: SaslMechanism): Promise<void> {
  const answer = await connection.call(handshakeApi, { mechanism });
  const error = errorNameOf(answer.errorCode);
  if (error === null) return;
  const offered = answer.mechanisms.join(', ');
  if (error === 'UNSUPPORTED_SASL_MECHANISM')
    throw failed(
      connection,
      `the broker does not offer ${mechanism}${offered === '' ? '' : `, but ${offered}`}`,
    );
  if (error === 'ILLEGAL_SASL_STATE')
    throw failed(connection, 'the broker asks for no SASL on this listener; connect without it');
  throw failed(connection, `the broker refused ${mechanism}: ${error}`);
}

async function exchange(
  connection: Connection,
  token: Buffer,
): Promise<{ token: Buffer; lifetimeMs: number }> {
  const answer = await connection.call(authenticateApi, { authBytes: token });
  const error = errorNameOf(answer.errorCode);
  if (error !== null) {
    const reason = answer.errorMessage ?? '';
    throw failed(
      connection,
      `the broker refused user name or password (${error}${reason === '' ? '' : `: ${reason}`})`,
    );
  }
  return { token: answer.authBytes, lifetimeMs: toSafeNumber(answer.sessionLifetimeMs) };
}

async function plain(connection: Connection, { username, password }: SaslCredentials): Promise<number> {
  const { lifetimeMs } = await exchange(connection, Buffer.from(`\0${username}\0${password}`, 'utf8'));
  return lifetimeMs;
}

async function scram(
  connection: Connection,
  { username, password }: SaslCredentials,
  hash: ScramHash,
): Promise<number> {
  const nonce = randomBytes(NONCE_BYTES).toString('base64url');
  const started = startScram(hash, username, password, nonce);
  try {
    const first = await exchange(connection, Buffer.from(started.first, 'utf8'));
    const final = await started.answer(first.token.toString('utf8'));
    const last = await exchange(connection, Buffer.from(final.message, 'utf8'));
    final.verify(last.token.toString('utf8'));
    return last.lifetimeMs;
  } catch (error) {
    if (error instanceof ScramError) throw failed(connection, error.message, error);
    throw error;
  }
}

function retireLater(connection: Connection, lifetimeMs: number): void {
  const timer = setTimeout(() => connection.retire(), Math.min(lifetimeMs * RETIRE_AT, LIFETIME_MS_MAX));
  timer.unref();
  void connection.ended.then(() => clearTimeout(timer));
}

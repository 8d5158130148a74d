/**
 * Opens a connection and learns what its broker serves (KIP-35, KIP-511).
 *
 * We ask with the newest ApiVersions we know. A broker that does not know it answers as version 0 with
 * UNSUPPORTED_VERSION and usually with the range it has, in which we ask again; brokers before 2.4 leave the range out
 * and brokers of the time before that close the connection: then version 0 is tried.
 */
import { ApiKey } from '../protocol/api-keys.ts';
import { ErrorCode } from '../protocol/errors.ts';
import {
  apiVersionsRequest,
  apiVersionsResponse,
  type ApiVersionsResponse,
} from '../protocol/messages/18-api-versions.ts';
import { decodeMessage } from '../protocol/schema/codec.ts';
import { apiCall } from './api-call.ts';
import { ClientError, brokerError } from './client-error.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { addressText } from './address.ts';

const api = apiCall(apiVersionsRequest, apiVersionsResponse);
const SOFTWARE = { clientSoftwareName: 'aquila', clientSoftwareVersion: '0.1.0' };
const CORRELATION_ID_BYTES = 4;

/** Proves who we are on a connection whose versions are known. SASL mechanisms implement this. */
export type Authenticate = (connection: Connection) => Promise<void>;

export async function openNegotiated(
  options: ConnectionOptions,
  authenticate: Authenticate | null = null,
): Promise<Connection> {
  const connection = await openWithVersions(options);
  try {
    if (authenticate !== null) await authenticate(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

async function openWithVersions(options: ConnectionOptions): Promise<Connection> {
  const first = await Connection.open(options);
  try {
    await negotiate(first, api.maxVersion);
    return first;
  } catch (error) {
    first.close();
    if (!(error instanceof ClientError) || error.code !== 'CONNECTION_CLOSED') throw error;
  }
  const second = await Connection.open(options);
  try {
    await negotiate(second, 0);
    return second;
  } catch (error) {
    second.close();
    throw error;
  }
}

async function negotiate(connection: Connection, version: number): Promise<void> {
  const frame = await connection.exchange(apiVersionsRequest, version, SOFTWARE);
  const answer = decodeAnswer(connection, frame.subarray(CORRELATION_ID_BYTES), version);
  if (answer.errorCode === ErrorCode.UNSUPPORTED_VERSION && version > 0) {
    const offered = answer.apiKeys.find((row) => row.apiKey === ApiKey.ApiVersions);
    return negotiate(connection, Math.max(0, Math.min(version - 1, offered?.maxVersion ?? 0)));
  }
  if (answer.errorCode !== ErrorCode.NONE) {
    throw brokerError(`${addressText(connection.address)} refuses to say what it serves`, answer.errorCode);
  }
  connection.versions = new Map(
    answer.apiKeys.map(({ apiKey, minVersion, maxVersion }) => [apiKey, { minVersion, maxVersion }]),
  );
}

/** The answer to a version that the broker does not know has version 0 and begins with the error. */
function decodeAnswer(connection: Connection, body: Buffer, version: number): ApiVersionsResponse {
  const refused = body.length >= 2 && body.readInt16BE(0) === ErrorCode.UNSUPPORTED_VERSION;
  try {
    return decodeMessage(apiVersionsResponse, refused ? 0 : version, body);
  } catch (cause) {
    connection.close();
    const reason = cause instanceof Error ? cause.message : 'unreadable answer';
    throw new ClientError('BAD_RESPONSE', `${addressText(connection.address)}: ${reason}`, { cause });
  }
}

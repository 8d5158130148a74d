/**
 * Connections to other nodes on real sockets: kafka-client's connection, with its errors told in the transport's words.
 * Versions are the caller's choice, nothing is negotiated.
 */
import type { Decoded, Encodable, MessageSchema } from '../../../protocol/schema/notation.ts';
import { ClientError, type ClientErrorCode } from '../../../kafka-client/client-error.ts';
import { Connection } from '../../../kafka-client/connection.ts';
import { borrowBuffer } from '../lent-buffers.ts';
import {
  type NodeAddress,
  type NodeApi,
  type NodeConnection,
  type Transport,
  TransportError,
  type TransportFault,
} from '../transport.ts';

const FAULTS: Readonly<Partial<Record<ClientErrorCode, TransportFault>>> = {
  CONNECT_FAILED: 'unreachable',
  CONNECTION_CLOSED: 'broken',
  REQUEST_TIMED_OUT: 'timed-out',
  BAD_RESPONSE: 'bad-answer',
  CLIENT_CLOSED: 'closed',
  OVERLOADED: 'unreachable',
};

/** The system says so when the machine answers and no process listens at the port. */
function wasRefused({ code, cause }: ClientError): boolean {
  return (
    code === 'CONNECT_FAILED' && cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED'
  );
}

/** Anything but a ClientError is a fault of ours (a body that cannot be written) and stays what it is. */
function transportError(error: unknown): unknown {
  if (!(error instanceof ClientError)) return error;
  const fault = wasRefused(error) ? 'refused' : (FAULTS[error.code] ?? 'broken');
  return new TransportError(fault, error.message, error);
}

/** Fewer, larger reads, into memory that is used again. */
const LARGE_ANSWERS = { readBytes: 262_144, frameMemory: borrowBuffer };

class SocketConnection implements NodeConnection {
  readonly ended: Promise<TransportError>;
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.ended = connection.ended.then((error) => transportError(error) as TransportError);
  }

  get isOpen(): boolean {
    return this.#connection.isOpen;
  }

  async call<Req extends MessageSchema, Res extends MessageSchema>(
    api: NodeApi<Req, Res>,
    version: number,
    body: Encodable<Req>,
    timeoutMs: number,
  ): Promise<Decoded<Res>> {
    try {
      return await this.#connection.callVersion(api, version, body, { timeoutMs });
    } catch (error) {
      throw transportError(error);
    }
  }

  close(): void {
    this.#connection.close();
  }
}

export const nodeTransport: Transport = {
  async connect({ host, port }: NodeAddress, { clientId, timeoutMs, largeAnswers }): Promise<NodeConnection> {
    try {
      const options = { address: { host, port }, clientId, connectTimeoutMs: timeoutMs };
      const memory = largeAnswers === true ? LARGE_ANSWERS : {};
      return new SocketConnection(await Connection.open({ ...options, ...memory }));
    } catch (error) {
      throw transportError(error);
    }
  },
};

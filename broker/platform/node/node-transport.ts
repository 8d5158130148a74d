/**
 * Connections to other nodes on real sockets: kafka-client's connection, with its errors told in the transport's words.
 * Versions are the caller's choice, nothing is negotiated. Where the road has TLS or SASL, a connection stands when both sides have proved
 * who they are; that they could not is told to `onDistrust`, since nobody gets any further before somebody looks.
 */
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { ApiKey } from '../../../protocol/api-keys.ts';
import type { Decoded, Encodable, MessageSchema } from '../../../protocol/schema/notation.ts';
import { ClientError, type ClientErrorCode } from '../../../kafka-client/client-error.ts';
import { Connection } from '../../../kafka-client/connection.ts';
import { authenticateWith, type SaslCredentials } from '../../../kafka-client/sasl/authenticate.ts';
import type { BrokerVersions } from '../../../kafka-client/api-call.ts';
import { borrowBuffer } from '../lent-buffers.ts';
import {
  type NodeAddress,
  type NodeApi,
  type NodeConnection,
  type Road,
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
  /** The other has answered something. */
  hasAnswered = false;

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
      const answer = await this.#connection.callVersion(api, version, body, { timeoutMs });
      this.hasAnswered = true;
      return answer;
    } catch (error) {
      throw transportError(error);
    }
  }

  close(): void {
    this.#connection.close();
  }
}

/** How one kind of listener is reached. */
export interface RoadOptions {
  /** Of node:tls; null for plain text. */
  readonly tls: TlsOptions | null;
  /** Null where nobody has to prove anything. */
  readonly sasl: SaslCredentials | null;
}

/** Those that every node serves: asking which would have to wait until the other is ready. */
const SASL_VERSIONS: BrokerVersions = new Map([
  [ApiKey.SaslHandshake, { minVersion: 0, maxVersion: 1 }],
  [ApiKey.SaslAuthenticate, { minVersion: 0, maxVersion: 2 }],
]);

/** Not a network that fails: certificates, passwords, or no TLS at all. */
function isDistrust(error: unknown): boolean {
  if (!(error instanceof ClientError)) return false;
  const { code, cause } = error;
  if (code === 'AUTHENTICATION_FAILED') return true;
  const { code: reason = '' } = (cause ?? {}) as { readonly code?: string };
  return /^(ERR_SSL|ERR_TLS|EPROTO|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED)/.test(reason);
}

export function nodeTransport(
  roads: Readonly<Record<Road, RoadOptions>>,
  onDistrust: (road: Road, address: NodeAddress, reason: string) => void,
): Transport {
  return {
    async connect(address: NodeAddress, { to, clientId, timeoutMs, largeAnswers }): Promise<NodeConnection> {
      const { tls, sasl } = roads[to];
      try {
        const { host, port } = address;
        const options = { address: { host, port }, clientId, connectTimeoutMs: timeoutMs, tls };
        const memory = largeAnswers === true ? LARGE_ANSWERS : {};
        const socket = await Connection.open({ ...options, ...memory });
        if (sasl !== null) await prove(socket, sasl, timeoutMs);
        const connection = new SocketConnection(socket);
        // With TLS 1.3 the other looks at our certificate when this side has done its part already, and hangs up.
        if (tls !== null)
          void connection.ended.then(({ fault }) => {
            if (fault === 'broken' && !connection.hasAnswered) onDistrust(to, address, HUNG_UP);
          });
        return connection;
      } catch (error) {
        if (isDistrust(error)) onDistrust(to, address, `${(error as ClientError).message}; ${DISTRUST}`);
        throw transportError(error);
      }
    },
  };
}

const DISTRUST = 'this node does not trust it, or it does not trust this node';
const HUNG_UP =
  'it ended the connection before it answered anything, as it does when it does not trust the certificate of this node';

async function prove(connection: Connection, credentials: SaslCredentials, timeoutMs: number): Promise<void> {
  connection.versions = SASL_VERSIONS;
  const timer = setTimeout(() => connection.close(), timeoutMs);
  try {
    await authenticateWith(credentials)(connection);
  } catch (error) {
    connection.close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

const PLAIN: RoadOptions = { tls: null, sasl: null };

/** Of nodes that prove nothing to each other. */
export const plainTransport: Transport = nodeTransport({ broker: PLAIN, controller: PLAIN }, () => undefined);

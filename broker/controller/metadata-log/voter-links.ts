/**
 * Connections to the voters, one each, opened at first need and again after they ended. When one breaks, it is tried
 * again at once: a machine that answers and refuses says that the process is gone, which is news (`onRefused`).
 */
import type { Decoded, Encodable, MessageSchema } from '../../../protocol/schema/notation.ts';
import {
  type NodeAddress,
  type NodeApi,
  type NodeConnection,
  type Transport,
  TransportError,
} from '../../platform/transport.ts';

export interface VoterLinksOptions {
  readonly transport: Transport;
  readonly clientId: string;
  readonly timeoutMs: number;
  readonly addressOf: (voterId: number) => NodeAddress | null;
  readonly onRefused: (voterId: number) => void;
}

export class VoterLinks {
  readonly #options: VoterLinksOptions;
  readonly #connections = new Map<number, Promise<NodeConnection>>();
  #isClosed = false;

  constructor(options: VoterLinksOptions) {
    this.#options = options;
  }

  /** Rejects with TransportError. */
  async call<Req extends MessageSchema, Res extends MessageSchema>(
    voterId: number,
    api: NodeApi<Req, Res>,
    body: Encodable<Req>,
    version = api.request.versions.max,
  ): Promise<Decoded<Res>> {
    const connection = await this.#connection(voterId);
    try {
      return await connection.call(api, version, body, this.#options.timeoutMs);
    } catch (error) {
      if (error instanceof TransportError && error.fault === 'broken' && !this.#isClosed) {
        void this.#connection(voterId).catch(() => undefined);
      }
      throw error;
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const connecting of this.#connections.values()) {
      connecting.then(
        (connection) => {
          connection.close();
        },
        () => undefined,
      );
    }
    this.#connections.clear();
  }

  #connection(voterId: number): Promise<NodeConnection> {
    const known = this.#connections.get(voterId);
    if (known !== undefined) return known;
    const connecting = this.#connect(voterId);
    this.#connections.set(voterId, connecting);
    const forget = (): void => {
      if (this.#connections.get(voterId) === connecting) this.#connections.delete(voterId);
    };
    connecting.then(
      (connection) => connection.ended.then(forget),
      (error: unknown) => {
        forget();
        const isRefused = error instanceof TransportError && error.fault === 'refused';
        if (isRefused && !this.#isClosed) this.#options.onRefused(voterId);
      },
    );
    return connecting;
  }

  #connect(voterId: number): Promise<NodeConnection> {
    const { transport, clientId, timeoutMs, addressOf } = this.#options;
    const address = addressOf(voterId);
    if (this.#isClosed || address === null) {
      return Promise.reject(new TransportError('closed', `no connection to voter ${String(voterId)}`));
    }
    return transport.connect(address, { to: 'controller', clientId, timeoutMs });
  }
}

/**
 * How a node talks to other nodes of its cluster: requests of the Kafka protocol over one connection, answered in
 * order. Two forms implement it: `node/node-transport.ts` on sockets, and a network in memory that loses, delays and
 * cuts, so that a whole cluster can be run from one seed.
 *
 * A connection is never mended: when it ends, everybody who waits is told, and the owner opens another one.
 */
import type { Decoded, Encodable, MessageSchema } from '../../protocol/schema/notation.ts';

export interface NodeAddress {
  readonly host: string;
  readonly port: number;
}

/** A request and its answer, as `protocol/messages` declares them. */
export interface NodeApi<Req extends MessageSchema, Res extends MessageSchema> {
  readonly request: Req;
  readonly response: Res;
}

/**
 * - `refused`: the machine answers and nobody listens at that port, so the process is not there (now).
 * - `unreachable`: no connection for any other reason, also because of time.
 * - `broken`: the connection ended before the answer came; whether the request was served is not known.
 * - `timed-out`: no answer in time; the connection is closed, and whether the request was served is not known.
 * - `bad-answer`: what came is no answer to the request; the connection is closed.
 * - `closed`: this side closed the connection.
 */
export type TransportFault = 'refused' | 'unreachable' | 'broken' | 'timed-out' | 'bad-answer' | 'closed';

export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly fault: TransportFault;

  constructor(fault: TransportFault, message: string, cause?: unknown) {
    super(message, { cause });
    this.fault = fault;
  }
}

export interface NodeConnection {
  readonly isOpen: boolean;
  /** Resolves, with the reason, when the connection has ended, whoever ended it. */
  readonly ended: Promise<TransportError>;
  /** Rejects with TransportError. Calls are served one after another in their order. */
  call<Req extends MessageSchema, Res extends MessageSchema>(
    api: NodeApi<Req, Res>,
    version: number,
    body: Encodable<Req>,
    timeoutMs: number,
  ): Promise<Decoded<Res>>;
  close(): void;
}

/** Which listener of the other node is meant: that of brokers among themselves, or that of controllers. */
export type Road = 'broker' | 'controller';

export interface ConnectOptions {
  /** Each may be protected in its own way. */
  readonly to: Road;
  readonly clientId: string;
  readonly timeoutMs: number;
  /**
   * Large answers come one after another: their bytes may lie in memory of lent-buffers.ts, which the caller gives back
   * when nobody reads them any more. Whoever keeps any of them must not ask for this.
   */
  readonly largeAnswers?: boolean;
}

export interface Transport {
  /** Rejects with TransportError, `refused` or `unreachable`. */
  connect(address: NodeAddress, options: ConnectOptions): Promise<NodeConnection>;
}

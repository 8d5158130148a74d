/**
 * How every part of a node speaks to the active controller, wherever that is: on this very node without a socket, or
 * over a connection to another one. Finds the controller, and asks again elsewhere when it has moved.
 */
import type { Decoded, Encodable, MessageSchema } from '../../protocol/schema/notation.ts';
import type { NodeApi } from '../platform/transport.ts';

export interface ControllerCallOptions<Res extends MessageSchema> {
  readonly timeoutMs: number;
  /** The error code of the whole answer: NOT_CONTROLLER there means to ask again. Default: there is none. */
  readonly errorOf?: (response: Decoded<Res>) => number;
}

/** No controller gave an answer in time. Whether the request was served is not known unless `neverSent`. */
export class ControllerUnreachable extends Error {
  override readonly name = 'ControllerUnreachable';
  readonly neverSent: boolean;

  constructor(message: string, neverSent: boolean, cause?: unknown) {
    super(message, { cause });
    this.neverSent = neverSent;
  }
}

export interface ControllerChannel {
  /** Rejects with ControllerUnreachable only. A request whose connection broke is sent again: it must bear that. */
  call<Req extends MessageSchema, Res extends MessageSchema>(
    api: NodeApi<Req, Res>,
    version: number,
    body: Encodable<Req>,
    options: ControllerCallOptions<Res>,
  ): Promise<Decoded<Res>>;
}

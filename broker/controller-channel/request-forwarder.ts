/**
 * Clients may send any broker what only the active controller can answer. The frame is passed on as it came, in an
 * Envelope that names the client's principal and address, and the answer's bytes are passed back (KIP-590).
 *
 * A forwarded request may be served twice when the controller changes meanwhile: its clients repeat it in that case
 * as well, and are told that the topic exists already.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { envelopeRequest, envelopeResponse } from '../../protocol/messages/58-envelope.ts';
import type { Decoded, MessageSchema } from '../../protocol/schema/notation.ts';
import type { RequestContext } from '../apis/api-handler.ts';
import { type ControllerChannel, ControllerUnreachable } from './controller-channel.ts';
import { addressBytes, encodePrincipal } from './envelope-fields.ts';

const ENVELOPE_API = { request: envelopeRequest, response: envelopeResponse };
const ENVELOPE_VERSION = 0;

export interface RequestForwarderOptions {
  readonly channel: ControllerChannel;
  /** This node is the active controller: nothing needs to be forwarded. */
  readonly isActiveHere: () => boolean;
  /** Longest wait for an answer, for requests that bring no shorter one of their own. */
  readonly requestTimeoutMs: () => number;
}

export class RequestForwarder {
  readonly #options: RequestForwarderOptions;

  constructor(options: RequestForwarderOptions) {
    this.#options = options;
  }

  isActiveHere(): boolean {
    return this.#options.isActiveHere();
  }

  /** The answer with its header, or the error code to answer with. */
  async forward(
    frame: Buffer,
    request: Decoded<MessageSchema>,
    { principal, clientHost }: RequestContext,
  ): Promise<Buffer | number> {
    try {
      const { errorCode, responseData } = await this.#options.channel.call(
        ENVELOPE_API,
        ENVELOPE_VERSION,
        {
          requestData: frame,
          requestPrincipal: encodePrincipal(principal),
          clientHostAddress: addressBytes(clientHost),
        },
        { timeoutMs: this.#timeoutMs(request), errorOf: (response) => response.errorCode },
      );
      if (errorCode === 0 && responseData !== null) return responseData;
      return errorCode === 0 ? ErrorCode.UNKNOWN_SERVER_ERROR : errorCode;
    } catch (error) {
      if (error instanceof ControllerUnreachable) return ErrorCode.REQUEST_TIMED_OUT;
      throw error;
    }
  }

  #timeoutMs(request: Decoded<MessageSchema>): number {
    const most = this.#options.requestTimeoutMs();
    const { timeoutMs } = request as { readonly timeoutMs?: unknown };
    return typeof timeoutMs === 'number' && timeoutMs > 0 ? Math.min(timeoutMs, most) : most;
  }
}

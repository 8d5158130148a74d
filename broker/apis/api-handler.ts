/**
 * The shape of one API of the broker: which versions it serves and what it does with a decoded request.
 *
 * Every file `NN-name.ts` beside this one exports one such handler; apis/table.ts lists them. The same table
 * answers ApiVersions and routes requests, so what is advertised and what works cannot disagree. A handler parses
 * nothing and owns nothing: it authorises, calls one owner of `BrokerServices`, and builds the answer.
 */
import type { Decoded, Encodable, MessageSchema } from '../../protocol/schema/notation.ts';
import type { BrokerServices, ControllerServices } from './broker-services.ts';

/** Who asks, and how. */
export interface RequestContext {
  readonly apiVersion: number;
  readonly clientId: string | null;
  /** Unique among the connections of this process. */
  readonly connectionId: string;
  /** Address without port, as groups show it: `/127.0.0.1`. */
  readonly clientHost: string;
  readonly listenerName: string;
  /** Kafka's principal: `User:` and a name that SASL or a certificate has proved, or `User:ANONYMOUS`. */
  readonly principal: string;
  /** A node of the cluster asks for itself, on the controller listener: it may create internal topics. */
  readonly fromNode?: boolean;
  /** Nothing came over a socket: this node asks itself, and may do everything. */
  readonly ofThisNode?: boolean;
  /** Of what is read later than it is asked for; left out: everything. */
  readonly mayRead?: (topic: string) => boolean;
  /** Its turn had come so long before it was taken up. */
  readonly waitedMs?: number;
  /** No further request of the connection is taken up for so many milliseconds; undefined where no quotas hold. */
  readonly mute?: (ms: number) => void;
  /** Aborted when the connection has closed: parked work for it can be dropped. */
  readonly closed: AbortSignal;
}

/** The client's own mistake, and no answer exists that it would notice: thrown by a handler, it closes the connection. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest';
}

export interface ApiHandler<
  Req extends MessageSchema = MessageSchema,
  Res extends MessageSchema = MessageSchema,
  Services = BrokerServices,
> {
  readonly request: Req;
  readonly response: Res;
  /** Inclusive. The lower bound is what is advertised and accepted. */
  readonly minVersion: number;
  readonly maxVersion: number;
  /**
   * Set where only the active controller can answer: on another node `handle` is not called, the request is forwarded
   * as it came (KIP-590), and `failed` is the answer when no controller could be reached in time. It is required then.
   */
  readonly answeredBy?: 'controller';
  failed?(request: Decoded<Req>, errorCode: number, apiVersion: number): Encodable<Res>;
  /**
   * Returns the response body, or null when none is sent (Produce with acks=0). A rejected promise is a programmer
   * error: it closes the connection and is logged. Expected failures are error codes inside the answer.
   */
  handle(
    request: Decoded<Req>,
    context: RequestContext,
    services: Services,
  ): Promise<Encodable<Res> | null> | Encodable<Res> | null;
}

/** Needs nothing of a broker, so it can be in the table of the controller listener, and in that of clients too. */
export type ControllerApiHandler = ApiHandler<MessageSchema, MessageSchema, ControllerServices>;

/** Keeps the handler's own request and response types while it is written, and lets the table hold all of them. */
export function defineApi<Req extends MessageSchema, Res extends MessageSchema>(
  handler: ApiHandler<Req, Res>,
): ApiHandler {
  return handler;
}

export function defineControllerApi<Req extends MessageSchema, Res extends MessageSchema>(
  handler: ApiHandler<Req, Res, ControllerServices>,
): ControllerApiHandler {
  return handler;
}

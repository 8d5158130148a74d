/**
 * From a request frame to its answer: header, routing by the table, body, handler, encoding.
 *
 * The table that answers ApiVersions is the one used here. A key or version outside of it closes the connection, as
 * Kafka does; only ApiVersions at an unknown version is answered, as version 0 with UNSUPPORTED_VERSION and its own
 * range, so that a newer client can fall back (KIP-511). What only the active controller can answer is forwarded when
 * this node is not it (KIP-590). What a client has used beyond its quota it waits for after its answer (KIP-219).
 */
import { ApiKey } from '../../protocol/api-keys.ts';
import { ErrorCode } from '../../protocol/errors.ts';
import { apiVersionsResponse } from '../../protocol/messages/18-api-versions.ts';
import { readMessage } from '../../protocol/schema/codec.ts';
import type { Decoded, Encodable, MessageSchema } from '../../protocol/schema/notation.ts';
import { decodeRequestHeader, encodeResponseFrame } from '../../protocol/wire/framing.ts';
import { MAX_REQUEST_ELEMENTS } from '../../protocol/wire/limits.ts';
import { Reader } from '../../protocol/wire/reader.ts';
import { type ApiHandler, RefusedRequest, type RequestContext } from '../apis/api-handler.ts';
import type { ControllerServices } from '../apis/broker-services.ts';
import type { RequestForwarder } from '../controller-channel/request-forwarder.ts';
import type { RequestUse } from '../quotas/node-quotas.ts';
import { isOfReplica, RequestMeasures } from './request-measure.ts';
import type { Answer } from './connection.ts';

/** Who has proved nothing. */
export const ANONYMOUS = 'User:ANONYMOUS';

/** What is the same for all requests of a connection. */
export type ConnectionIdentity = Omit<RequestContext, 'apiVersion' | 'clientId'>;

type Handler<Services> = ApiHandler<MessageSchema, MessageSchema, Services>;
export type ApiTable<Services> = ReadonlyMap<number, Handler<Services>>;

/** Serves one frame of at least eight bytes (see FrameReader). Throws or rejects when the connection must close. */
export type Dispatch = (frame: Buffer, identity: ConnectionIdentity) => Answer | Promise<Answer>;

export interface ReceivedRequest<Services> {
  readonly handler: Handler<Services>;
  readonly apiVersion: number;
  readonly correlationId: number;
  readonly clientId: string | null;
  readonly request: Decoded<MessageSchema>;
}

const FIRST_ADDING_OF_BROKERS = 4;

/** Brokers ask each other these, and nobody limits them (KafkaApis: what needs CLUSTER_ACTION). */
function isOfBroker(apiKey: number, apiVersion: number, request: Decoded<MessageSchema>): boolean {
  if (apiKey === ApiKey.WriteTxnMarkers) return true;
  if (apiKey === ApiKey.AddPartitionsToTxn) return apiVersion >= FIRST_ADDING_OF_BROKERS;
  const canBe = apiKey === ApiKey.Fetch || apiKey === ApiKey.OffsetForLeaderEpoch;
  return canBe && isOfReplica(request);
}

/** Throws RefusedRequest or ProtocolError. */
export function readRequest<Services>(table: ApiTable<Services>, frame: Buffer): ReceivedRequest<Services> {
  const apiKey = frame.readInt16BE(0);
  const apiVersion = frame.readInt16BE(2);
  const handler = table.get(apiKey);
  if (!handler) throw new RefusedRequest(`API key ${String(apiKey)} is not served`);
  if (apiVersion < handler.minVersion || apiVersion > handler.maxVersion) {
    const range = `${String(handler.minVersion)} to ${String(handler.maxVersion)}`;
    throw new RefusedRequest(
      `version ${String(apiVersion)} of API key ${String(apiKey)} is not served, only ${range}`,
    );
  }
  const { correlationId, clientId, bodyPosition } = decodeRequestHeader(frame);
  // Bytes behind the message are not looked at, as in Kafka: librdkafka 2.16 sends some with Metadata 12.
  const reader = new Reader(frame, bodyPosition, MAX_REQUEST_ELEMENTS);
  return {
    ...{ handler, apiVersion, correlationId, clientId },
    request: readMessage(handler.request, apiVersion, reader),
  };
}

export function encodeAnswer<Services>(
  { handler, apiVersion, correlationId }: ReceivedRequest<Services>,
  body: Encodable<MessageSchema>,
): Buffer[] {
  try {
    return encodeResponseFrame(handler.response, apiVersion, correlationId, body);
  } catch (error) {
    // Not a ProtocolError any more: what cannot be written is this broker's fault, not the client's.
    throw new Error(`The answer of ${handler.response.name} ${String(apiVersion)} cannot be written.`, {
      cause: error,
    });
  }
}

/** Null when the frame is anything but ApiVersions at a version that the table does not have. */
function unsupportedApiVersions<Services>(table: ApiTable<Services>, frame: Buffer): Answer {
  const handler = table.get(ApiKey.ApiVersions);
  if (handler === undefined || frame.readInt16BE(0) !== (ApiKey.ApiVersions as number)) return null;
  const { minVersion, maxVersion } = handler;
  const apiVersion = frame.readInt16BE(2);
  if (apiVersion >= minVersion && apiVersion <= maxVersion) return null;
  return encodeResponseFrame(apiVersionsResponse, 0, frame.readInt32BE(4), {
    errorCode: ErrorCode.UNSUPPORTED_VERSION,
    apiKeys: [{ apiKey: ApiKey.ApiVersions, minVersion, maxVersion }],
  });
}

type DispatcherServices = Pick<ControllerServices, 'platform' | 'metrics'> &
  Partial<Pick<ControllerServices, 'quotas'>>;

/** Without a forwarder every request is handled here; without quotas nobody is limited. */
export function createDispatcher<Services extends DispatcherServices>(
  table: ApiTable<Services>,
  services: Services,
  forwarder: RequestForwarder | null = null,
): Dispatch {
  const { quotas } = services;
  const { clock } = services.platform;
  const measures = new RequestMeasures(services.metrics.requests, clock);
  return (frame, identity) => {
    const tooNew = unsupportedApiVersions(table, frame);
    if (tooNew !== null) return tooNew;
    const startedMs = clock.monotonicMs();
    const received = readRequest(table, frame);
    const { handler, request, apiVersion, clientId } = received;
    const context: RequestContext = { ...identity, apiVersion, clientId };
    const { apiKey } = handler.request;
    const limits =
      identity.mute === undefined || quotas?.isIdle !== false || isOfBroker(apiKey, apiVersion, request)
        ? null
        : { quotas, mute: identity.mute };
    /** While the handler was called, and no other request could be. */
    let handlingMs = 0;
    let isWaiting = false;
    const throttleMsOf = (encoded: Answer, sinceMs: number): number => {
      if (limits === null) return 0;
      const busyMs = handlingMs + clock.monotonicMs() - sinceMs;
      const throttleMs = limits.quotas.charge(context, { bytes: bytesOf(apiKey, frame, encoded), busyMs });
      if (throttleMs > 0) limits.mute(throttleMs);
      return throttleMs;
    };
    const measured = measures.begin({
      ...{ handler, request, apiVersion, startedMs },
      frameBytes: frame.length,
      waitedMs: identity.waitedMs ?? 0,
    });
    const answer = (body: Encodable<MessageSchema> | null): Answer => {
      const sinceMs = clock.monotonicMs();
      const encoded = body === null ? null : encodeAnswer(received, body);
      const throttleMs = throttleMsOf(encoded, sinceMs);
      const sent =
        body === null || throttleMs === 0 ? encoded : encodeAnswer(received, throttled(body, throttleMs));
      measured.answered(sent, body, isWaiting ? handlingMs : null, throttleMs);
      return sent;
    };
    if (handler.answeredBy === 'controller' && forwarder !== null && !forwarder.isActiveHere()) {
      return forwarder.forward(frame, request, context).then((forwarded) => {
        if (!Buffer.isBuffer(forwarded)) return answer(failedAnswer(received, forwarded));
        const passedOn = [sizeOf(forwarded), forwarded];
        const throttleMs = throttleMsOf(passedOn, clock.monotonicMs());
        measured.answered(passedOn, null, handlingMs, throttleMs);
        return passedOn;
      });
    }
    const result = handler.handle(request, context, services);
    handlingMs = clock.monotonicMs() - startedMs;
    if (!(result instanceof Promise)) return answer(result);
    isWaiting = true;
    return result.then(answer);
  };
}

/** What of a request counts against rates of bytes: what is produced, and what is fetched. */
function bytesOf(apiKey: number, frame: Buffer, answer: Answer): RequestUse['bytes'] {
  if (apiKey === ApiKey.Produce) return { quota: 'producer_byte_rate', count: frame.length };
  if (apiKey !== ApiKey.Fetch || answer === null) return null;
  return { quota: 'consumer_byte_rate', count: answer.reduce((sum, { length }) => sum + length, 0) };
}

/** The controller may have asked for a longer wait already. */
function throttled(body: Encodable<MessageSchema>, throttleMs: number): Encodable<MessageSchema> {
  const { throttleTimeMs = 0 } = body as { readonly throttleTimeMs?: number };
  return { ...body, throttleTimeMs: Math.max(throttleTimeMs, throttleMs) };
}

function failedAnswer<Services>(
  { handler, request, apiVersion }: ReceivedRequest<Services>,
  errorCode: number,
): Encodable<MessageSchema> {
  if (handler.failed === undefined) throw new Error(`${handler.request.name} cannot say that it failed.`);
  return handler.failed(request, errorCode, apiVersion);
}

function sizeOf(message: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeInt32BE(message.length);
  return size;
}

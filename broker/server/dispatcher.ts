/**
 * From a request frame to its answer: header, routing by the table, body, handler, encoding.
 *
 * The table that answers ApiVersions is the one used here. A key or version outside of it closes the connection, as
 * Kafka does; only ApiVersions at an unknown version is answered, as version 0 with UNSUPPORTED_VERSION and its own
 * range, so that a newer client can fall back (KIP-511).
 */
import { apiNameOf, ApiKey } from '../../protocol/api-keys.ts';
import { ErrorCode } from '../../protocol/errors.ts';
import { apiVersionsResponse } from '../../protocol/messages/18-api-versions.ts';
import { readMessage } from '../../protocol/schema/codec.ts';
import { decodeRequestHeader, encodeResponseFrame } from '../../protocol/wire/framing.ts';
import { MAX_REQUEST_ELEMENTS } from '../../protocol/wire/limits.ts';
import { Reader } from '../../protocol/wire/reader.ts';
import { type ApiHandler, RefusedRequest, type RequestContext } from '../apis/api-handler.ts';
import type { BrokerServices } from '../apis/broker-services.ts';
import type { Answer } from './connection.ts';

/** What is the same for all requests of a connection. */
export type ConnectionIdentity = Omit<RequestContext, 'apiVersion' | 'clientId'>;

export type ApiTable = ReadonlyMap<number, ApiHandler>;

/** How requests of a kind are named in metrics: Kafka tells followers' fetches from consumers'. */
function metricName(handler: ApiHandler, request: { readonly replicaId?: unknown }): string {
  const { apiKey } = handler.request;
  if (apiKey !== ApiKey.Fetch) return apiNameOf(apiKey) ?? String(apiKey);
  return typeof request.replicaId === 'number' && request.replicaId >= 0 ? 'FetchFollower' : 'FetchConsumer';
}

function unsupportedApiVersions(frame: Buffer, handler: ApiHandler): Answer {
  const { minVersion, maxVersion } = handler;
  return encodeResponseFrame(apiVersionsResponse, 0, frame.readInt32BE(4), {
    errorCode: ErrorCode.UNSUPPORTED_VERSION,
    apiKeys: [{ apiKey: ApiKey.ApiVersions, minVersion, maxVersion }],
  });
}

/** Serves frames of at least eight bytes (see FrameReader). Throws or rejects when the connection must close. */
export function createDispatcher(table: ApiTable, services: BrokerServices) {
  const { clock } = services.platform;
  return (frame: Buffer, identity: ConnectionIdentity): Answer | Promise<Answer> => {
    const apiKey = frame.readInt16BE(0);
    const apiVersion = frame.readInt16BE(2);
    const handler = table.get(apiKey);
    if (!handler) throw new RefusedRequest(`API key ${String(apiKey)} is not served`);
    if (apiVersion < handler.minVersion || apiVersion > handler.maxVersion) {
      if (apiKey === (ApiKey.ApiVersions as number)) return unsupportedApiVersions(frame, handler);
      const range = `${String(handler.minVersion)} to ${String(handler.maxVersion)}`;
      throw new RefusedRequest(
        `version ${String(apiVersion)} of API key ${String(apiKey)} is not served, only ${range}`,
      );
    }
    const startedMs = clock.monotonicMs();
    const { correlationId, clientId, bodyPosition } = decodeRequestHeader(frame);
    // Bytes behind the message are not looked at, as in Kafka: librdkafka 2.16 sends some with Metadata 12.
    const request = readMessage(
      handler.request,
      apiVersion,
      new Reader(frame, bodyPosition, MAX_REQUEST_ELEMENTS),
    );
    const answer = (body: Awaited<ReturnType<ApiHandler['handle']>>): Answer => {
      const elapsedMs = clock.monotonicMs() - startedMs;
      services.metrics.request(metricName(handler, request), apiVersion, elapsedMs, frame.length);
      if (body === null) return null;
      try {
        return encodeResponseFrame(handler.response, apiVersion, correlationId, body);
      } catch (error) {
        // Not a ProtocolError any more: what cannot be written is this broker's fault, not the client's.
        throw new Error(`The answer of ${handler.response.name} ${apiVersion} cannot be written.`, {
          cause: error,
        });
      }
    };
    const result = handler.handle(request, { ...identity, apiVersion, clientId }, services);
    return result instanceof Promise ? result.then(answer) : answer(result);
  };
}

/**
 * Envelope 0: a client's request that a broker could not answer itself, because this node is the active controller
 * (KIP-590). It is served as if the client had sent it here; its answer goes back as bytes.
 *
 * - Only what a handler marks as answered by the controller may come this way.
 * - When this node is no longer active the envelope itself says so, and the broker looks for the new controller. Whether
 *   the request was served is not known then.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { envelopeRequest, envelopeResponse } from '../../protocol/messages/58-envelope.ts';
import { ProtocolError } from '../../protocol/wire/protocol-error.ts';
import { FRAME_SIZE_BYTES } from '../../protocol/wire/framing.ts';
import { clientHostOf, decodePrincipal } from '../controller-channel/envelope-fields.ts';
import { encodeAnswer, readRequest } from '../server/dispatcher.ts';
import { type ControllerApiHandler, defineControllerApi, RefusedRequest } from './api-handler.ts';
import type { ControllerServices } from './broker-services.ts';

/** Shortest header: key, version, correlation id, length of the client id. */
const MIN_REQUEST_BYTES = 10;
/** Error codes stand at most this deep: answer, topics, partitions. */
const MAX_DEPTH = 4;

const OF_A_CLIENT = { fromNode: false, ofThisNode: false };

/** The answer says, at any place, that this node is not the controller. */
function disowns(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.some((item) => disowns(item, depth + 1));
  return Object.entries(value).some(([name, field]) =>
    name === 'errorCode' ? field === ErrorCode.NOT_CONTROLLER : disowns(field, depth + 1),
  );
}

export function envelope(table: () => ReadonlyMap<number, ControllerApiHandler>): ControllerApiHandler {
  return defineControllerApi({
    request: envelopeRequest,
    response: envelopeResponse,
    minVersion: 0,
    maxVersion: 0,
    async handle({ requestData, requestPrincipal, clientHostAddress }, context, services) {
      const refused = (errorCode: number) => ({ errorCode, responseData: null });
      if (!services.controller.isActive) return refused(ErrorCode.NOT_CONTROLLER);
      if (requestData.length < MIN_REQUEST_BYTES) return refused(ErrorCode.INVALID_REQUEST);
      let principal: string;
      try {
        principal = requestPrincipal === null ? context.principal : decodePrincipal(requestPrincipal);
      } catch {
        return refused(ErrorCode.PRINCIPAL_DESERIALIZATION_FAILURE);
      }
      try {
        const received = readRequest<ControllerServices>(table(), requestData);
        const { handler, request, apiVersion, clientId } = received;
        if (handler.answeredBy !== 'controller') return refused(ErrorCode.INVALID_REQUEST);
        const clientHost = clientHostOf(clientHostAddress);
        const sender = { ...context, apiVersion, clientId, principal, clientHost, ...OF_A_CLIENT };
        const body = await handler.handle(request, sender, services);
        if (body === null || disowns(body)) return refused(ErrorCode.NOT_CONTROLLER);
        const frame = Buffer.concat(encodeAnswer(received, body));
        return { errorCode: 0, responseData: frame.subarray(FRAME_SIZE_BYTES) };
      } catch (error) {
        if (error instanceof RefusedRequest) return refused(ErrorCode.UNSUPPORTED_VERSION);
        if (error instanceof ProtocolError) return refused(ErrorCode.INVALID_REQUEST);
        throw error;
      }
    },
  });
}

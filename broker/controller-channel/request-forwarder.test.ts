/** A client's request to a node that is not the active controller: over the network in memory to the one that is. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { createTopicsRequest, createTopicsResponse } from '../../protocol/messages/19-create-topics.ts';
import { envelopeRequest, envelopeResponse } from '../../protocol/messages/58-envelope.ts';
import { decodeMessage } from '../../protocol/schema/codec.ts';
import type { Decoded } from '../../protocol/schema/notation.ts';
import { encodeRequestFrame } from '../../protocol/wire/framing.ts';
import { createTopics } from '../apis/19-create-topics.ts';
import { envelope } from '../apis/58-envelope.ts';
import { type ControllerApiHandler, defineControllerApi, type RequestContext } from '../apis/api-handler.ts';
import { startTestServices, testContext } from '../apis/test-services.ts';
import type { MemoryPlatform } from '../platform/memory/memory-platform.ts';
import { createDispatcher } from '../server/dispatcher.ts';
import { ControllerLink } from './controller-link.ts';
import { encodePrincipal } from './envelope-fields.ts';
import { RequestForwarder } from './request-forwarder.ts';

const ADDRESS = { host: 'controller', port: 9193 };
const VERSION = 7;

async function twoNodes(handler: ControllerApiHandler = createTopics) {
  const { services, controller } = await startTestServices();
  const machine = services.platform as MemoryPlatform;
  const table: ReadonlyMap<number, ControllerApiHandler> = new Map([
    [19, handler],
    [58, envelope(() => table)],
  ]);
  const serve = createDispatcher(table, services);
  const stopListening = machine.network.listen('controller', ADDRESS, (frame, connection) =>
    serve(frame, { ...testContext(0), ...connection, clientHost: '/10.9.9.9', fromNode: true }),
  );
  const link = new ControllerLink({
    ...{ platform: machine, nodeId: 1, clientId: 'node-1', retryBackoffMs: 20, connectTimeoutMs: 500 },
    leaderId: () => 0,
    addressOf: () => ADDRESS,
    local: { isActive: () => false, call: () => Promise.reject(new Error('not here')) },
  });
  const forwarder = new RequestForwarder({
    channel: link,
    isActiveHere: () => false,
    requestTimeoutMs: () => 30_000,
  });
  const dispatch = createDispatcher(new Map([[19, handler]]), services, forwarder);
  const ask = async (timeoutMs: number, waitMs: number): Promise<Decoded<typeof createTopicsResponse>> => {
    const topics = [{ name: 't', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }];
    const header = { correlationId: 77, clientId: 'shop' };
    const body = { topics, timeoutMs };
    const frame = Buffer.concat(encodeRequestFrame(createTopicsRequest, VERSION, header, body)).subarray(4);
    const identity = { ...testContext(0), clientHost: '/10.1.2.3', principal: 'User:alice' };
    const answer = Promise.resolve(dispatch(frame, identity));
    answer.catch(() => undefined);
    await machine.advance(waitMs);
    const bytes = Buffer.concat((await answer) ?? []);
    expect(bytes.readInt32BE(0)).toBe(bytes.length - 4);
    expect(bytes.readInt32BE(4)).toBe(77);
    return decodeMessage(createTopicsResponse, VERSION, bytes.subarray(9));
  };
  const callEnvelope = async (requestData: Buffer, requestPrincipal: Buffer | null) => {
    const api = { request: envelopeRequest, response: envelopeResponse };
    const body = { requestData, requestPrincipal, clientHostAddress: Buffer.alloc(4) };
    const answer = link.call(api, 0, body, { timeoutMs: 1_000 });
    answer.catch(() => undefined);
    await machine.advance(2_000);
    return answer;
  };
  return { machine, controller, services, ask, callEnvelope, stopListening };
}

/** Answers what `code` says, and keeps from whom the request came. */
function scripted(code: () => number, senders: RequestContext[] = []): ControllerApiHandler {
  return defineControllerApi({
    request: createTopicsRequest,
    response: createTopicsResponse,
    ...{ minVersion: 0, maxVersion: VERSION, answeredBy: 'controller' },
    failed: ({ topics }, errorCode) => ({ topics: topics.map(({ name }) => ({ name, errorCode })) }),
    handle({ topics }, context) {
      senders.push(context);
      return { topics: topics.map(({ name }) => ({ name, errorCode: code() })) };
    },
  });
}

describe('a request that only the active controller can answer', () => {
  it('is answered there, and its answer is passed back', async () => {
    const { ask, services } = await twoNodes();
    const { topics } = await ask(5_000, 100);
    expect(topics).toMatchObject([{ name: 't', errorCode: 0, numPartitions: 1 }]);
    expect(services.image().topicsByName.has('t')).toBe(true);
  });

  it('comes there as from the client itself', async () => {
    const senders: RequestContext[] = [];
    const { ask } = await twoNodes(scripted(() => 0, senders));
    await ask(5_000, 100);
    expect(senders).toMatchObject([
      {
        ...{ principal: 'User:alice', clientHost: '/10.1.2.3', clientId: 'shop', apiVersion: VERSION },
        fromNode: false,
      },
    ]);
  });

  it('is asked again until a controller says that it is the one', async () => {
    let left = 5;
    const { ask } = await twoNodes(scripted(() => (left-- > 0 ? ErrorCode.NOT_CONTROLLER : 0)));
    expect((await ask(5_000, 5_000)).topics).toMatchObject([{ errorCode: 0 }]);
    expect(left).toBe(-1);
  });

  it('is answered with an error when there is none within its own time', async () => {
    const { ask, stopListening } = await twoNodes();
    stopListening();
    expect((await ask(1_000, 1_100)).topics).toMatchObject([{ errorCode: ErrorCode.REQUEST_TIMED_OUT }]);
    expect((await ask(0, 30_100)).topics).toMatchObject([{ errorCode: ErrorCode.REQUEST_TIMED_OUT }]);
  });

  it('is not served by a controller that has stopped being one', async () => {
    const { ask, controller } = await twoNodes();
    controller.stop();
    expect((await ask(1_000, 1_100)).topics).toMatchObject([{ errorCode: ErrorCode.REQUEST_TIMED_OUT }]);
  });
});

describe('an envelope', () => {
  const frameOf = (apiKey: number, version: number): Buffer => {
    const bytes = Buffer.alloc(10);
    bytes.writeInt16BE(apiKey);
    bytes.writeInt16BE(version, 2);
    return bytes;
  };

  it.each([
    ['an envelope in it', frameOf(58, 0), ErrorCode.INVALID_REQUEST],
    ['a key that is not served', frameOf(9_999, 0), ErrorCode.UNSUPPORTED_VERSION],
    ['a version that is not served', frameOf(19, 99), ErrorCode.UNSUPPORTED_VERSION],
    ['a request that ends early', frameOf(19, 2), ErrorCode.INVALID_REQUEST],
    ['next to nothing in it', Buffer.alloc(3), ErrorCode.INVALID_REQUEST],
  ])('with %s is refused', async (_what, requestData, errorCode) => {
    const { callEnvelope } = await twoNodes();
    const principal = encodePrincipal('User:alice');
    expect(await callEnvelope(requestData, principal)).toMatchObject({ errorCode, responseData: null });
  });

  it('whose sender cannot be read is refused', async () => {
    const { callEnvelope } = await twoNodes();
    expect(await callEnvelope(frameOf(19, 7), Buffer.alloc(1))).toMatchObject({
      errorCode: ErrorCode.PRINCIPAL_DESERIALIZATION_FAILURE,
    });
  });
});

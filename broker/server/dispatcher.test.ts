import { describe, expect, it } from 'vitest';
import { metadataRequest, metadataResponse } from '../../protocol/messages/03-metadata.ts';
import { decodeMessage } from '../../protocol/schema/codec.ts';
import { encodeRequestFrame } from '../../protocol/wire/framing.ts';
import { produce } from '../apis/00-produce.ts';
import { fetch } from '../apis/01-fetch.ts';
import { metadata } from '../apis/03-metadata.ts';
import { apiVersions } from '../apis/18-api-versions.ts';
import { addPartitionsToTxn } from '../apis/24-add-partitions-to-txn.ts';
import { writeTxnMarkers } from '../apis/27-write-txn-markers.ts';
import { offsetForLeaderEpoch } from '../apis/23-offset-for-leader-epoch.ts';
import { type ApiHandler, RefusedRequest } from '../apis/api-handler.ts';
import { startTestServices, testContext } from '../apis/test-services.ts';
import { createDispatcher } from './dispatcher.ts';

const handlers: readonly ApiHandler[] = [metadata, apiVersions(() => handlers)];
const table = new Map(handlers.map((handler) => [handler.request.apiKey, handler]));

async function dispatcher() {
  const { services } = await startTestServices();
  const dispatch = createDispatcher(table, services);
  const identity = testContext(0);
  return {
    services,
    async send(frame: Buffer): Promise<Buffer | null> {
      const answer = await dispatch(frame, identity);
      return answer === null ? null : Buffer.concat(answer);
    },
  };
}

function header(apiKey: number, version: number, ...more: number[]): Buffer {
  const bytes = Buffer.alloc(10);
  bytes.writeInt16BE(apiKey);
  bytes.writeInt16BE(version, 2);
  bytes.writeInt32BE(5, 4);
  bytes.writeInt16BE(-1, 8);
  return Buffer.concat([bytes, Buffer.from(more)]);
}

describe('routing', () => {
  it('answers with the correlation id of the request and counts it', async () => {
    const { send, services } = await dispatcher();
    const frame = encodeRequestFrame(
      metadataRequest,
      1,
      { correlationId: 99, clientId: 'a' },
      { topics: null },
    );
    const answer = await send(Buffer.concat(frame).subarray(4));
    expect(answer?.readInt32BE(0)).toBe((answer?.length ?? 0) - 4);
    expect(answer?.readInt32BE(4)).toBe(99);
    const body = decodeMessage(metadataResponse, 1, answer?.subarray(8) ?? Buffer.alloc(0));
    expect(body.brokers).toHaveLength(1);
    const names = [...services.metrics.beans.beans()].map(({ name }) => name);
    expect(names).toContain(
      'kafka.network:type=RequestMetrics,name=RequestsPerSec,request=Metadata,version=1',
    );
  });

  it('does not call an answer that cannot be written a mistake of the client', async () => {
    const { services } = await startTestServices();
    const tooMany: ApiHandler = {
      ...metadata,
      handle: () => ({ brokers: [{ nodeId: 2 ** 40, host: 'a', port: 1 }], topics: [] }),
    };
    const dispatch = createDispatcher(new Map([[3, tooMany]]), services);
    const frame = Buffer.concat(
      encodeRequestFrame(metadataRequest, 1, { correlationId: 1, clientId: 'a' }, { topics: null }),
    ).subarray(4);
    const failure: unknown = await Promise.resolve()
      .then(() => dispatch(frame, testContext(0)))
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: 'Error',
      message: 'The answer of MetadataResponse 1 cannot be written.',
    });
    expect(failure).toHaveProperty('cause.name', 'ProtocolError');
  });

  it.each([
    [-1, 0],
    [0, 0],
    [9_999, 0],
    [3, -1],
    [3, 13],
  ])('refuses key %d version %d', async (apiKey, version) => {
    const { send } = await dispatcher();
    await expect(async () => send(header(apiKey, version))).rejects.toThrow(RefusedRequest);
  });

  it.each([-1, 5, 32_767])('answers ApiVersions at version %d as version 0', async (version) => {
    const { send } = await dispatcher();
    // Length, correlation id, UNSUPPORTED_VERSION, one entry: key 18 from 0 to 4. Nothing follows.
    expect((await send(header(18, version)))?.toString('hex')).toBe(
      '00000010' + '00000005' + '0023' + '00000001' + '001200000004',
    );
  });

  it('does not look at bytes behind the message', async () => {
    const { send } = await dispatcher();
    // All topics as librdkafka 2.16 asks for them in version 12: the count of the topics in four bytes, not in one.
    const answer = await send(header(3, 12, 0, 0, 0, 0, 0, 0, 0, 0));
    expect(answer?.readInt32BE(4)).toBe(5);
  });

  it('refuses a body that ends early', async () => {
    const { send } = await dispatcher();
    await expect(async () => send(header(3, 12, 0, 0))).rejects.toThrow('MetadataRequest v12');
  });
});

describe('quotas', () => {
  const ALICE = { principal: 'User:alice' };

  /** Alice may produce and fetch 1,000 bytes a second; answers are empty, and what is told to her connection is kept. */
  async function limited() {
    const { services } = await startTestServices();
    const entity = [{ entityType: 'user', entityName: 'alice' }];
    const ops = ['producer_byte_rate', 'consumer_byte_rate'].map((key) => ({
      key,
      value: 1_000,
      remove: false,
    }));
    await services.controller.alterClientQuotas([{ entity, ops }], false);
    const answering = <Api extends ApiHandler>(api: Api, body: object | null): ApiHandler => ({
      ...api,
      handle: () => body,
    });
    const served = [
      answering(produce, { responses: [] }),
      answering(fetch, { responses: [] }),
      answering(offsetForLeaderEpoch, { topics: [] }),
      answering(addPartitionsToTxn, { resultsByTransaction: [], resultsByTopicV3AndBelow: [] }),
      answering(writeTxnMarkers, { markers: [] }),
    ];
    const muted: number[] = [];
    let ticks = 0;
    const ticking = { monotonicMs: () => ticks++, wallMs: () => 0 };
    const send = async (
      api: ApiHandler,
      version: number,
      request: object,
      bytes: number,
      who: object = ALICE,
    ) => {
      const limits = new Map(served.map((handler) => [handler.request.apiKey, handler]));
      const dispatch = createDispatcher(limits, {
        ...services,
        platform: { ...services.platform, clock: ticking },
      });
      const requestHeader = { correlationId: 1, clientId: 'app' };
      const frame = Buffer.concat(
        encodeRequestFrame(api.request, version, requestHeader, request as never),
      ).subarray(4);
      const padded = Buffer.concat([frame, Buffer.alloc(Math.max(0, bytes - frame.length))]);
      const identity = { ...testContext(0), mute: (ms: number) => muted.push(ms), ...who };
      const answer = await dispatch(padded, identity);
      if (answer === null) return null;
      // Length and correlation id; where headers are compact, their tags.
      const headerBytes = version >= (api.response.flexible?.min ?? Infinity) ? 9 : 8;
      return decodeMessage(api.response, version, Buffer.concat(answer).subarray(headerBytes));
    };
    return { send, muted, services, answering, served };
  }
  const PRODUCE = { acks: 1, timeoutMs: 1, topicData: [] };

  it('have the client wait after its answer, and say for how long', async () => {
    const { send, muted } = await limited();
    expect(await send(produce, 3, PRODUCE, 10_000)).toMatchObject({ throttleTimeMs: 0 });
    expect(await send(produce, 3, PRODUCE, 1_000)).toMatchObject({ throttleTimeMs: 1_000 });
    expect(muted).toEqual([1_000]);
    // Of an older version that cannot say it.
    expect(await send(produce, 0, PRODUCE, 1_000)).toMatchObject({ responses: [], throttleTimeMs: 0 });
    expect(muted).toEqual([1_000, 2_000]);
  });

  it('hold for who asks, where requests can be held up', async () => {
    const { send, muted } = await limited();
    await send(produce, 3, PRODUCE, 50_000, { principal: 'User:bob' });
    await send(produce, 3, PRODUCE, 50_000, { ...ALICE, mute: undefined });
    expect(muted).toEqual([]);
  });

  it('count what is answered to a consumer, and nothing of a follower', async () => {
    const { send, muted, served, answering } = await limited();
    const records = Buffer.alloc(20_000);
    const partition = { partitionIndex: 0, errorCode: 0, highWatermark: 0n, records };
    served.push(answering(fetch, { responses: [{ topic: 'a', partitions: [partition] }] }));
    const request = { replicaId: 1, maxWaitMs: 0, minBytes: 0, topics: [] };
    await send(fetch, 4, request, 0);
    expect(muted).toEqual([]);
    const answer = await send(fetch, 4, { ...request, replicaId: -1 }, 0);
    expect(muted).toHaveLength(1);
    expect(muted[0]).toBeGreaterThan(10_000);
    expect(answer).toMatchObject({ throttleTimeMs: muted[0] });
  });

  it.each<[boolean, ApiHandler, number, object]>([
    [true, offsetForLeaderEpoch, 3, { replicaId: 1, topics: [] }],
    [false, offsetForLeaderEpoch, 3, { replicaId: -1, topics: [] }],
    [true, addPartitionsToTxn, 4, { transactions: [] }],
    [false, addPartitionsToTxn, 3, { v3AndBelowTransactionalId: 'a', v3AndBelowTopics: [] }],
    [true, writeTxnMarkers, 1, { markers: [] }],
    [false, fetch, 4, { replicaId: -1, maxWaitMs: 0, minBytes: 0, topics: [] }],
  ])('do not hold (%s) for what brokers ask each other', async (isOfBroker, api, version, request) => {
    const { send, muted, services } = await limited();
    const ops = [{ key: 'request_percentage', value: 1e-9, remove: false }];
    await services.controller.alterClientQuotas(
      [{ entity: [{ entityType: 'user', entityName: 'alice' }], ops }],
      false,
    );
    await send(api, version, request, 0);
    expect(muted).toEqual(isOfBroker ? [] : [1_000]);
  });
});

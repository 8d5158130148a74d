import { describe, expect, it } from 'vitest';
import { metadataRequest, metadataResponse } from '../../protocol/messages/03-metadata.ts';
import { decodeMessage } from '../../protocol/schema/codec.ts';
import { encodeRequestFrame } from '../../protocol/wire/framing.ts';
import { metadata } from '../apis/03-metadata.ts';
import { apiVersions } from '../apis/18-api-versions.ts';
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

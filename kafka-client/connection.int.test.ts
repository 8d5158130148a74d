/** The connection against a scripted broker on a real socket: order, time, lies and ends. */
import { afterEach, describe, expect, test } from 'vitest';
import { listGroupsRequest, listGroupsResponse } from '../protocol/messages/16-list-groups.ts';
import { apiVersionsRequest } from '../protocol/messages/18-api-versions.ts';
import { apiCall } from './api-call.ts';
import { ClientError } from './client-error.ts';
import type { Connection } from './connection.ts';
import { openNegotiated } from './negotiation.ts';
import {
  olderApiVersions,
  script,
  ScriptedBroker,
  type Misbehaviour,
  type ScriptedApi,
} from './testing/scripted-broker.ts';

const listGroups = apiCall(listGroupsRequest, listGroupsResponse);
const cleanUp: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const task of cleanUp.splice(0).reverse()) await task();
});

async function brokerWith(...apis: ScriptedApi[]): Promise<ScriptedBroker> {
  const broker = await ScriptedBroker.start(apis);
  cleanUp.push(() => broker.stop());
  return broker;
}

async function connect(
  broker: ScriptedBroker,
  options: { requestTimeoutMs?: number; maxFrameBytes?: number } = {},
): Promise<Connection> {
  const address = { host: '127.0.0.1', port: broker.port };
  const connection = await openNegotiated({ address, clientId: 'test', ...options });
  cleanUp.push(() => connection.close());
  return connection;
}

async function failure(promise: Promise<unknown>): Promise<ClientError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ClientError) return error;
    throw error;
  }
  throw new Error('nothing failed');
}

function groupsAnswering(behave: Misbehaviour): ScriptedApi {
  return script(listGroupsRequest, listGroupsResponse, () => behave);
}

describe('negotiation', () => {
  test('with a broker as new as we are takes one request', async () => {
    const broker = await brokerWith(groupsAnswering('silence'));
    const connection = await connect(broker);
    expect(broker.requests).toEqual(['ApiVersions v4']);
    expect(connection.versions.get(16)).toEqual({ minVersion: 0, maxVersion: 5 });
  });

  test('falls back to the version that an older broker names', async () => {
    const broker = await brokerWith(olderApiVersions(2));
    await connect(broker);
    expect(broker.requests).toEqual(['ApiVersions v4', 'ApiVersions v2']);
  });

  test('tries version 0 on a new connection if the broker hangs up', async () => {
    const old = olderApiVersions(0);
    const broker = await brokerWith({
      ...old,
      respond: (header, body) => (header.apiVersion > 0 ? 'close' : old.respond(header, body)),
    });
    await connect(broker);
    expect(broker.requests).toEqual(['ApiVersions v4', 'ApiVersions v0']);
    expect(broker.connections).toBe(2);
  });

  test('an answer that is not one fails with what is wrong', async () => {
    const nonsense = Buffer.from('000000060000000100ff', 'hex');
    const broker = await brokerWith({
      request: apiVersionsRequest,
      maxVersion: 4,
      respond: () => ({ bytes: nonsense }),
    });
    expect(await failure(connect(broker))).toMatchObject({ code: 'BAD_RESPONSE', retriable: false });
  });

  test('nobody at the port is CONNECT_FAILED, with the address in the text', async () => {
    const broker = await ScriptedBroker.start();
    const { port } = broker;
    await broker.stop();
    const error = await failure(openNegotiated({ address: { host: '127.0.0.1', port }, clientId: 'test' }));
    expect(error).toMatchObject({ code: 'CONNECT_FAILED', retriable: true });
    expect(error.message).toContain(`127.0.0.1:${port}`);
    expect(error.cause).toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('calls', () => {
  test('are pipelined, and each gets its own answer', async () => {
    let served = 0;
    const echo = script(listGroupsRequest, listGroupsResponse, ({ statesFilter }) => {
      served += 1;
      return { groups: statesFilter.map((groupId) => ({ groupId })) };
    });
    const connection = await connect(await brokerWith(echo));
    const names = Array.from({ length: 200 }, (_, index) => `group-${index}`);
    const answers = await Promise.all(
      names.map((name) => connection.call(listGroups, { statesFilter: [name] })),
    );
    expect(answers.map((answer) => answer.groups[0]?.groupId)).toEqual(names);
    expect(served).toBe(200);
  });

  test('an API that the broker does not serve is named in the error', async () => {
    const connection = await connect(await brokerWith());
    const error = await failure(connection.call(listGroups, {}));
    expect(error).toMatchObject({ code: 'UNSUPPORTED_API', retriable: false });
    expect(error.message).toContain('ListGroups');
    expect(connection.isOpen).toBe(true);
  });

  test('one that times out ends the connection and the calls behind it', async () => {
    const connection = await connect(await brokerWith(groupsAnswering('silence')), { requestTimeoutMs: 30 });
    const [first, second] = await Promise.all([
      failure(connection.call(listGroups, {})),
      failure(connection.call(listGroups, {}, { timeoutMs: 60_000 })),
    ]);
    expect(first).toMatchObject({ code: 'REQUEST_TIMED_OUT', retriable: true });
    expect(second).toBe(first);
    expect(await failure(connection.call(listGroups, {}))).toBe(first);
  });

  test('a broker that hangs up rejects what waits', async () => {
    const connection = await connect(await brokerWith(groupsAnswering('close')));
    expect(await failure(connection.call(listGroups, {}))).toMatchObject({
      code: 'CONNECTION_CLOSED',
      retriable: true,
    });
    expect((await connection.ended).code).toBe('CONNECTION_CLOSED');
  });

  test('closing rejects what waits, at once', async () => {
    const connection = await connect(await brokerWith(groupsAnswering('silence')));
    const waiting = failure(connection.call(listGroups, {}));
    connection.close();
    expect(await waiting).toMatchObject({ code: 'CLIENT_CLOSED', retriable: false });
  });
});

describe('answers that lie end the connection', () => {
  test.each([
    ['a size of two gigabytes', '7fffffff00000002'],
    ['a negative size', 'ffffffff00000002'],
    ['another correlation id', '0000000d' + '00000063' + '00' + '00000000' + '0000' + '01' + '00'],
    ['a body that is cut off', '000000050000000200'],
    ['an array longer than the frame', '00000010' + '00000002' + '00' + '00000000' + '0000' + 'ffffffff0f'],
  ])('%s', async (_name, hex) => {
    const connection = await connect(await brokerWith(groupsAnswering({ bytes: Buffer.from(hex, 'hex') })));
    expect(await failure(connection.call(listGroups, {}))).toMatchObject({
      code: 'BAD_RESPONSE',
      retriable: false,
    });
    expect(connection.isOpen).toBe(false);
  });

  test('a frame over the limit', async () => {
    const large = script(listGroupsRequest, listGroupsResponse, () => ({
      groups: Array.from({ length: 100 }, (_, index) => ({ groupId: `a-rather-long-group-name-${index}` })),
    }));
    const connection = await connect(await brokerWith(large), { maxFrameBytes: 1_000 });
    expect(await failure(connection.call(listGroups, {}))).toMatchObject({ code: 'BAD_RESPONSE' });
  });
});

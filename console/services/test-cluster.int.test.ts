/** The cluster test against brokers on real sockets, some behind TLS and SASL, some that are no brokers at all. */
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { metadataRequest, metadataResponse } from '../../protocol/messages/03-metadata.ts';
import { script, scriptedMetadata, ScriptedBroker } from '../../kafka-client/testing/scripted-broker.ts';
import { scriptedSasl } from '../../kafka-client/testing/scripted-sasl.ts';
import { selfSigned } from '../../kafka-client/testing/self-signed.ts';
import { freePort } from '../../scripts/testing/free-ports.ts';
import { clusterTestInputSchema } from '../contracts/clusters.ts';
import type { ClusterTest } from '../contracts/clusters.ts';
import { testCluster } from './test-cluster.ts';
import { openTestConsole } from './testing/test-context.ts';
import type { TestConsole } from './testing/test-context.ts';

let console_: TestConsole;
const cleanUp: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  console_ = await openTestConsole();
});
afterEach(async () => {
  for (const task of cleanUp.splice(0).reverse()) await task();
  await console_.close();
});

const certificate = selfSigned();
const user = { username: 'watcher', password: 'correct-password', mechanisms: ['SCRAM-SHA-256'] };
const sasl = { mechanism: 'SCRAM-SHA-256', username: user.username, password: user.password };

async function brokerOf(options: { tls?: boolean; sasl?: boolean } = {}): Promise<ScriptedBroker> {
  const apis = options.sasl === true ? scriptedSasl(user) : [];
  const broker = await ScriptedBroker.start(apis, options.tls === true ? certificate : null);
  broker.set(scriptedMetadata(() => [broker]));
  cleanUp.push(() => broker.stop());
  return broker;
}

/** Something that listens and is no Kafka broker. */
async function serverOf(serve: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Answers each request with a status and a text. Gives the port. */
async function httpServerOf(answer: (request: IncomingMessage) => [number, string]): Promise<number> {
  const server = createHttpServer((request, response) => {
    const [status, text] = answer(request);
    response.writeHead(status).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

async function run(input: Record<string, unknown>): Promise<ClusterTest> {
  const answer = await testCluster(console_.context, clusterTestInputSchema.parse(input), () => undefined);
  expect(JSON.stringify(answer)).not.toContain(user.password);
  return answer;
}
const outcomes = ({ steps }: ClusterTest) => steps.map(({ outcome }) => outcome).join(' ');
const failed = ({ steps }: ClusterTest) => steps.find(({ outcome }) => outcome === 'failed');

test('through TLS and SASL to the brokers', async () => {
  const broker = await brokerOf({ tls: true, sasl: true });
  const answer = await run({ bootstrap: broker.address, tls: { ca: certificate.cert }, sasl });
  expect(outcomes(answer)).toBe('ok ok ok ok ok ok skipped');
  expect(answer).toMatchObject({
    ok: true,
    kafkaClusterId: 'scripted',
    brokers: [{ id: 0, reachable: true }],
  });
});

test.each<[string, Record<string, unknown>, string, RegExp]>([
  [
    'a certificate that is not trusted',
    { tls: {}, sasl },
    'ok ok failed skipped skipped skipped skipped',
    /CA to trust/,
  ],
  [
    'a certificate for another name',
    { tls: { ca: certificate.cert, serverName: 'kafka.example' }, sasl },
    'ok ok failed skipped skipped skipped skipped',
    /name/,
  ],
  ['no TLS where it is wanted', { sasl }, 'ok ok skipped skipped failed skipped skipped', /TLS/],
  [
    'a wrong password',
    { tls: { ca: certificate.cert }, sasl: { ...sasl, password: 'wrong' } },
    'ok ok ok failed ok skipped skipped',
    /Check both/,
  ],
  [
    'a mechanism that is not offered',
    { tls: { ca: certificate.cert }, sasl: { ...sasl, mechanism: 'PLAIN' } },
    'ok ok ok failed ok skipped skipped',
    /has enabled/,
  ],
])('%s is named, with what to do', async (_, input, expected, advice) => {
  const broker = await brokerOf({ tls: true, sasl: true });
  const answer = await run({ bootstrap: broker.address, ...input });
  expect(outcomes(answer)).toBe(expected);
  expect(answer.ok).toBe(false);
  expect(failed(answer)?.advice).toMatch(advice);
});

test('a broker that cannot be reached where it says it is fails the last step, by name', async () => {
  const broker = await brokerOf();
  broker.set(
    script(metadataRequest, metadataResponse, () => ({
      clusterId: 'elsewhere',
      brokers: [
        { nodeId: 0, host: '127.0.0.1', port: broker.port },
        { nodeId: 1, host: 'no-such-host.invalid', port: 9092 },
        { nodeId: 2, host: '169.254.169.254', port: 80 },
      ],
    })),
  );
  const answer = await run({ bootstrap: broker.address });
  expect(outcomes(answer)).toBe('ok ok skipped skipped ok failed skipped');
  expect(failed(answer)).toMatchObject({ advice: expect.stringContaining('advertised.listeners') });
  expect(answer.brokers.map(({ reachable }) => reachable)).toEqual([true, false, false]);
  expect(answer.brokers[1]?.detail).toContain('cannot be resolved');
  expect(answer.brokers[2]?.detail).toContain('not allowed');
});

test('nothing that another server says is repeated', async () => {
  const greeting = 'SSH-2.0-SecretServer_9.9';
  const address = await serverOf((socket) => socket.write(`${greeting}\r\n`));
  for (const input of [{}, { tls: true }]) {
    const answer = await run({ bootstrap: address, ...input });
    expect(answer.ok).toBe(false);
    expect(JSON.stringify(answer)).not.toMatch(/SSH|SecretServer|1397966893/);
  }
});

test('what announces an answer of 2 GiB is not waited for', async () => {
  const address = await serverOf((socket) =>
    socket.once('data', () => socket.write(Buffer.from('7fffffff00', 'hex'))),
  );
  expect(outcomes(await run({ bootstrap: address }))).toBe('ok ok skipped skipped failed skipped skipped');
});

test.each(['169.254.169.254:80', '[::ffff:a9fe:a9fe]:80', '0.0.0.0:9092', '[fe80::1]:9092'])(
  '%s is refused before a connection',
  async (bootstrap) => {
    const answer = await run({ bootstrap });
    expect(outcomes(answer)).toBe('failed skipped skipped skipped skipped skipped skipped');
    expect(failed(answer)?.detail).toContain('not allowed');
  },
);

test('where metrics are told is tried last, and never decides whether a cluster can be watched', async () => {
  const broker = await brokerOf();
  const text = 'kafka_server_BrokerTopicMetrics_Count{name="BytesInPerSec"} 8\n';
  const told = await httpServerOf((request) => (request.url === '/metrics' ? [200, text] : [404, '']));
  const answered = await run({ bootstrap: broker.address, brokerMetrics: `http://{host}:${told}` });
  expect(outcomes(answered)).toBe('ok ok skipped skipped ok ok ok');
  expect(answered.steps.at(-1)?.detail).toContain('by Prometheus text');

  const secret = await httpServerOf(() => [418, 'SecretServer']);
  for (const [brokerMetrics, detail] of [
    [`0=http://127.0.0.1:${secret}`, 'neither as Jolokia nor'],
    ['http://169.254.169.254/latest', 'not allowed'],
    ['1=http://127.0.0.1:1', 'has no address'],
  ] as const) {
    const answer = await run({ bootstrap: broker.address, brokerMetrics });
    expect(outcomes(answer)).toBe('ok ok skipped skipped ok ok failed');
    expect(answer.ok).toBe(true);
    expect(failed(answer)?.detail).toContain(detail);
    expect(JSON.stringify(answer)).not.toMatch(/SecretServer|418/);
  }
});

test('of several addresses the one that gets furthest tells the steps, the others their end', async () => {
  const broker = await brokerOf();
  const dead = `127.0.0.1:${String(await freePort())}`;
  const answer = await run({ bootstrap: [dead, broker.address] });
  expect(answer).toMatchObject({ ok: true, address: broker.address });
  expect(answer.otherAddresses).toEqual([
    { address: dead, ok: false, detail: 'nothing listens at this port' },
  ]);
});

test('only so many run at once', async () => {
  const address = await serverOf(() => undefined);
  const input = clusterTestInputSchema.parse({ bootstrap: address });
  const results = await Promise.allSettled(
    [1, 2, 3, 4].map(() => testCluster(console_.context, input, () => undefined)),
  );
  expect(results.filter(({ status }) => status === 'rejected')).toMatchObject([
    { reason: { type: 'too-many-tests', retryAfterSeconds: 10 } },
  ]);
});

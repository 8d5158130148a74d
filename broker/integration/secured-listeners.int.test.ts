/**
 * Listeners with TLS and SASL, as clients meet them: kafkajs by each mechanism with and without TLS, certificates of clients, what
 * is not let in, and that no secret comes into the log.
 */
import { pbkdf2Sync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { type KafkaConfig, logLevel, type SASLOptions } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiCall } from '../../kafka-client/api-call.ts';
import { openNegotiated } from '../../kafka-client/negotiation.ts';
import { selfSigned } from '../../kafka-client/testing/self-signed.ts';
import {
  alterUserScramCredentialsRequest,
  alterUserScramCredentialsResponse,
} from '../../protocol/messages/51-alter-user-scram-credentials.ts';
import { freePorts } from '../../scripts/testing/free-ports.ts';
import { startTestBroker, type TestBroker } from './broker-harness.ts';

const own = selfSigned();
const aliceCertificate = selfSigned('alice');
const stranger = selfSigned('mallory');
const PASSWORD = 'correct-horse-battery';
const SCRAM_NUMBERS = { 'scram-sha-256': 1, 'scram-sha-512': 2 } as const;
const alterScram = apiCall(alterUserScramCredentialsRequest, alterUserScramCredentialsResponse);

let broker: TestBroker;
let ports: Readonly<Record<'PLAINTEXT' | 'TLS' | 'MUTUAL' | 'SASL' | 'BOTH', number>>;

async function setScram(
  name: string,
  mechanism: keyof typeof SCRAM_NUMBERS,
  password: string,
): Promise<void> {
  const address = { host: '127.0.0.1', port: ports.PLAINTEXT };
  const connection = await openNegotiated({ address, clientId: 'admin' });
  const salt = Buffer.from(`salt of ${name}`);
  const [hash, bytes] = mechanism === 'scram-sha-256' ? (['sha256', 32] as const) : (['sha512', 64] as const);
  const saltedPassword = pbkdf2Sync(password, salt, 4_096, bytes, hash);
  const upsertion = { name, mechanism: SCRAM_NUMBERS[mechanism], iterations: 4_096, salt, saltedPassword };
  const answer = await connection.call(alterScram, { deletions: [], upsertions: [upsertion] });
  connection.close();
  expect(answer.results).toMatchObject([{ user: name, errorCode: 0 }]);
}

beforeAll(async () => {
  const [PLAINTEXT = 0, TLS = 0, MUTUAL = 0, SASL = 0, BOTH = 0] = await freePorts(5);
  ports = { PLAINTEXT, TLS, MUTUAL, SASL, BOTH };
  const listeners = Object.entries(ports).map(([name, port]) => `${name}://127.0.0.1:${String(port)}`);
  const users = `a.PlainLoginModule required user_alice="${PASSWORD}";`;
  broker = await startTestBroker([
    `listeners=${listeners.join()}`,
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,TLS:SSL,MUTUAL:SSL,SASL:SASL_PLAINTEXT,BOTH:SASL_SSL',
    'ssl.keystore.type=PEM',
    `ssl.keystore.key=${own.key}`,
    `ssl.keystore.certificate.chain=${own.cert}`,
    'ssl.truststore.type=PEM',
    `ssl.truststore.certificates=${aliceCertificate.cert}`,
    'listener.name.mutual.ssl.client.auth=required',
    'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    `plain.sasl.jaas.config=${users}`,
    'listener.name.both.connections.max.reauth.ms=4000',
  ]);
  await setScram('alice', 'scram-sha-256', PASSWORD);
  await setScram('alice', 'scram-sha-512', PASSWORD);
});
afterAll(() => broker.remove());

const tls = { ca: [own.cert] };

function client(listener: keyof typeof ports, config: Partial<KafkaConfig>) {
  return broker.kafka({
    ...{ brokers: [`127.0.0.1:${String(ports[listener])}`], logLevel: logLevel.NOTHING },
    // So long before a session ends it is proved again; kafkajs' ten seconds are more than a session has here.
    reauthenticationThreshold: 1_500,
    ...{ retry: { retries: 0 }, connectionTimeout: 5_000, ...config },
  });
}

/** Writes a record and reads it back, over the same listener. */
async function roundTrip(listener: keyof typeof ports, config: Partial<KafkaConfig>): Promise<string[]> {
  const kafka = client(listener, { ...config, retry: { retries: 5 } });
  const topic = `through-${listener.toLowerCase()}-${config.sasl?.mechanism ?? 'tls'}`;
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic }], waitForLeaders: true });
  const { brokers } = await admin.describeCluster();
  expect(brokers.map(({ port }) => port)).toEqual([ports[listener]]);
  await admin.disconnect();
  const producer = kafka.producer();
  await producer.connect();
  // Longer than anybody may send who is not known yet.
  await producer.send({ topic, messages: [{ value: 'x'.repeat(700_000) }, { value: 'last' }] });
  await producer.disconnect();
  const consumer = kafka.consumer({ groupId: `readers-of-${topic}`, maxWaitTimeInMs: 100 });
  const values: string[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: ({ message }) => Promise.resolve(void values.push(String(message.value))),
  });
  await expect.poll(() => values.length, { timeout: 60_000 }).toBe(2);
  await consumer.disconnect();
  return values.map((value) => value.slice(-4));
}

const as = (mechanism: string, password = PASSWORD, username = 'alice') =>
  ({ mechanism, username, password }) as SASLOptions;

describe('clients are served', () => {
  it.each([
    ['SASL', 'plain'],
    ['SASL', 'scram-sha-256'],
    ['SASL', 'scram-sha-512'],
    ['BOTH', 'plain'],
    ['BOTH', 'scram-sha-512'],
  ] as const)('on %s by %s', async (listener, mechanism) => {
    const config = { sasl: as(mechanism), ...(listener === 'BOTH' && { ssl: tls }) };
    expect(await roundTrip(listener, config)).toEqual(['xxxx', 'last']);
  });

  it('on TLS alone, and on TLS with a certificate of theirs', async () => {
    expect(await roundTrip('TLS', { ssl: tls })).toEqual(['xxxx', 'last']);
    expect(await roundTrip('MUTUAL', { ssl: { ...tls, ...aliceCertificate } })).toEqual(['xxxx', 'last']);
  });

  it('longer than a session lives, when they prove again who they are', async () => {
    const producer = client('BOTH', { ssl: tls, sasl: as('scram-sha-256') }).producer();
    await producer.connect();
    const topic = 'again';
    for (const deadline = Date.now() + 9_000; Date.now() < deadline;)
      await producer.send({ topic, messages: [{ value: 'still here' }] });
    await producer.disconnect();
  });

  it('with users that the cluster keeps over a restart', async () => {
    await broker.restart();
    const admin = client('SASL', { sasl: as('scram-sha-256') }).admin();
    await admin.connect();
    expect(await admin.listTopics()).toContain('through-sasl-plain');
    await admin.disconnect();
  });
});

describe('nobody is let in', () => {
  it.each([
    ['with a wrong password by plain', 'SASL', { sasl: as('plain', 'not-the-password') }],
    ['with a wrong password by scram-sha-256', 'SASL', { sasl: as('scram-sha-256', 'not-the-password') }],
    ['with a wrong password by scram-sha-512', 'SASL', { sasl: as('scram-sha-512', 'not-the-password') }],
    ['with a name that nobody has', 'SASL', { sasl: as('scram-sha-256', PASSWORD, 'mallory') }],
    ['without a password', 'SASL', {}],
    ['without TLS', 'TLS', {}],
    ['without a certificate where one is needed', 'MUTUAL', { ssl: tls }],
    ['with a certificate that nobody vouches for', 'MUTUAL', { ssl: { ...tls, ...stranger } }],
  ] as const)('%s', async (_what, listener, config) => {
    const admin = client(listener, config).admin();
    const listed = admin.connect().then(() => admin.listTopics());
    await expect(listed).rejects.toThrow();
    await admin.disconnect().catch(() => undefined);
  });

  it('and a wrong password is called that', async () => {
    const connecting = client('SASL', { sasl: as('plain', 'not-the-password') })
      .admin()
      .connect();
    await expect(connecting).rejects.toThrow(/Authentication failed: Invalid username or password/);
  });

  it('nor does it keep others waiting: connections that never finish their handshake, and bytes that are no TLS', async () => {
    const held = [...Array(20).keys()].map(() => connectTcp(ports.BOTH, '127.0.0.1'));
    held.forEach((socket, index) => {
      socket.on('error', () => undefined);
      if (index % 2 === 0) socket.write('GET / HTTP/1.1\r\n\r\n');
    });
    const admin = client('BOTH', { ssl: tls, sasl: as('plain') }).admin();
    await admin.connect();
    expect(await admin.listTopics()).toContain('through-both-plain');
    await admin.disconnect();
    for (const socket of held) socket.destroy();
  });

  it('and what a listener does not speak is said before it starts', async () => {
    const file = join(broker.directory, 'not-a-key.pem');
    writeFileSync(file, 'nothing of the kind');
    const starting = startTestBroker([
      ...['listeners=SSL://127.0.0.1:0', 'ssl.keystore.type=PEM', `ssl.keystore.location=${file}`],
    ]);
    await expect(starting).rejects.toThrow(/Cannot speak TLS on SSL: ssl.keystore.location=.*not-a-key.pem/);
    const missing = startTestBroker(['listeners=SSL://127.0.0.1:0', 'ssl.keystore.location=/nowhere.p12']);
    await expect(missing).rejects.toThrow('ssl.keystore.location=/nowhere.p12: there is no such file');
  });

  it('and TLS of before 2008 is not spoken', async () => {
    const outcome = await new Promise<string>((resolve) => {
      const socket = connectTls({
        ...{ port: ports.TLS, host: '127.0.0.1', ca: own.cert, maxVersion: 'TLSv1.1', minVersion: 'TLSv1' },
        ciphers: 'DEFAULT@SECLEVEL=0',
      });
      socket.on('secureConnect', () => resolve('let in'));
      socket.on('error', (error: Error) => resolve(error.message));
      socket.on('close', () => socket.destroy());
    });
    expect(outcome).not.toBe('let in');
    expect(broker.lines.join('\n')).toContain(
      'Refused a connection from 127.0.0.1 on TLS: no TLS with it: unsupported protocol',
    );
  });
});

it('the log has no secret in it, and says who was not let in', () => {
  const log = broker.lines.join('\n');
  for (const secret of [PASSWORD, 'not-the-password', own.key.slice(60, 100), 'salt of alice'])
    expect(log).not.toContain(secret);
  expect(log).toContain(
    'Closed the connection of 127.0.0.1 on SASL: Authentication failed: Invalid username or password',
  );
});

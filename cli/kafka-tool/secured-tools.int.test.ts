/** How tools get into a cluster with TLS, certificates and passwords, by the properties of Kafka's clients. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestBroker, type TestBroker } from '../../broker/integration/broker-harness.ts';
import { selfSigned } from '../../kafka-client/testing/self-signed.ts';
import { freePorts } from '../../scripts/testing/free-ports.ts';
import { runConsoleProducer } from '../kafka-console-producer/run-console-producer.ts';
import { runTopics } from '../kafka-topics/run-topics.ts';
import { callTool } from './testing/call-tool.ts';

const own = selfSigned();
const alice = selfSigned('alice');
const PASSWORD = 'correct-horse-"battery';
let broker: TestBroker;
let ports: Readonly<Record<'TLS' | 'MUTUAL' | 'BOTH' | 'PLAINTEXT', number>>;

beforeAll(async () => {
  const [TLS = 0, MUTUAL = 0, BOTH = 0, PLAINTEXT = 0] = await freePorts(4);
  ports = { TLS, MUTUAL, BOTH, PLAINTEXT };
  const listeners = Object.entries(ports).map(([name, port]) => `${name}://127.0.0.1:${String(port)}`);
  broker = await startTestBroker([
    `listeners=${listeners.join()}`,
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,TLS:SSL,MUTUAL:SSL,BOTH:SASL_SSL',
    'ssl.keystore.type=PEM',
    `ssl.keystore.key=${own.key}`,
    `ssl.keystore.certificate.chain=${own.cert}`,
    'ssl.truststore.type=PEM',
    `ssl.truststore.certificates=${alice.cert}`,
    'listener.name.mutual.ssl.client.auth=required',
    'sasl.enabled.mechanisms=PLAIN',
    `plain.sasl.jaas.config=a.PlainLoginModule required user_alice="${PASSWORD.replace('"', '\\"')}";`,
    'inter.broker.listener.name=PLAINTEXT',
  ]);
});
afterAll(() => broker.remove());

const oneLine = (pem: string): string => pem.replaceAll('\n', '\\n');
const trust = 'ssl.truststore.type=PEM\nssl.truststore.location=ca.pem';
const jaas = (password: string): string =>
  `sasl.mechanism=PLAIN\nsasl.jaas.config=a.b.PlainLoginModule required username="alice" password="${password.replace('"', '\\\\"')}";`;

const list = (listener: keyof typeof ports, properties: string) =>
  callTool(
    runTopics,
    ['--list', '--bootstrap-server', `127.0.0.1:${String(ports[listener])}`, '--command-config', 'client'],
    { files: { client: properties, 'ca.pem': own.cert, 'own.pem': alice.cert + alice.key } },
  );

it.each([
  ['TLS', `security.protocol=SSL\n${trust}`],
  ['TLS', `security.protocol=ssl\nssl.truststore.type=PEM\nssl.truststore.certificates=${oneLine(own.cert)}`],
  ['MUTUAL', `security.protocol=SSL\n${trust}\nssl.keystore.type=PEM\nssl.keystore.location=own.pem`],
  [
    'MUTUAL',
    `security.protocol=SSL\n${trust}\nssl.keystore.type=PEM\nssl.keystore.key=${oneLine(alice.key)}\nssl.keystore.certificate.chain=${oneLine(alice.cert)}`,
  ],
  ['BOTH', `security.protocol=SASL_SSL\n${trust}\n${jaas(PASSWORD)}`],
] as const)('gets in at %s', async (listener, properties) => {
  expect(await list(listener, properties)).toMatchObject({ status: 0, err: [] });
});

it.each([
  ['TLS', 'security.protocol=SSL', 'self-signed'],
  ['MUTUAL', `security.protocol=SSL\n${trust}`, 'no broker of'],
  ['BOTH', `security.protocol=SASL_SSL\n${trust}\n${jaas('wrong')}`, 'refused user name or password'],
  ['BOTH', `security.protocol=SASL_SSL\n${trust}`, 'sasl.mechanism=GSSAPI cannot be used here'],
  ['BOTH', `security.protocol=SASL_SSL\n${trust}\nsasl.mechanism=PLAIN`, 'sasl.jaas.config is missing'],
  [
    'BOTH',
    `security.protocol=SASL_SSL\n${trust}\nsasl.mechanism=PLAIN\nsasl.jaas.config=x`,
    'sasl.jaas.config is not understood',
  ],
  ['TLS', 'security.protocol=SSL\nssl.truststore.location=x.jks', 'ssl.truststore.type=JKS cannot be read'],
  ['TLS', `security.protocol=SSL\nssl.truststore.type=PEM\nssl.truststore.location=client`, 'in PEM form'],
  ['TLS', 'security.protocol=TLS', 'security.protocol=TLS is none of'],
] as const)('says why not: %s with %s', async (listener, properties, words) => {
  const { status, out } = await list(listener, properties);
  expect([status, out]).toEqual([1, expect.stringContaining(words)]);
  expect(out).not.toContain('wrong"');
});

it('writes with a password over TLS', async () => {
  const address = `127.0.0.1:${String(ports.BOTH)}`;
  const properties = `security.protocol=SASL_SSL\n${trust}\n${jaas(PASSWORD)}`;
  const argv = ['--bootstrap-server', address, '--topic', 'secured', '--command-config', 'client'];
  const files = { client: properties, 'ca.pem': own.cert };
  expect(await callTool(runConsoleProducer, argv, { files, input: 'line\n' })).toMatchObject({
    status: 0,
    err: [],
  });
});

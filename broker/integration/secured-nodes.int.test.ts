/**
 * Nodes that prove to each other who they are: three processes with certificates among themselves, an authorizer to which they are super
 * users, and SASL over TLS for clients; the same by names and passwords; and nodes that the others do not trust, which are told why.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterEach, describe, expect, it } from 'vitest';
import { alterScramUser } from '../../kafka-client/admin/scram-credentials.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { authenticateWith } from '../../kafka-client/sasl/authenticate.ts';
import { selfSigned } from '../../kafka-client/testing/self-signed.ts';
import { freePorts } from '../../scripts/testing/free-ports.ts';
import {
  type BrokerProcess,
  launchBroker,
  runToExit,
  startBrokerProcess,
  temporaryDirectory,
  writeProperties,
} from './broker-process.ts';
import { partitionsOf, until } from './cluster-harness.ts';

const IDS = [0, 1, 2] as const;
const PASSWORD = 'correct-horse-battery';
const certificates = IDS.map((id) => selfSigned(`node-${String(id)}`));
const authorities = certificates.map(({ cert }) => cert).join('\n');
const cleanUp: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const task of cleanUp.splice(0).reverse()) await task();
});

interface Plan {
  readonly path: string;
  readonly clientPorts: readonly number[];
  /** Keys of a node. */
  readonly keys: (id: number) => readonly string[];
}

/** `security` is the part that differs: protocols of INSIDE and CONTROLLER, and what they need. */
async function plan(security: (id: number) => readonly string[]): Promise<Plan> {
  const directory = temporaryDirectory();
  cleanUp.push(() => directory.remove());
  const ports = await freePorts(9);
  const [clientPorts, insidePorts, voterPorts] = [ports.slice(0, 3), ports.slice(3, 6), ports.slice(6)];
  const voters = voterPorts.map((port, id) => `${String(id)}@127.0.0.1:${String(port)}`).join();
  const keys = (id: number): readonly string[] => {
    const own = join(directory.path, String(id));
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'node.pem'), `${certificates[id]?.key ?? ''}\n${certificates[id]?.cert ?? ''}`);
    writeFileSync(join(own, 'authorities.pem'), authorities);
    const address = (name: string, port?: number): string => `${name}://127.0.0.1:${String(port)}`;
    return [
      ...[`node.id=${String(id)}`, `controller.quorum.voters=${voters}`],
      `listeners=${[address('OUTSIDE', clientPorts[id]), address('INSIDE', insidePorts[id]), address('CONTROLLER', voterPorts[id])].join()}`,
      ...['controller.listener.names=CONTROLLER', 'inter.broker.listener.name=INSIDE'],
      ...['ssl.keystore.type=PEM', `ssl.keystore.location=${join(own, 'node.pem')}`],
      ...['ssl.truststore.type=PEM', `ssl.truststore.location=${join(own, 'authorities.pem')}`],
      'sasl.enabled.mechanisms=PLAIN',
      `listener.name.outside.plain.sasl.jaas.config=PlainLoginModule required user_alice="${PASSWORD}";`,
      ...security(id),
    ];
  };
  return { path: directory.path, clientPorts, keys };
}

function lastOfEachKey(keys: readonly string[]): readonly string[] {
  const nameOf = (key: string): string => key.split('=')[0] ?? '';
  return keys.filter((key, index) => keys.findLastIndex((other) => nameOf(other) === nameOf(key)) === index);
}

async function start(setup: Plan, id: number): Promise<BrokerProcess> {
  const keys = lastOfEachKey(setup.keys(id));
  const broker = await startBrokerProcess(join(setup.path, String(id)), keys, null);
  cleanUp.push(() => broker.end('SIGKILL'));
  return broker;
}

function alice({ clientPorts }: Plan): Kafka {
  return new Kafka({
    clientId: 'alice',
    brokers: clientPorts.map((port) => `127.0.0.1:${String(port)}`),
    ssl: { ca: [authorities] },
    sasl: { mechanism: 'plain', username: 'alice', password: PASSWORD },
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 60 },
  });
}

const byCertificates = (superUsers = 'User:CN=node-0;User:CN=node-1;User:CN=node-2;User:alice') => [
  'listener.security.protocol.map=INSIDE:SSL,OUTSIDE:SASL_SSL,CONTROLLER:SSL',
  ...['listener.name.inside.ssl.client.auth=required', 'listener.name.controller.ssl.client.auth=required'],
  'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  `super.users=${superUsers}`,
];

const ofNodes = `PlainLoginModule required username="node" password="${PASSWORD}" user_node="${PASSWORD}";`;
const byPasswords = (): readonly string[] => [
  'listener.security.protocol.map=INSIDE:SASL_PLAINTEXT,OUTSIDE:SASL_SSL,CONTROLLER:SASL_SSL',
  ...['sasl.mechanism.inter.broker.protocol=PLAIN', 'sasl.mechanism.controller.protocol=PLAIN'],
  `listener.name.inside.plain.sasl.jaas.config=${ofNodes}`,
  `listener.name.controller.plain.sasl.jaas.config=${ofNodes}`,
  // So often that each connection among them is made anew while the test goes on.
  ...['inside', 'controller'].map((name) => `listener.name.${name}.connections.max.reauth.ms=3000`),
  'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users=User:node;User:alice',
];

/** Brokers among themselves by SCRAM, whose users are in the metadata: those come from the controllers, who are reached by PLAIN. */
const byScram = (): readonly string[] => [
  ...byPasswords(),
  'sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512',
  'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512',
  `listener.name.inside.scram-sha-512.sasl.jaas.config=ScramLoginModule required username="node" password="${PASSWORD}";`,
];

/** As `kafka-configs --alter --entity-type users` does it, over the listener of clients. */
async function addNodeUser({ clientPorts }: Plan): Promise<void> {
  const cluster = new KafkaCluster({
    bootstrap: clientPorts.map((port) => `127.0.0.1:${String(port)}`),
    clientId: 'admin',
    tls: { ca: authorities },
    authenticate: authenticateWith({ mechanism: 'PLAIN', username: 'alice', password: PASSWORD }),
  });
  cleanUp.push(() => cluster.close());
  const credential = { mechanism: 'SCRAM-SHA-512', iterations: 4_096, password: PASSWORD } as const;
  await expect
    .poll(() => alterScramUser(cluster, 'node', [credential], []).then(() => 'added', String), {
      timeout: 30_000,
    })
    .toBe('added');
}

describe('nodes that know each other', () => {
  it.each([
    ['by certificates', byCertificates],
    ['by passwords', byPasswords],
    ['by users of SCRAM that the cluster keeps', byScram, addNodeUser],
  ] as [string, () => readonly string[], ((setup: Plan) => Promise<void>)?][])(
    '%s replicate, elect, and lose nothing when a leader is killed',
    async (_how, security, prepare) => {
      const setup = await plan(() => security());
      const brokers = await Promise.all(IDS.map((id) => start(setup, id)));
      await prepare?.(setup);
      const kafka = alice(setup);
      const admin = kafka.admin();
      await admin.connect();
      cleanUp.push(() => admin.disconnect());
      await admin.createTopics({
        topics: [{ topic: 'kept', numPartitions: 1, replicationFactor: 3 }],
        // kafkajs gives up on a broker that has not heard of the topic yet.
        waitForLeaders: false,
        timeout: 25_000,
      });
      const partition = async () => (await partitionsOf(admin, 'kept').catch(() => []))[0];
      await until(partition, (state) => state?.isr.length === 3);
      const producer = kafka.producer();
      await producer.connect();
      cleanUp.push(() => producer.disconnect());
      const send = (value: string) => producer.send({ topic: 'kept', acks: -1, messages: [{ value }] });
      for (const value of ['a', 'b', 'c']) await send(value);
      const leader = (await partition())?.leader ?? -1;
      await brokers[leader]?.end('SIGKILL');
      await until(partition, (state) => state?.leader !== leader && state?.leader !== -1);
      await send('d');
      const consumer = kafka.consumer({ groupId: 'readers', maxWaitTimeInMs: 100 });
      await consumer.connect();
      cleanUp.push(() => consumer.disconnect());
      await consumer.subscribe({ topic: 'kept', fromBeginning: true });
      const values: string[] = [];
      await consumer.run({
        eachMessage: ({ message }) => Promise.resolve(void values.push(String(message.value))),
      });
      await expect.poll(() => values, { timeout: 60_000 }).toEqual(['a', 'b', 'c', 'd']);
      for (const broker of brokers) expect(broker.output()).not.toContain(PASSWORD);
    },
    120_000,
  );
});

describe('a node that the others do not trust', () => {
  it('serves nobody, and says why', async () => {
    const setup = await plan(() => byCertificates());
    const stranger = selfSigned('node-1');
    for (const id of [0, 1]) {
      writeProperties(join(setup.path, String(id)), setup.keys(id), null);
    }
    writeFileSync(join(setup.path, '1', 'node.pem'), `${stranger.key}\n${stranger.cert}`);
    const [known, unknown] = [0, 1].map((id) => launchBroker(join(setup.path, String(id))));
    cleanUp.push(
      () => known?.end('SIGKILL'),
      () => unknown?.end('SIGKILL'),
    );
    // Each finds out about the other.
    const says = (node: typeof known, what: string) =>
      expect.poll(() => node?.output(), { timeout: 60_000 }).toContain(what);
    await says(known, 'this node does not trust it, or it does not trust this node');
    await says(known, 'no authority vouches for its certificate (DEPTH_ZERO_SELF_SIGNED_CERT)');
    await says(unknown, 'as it does when it does not trust the certificate of this node');
    for (const node of [known, unknown]) expect(node?.output()).not.toContain('started in');
  });

  it('does not start where it is no super user, by certificate or by name', async () => {
    for (const [security, missing] of [
      [byCertificates('User:CN=node-1;User:alice'), 'super.users must contain User:CN=node-0'],
      [[...byPasswords(), 'super.users=User:alice'], 'must contain User:node'],
    ] as const) {
      const setup = await plan(() => security);
      const file = writeProperties(join(setup.path, '0'), lastOfEachKey(setup.keys(0)), null);
      const { status, stderr } = await runToExit([file]);
      expect(stderr).toContain(missing);
      expect(status).toBe(1);
    }
  });
});

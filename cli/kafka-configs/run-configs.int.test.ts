/** kafka-configs against a broker: settings of topics and brokers, quotas, SCRAM users. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestBroker, type TestBroker } from '../../broker/integration/broker-harness.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { authenticateWith } from '../../kafka-client/sasl/authenticate.ts';
import { freePorts } from '../../scripts/testing/free-ports.ts';
import { callTool } from '../kafka-tool/testing/call-tool.ts';
import { runTopics } from '../kafka-topics/run-topics.ts';
import { runConfigs } from './run-configs.ts';

let broker: TestBroker;
let address: string;
let saslPort: number;

beforeAll(async () => {
  const [plain = 0, sasl = 0] = await freePorts(2);
  address = `127.0.0.1:${String(plain)}`;
  saslPort = sasl;
  broker = await startTestBroker([
    `listeners=PLAINTEXT://127.0.0.1:${String(plain)},SASL://127.0.0.1:${String(sasl)}`,
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL:SASL_PLAINTEXT',
    'sasl.enabled.mechanisms=SCRAM-SHA-256,SCRAM-SHA-512',
    'inter.broker.listener.name=PLAINTEXT',
  ]);
  const create = ['--bootstrap-server', address, '--create', '--partitions', '1', '--topic'];
  for (const topic of ['orders', 'other']) await callTool(runTopics, [...create, topic]);
});
afterAll(() => broker.remove());

const call = (line: string) =>
  callTool(runConfigs, ['--bootstrap-server', address, ...line.split(' ')], {
    files: { props: 'retention.ms=1000\ncleanup.policy=compact,delete\n' },
  });
const done = async (line: string): Promise<string> => {
  const { status, out, err } = await call(line);
  expect([status, err]).toEqual([0, []]);
  return out;
};
const refused = async (line: string): Promise<string> => {
  const { status, out, err } = await call(line);
  expect([status, out]).toEqual([1, '']);
  return err.join('\n');
};

it('sets, shows and removes settings of a topic', async () => {
  expect(await done('--describe --topic orders')).toBe('Dynamic configs for topic orders are:\n');
  expect(await done('--alter --entity-type topics --entity-name orders --add-config retention.ms=60000,cleanup.policy=[compact,delete]')).toBe('Completed updating config for topic orders.\n'); // prettier-ignore
  expect(await done('--describe --entity-type topics --entity-name orders')).toBe(
    'Dynamic configs for topic orders are:\n' +
      '  cleanup.policy=compact,delete sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:cleanup.policy=compact,delete, DEFAULT_CONFIG:log.cleanup.policy=delete}\n' +
      '  retention.ms=60000 sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:retention.ms=60000, DEFAULT_CONFIG:log.retention.hours=168}\n',
  );
  const all = (await done('--describe --all --topic orders')).split('\n').slice(0, -1);
  expect(all[0]).toBe('All configs for topic orders are:');
  expect(all.slice(1)).toEqual([...all.slice(1)].sort());
  expect(all).toContainEqual(expect.stringMatching(/^ {2}max\.message\.bytes=1048588 sensitive=false synonyms=\{DEFAULT_CONFIG:message\.max\.bytes=1048588\}$/)); // prettier-ignore
  // What is not set can be removed all the same.
  expect(await done('--alter --topic orders --delete-config flush.ms')).toBe(
    'Completed updating config for topic orders.\n',
  );
  await done('--alter --topic orders --delete-config cleanup.policy,retention.ms');
  expect(await done('--describe --topic orders')).toBe('Dynamic configs for topic orders are:\n');
  await done('--alter --topic other --add-config-file props');
  expect(await done('--describe --entity-type topics')).toContain(
    'Dynamic configs for topic other are:\n  cleanup.policy=compact,delete ',
  );
  expect(await refused('--alter --topic other --add-config retention.ms=x')).toContain('retention.ms');
});

it('says what is not there', async () => {
  expect(await done('--describe --topic none')).toBe(
    "The topic 'none' doesn't exist and doesn't have dynamic config.\n",
  );
  expect(await done('--describe --broker 7')).toBe(
    "The broker '7' doesn't exist and doesn't have dynamic config.\n",
  );
  expect(await done('--describe --group none')).toBe(
    "The group 'none' doesn't exist and doesn't have dynamic config.\n",
  );
  expect(await refused('--describe --topic no/name')).toContain("Topic name is invalid: 'no/name'");
  expect(await call('--describe --all --topic none')).toMatchObject({
    ...{ status: 1, out: 'All configs for topic none are:\n' },
    err: [expect.stringContaining('none')],
  });
});

it('sets and shows settings of one broker and of all', async () => {
  expect(await done('--alter --broker-defaults --add-config log.cleaner.threads=2')).toBe(
    'Completed updating default config for brokers in the cluster.\n',
  );
  expect(await done('--alter --broker 0 --add-config log.retention.ms=5000')).toBe(
    'Completed updating config for broker 0.\n',
  );
  expect(await done('--describe --entity-type brokers')).toBe(
    'Dynamic configs for broker 0 are:\n' +
      '  log.retention.ms=5000 sensitive=false synonyms={DYNAMIC_BROKER_CONFIG:log.retention.ms=5000}\n' +
      'Default configs for brokers in the cluster are:\n' +
      '  log.cleaner.threads=2 sensitive=false synonyms={DYNAMIC_DEFAULT_BROKER_CONFIG:log.cleaner.threads=2}\n',
  );
  expect(await done('--describe --broker-defaults')).toContain('log.cleaner.threads=2');
  expect(await done('--describe --all --broker 0')).toContain('DEFAULT_CONFIG:log.cleaner.threads=1}\n');
  await done('--alter --broker 0 --delete-config log.retention.ms');
  await done('--alter --broker-defaults --delete-config log.cleaner.threads');
});

it('sets, shows and removes quotas', async () => {
  await done('--alter --user alice --add-config producer_byte_rate=20971520,request_percentage=150.5');
  await done('--alter --client-defaults --add-config consumer_byte_rate=1024');
  await done('--alter --user alice --client app --add-config producer_byte_rate=1');
  expect(await done('--alter --ip-defaults --add-config connection_creation_rate=10')).toBe(
    'Completed updating default config for ips in the cluster.\n',
  );
  expect(await done('--describe --user alice')).toBe(
    "Quota configs for user-principal 'alice' are producer_byte_rate=2.097152E7, request_percentage=150.5\n",
  );
  expect(await done('--describe --entity-type clients')).toBe(
    'Quota configs for the default client-id are consumer_byte_rate=1024.0\n',
  );
  expect(await done('--describe --entity-type clients --entity-type users')).toBe(
    "Quota configs for user-principal 'alice', client-id 'app' are producer_byte_rate=1.0\n",
  );
  expect(await done('--describe --entity-type ips')).toBe(
    'Quota configs for the default ip are connection_creation_rate=10.0\n',
  );
  expect(await refused('--alter --user alice --delete-config consumer_byte_rate')).toBe(
    'Invalid config(s): consumer_byte_rate',
  );
  expect(await refused('--alter --user alice --add-config consumer_byte_rate=x')).toBe(
    'Cannot parse quota configuration value for consumer_byte_rate: x',
  );
  expect(await refused('--alter --client app --add-config retention.ms=1')).toBe(
    "Only quota configs can be added for 'clients' using --bootstrap-server. Unexpected config names: retention.ms",
  );
  expect(await refused('--alter --ip ::1 --add-config producer_byte_rate=1')).toContain(
    'Only connection quota',
  );
  await done('--alter --user alice --delete-config producer_byte_rate,request_percentage');
  expect(await done('--describe --user alice')).toBe('');
});

it('makes users who get in with their password, and removes them', async () => {
  await done('--alter --user bob --add-config SCRAM-SHA-256=[iterations=8192,password=se,cret=],SCRAM-SHA-512=[password=other]'); // prettier-ignore
  expect(await done('--describe --entity-type users')).toBe(
    "SCRAM credential configs for user-principal 'bob' are SCRAM-SHA-256=iterations=8192, SCRAM-SHA-512=iterations=4096\n",
  );
  const authenticate = authenticateWith({
    mechanism: 'SCRAM-SHA-256',
    username: 'bob',
    password: 'se,cret=',
  });
  const cluster = new KafkaCluster({
    ...{ bootstrap: [`127.0.0.1:${String(saslPort)}`], clientId: 'bob', authenticate },
  });
  await expect(cluster.view()).resolves.toBeDefined();
  cluster.close();
  expect(await refused('--alter --user bob --add-config SCRAM-SHA-256=[iterations=1,password=x]')).toContain(
    'Iterations 1 is less than the minimum 4096',
  );
  expect(await refused('--alter --user-defaults --add-config SCRAM-SHA-256=[password=x]')).toContain(
    'The use of --entity-default or --user-defaults is not allowed',
  );
  expect(
    await refused('--alter --user bob --add-config SCRAM-SHA-256=[password=x],producer_byte_rate=1'),
  ).toContain('Cannot alter both quota and SCRAM credential configs');
  await done('--alter --user bob --delete-config SCRAM-SHA-256');
  expect(await done('--describe --user bob')).toContain("'bob' are SCRAM-SHA-512=iterations=4096");
  await done('--alter --user bob --delete-config SCRAM-SHA-512');
  expect(await done('--describe --user bob')).toBe('');
  expect(await refused('--alter --user bob --delete-config SCRAM-SHA-512')).not.toBe('');
});

/** Brokers that listen at an IPv6 address: they start, tell clients their host without brackets, and find each other. */
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressText } from '../../kafka-client/address.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { freePort } from '../../scripts/testing/free-ports.ts';
import { startTestBroker, type TestBroker } from './broker-harness.ts';
import { partitionsOf, startTestCluster, type TestCluster, until } from './cluster-harness.ts';

const HOST = '::1';
const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
const hasIpv6 = addresses.some(({ address }) => address === HOST);
const unlessMissing = hasIpv6 ? '' : ' (skipped: this machine has no ::1)';

/** kafkajs takes the text behind the first colon of a broker's name for its port: it gets a name, and connects to ::1. */
function kafkaOverIpv6(port: number, config: Partial<KafkaConfig> = {}): Kafka {
  return new Kafka({
    ...{ clientId: 'test', brokers: [`bootstrap:${String(port)}`], logLevel: logLevel.NOTHING },
    retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 60 },
    socketFactory: ({ host, port: at, onConnect }) =>
      connect({ host: host === 'bootstrap' ? HOST : host, port: at }, onConnect),
    ...config,
  });
}

async function told(port: number): Promise<{ readonly hosts: string[]; readonly count: number }> {
  const cluster = new KafkaCluster({
    bootstrap: [addressText({ host: HOST, port })],
    clientId: 'test',
  });
  try {
    const brokers = [...(await cluster.view()).brokers.values()];
    return { hosts: [...new Set(brokers.map(({ host }) => host))], count: brokers.length };
  } finally {
    cluster.close();
  }
}

async function writeAndRead(kafka: Kafka, topic: string): Promise<string[]> {
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic, acks: -1, messages: ['one', 'two'].map((value) => ({ value })) });
  await producer.disconnect();
  const consumer = kafka.consumer({ groupId: 'readers' });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const values: string[] = [];
  await consumer.run({
    eachMessage: ({ message }) => Promise.resolve(void values.push(String(message.value))),
  });
  await until(
    () => Promise.resolve(values),
    ({ length }) => length >= 2,
  );
  await consumer.disconnect();
  return values;
}

describe.skipIf(!hasIpv6)(`a broker at [::1]${unlessMissing}`, () => {
  let broker: TestBroker;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    broker = await startTestBroker([`listeners=PLAINTEXT://[${HOST}]:${String(port)}`]);
  });
  afterAll(() => broker.remove());

  it('tells clients its host without brackets, as Kafka does, and serves them there', async () => {
    expect(await told(port)).toEqual({ hosts: [HOST], count: 1 });
    expect(broker.lines.join('\n')).toContain(`PLAINTEXT://[${HOST}]:${String(port)}`);
    const kafka = kafkaOverIpv6(port);
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'six', numPartitions: 1 }] });
    await admin.disconnect();
    expect(await writeAndRead(kafka, 'six')).toEqual(['one', 'two']);
  });

  it('says in words where it cannot listen, when the port is taken', async () => {
    const listener = `listeners=PLAINTEXT://[${HOST}]:${String(port)}`;
    await expect(startTestBroker([listener])).rejects.toThrow(
      `Cannot listen on PLAINTEXT://[${HOST}]:${String(port)}: the port is in use`,
    );
  });
});

describe.skipIf(!hasIpv6)(`three brokers at [::1]${unlessMissing}`, () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await startTestCluster({ host: `[${HOST}]` });
  });
  afterAll(() => cluster.remove());

  it('form a cluster, and copy what is written', async () => {
    const { port } = cluster.node(0);
    const seen = await until(
      () => told(port),
      ({ count }) => count === 3,
    );
    expect(seen.hosts).toEqual([HOST]);
    const kafka = kafkaOverIpv6(port);
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'six', numPartitions: 1, replicationFactor: 3 }] });
    const [partition] = await until(
      () => partitionsOf(admin, 'six'),
      ([one]) => one?.isr.length === 3,
    );
    expect(partition?.isr).toEqual([0, 1, 2]);
    expect(await writeAndRead(kafka, 'six')).toEqual(['one', 'two']);
    await admin.disconnect();
  });
});

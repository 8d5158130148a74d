/** A program written with kafkajs works against the broker unchanged. */
import { randomBytes } from 'node:crypto';
import {
  CompressionTypes,
  ConfigResourceTypes,
  type Consumer,
  type Kafka,
  KafkaJSProtocolError,
} from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestBroker, consume, startTestBroker } from './broker-harness.ts';
import { registerKafkajsCodecs } from './kafkajs-codecs.ts';

let broker: TestBroker;
let kafka: Kafka;
beforeAll(async () => {
  registerKafkajsCodecs();
  broker = await startTestBroker(['num.partitions=3']);
  kafka = broker.kafka();
});
afterAll(() => broker.remove());

async function produce(
  topic: string,
  values: readonly string[],
  compression = CompressionTypes.None,
): Promise<void> {
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({
    topic,
    compression,
    messages: values.map((value, index) => ({ key: `k${String(index)}`, value })),
  });
  await producer.disconnect();
}

describe('producing and consuming', () => {
  it('creates a topic on first use and gives back keys, values, headers and order', async () => {
    const producer = kafka.producer();
    await producer.connect();
    const messages = Array.from({ length: 50 }, (_unused, index) => ({
      key: 'same key',
      value: `value ${String(index)}`,
      headers: { trace: `t${String(index)}` },
    }));
    const [metadata] = await producer.send({ topic: 'first-use', messages });
    await producer.disconnect();
    expect(metadata).toMatchObject({ topicName: 'first-use', errorCode: 0, baseOffset: '0' });
    const records = await consume(kafka, 'first-use', 50);
    expect(records.map(({ value }) => value)).toEqual(messages.map(({ value }) => value));
    expect(records.map(({ offset }) => Number(offset))).toEqual(messages.map((_unused, index) => index));
    expect(records[49]?.headers?.['trace']?.toString()).toBe('t49');
    expect(broker.lines.filter((line) => line.startsWith('ERROR'))).toEqual([]);
  });

  it('keeps null values and keys, and empty ones', async () => {
    const producer = kafka.producer();
    await producer.connect();
    const messages = [
      { key: null, value: null },
      { key: '', value: '' },
    ].map((message) => ({ ...message, partition: 0 }));
    await producer.send({ topic: 'nulls', messages });
    await producer.disconnect();
    const records = await consume(kafka, 'nulls', 2);
    expect(records.map(({ key, value }) => [key, value])).toEqual([
      [null, null],
      ['', ''],
    ]);
  });

  it.each([
    ['gzip', CompressionTypes.GZIP],
    ['snappy', CompressionTypes.Snappy],
    ['lz4', CompressionTypes.LZ4],
    ['zstd', CompressionTypes.ZSTD],
  ])('stores and returns %s batches', async (name, compression) => {
    const values = Array.from({ length: 200 }, (_unused, index) => `${name} ${'x'.repeat(index)}`);
    await produce(`codec-${name}`, values, compression);
    const records = await consume(kafka, `codec-${name}`, 200);
    expect(new Set(records.map(({ value }) => value))).toEqual(new Set(values));
  });

  it('writes with acks 0 and 1 too', async () => {
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({ topic: 'acks', acks: 0, messages: [{ value: 'zero', partition: 0 }] });
    await producer.send({ topic: 'acks', acks: 1, messages: [{ value: 'one', partition: 0 }] });
    await producer.disconnect();
    expect((await consume(kafka, 'acks', 2)).map(({ value }) => value)).toEqual(['zero', 'one']);
  });

  it('carries records of nearly the largest size', async () => {
    const large = randomBytes(500_000).toString('base64');
    await produce('large', [large]);
    expect((await consume(kafka, 'large', 1))[0]?.value).toBe(large);
    await expect(produce('large', ['x'.repeat(1_100_000)])).rejects.toThrow(/larger|too large|maximum/i);
  });

  it('takes an idempotent producer', async () => {
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    for (let index = 0; index < 20; index += 1) {
      await producer.send({ topic: 'idempotent', messages: [{ value: String(index), partition: 0 }] });
    }
    await producer.disconnect();
    const records = await consume(kafka, 'idempotent', 20);
    expect(records.map(({ value }) => value)).toEqual(
      Array.from({ length: 20 }, (_unused, index) => String(index)),
    );
  });
});

/** Joins a group and keeps what it is assigned and what it reads. */
async function member(groupId: string, topic: string) {
  const consumer: Consumer = kafka.consumer({
    groupId,
    sessionTimeout: 6_000,
    heartbeatInterval: 300,
    maxWaitTimeInMs: 100,
  });
  const state = { consumer, partitions: [] as number[], values: [] as string[] };
  consumer.on('consumer.group_join', ({ payload }) => {
    state.partitions = payload.memberAssignment[topic] ?? [];
  });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommitInterval: 100,
    eachMessage: ({ message }) => {
      state.values.push(message.value?.toString() ?? '');
      return Promise.resolve();
    },
  });
  return state;
}

describe('consumer groups', () => {
  it('divide partitions, rebalance when a member leaves, and go on from what was committed', async () => {
    const topic = 'grouped';
    await kafka.admin().createTopics({ topics: [{ topic, numPartitions: 4 }] });
    const first = await member('workers', topic);
    const second = await member('workers', topic);
    const assigned = () => [...first.partitions, ...second.partitions].sort();
    await expect.poll(assigned, { timeout: 60_000 }).toEqual([0, 1, 2, 3]);
    await expect.poll(() => first.partitions.length, { timeout: 60_000 }).toBe(2);
    await produce(
      topic,
      Array.from({ length: 40 }, (_unused, index) => `a${String(index)}`),
    );
    await expect.poll(() => first.values.length + second.values.length, { timeout: 60_000 }).toBe(40);
    await second.consumer.disconnect();
    await expect.poll(() => first.partitions.length, { timeout: 60_000 }).toBe(4);
    await produce(
      topic,
      Array.from({ length: 40 }, (_unused, index) => `b${String(index)}`),
    );
    await expect
      .poll(() => first.values.filter((value) => value.startsWith('b')).length, { timeout: 60_000 })
      .toBe(40);
    await first.consumer.disconnect();
    expect(new Set([...first.values, ...second.values]).size).toBe(80);
    expect(first.values.length + second.values.length).toBe(80);
  });

  it('leave a member beyond the number of partitions without one, and each get all of the records', async () => {
    const topic = 'few';
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: 2 }] });
    const other = await member('other', topic);
    const members = await Promise.all([1, 2, 3].map(() => member('crowded', topic)));
    const shares = async () => {
      const group = (await admin.describeGroups(['crowded'])).groups[0];
      const lengths = members.map(({ partitions }) => partitions.length).sort();
      return [group?.state, group?.members.length, lengths];
    };
    await expect.poll(shares, { timeout: 60_000 }).toEqual(['Stable', 3, [0, 1, 1]]);
    const values = Array.from({ length: 20 }, (_unused, index) => String(index));
    await produce(topic, values);
    const read = (): string[] => members.flatMap((each) => each.values).sort();
    await expect.poll(read, { timeout: 60_000 }).toEqual(values.toSorted());
    await expect.poll(() => other.values.toSorted(), { timeout: 60_000 }).toEqual(values.toSorted());
    expect(members.find(({ partitions }) => partitions.length === 0)?.values).toEqual([]);
    await Promise.all([other, ...members].map(({ consumer }) => consumer.disconnect()));
    await admin.disconnect();
  });

  it('keep their offsets through a restart of the broker', async () => {
    await produce('kept', ['a', 'b', 'c', 'd']);
    await consume(kafka, 'kept', 4, 'keeper');
    const admin = kafka.admin();
    await admin.connect();
    const before = await admin.fetchOffsets({ groupId: 'keeper', topics: ['kept'] });
    await admin.disconnect();
    await broker.restart();
    await admin.connect();
    expect(await admin.fetchOffsets({ groupId: 'keeper', topics: ['kept'] })).toEqual(before);
    const sum = before[0]?.partitions.reduce((total, { offset }) => total + Math.max(0, Number(offset)), 0);
    expect(sum).toBe(4);
    await admin.disconnect();
  });
});

describe('the admin client', () => {
  it('creates, lists, describes, grows and deletes topics', async () => {
    const admin = kafka.admin();
    await admin.connect();
    const topic = 'administered';
    expect(
      await admin.createTopics({
        topics: [{ topic, numPartitions: 2, configEntries: [{ name: 'retention.ms', value: '60000' }] }],
      }),
    ).toBe(true);
    expect(await admin.createTopics({ topics: [{ topic }] })).toBe(false);
    await admin.createPartitions({ topicPartitions: [{ topic, count: 5 }] });
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    expect(topics[0]?.partitions).toHaveLength(5);
    const described = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }],
    });
    const retention = described.resources[0]?.configEntries.find(
      (entry) => entry.configName === 'retention.ms',
    );
    expect(retention).toMatchObject({ configValue: '60000', isDefault: false });
    await admin.deleteTopics({ topics: [topic] });
    expect(await admin.listTopics()).not.toContain(topic);
    await expect(admin.createTopics({ topics: [{ topic: 'wide', replicationFactor: 2 }] })).rejects.toThrow();
    await admin.disconnect();
  });

  it('knows offsets, by time too, resets them and deletes groups', async () => {
    const admin = kafka.admin();
    await admin.connect();
    const topic = 'offsets';
    await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] });
    await produce(topic, ['a', 'b', 'c']);
    expect(await admin.fetchTopicOffsets(topic)).toMatchObject([
      { partition: 0, offset: '3', high: '3', low: '0' },
    ]);
    expect(await admin.fetchTopicOffsetsByTimestamp(topic, 0)).toMatchObject([{ partition: 0, offset: '0' }]);
    await admin.setOffsets({ groupId: 'resettable', topic, partitions: [{ partition: 0, offset: '1' }] });
    const [committed] = await admin.fetchOffsets({ groupId: 'resettable', topics: [topic] });
    expect(committed?.partitions).toMatchObject([{ partition: 0, offset: '1' }]);
    const { groups } = await admin.listGroups();
    expect(groups.map(({ groupId }) => groupId)).toContain('resettable');
    await admin.deleteGroups(['resettable']);
    expect((await admin.listGroups()).groups.map(({ groupId }) => groupId)).not.toContain('resettable');
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] });
    expect(await admin.fetchTopicOffsets(topic)).toMatchObject([{ low: '2', high: '3' }]);
    await admin.disconnect();
  });

  it('describes the cluster with the address it was given', async () => {
    const admin = kafka.admin();
    await admin.connect();
    const cluster = await admin.describeCluster();
    expect(cluster.brokers).toEqual([{ nodeId: 0, host: '127.0.0.1', port: broker.port }]);
    expect(cluster.controller).toBe(0);
    await admin.disconnect();
  });

  it('is told by error code what is wrong', async () => {
    const admin = kafka.admin();
    await admin.connect();
    const missing = admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: ConfigResourceTypes.TOPIC, name: 'not-there' }],
    });
    await expect(missing).rejects.toThrow(KafkaJSProtocolError);
    await admin.disconnect();
  });
});

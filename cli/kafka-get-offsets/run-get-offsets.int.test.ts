/** kafka-get-offsets against a broker that kafkajs has written to. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestBroker, type TestBroker } from '../../broker/integration/broker-harness.ts';
import { deleteRecords } from '../../kafka-client/admin/delete-records.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { callTool } from '../kafka-tool/testing/call-tool.ts';
import { runGetOffsets } from './run-get-offsets.ts';

/** Young enough to be kept. */
const START_MS = Date.now() - 60_000;
let broker: TestBroker;

beforeAll(async () => {
  broker = await startTestBroker();
  const admin = broker.kafka().admin();
  await admin.connect();
  await admin.createTopics({
    topics: [
      { topic: 'orders', numPartitions: 11 },
      { topic: 'other', numPartitions: 2 },
    ],
  });
  const producer = broker.kafka().producer();
  await producer.connect();
  const messages = [500, 900, 700].map((ms) => ({
    partition: 2,
    value: 'v',
    timestamp: String(START_MS + ms),
  }));
  await producer.send({ topic: 'orders', messages });
  await producer.disconnect();
  const cluster = new KafkaCluster({ bootstrap: [broker.address()], clientId: 'test' });
  const [brokerId = 0] = (await cluster.view()).brokers.keys();
  const deleted = await deleteRecords(cluster, brokerId, [{ topic: 'orders', partition: 2, beforeOffset: 1 }], 10_000); // prettier-ignore
  expect(deleted).toMatchObject([{ error: null }]);
  cluster.close();
  await admin.disconnect();
});
afterAll(() => broker.remove());

const call = (...flags: string[]) =>
  callTool(runGetOffsets, ['--bootstrap-server', broker.address(), ...flags]);
const lines = async (...flags: string[]) => (await call(...flags)).out.split('\n').slice(0, -1);

it('prints the ends, and by time', async () => {
  const all = await lines('--topic', 'orders');
  expect(all.slice(0, 4)).toEqual(['orders:0:0', 'orders:1:0', 'orders:10:0', 'orders:2:3']);
  expect(all).toHaveLength(11);
  const two = ['--topic', 'orders', '--partitions', '2'];
  expect(await lines(...two, '--time', 'earliest')).toEqual(['orders:2:1']);
  expect(await lines(...two, '--time', '-2')).toEqual(['orders:2:1']);
  expect(await lines(...two, '--time', '-1')).toEqual(['orders:2:3']);
  expect(await lines(...two, '--time', 'max-timestamp')).toEqual(['orders:2:1']);
  expect(await lines(...two, '--time', String(START_MS + 901))).toEqual([]);
  expect(await lines(...two, '--time', String(START_MS + 600))).toEqual(['orders:2:1']);
});

it('chooses by names and by rules', async () => {
  expect(await lines('--topic', 'o.*', '--partitions', '0,1')).toEqual([
    ...['orders:0:0', 'orders:1:0', 'other:0:0', 'other:1:0'],
  ]);
  expect(await lines('--topic-partitions', 'orders:8-10,other:-1')).toEqual([
    ...['orders:8:0', 'orders:9:0', 'other:0:0'],
  ]);
  expect(await lines('--topic-partitions', ':10')).toEqual(['orders:10:0']);
  expect(await lines('--topic-partitions', 'other:1-')).toEqual(['other:1:0']);
  expect(await lines('--exclude-internal-topics')).toHaveLength(13);
});

it.each([
  [['--topic', 'none'], 'Error occurred: Could not match any topic-partitions with the specified filters'],
  [['--topic-partitions', 'a', '--topic', 'b'], 'Error occurred: --topic-partitions cannot be used with'],
  [['--topic-partitions', 'a:b'], 'Error occurred: Invalid rule specification: a:b'],
  [['--partitions', '1,x'], 'Error occurred: --partitions expects a comma separated list'],
  [['--time', 'soon'], 'Error occurred: Malformed time argument soon.'],
  [['--time', '-5'], 'Error occurred: --time -5: offsets of tiered storage'],
])('says what is wrong: %j', async (flags, words) => {
  const { status, out, err } = await call(...flags);
  expect([status, out, err]).toEqual([1, '', [expect.stringContaining(words)]]);
});

it('says what it is for', async () => {
  const { status, err } = await callTool(runGetOffsets, []);
  expect([status, err[0]]).toEqual([1, 'An interactive shell for getting topic-partition offsets.']);
  const unknown = await callTool(runGetOffsets, ['--help']);
  expect(unknown.err[1]).toContain('--exclude-internal-topics');
});

/** kafka-console-consumer against a broker that kafkajs has written to. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestBroker, type TestBroker } from '../../broker/integration/broker-harness.ts';
import { TransactionalProducer } from '../../kafka-client/testing/transactional-producer.ts';
import { callTool, type CallOptions } from '../kafka-tool/testing/call-tool.ts';
import { runConsoleConsumer } from './run-console-consumer.ts';

let broker: TestBroker;

beforeAll(async () => {
  broker = await startTestBroker(['num.partitions=2', 'transaction.state.log.num.partitions=3']);
  const producer = broker.kafka().producer();
  await producer.connect();
  const messages = Array.from({ length: 10 }, (_, index) => ({
    ...{
      partition: index % 2,
      key: `k${String(index)}`,
      value: `v${String(index)}`,
      timestamp: '1700000000000',
    },
    headers: { h: String(index) },
  }));
  await producer.send({ topic: 'two', messages });
  await producer.send({ topic: 'other', messages: [{ value: 'o' }] });
  await producer.disconnect();
});
afterAll(() => broker.remove());

const call = (flags: readonly string[], options: CallOptions = {}) =>
  callTool(runConsoleConsumer, ['--bootstrap-server', broker.address(), ...flags], options);
const lines = (out: string): string[] => out.split('\n').slice(0, -1);
const values = (from: number, step: number): string[] =>
  [0, 1, 2, 3, 4].map((index) => `v${String(from + index * step)}`);
const total = (count: number): string => `Processed a total of ${String(count)} messages`;

async function committed(groupId: string, topic = 'two'): Promise<Record<string, number>> {
  const admin = broker.kafka().admin();
  await admin.connect();
  const [told] = await admin.fetchOffsets({ groupId, topics: [topic] });
  await admin.disconnect();
  return Object.fromEntries((told?.partitions ?? []).map((each) => [each.partition, Number(each.offset)]));
}

it('reads a topic from its beginning, and keeps nothing of a group without a name', async () => {
  const { status, out, err } = await call(['--topic', 'two', '--from-beginning', '--max-messages', '10']);
  expect([status, err]).toEqual([0, [total(10)]]);
  expect(lines(out).filter((line) => Number(line.slice(1)) % 2 === 0)).toEqual(values(0, 2));
  expect(lines(out).filter((line) => Number(line.slice(1)) % 2 === 1)).toEqual(values(1, 2));
});

it('reads one partition from where it is told', async () => {
  const one = ['--topic', 'two', '--partition', '1', '--timeout-ms', '1000'];
  const read = async (...flags: string[]) => lines((await call([...one, ...flags])).out);
  expect(await read('--offset', 'earliest')).toEqual(values(1, 2));
  expect(await read('--from-beginning')).toEqual(values(1, 2));
  expect(await read('--offset', '3')).toEqual(['v7', 'v9']);
  const late = await call(one);
  expect(late).toMatchObject({ status: 0, out: '', err: [expect.stringContaining('terminating'), total(0)] });
  const printed = ['timestamp', 'partition', 'offset', 'key', 'headers'].flatMap((part) => ['--formatter-property', `print.${part}=true`]); // prettier-ignore
  expect(await read('--offset', '4', ...printed)).toEqual([
    'CreateTime:1700000000000\tPartition:1\tOffset:4\th:9\tk9\tv9',
  ]);
});

it('goes on in a group where it has committed: only behind what was printed', async () => {
  const group = ['--topic', 'two', '--group', 'reader', '--from-beginning'];
  const first = await call([...group, '--max-messages', '3']);
  const at = await committed('reader');
  expect(Object.values(at).reduce((sum, offset) => sum + Math.max(0, offset), 0)).toBe(3);
  const second = await call([...group, '--max-messages', '7']);
  expect([...lines(first.out), ...lines(second.out)].sort()).toEqual([...values(0, 1), ...values(5, 1)]);
  expect(await committed('reader')).toEqual({ 0: 5, 1: 5 });
  const rest = await call([
    '--topic',
    'two',
    '--consumer-property',
    'group.id=reader',
    '--timeout-ms',
    '500',
  ]);
  expect(lines(rest.out)).toEqual([
    'Option --consumer-property is deprecated and will be removed in a future version. Use --command-property instead.',
  ]);
  const mine = ['--command-property', 'enable.auto.commit=false', '--group', 'forgetful'];
  await call(['--topic', 'two', '--from-beginning', '--max-messages', '2', ...mine]);
  expect(await committed('forgetful')).toEqual({ 0: -1, 1: -1 });
});

it('shares the partitions of a topic among the members of a group, and takes over from who leaves', async () => {
  const stops = [new AbortController(), new AbortController()];
  const seen = ['', ''];
  const group = ['--topic', 'shared', '--group', 'team', '--command-property', 'heartbeat.interval.ms=100'];
  const partition = ['--formatter-property', 'print.partition=true'];
  const calls = stops.map((stop, index) =>
    call([...group, ...partition], { stopped: stop.signal, onOutput: (out) => (seen[index] = out) }),
  );
  const producer = broker.kafka().producer();
  await producer.connect();
  const both = [0, 1].map((number) => ({ partition: number, value: 'x' }));
  /** Each partition is one's, and it is not one who has them all. */
  const isShared = (): boolean => {
    const [left, right] = seen.map((out) => new Set(lines(out).slice(-4)));
    return left?.size === 1 && right?.size === 1 && [...left][0] !== [...right][0];
  };
  while (!isShared()) {
    await producer.send({ topic: 'shared', messages: both });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  stops[0]?.abort();
  expect(await calls[0]).toMatchObject({ status: 0 });
  const before = new Set(lines(seen[1] ?? '').slice(-4));
  while (new Set(lines(seen[1] ?? '')).size === before.size) {
    await producer.send({ topic: 'shared', messages: both });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  stops[1]?.abort();
  expect((await calls[1])?.err.at(-1)).toMatch(/^Processed a total of \d+ messages$/);
  await producer.disconnect();
});

it("reads all topics of a pattern, but Kafka's own only when told so", async () => {
  const read = await call(['--include', 'tw.|oth.*', '--from-beginning', '--max-messages', '11']);
  expect(lines(read.out).sort()).toEqual(['o', ...values(0, 1), ...values(5, 1)]);
  const internal = ['--include', '__consumer_offset.', '--from-beginning', '--timeout-ms', '1500'];
  const JSON_NAME = 'org.apache.kafka.tools.consumer.OffsetsMessageFormatter';
  expect((await call([...internal, '--formatter', JSON_NAME])).out).toBe('');
  const files = { 'consumer.properties': 'exclude.internal.topics=false' };
  const flags = [...internal, '--command-config', 'consumer.properties', '--formatter', JSON_NAME];
  expect((await call(flags, { files })).out).toContain(
    '{"key":{"type":1,"data":{"group":"reader","topic":"two","partition":1}},"value":{"version":',
  );
});

it('prints what was committed as older instructions have it', async () => {
  const formatter = 'kafka.coordinator.group.GroupMetadataManager$OffsetsMessageFormatter';
  const flags = ['--topic', '__consumer_offsets', '--zookeeper', 'old:2181', '--formatter', formatter];
  const files = { 'consumer.properties': 'exclude.internal.topics=false' };
  const config = ['--consumer.config', 'consumer.properties', '--from-beginning', '--timeout-ms', '1500'];
  const { out, err } = await callTool(runConsoleConsumer, [...flags, ...config], {
    ...{ files, defaultBootstrap: broker.address() },
  });
  expect(out).toMatch(/^\[reader,two,0\]::OffsetAndMetadata\(offset=5, leaderEpoch=.*, metadata=, commitTimestamp=\d+, expireTimestamp=None\)$/m); // prettier-ignore
  expect(err[0]).toContain('--zookeeper');
});

it('leaves out what was aborted, with read_committed', async () => {
  const producer = new TransactionalProducer({
    ...{ bootstrap: [broker.address()], transactionalId: 'tx', protocol: 2 },
  });
  const admin = broker.kafka().admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'tx', numPartitions: 1 }] });
  await admin.disconnect();
  await producer.init();
  await producer.send('tx', 0, ['aborted']);
  await producer.end(false);
  await producer.send('tx', 0, ['committed']);
  await producer.end(true);
  producer.close();
  const read = async (...flags: string[]) =>
    lines((await call(['--topic', 'tx', '--from-beginning', '--timeout-ms', '1000', ...flags])).out);
  expect(await read()).toEqual(['aborted', 'committed']);
  expect(await read('--isolation-level', 'read_committed', '--group', 'tx')).toEqual(['committed']);
  expect(await committed('tx', 'tx')).toEqual({ 0: 4 });
});

it('waits for a topic that is not there yet', async () => {
  const reading = call(['--topic', 'later', '--from-beginning', '--max-messages', '1']);
  const producer = broker.kafka().producer();
  await producer.connect();
  await producer.send({ topic: 'later', messages: [{ value: 'come' }] });
  await producer.disconnect();
  expect(await reading).toMatchObject({ status: 0, out: 'come\n' });
});

it('tells what it cannot print, and goes on when told so', async () => {
  const flags = ['--topic', 'two', '--from-beginning', '--key-deserializer'];
  const integers = 'org.apache.kafka.common.serialization.IntegerDeserializer';
  const key = ['--property', 'print.key=true'];
  const ended = await call([...flags, integers, ...key]);
  expect(ended).toMatchObject({ status: 1, err: [total(1), expect.stringContaining('is not 4')] });
  const skipped = await call([...flags, integers, ...key, '--skip-message-on-error', '--max-messages', '10']);
  expect([skipped.status, skipped.err.length]).toEqual([0, 11]);
});

it.each([
  [[], 'Exactly one of the following arguments is required: [topic], [include]'],
  [['--topic', 't', '--include', 't'], 'Exactly one of the following arguments'],
  [['--topic', 't', '--offset', '1'], 'The partition is required when offset is specified.'],
  [['--include', 't', '--partition', '1'], 'The topic is required when partition is specified.'],
  [['--topic', 't', '--partition', '0', '--offset', 'x'], "The provided offset value 'x' is incorrect."],
  [['--topic', 't', '--partition', '0', '--offset', '1', '--from-beginning'], 'Options from-beginning and offset'], // prettier-ignore
  [['--topic', 't', '--partition', '0', '--group', 'g'], 'Options group and partition cannot be'],
  [
    ['--topic', 't', '--group', 'a', '--command-property', 'group.id=b'],
    'The group ids provided in different',
  ],
  [
    ['--topic', 't', '--property', 'a=b', '--formatter-property', 'c=d'],
    'Options --property and --formatter-',
  ],
  [['--topic', 't', '--from-beginning', '--command-property', 'auto.offset.reset=latest'], "Can't simultaneously"], // prettier-ignore
  [['--topic', 't', '--isolation-level', 'x'], 'Invalid value x for configuration isolation.level'],
  [['--topic', 't', '--command-property', 'group.protocol=consumer'], 'group.protocol: only classic'],
  [['--include', '(', '--group', 'g'], '--include (: this is no regular expression'],
  [['--topic', 't', '--formatter', 'x'], 'x: there is no such formatter here'],
])('says what is wrong: %j', async (flags, words) => {
  const { status, err } = await call(flags);
  expect([status, err[0]]).toEqual([1, expect.stringContaining(words)]);
});

/** kafka-console-producer against a broker: what it writes is read back by kafkajs. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { consume, startTestBroker, type TestBroker } from '../../broker/integration/broker-harness.ts';
import { callTool, type CallOptions } from '../kafka-tool/testing/call-tool.ts';
import { runConsoleProducer } from './run-console-producer.ts';

let broker: TestBroker;
beforeAll(async () => {
  broker = await startTestBroker(['num.partitions=3', 'message.max.bytes=2000']);
});
afterAll(() => broker.remove());

const call = (topic: string, input: string, flags: readonly string[] = [], options: CallOptions = {}) =>
  callTool(runConsoleProducer, ['--bootstrap-server', broker.address(), '--topic', topic, ...flags], {
    input,
    ...options,
  });
const silence = { status: 0, out: '', err: [] };

it('writes each line, to a topic that it makes by asking', async () => {
  expect(await call('lines', 'first\nzweite Zeile ü\n\nlast')).toEqual(silence);
  const records = await consume(broker.kafka(), 'lines', 4);
  expect(records.map(({ value }) => value)).toEqual(['first', 'zweite Zeile ü', '', 'last']);
  expect(new Set(records.map(({ partition }) => partition)).size).toBe(1);
  const many = Array.from({ length: 60 }, (_, index) => `line ${String(index)}`);
  expect(await call('many', many.join('\n'), ['--batch-size', '100'])).toEqual(silence);
  const values = (await consume(broker.kafka(), 'many', 60)).map(({ value }) => value ?? '');
  expect(values.sort()).toEqual([...many].sort());
});

it('puts keys where Kafka puts them, with headers and every codec, at once or one by one', async () => {
  const parse = ['--reader-property', 'parse.key=true', '--reader-property', 'parse.headers=true'];
  for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd'])
    expect(await call(`codec-${codec}`, 'h:1\t21\tv\nh:2\tfoobar\tw\n', [...parse, '--compression-codec', codec])).toEqual(silence); // prettier-ignore
  for (const codec of ['none', 'gzip']) {
    const records = await consume(broker.kafka(), `codec-${codec}`, 2);
    expect(records.find(({ key }) => key === '21')).toMatchObject({ partition: (-973932308 & 0x7fff_ffff) % 3, value: 'v' }); // prettier-ignore
    expect(records.find(({ key }) => key === 'foobar')).toMatchObject({
      partition: (-790332482 & 0x7fff_ffff) % 3,
      value: 'w',
    });
    expect(records.map(({ headers }) => headers?.['h']?.toString()).sort()).toEqual(['1', '2']);
  }
  for (const acks of ['0', '1', 'all'])
    expect(await call(`acks-${acks}`, 'a\nb\n', ['--request-required-acks', acks])).toEqual(silence);
  expect(await consume(broker.kafka(), 'acks-1', 2)).toHaveLength(2);
  expect(await consume(broker.kafka(), 'acks-0', 2)).toHaveLength(2);
  expect(await call('synced', 'a\nb\n', ['--sync', '--timeout', '0'])).toEqual(silence);
});

it('tells what cannot be written and goes on, or ends with --sync', async () => {
  const lines = `${'x'.repeat(3_000)}\nsmall\n`;
  const told = await call('refused', lines, ['--batch-size', '10']);
  expect(told).toMatchObject({ status: 0, out: '' });
  expect(told.err).toEqual([
    expect.stringMatching(
      /^ERROR Error when sending message to topic refused with key: null, value: 3000 bytes with error: .*MESSAGE_TOO_LARGE/,
    ),
  ]);
  expect(await consume(broker.kafka(), 'refused', 1)).toMatchObject([{ value: 'small' }]);
  const ended = await call('refused', `${'x'.repeat(3_000)}\nnever\n`, ['--sync', '--timeout', '0']);
  expect(ended).toMatchObject({ status: 1, err: [expect.stringContaining('MESSAGE_TOO_LARGE')] });
  const unread = await call('refused', 'good\tone\nbad\n', ['--reader-property', 'parse.key=true']);
  expect(unread).toEqual({ status: 1, out: '', err: ["No key separator found on line number 2: 'bad'"] });
  const all = await consume(broker.kafka(), 'refused', 2, 'again');
  expect(all.map(({ value }) => value).sort()).toEqual(['one', 'small']);
});

it('takes the older names of flags with a warning, and properties from files under those of the command line', async () => {
  const files = { 'p.properties': 'acks=bogus\nclient.id=mine', 'r.properties': 'parse.key=true' };
  const older = ['--property', 'key.separator=:', '--reader-config', 'r.properties', '--producer-property'];
  const flags = [...older, 'acks=1', '--producer.config', 'p.properties'];
  expect(await call('older', 'k:v\n', flags, { files })).toEqual({
    status: 0,
    out: [
      'Warning: --producer-property is deprecated and will be removed in a future version. Use --command-property instead.',
      'Warning: --producer.config is deprecated and will be removed in a future version. Use --command-config instead.',
      'Warning: --property is deprecated and will be removed in a future version. Use --reader-property instead.',
      '',
    ].join('\n'),
    err: [],
  });
  expect(await consume(broker.kafka(), 'older', 1)).toMatchObject([{ key: 'k', value: 'v' }]);
  expect(
    await callTool(runConsoleProducer, ['--topic', 'older', '-broker-list', broker.address()], {
      input: 'a',
    }),
  ).toEqual(silence);
  expect(
    await callTool(runConsoleProducer, ['--topic', 'older', '--zookeeper', 'old:2181'], {
      ...{ input: 'b', defaultBootstrap: broker.address() },
    }),
  ).toEqual({ ...silence, err: [expect.stringContaining('--zookeeper')] });
  expect(await consume(broker.kafka(), 'older', 3, 'all')).toHaveLength(3);
});

it.each([
  [[], 'Missing required argument "[topic]"'],
  [['--topic', 't'], 'Missing required argument "[bootstrap-server]"'],
  [['--topic'], 'Option topic requires an argument'],
  [['--nothing'], 'nothing is not a recognized option'],
  [['--help'], 'This tool helps to read data from standard input and publish it to Kafka.'],
])('lists its flags below what is wrong: %j', async (argv, words) => {
  const { status, err } = await callTool(runConsoleProducer, argv);
  expect([status, err[0]]).toEqual([1, words]);
  expect(err[1]).toMatch(/^Option {35}Description {28}\n-{6} /);
  expect(err[1]?.split('\n').every((line) => line.length === 80)).toBe(true);
  expect(err[1]).toContain('--compression-codec [String: ');
});

it.each([
  [['--command-property', 'acks=2'], 'Invalid value 2 for configuration acks'],
  [['--request-required-acks', '1', '--command-property', 'enable.idempotence=true'], 'Must set acks to all'],
  [['--compression-codec', 'rar'], 'Invalid value rar for configuration compression.type'],
  [['--line-reader', 'my.Reader'], '--line-reader my.Reader: there is only'],
  [['--batch-size', 'x'], "Cannot parse argument 'x' of option batch-size"],
  [['--command-config', 'none'], 'none: the file cannot be read (ENOENT).'],
  [['--command-property', 'transactional.id=t'], 'transactional.id cannot be used here'],
  [['--max-block-ms', '0', '--bootstrap-server', '127.0.0.1:1'], 'Found multiple arguments'],
])('says in words what it cannot do: %j', async (flags, words) => {
  const { status, err } = await call('never', 'a\n', flags);
  expect([status, err]).toEqual([1, [expect.stringContaining(words)]]);
});

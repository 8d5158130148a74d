/** kafka-log-dirs against a broker that kafkajs has written to. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestBroker, type TestBroker } from '../../broker/integration/broker-harness.ts';
import { callTool } from '../kafka-tool/testing/call-tool.ts';
import { logDirsJson } from './log-dirs-json.ts';
import { runLogDirs } from './run-log-dirs.ts';

let broker: TestBroker;

beforeAll(async () => {
  broker = await startTestBroker();
  const producer = broker.kafka().producer();
  await producer.connect();
  for (const topic of ['orders', 'other']) await producer.send({ topic, messages: [{ value: 'v' }] });
  await producer.disconnect();
});
afterAll(() => broker.remove());

const call = (...flags: string[]) => callTool(runLogDirs, ['--bootstrap-server', broker.address(), ...flags]);

it('prints sizes as JSON, of all topics or of some', async () => {
  const { status, out } = await call('--describe', '--topic-list', 'orders', '--broker-list', '0');
  const [first, second, json = '', ...more] = out.split('\n');
  expect([status, first, second, more]).toEqual([
    ...[0, 'Querying brokers for log directories information'],
    ...['Received log directory information from brokers 0', ['']],
  ]);
  expect(JSON.parse(json)).toEqual({
    version: 1,
    brokers: [
      {
        broker: 0,
        logDirs: [
          {
            ...{ logDir: join(broker.directory, 'data'), error: null },
            partitions: [
              { partition: 'orders-0', size: expect.any(Number) as number, offsetLag: 0, isFuture: false },
            ],
          },
        ],
      },
    ],
  });
  expect(json).toMatch(/"size":[1-9]/);
  expect((await call('--describe')).out).toContain('"partition":"other-0"');
});

it('has the order of Java in all of it', () => {
  const replica = { topic: 't', sizeBytes: 5, offsetLag: 1, isFuture: true };
  const volume = { error: null, totalBytes: null, usableBytes: null };
  const logDirs = [
    {
      path: '/d',
      ...volume,
      replicas: [
        { ...replica, partition: 1 },
        { ...replica, partition: 0 },
      ],
    },
  ];
  expect(logDirsJson([{ broker: 0, logDirs }], new Set())).toBe(
    '{"brokers":[{"broker":0,"logDirs":[{"partitions":[{"partition":"t-1","size":5,"offsetLag":1,"isFuture":true},{"partition":"t-0","size":5,"offsetLag":1,"isFuture":true}],"error":null,"logDir":"/d"}]}],"version":1}',
  );
});

it.each([
  [['--describe', '--broker-list', '0,7'], 'ERROR: The given brokers do not exist from --broker-list: 7. Current existent brokers: 0'], // prettier-ignore
  [['--describe', '--broker-list', 'x'], 'For input string: "x"'],
  [[], 'Missing required argument "[describe]"'],
])('says what is wrong: %j', async (flags, words) => {
  const { status, out, err } = await call(...flags);
  expect([status, out, err[0]]).toEqual([1, '', words]);
});

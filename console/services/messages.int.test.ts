/**
 * Looking into topics and appending to them, through the services, against a real broker process: what a person asks of the
 * page of messages, in every way in which it can be asked.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CompressionTypes } from 'kafkajs';
import {
  startBrokerProcess,
  temporaryDirectory,
  type BrokerProcess,
} from '../../broker/integration/broker-process.ts';
import {
  messagesQuerySchema,
  produceMessageSchema,
  tailQuerySchema,
  type Messages,
  type TailEvent,
} from '../contracts/messages.ts';
import { ConsoleError } from './console-error.ts';
import { readMessages } from './messages.ts';
import { produceMessage } from './produce-message.ts';
import { tailMessages } from './tail-messages.ts';
import { openTestConsole, type TestConsole } from './testing/test-context.ts';

let broker: BrokerProcess;
let opened: TestConsole;
const directory = temporaryDirectory();
const startMs = Date.parse('2026-05-01T00:00:00Z');
const MINUTE_MS = 60_000;

beforeAll(async () => {
  broker = await startBrokerProcess(directory.path, ['num.partitions=3']);
  opened = await openTestConsole({ AQUILA_BOOTSTRAP: `127.0.0.1:${String(broker.port)}` });
  const kafka = broker.kafka();
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({
    topics: [
      { topic: 'orders', numPartitions: 3 },
      { topic: 'binary', numPartitions: 1 },
      { topic: 'typed', numPartitions: 4 },
      { topic: 'live', numPartitions: 2 },
    ],
    waitForLeaders: true,
  });
  await admin.disconnect();
  const producer = kafka.producer();
  await producer.connect();
  // One a minute, dealt out to the partitions in turn: 30 records, 10 in each.
  for (let at = 0; at < 30; at++) {
    await producer.send({
      topic: 'orders',
      compression: at % 2 === 0 ? CompressionTypes.None : CompressionTypes.GZIP,
      messages: [
        {
          partition: at % 3,
          key: `customer-${String(at % 5)}`,
          value: JSON.stringify({ number: at, state: at % 10 === 0 ? 'failed' : 'paid' }),
          headers: { trace: `t-${String(at)}` },
          timestamp: String(startMs + at * MINUTE_MS),
        },
      ],
    });
  }
  await producer.send({
    topic: 'binary',
    messages: [
      { key: null, value: Buffer.from([0, 1, 2, 255]) },
      { key: 'gone', value: null },
      { key: 'huge', value: 'x'.repeat(600_000) },
    ],
  });
  await producer.disconnect();
});
afterAll(async () => {
  await opened.close();
  await broker.end('SIGTERM');
  directory.remove();
});

function read(topic: string, query: Record<string, unknown> = {}): Promise<Messages> {
  return readMessages(opened.context, {
    clusterId: 'kafka',
    topic,
    query: messagesQuerySchema.parse(query),
    signal: new AbortController().signal,
  });
}

const numbersOf = ({ items }: Messages): number[] =>
  items.map(({ value }) => (JSON.parse(value ?? '{}') as { number: number }).number);
const refusal = (promise: Promise<unknown>): Promise<ConsoleError> =>
  promise.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: unknown) => error as ConsoleError,
  );
const upTo = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe('records of a topic', () => {
  it('are given whole: place, time, key, value, headers, size', async () => {
    const { items, scanned, asOf } = await read('orders', { partition: '1', from: 'offset:2', limit: '1' });
    expect(items).toEqual([
      {
        ...{ partition: 1, offset: 2, timestamp: startMs + 7 * MINUTE_MS },
        ...{ key: 'customer-2', keyEncoding: 'text', keySizeBytes: 10 },
        ...{ value: '{"number":7,"state":"paid"}', valueEncoding: 'text', valueSizeBytes: 27 },
        headers: [{ key: 'trace', value: 't-7', valueEncoding: 'text', valueSizeBytes: 3 }],
        ...{ sizeBytes: 45, isCut: false },
      },
    ]);
    expect(scanned).toMatchObject({
      stoppedBy: 'limit',
      partitions: [{ partition: 1, from: 2, startOffset: 0, endOffset: 10 }],
      ...{ unreadable: [], unanswered: [] },
    });
    expect(Date.parse(asOf)).toBeGreaterThan(0);
  });

  it('are the newest or the oldest of all partitions, and go on from answer to answer without a gap', async () => {
    expect(numbersOf(await read('orders', { limit: '4' }))).toEqual([29, 28, 27, 26]);
    for (const [from, expected] of [
      ['newest', upTo(0, 29).reverse()],
      ['oldest', upTo(0, 29)],
    ] as const) {
      const seen: number[] = [];
      let cursor: string | null | undefined;
      for (let page = 0; page < 20 && cursor !== null; page++) {
        const answer: Messages = await read('orders', { from, limit: '7', ...(cursor ? { cursor } : {}) });
        seen.push(...numbersOf(answer));
        cursor = answer.nextCursor;
      }
      expect(cursor).toBeNull();
      expect(seen).toEqual(expected);
    }
  });

  it('begin at an offset or a time', async () => {
    const fromOffset = await read('orders', { from: 'offset:8' });
    expect(numbersOf(fromOffset)).toEqual(upTo(24, 29));
    expect(fromOffset.scanned.stoppedBy).toBe('end');
    const time = new Date(startMs + 20 * MINUTE_MS).toISOString();
    expect(numbersOf(await read('orders', { from: `time:${time}` }))).toEqual(upTo(20, 29));
    expect(numbersOf(await read('orders', { from: `time:${String(startMs + 28 * MINUTE_MS + 1)}` }))).toEqual(
      [29],
    );
    const future = await read('orders', { from: 'time:2030-01-01' });
    expect(future.items).toEqual([]);
    expect(numbersOf(await read('orders', { from: 'offset:999' }))).toEqual([]);
  });

  it('pass a filter or not, and the answer says how much was looked at', async () => {
    const failed = await read('orders', { from: 'oldest', filter: 'value.state = failed' });
    expect(numbersOf(failed)).toEqual([0, 10, 20]);
    expect(failed.scanned).toMatchObject({ records: 30, stoppedBy: 'end' });
    expect(failed.scanned.bytes).toBeGreaterThan(1_000);
    expect(numbersOf(await read('orders', { filter: 'header.trace = t-12' }))).toEqual([12]);
    const both = await read('orders', { filter: 'key = customer-3 and value.number > 10', from: 'oldest' });
    expect(numbersOf(both)).toEqual([13, 18, 23, 28]);
    const error = await refusal(read('orders', { filter: 'key = ' }));
    expect(error).toMatchObject({
      type: 'invalid',
      errors: { filter: expect.stringContaining('at character 6') },
    });
  });

  it('may be no text, none at all, or too long to be shown', async () => {
    const { items } = await read('binary', { from: 'oldest', shownBytes: '1000' });
    expect(items).toMatchObject([
      { key: null, value: 'AAEC/w==', valueEncoding: 'base64', valueSizeBytes: 4, isCut: false },
      { key: 'gone', value: null, valueSizeBytes: 0, isCut: false },
      { key: 'huge', value: 'x'.repeat(1_000), valueSizeBytes: 600_000, isCut: true },
    ]);
    const whole = await read('binary', { from: 'offset:2', shownBytes: '1000000' });
    expect(whole.items[0]).toMatchObject({ isCut: false, value: 'x'.repeat(600_000) });
  });

  it('of what is not there are refused in words', async () => {
    expect(await refusal(read('missing'))).toMatchObject({ type: 'not-found' });
    expect(await refusal(read('orders', { partition: '9' }))).toMatchObject({
      type: 'invalid',
      errors: { partition: 'topic "orders" has no partition 9' },
    });
    expect(await refusal(read('orders', { cursor: 'junk' }))).toMatchObject({ type: 'invalid' });
    const gone = readMessages(opened.context, {
      ...{ clusterId: 'kafka', topic: 'orders', query: messagesQuerySchema.parse({}) },
      signal: AbortSignal.abort(new Error('nobody waits')),
    });
    expect(await refusal(gone)).toBeInstanceOf(ConsoleError);
  });
});

describe('a record that is appended', () => {
  const produce = (
    message: Record<string, unknown>,
    topic = 'typed',
    note: (text: string) => void = () => undefined,
  ) => produceMessage(opened.context, 'kafka', topic, produceMessageSchema.parse(message), note);

  it('goes where Kafka’s producers put its key, and is read back as it was written', async () => {
    const notes: string[] = [];
    const headers = [
      { key: 'a', value: 'ü' },
      { key: 'a', value: '//8=', valueEncoding: 'base64' },
      { key: 'none' },
    ];
    const timestamp = startMs;
    const written = await produce({ key: 'foobar', value: 'hello', headers, timestamp }, 'typed', (text) =>
      notes.push(text),
    );
    expect(written).toMatchObject({ partition: (-790332482 & 0x7fff_ffff) % 4, offset: 0, timestamp });
    const { items } = await read('typed', { partition: written.partition, from: 'oldest' });
    expect(items).toEqual([written]);
    expect(items[0]?.headers.map(({ value, valueEncoding }) => [value, valueEncoding])).toEqual([
      ['ü', 'text'],
      ['//8=', 'base64'],
      [null, 'text'],
    ]);
    expect(notes.at(-1)).toBe(`partition ${String(written.partition)}, offset 0, 5 bytes`);
  });

  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])(
    'may be packed by %s, and have no value',
    async (compression) => {
      const written = await produce({ key: compression, compression, partition: 3 });
      expect(written).toMatchObject({ partition: 3, value: null, key: compression });
      const { items } = await read('typed', { partition: 3, from: `offset:${String(written.offset)}` });
      expect(items).toEqual([written]);
    },
  );

  it('is refused where it does not belong', async () => {
    expect(await refusal(produce({ value: 'x' }, '__consumer_offsets'))).toMatchObject({
      type: 'internal-topic',
    });
    expect(await refusal(produce({ value: 'x' }, 'missing'))).toMatchObject({ type: 'not-found' });
    expect(await refusal(produce({ value: 'x', partition: 99 }))).toMatchObject({ type: 'invalid' });
    expect(await refusal(produce({ value: '?', valueEncoding: 'base64' }))).toMatchObject({
      errors: { value: 'is not base64' },
    });
  });
});

describe('records as they arrive', () => {
  it('are told once each, those that pass, from now on', async () => {
    const left = new AbortController();
    const events: TailEvent[] = [];
    const produce = (value: string, partition: number) =>
      produceMessage(
        opened.context,
        'kafka',
        'live',
        produceMessageSchema.parse({ value, partition }),
        () => undefined,
      );
    await produce('before', 0);
    const tail = await tailMessages(opened.context, {
      ...{ clusterId: 'kafka', topic: 'live', signal: left.signal },
      query: tailQuerySchema.parse({ filter: 'not dull' }),
    });
    const reading = (async () => {
      for await (const event of tail) events.push(event);
    })();
    const values = (): (string | null)[] => events.flatMap(({ items }) => items.map(({ value }) => value));
    await produce('first', 0);
    await expect.poll(values, { timeout: 30_000 }).toEqual(['first']);
    await produce('dull', 1);
    await produce('second', 1);
    await expect.poll(values, { timeout: 30_000 }).toEqual(['first', 'second']);
    expect(events.reduce((sum, { records }) => sum + records, 0)).toBe(3);
    left.abort();
    await reading;
  });

  it('of a topic that is none are refused before anything is sent', async () => {
    const request = { clusterId: 'kafka', topic: 'missing', signal: new AbortController().signal };
    const tail = tailMessages(opened.context, { ...request, query: tailQuerySchema.parse({}) });
    expect(await refusal(tail)).toMatchObject({ type: 'not-found' });
  });
});

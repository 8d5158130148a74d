/**
 * Taking records out of topics, and changing many at once, through the services, against a real broker process: what is told
 * before, what is done, what is refused and why, and what is written down.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Admin } from 'kafkajs';
import {
  startBrokerProcess,
  temporaryDirectory,
  type BrokerProcess,
} from '../../broker/integration/broker-process.ts';
import { changeTopicsSchema, type ChangedTopic, type ChangeTopicsInput } from '../contracts/topic-changes.ts';
import { purgeTopicSchema, type PurgeTopicInput } from '../contracts/topic-purge.ts';
import { readAudit } from '../store/audit.ts';
import { changeTopics } from './change-many-topics.ts';
import type { Actor } from './context.ts';
import { closeKafkaConnections } from './kafka-connections.ts';
import { purgeTopic } from './purge-topic.ts';
import { openTestConsole, type TestConsole } from './testing/test-context.ts';
import { topicProducers } from './topic-producers.ts';
import { prepareTopicToken } from './topic-token.ts';

let broker: BrokerProcess;
let opened: TestConsole;
let admin: Admin;
let notes: string[] = [];
const directory = temporaryDirectory();
const token = 'the topic token';
const minuteMs = 60_000;
/** Young enough for any retention. */
const startMs = Date.now() - 60 * minuteMs;
const operator: Actor = {
  kind: 'user',
  id: 'u',
  name: 'olga',
  role: 'operator',
  clusters: null,
  ip: '::1',
  sessionId: null,
};

beforeAll(async () => {
  broker = await startBrokerProcess(directory.path, []);
  opened = await openTestConsole({
    AQUILA_BOOTSTRAP: `127.0.0.1:${String(broker.port)}`,
    AQUILA_TOPIC_TOKEN: token,
  });
  await prepareTopicToken(opened.context);
  const kafka = broker.kafka();
  admin = kafka.admin();
  await admin.connect();
  const compacted = { name: 'cleanup.policy', value: 'compact' };
  await admin.createTopics({
    topics: [
      ...['dated', 'by-offset', 'emptied', 'many-a', 'many-b'].map((topic) => ({ topic, numPartitions: 2 })),
      { topic: 'compacted', numPartitions: 1, configEntries: [compacted] },
    ],
    waitForLeaders: true,
  });
  const producer = kafka.producer();
  await producer.connect();
  for (const topic of ['dated', 'by-offset', 'emptied', 'many-a', 'many-b', 'compacted']) {
    // One a minute, ten in partition 0.
    const messages = Array.from({ length: 10 }, (_, at) => ({
      partition: 0,
      key: 'k',
      value: String(at),
      timestamp: String(startMs + at * minuteMs),
    }));
    await producer.send({ topic, messages });
  }
  await producer.disconnect();
});
afterAll(async () => {
  closeKafkaConnections();
  await admin.disconnect();
  await opened.close();
  await broker.end('SIGTERM');
  directory.remove();
});

const note = (detail: string): void => void notes.push(detail);
const purge = (topic: string, input: PurgeTopicInput) =>
  purgeTopic(opened.context, 'kafka', topic, purgeTopicSchema.parse(input), note);
const change = async (input: ChangeTopicsInput) => {
  const { items } = await changeTopics(
    opened.context,
    operator,
    'kafka',
    changeTopicsSchema.parse(input),
    note,
  );
  return items;
};
const lowsOf = async (topic: string) =>
  (await admin.fetchTopicOffsets(topic))
    .sort((a, b) => a.partition - b.partition)
    .map(({ low }) => Number(low));
const outcomes = (items: readonly ChangedTopic[]) => items.map(({ topic, outcome }) => `${topic} ${outcome}`);

describe('taking records out of a topic', () => {
  it('tells what would go and takes nothing until it is told to', async () => {
    const told = await purge('by-offset', { to: 'offset', value: 4 });
    expect(told).toMatchObject({ topic: 'by-offset', dryRun: true });
    expect(told.partitions).toEqual([
      { partition: 0, oldStartOffset: 0, endOffset: 10, newStartOffset: 4, records: 4, error: null },
      { partition: 1, oldStartOffset: 0, endOffset: 0, newStartOffset: 0, records: 0, error: null },
    ]);
    expect(await lowsOf('by-offset')).toEqual([0, 0]);
  });

  it('takes out what lies before an offset, a time, or everything, and reads back where partitions begin', async () => {
    notes = [];
    const before = {
      dryRun: false,
      confirm: 'by-offset',
      to: 'offset',
      value: 4,
      partitions: [0],
    } satisfies PurgeTopicInput;
    expect((await purge('by-offset', before)).partitions).toEqual([
      { partition: 0, oldStartOffset: 0, endOffset: 10, newStartOffset: 4, records: 4, error: null },
    ]);
    expect(await lowsOf('by-offset')).toEqual([4, 0]);
    expect(notes.at(-1)).toBe('offset 4; 0: 0 -> 4');
    const value = startMs + 7 * minuteMs;
    await purge('dated', { dryRun: false, confirm: 'dated', to: 'timestamp', value });
    expect(await lowsOf('dated')).toEqual([7, 0]);
    const all = await purge('emptied', { dryRun: false, confirm: 'emptied', to: 'end' });
    expect(all.partitions.map(({ records }) => records)).toEqual([10, 0]);
    expect(await lowsOf('emptied')).toEqual([10, 0]);
  });

  it.each<[string, PurgeTopicInput, string]>([
    ['dated', { dryRun: false, to: 'end' }, 'confirm'],
    ['dated', { dryRun: false, to: 'end', confirm: 'dates' }, 'confirm'],
    ['dated', { to: 'end', partitions: [7] }, 'invalid'],
    ['nothing', { to: 'end' }, 'not-found'],
    ['__consumer_offsets', { to: 'end' }, 'internal-topic'],
    ['compacted', { dryRun: false, to: 'end', confirm: 'compacted' }, 'refused-by-kafka'],
  ])('%s with %o is refused: %s', async (topic, input, type) => {
    await expect(purge(topic, input)).rejects.toMatchObject({ type });
  });
});

describe('changing many topics', () => {
  it('adds partitions where there are fewer, and says why not elsewhere', async () => {
    const ask = {
      action: 'partitions',
      partitions: 3,
      topics: ['many-a', 'compacted', 'gone', '__x'],
    } satisfies ChangeTopicsInput;
    expect(outcomes(await change(ask))).toEqual([
      'many-a planned',
      'compacted planned',
      'gone refused',
      '__x refused',
    ]);
    const done = await change({ ...ask, dryRun: false });
    expect(outcomes(done)).toEqual(['many-a done', 'compacted done', 'gone refused', '__x refused']);
    expect(done[0]).toMatchObject({ from: '2', to: '3' });
    expect(done[2]?.reason).toBe('there is no such topic');
    const again = await change({ ...ask, topics: ['many-a', 'many-b'], partitions: 2 });
    expect(outcomes(again)).toEqual(['many-a refused', 'many-b nothing']);
    expect(again[0]?.reason).toContain('never taken away');
  });

  it('sets a setting everywhere, with Kafka’s refusal told before', async () => {
    const ask = { action: 'configs' as const, topics: ['many-a', 'many-b'] };
    const wrong = await change({ ...ask, configs: { 'retention.ms': 'soon' } });
    expect(outcomes(wrong)).toEqual(['many-a refused', 'many-b refused']);
    expect(wrong[0]?.reason).toMatch(/INVALID_CONFIG|retention\.ms/);
    const configs = { 'retention.ms': '3600000' };
    const [planned] = await change({ ...ask, configs });
    expect(planned).toMatchObject({ outcome: 'planned', from: '604800000', to: '3600000' });
    expect(outcomes(await change({ ...ask, configs, dryRun: false }))).toEqual([
      'many-a done',
      'many-b done',
    ]);
    expect(outcomes(await change({ ...ask, configs }))).toEqual(['many-a nothing', 'many-b nothing']);
    const back = await change({ ...ask, configs: { 'retention.ms': null }, dryRun: false });
    expect(outcomes(back)).toEqual(['many-a done', 'many-b done']);
    expect((await change({ ...ask, configs }))[0]?.from).toBe('604800000');
  });

  it('takes all records out, where Kafka lets it', async () => {
    const ask = { action: 'purge', topics: ['many-a', 'emptied', 'compacted'] } satisfies ChangeTopicsInput;
    const told = await change(ask);
    expect(outcomes(told)).toEqual(['many-a planned', 'emptied nothing', 'compacted planned']);
    expect(told[0]?.records).toBe(10);
    await expect(change({ ...ask, dryRun: false })).rejects.toMatchObject({ type: 'confirm' });
    const done = await change({ ...ask, dryRun: false, confirm: '3' });
    expect(outcomes(done)).toEqual(['many-a done', 'emptied nothing', 'compacted refused']);
    expect(done[2]?.reason).toContain('POLICY_VIOLATION');
    expect(await lowsOf('many-a')).toEqual([10, 0, 0]);
  });

  it('deletes with the number and the token, and writes down each topic', async () => {
    const ask = { action: 'delete', topics: ['many-a', 'many-b', 'gone'] } satisfies ChangeTopicsInput;
    expect(outcomes(await change(ask))).toEqual(['many-a planned', 'many-b planned', 'gone refused']);
    const real = { ...ask, dryRun: false };
    await expect(change({ ...real, token })).rejects.toMatchObject({ type: 'confirm' });
    await expect(change({ ...real, confirm: '3', token: 'wrong' })).rejects.toMatchObject({
      type: 'wrong-topic-token',
    });
    expect(await admin.listTopics()).toContain('many-a');
    const done = await change({ ...real, confirm: '3', token });
    expect(outcomes(done)).toEqual(['many-a done', 'many-b done', 'gone refused']);
    expect(await admin.listTopics()).not.toContain('many-a');
    const rows = await readAudit(opened.context.database, {
      filter: { action: 'topic.delete' },
      newestFirst: false,
      after: null,
      limit: 10,
    });
    expect(rows.map(({ target, result, actor }) => `${actor} ${target} ${result}`)).toEqual([
      'olga many-a ok',
      'olga many-b ok',
      'olga gone refused: refused-by-kafka',
    ]);
    expect(JSON.stringify([rows, notes])).not.toContain(token);
  });
});

describe('who writes to a topic', () => {
  const ask = () => topicProducers(opened.context, 'kafka', 'by-offset', new AbortController().signal);
  const messages = [{ partition: 1, value: 'in a transaction' }];

  it('is told with the transactions that are open on it, until they end', async () => {
    const before = await ask();
    expect([before.producers.unknown, before.transactions.unknown]).toEqual([[], []]);
    // A producer that does not number its records leaves no trace.
    expect([before.producers.items, before.transactions.items]).toEqual([[], []]);

    const producer = broker.kafka().producer({ transactionalId: 'transfers-1', maxInFlightRequests: 1 });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic: 'by-offset', messages });
    await transaction.send({ topic: 'by-offset', messages });
    const during = await ask();
    const [open] = during.transactions.items;
    expect(open).toMatchObject({ transactionalId: 'transfers-1', state: 'Ongoing', partitions: [1] });
    expect(open?.startedAt).not.toBeNull();
    expect(during.producers.items).toEqual([
      {
        partition: 1,
        producerId: open?.producerId,
        producerEpoch: open?.producerEpoch,
        lastSequence: 1,
        lastTimestamp: expect.stringMatching(/^2.*Z$/),
        transactionStartOffset: 0,
        coordinatorEpoch: null,
        transactionalId: 'transfers-1',
      },
    ]);

    await transaction.commit();
    await producer.disconnect();
    const after = await ask();
    expect(after.transactions.items).toEqual([]);
    expect(after.producers.items).toMatchObject([
      { partition: 1, producerId: open?.producerId, transactionStartOffset: null, transactionalId: null },
    ]);
  });
});

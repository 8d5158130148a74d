/**
 * Compaction in a whole broker: the topic of committed offsets stays small and says the same after a restart, a
 * compacted topic ends with one record a key, and clients read it with gaps in its offsets.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CompressionTypes, ConfigResourceTypes, type Kafka } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consume, startTestBroker, type TestBroker } from './broker-harness.ts';

const OVERRIDES = [
  'offsets.topic.num.partitions=1',
  'offsets.topic.segment.bytes=2000',
  'log.cleaner.backoff.ms=50',
  'log.cleaner.min.cleanable.ratio=0.3',
];

function logFiles(broker: TestBroker, partition: string): string[] {
  return readdirSync(join(broker.directory, 'data', partition)).filter((name) => name.endsWith('.log'));
}

function logBytes(broker: TestBroker, partition: string): number {
  return logFiles(broker, partition)
    .map((name) => statSync(join(broker.directory, 'data', partition, name)).size)
    .reduce((sum, size) => sum + size, 0);
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`did not happen in time: ${what}`);
    await new Promise((resolve) => void setTimeout(resolve, 25));
  }
}

async function createTopic(kafka: Kafka, topic: string, configs: Record<string, string>): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value }));
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }] });
  await admin.disconnect();
}

/** Values v0 to v<count - 1> in turn to `keys` keys, one record a batch. */
async function fill(kafka: Kafka, topic: string, count: number, keys: number): Promise<void> {
  const producer = kafka.producer();
  await producer.connect();
  for (let i = 0; i < count; i++) {
    await producer.send({
      topic,
      compression: i % 2 === 0 ? CompressionTypes.GZIP : CompressionTypes.None,
      messages: [{ key: `key-${i % keys}`, value: `v${i}` }],
    });
  }
  await producer.disconnect();
}

const GROUPS = ['group-0', 'group-1', 'group-2'];

/** Commits the offsets 0 to count - 1, one after another. */
async function commitOften(kafka: Kafka, groupId: string, count: number): Promise<void> {
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic: 'orders' });
  const joined = new Promise((resolve) => void consumer.on('consumer.group_join', resolve));
  await consumer.run({ autoCommit: false, eachMessage: () => Promise.resolve() });
  await joined;
  for (let offset = 0; offset < count; offset++) {
    await consumer.commitOffsets([{ topic: 'orders', partition: 0, offset: String(offset) }]);
  }
  await consumer.disconnect();
}

describe('compaction', () => {
  let broker: TestBroker;

  beforeAll(async () => {
    broker = await startTestBroker(OVERRIDES);
  });

  afterAll(async () => {
    await broker.remove();
  });

  it('keeps the topic of committed offsets small, and the offsets right after a restart', async () => {
    const admin = broker.kafka().admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'orders', numPartitions: 1 }] });
    await fill(broker.kafka(), 'orders', 3, 3);
    const commits = 80;
    for (const group of GROUPS) await commitOften(broker.kafka(), group, commits + Number(group.at(-1)));
    await until('__consumer_offsets is compacted', () => logBytes(broker, '__consumer_offsets-0') < 8_000);
    const offsetsOf = async (client: ReturnType<Kafka['admin']>): Promise<(string | undefined)[]> => {
      const answers = await Promise.all(
        GROUPS.map((groupId) => client.fetchOffsets({ groupId, topics: ['orders'] })),
      );
      return answers.map(([topic]) => topic?.partitions[0]?.offset);
    };
    const expected = GROUPS.map((group) => String(commits + Number(group.at(-1)) - 1));
    expect(await offsetsOf(admin)).toEqual(expected);
    await admin.disconnect();
    await broker.restart();
    const again = broker.kafka().admin();
    await again.connect();
    expect(await offsetsOf(again)).toEqual(expected);
    await again.disconnect();
    expect(broker.lines.filter((line) => /^ERROR|damaged|set aside/.test(line))).toEqual([]);
  });

  it('leaves the last value of each key, which a consumer gets at its offset', async () => {
    const kafka = broker.kafka();
    await createTopic(kafka, 'state', {
      'cleanup.policy': 'compact',
      'segment.bytes': '1000',
      'min.cleanable.dirty.ratio': '0.01',
    });
    await fill(kafka, 'state', 100, 5);
    // Only what is no longer in the active segment is compacted.
    const settled = (): boolean => {
      const names = logFiles(broker, 'state-0');
      const active = Number(names.at(-1)?.slice(0, 20));
      return broker.lines.some((line) => line.includes(`state-0: compacted up to offset ${active} `));
    };
    await until('the topic is compacted up to its active segment', settled);
    const [, ...rest] = logFiles(broker, 'state-0');
    expect(rest.length).toBeGreaterThan(0);
    const admin = kafka.admin();
    await admin.connect();
    const [{ high, low } = { high: '', low: '' }] = await admin.fetchTopicOffsets('state');
    expect([low, high]).toEqual(['0', '100']);
    const active = Number(rest.at(-1)?.slice(0, 20));
    const keyOf = (offset: number): string => `key-${offset % 5}`;
    // The last of each of the five keys, and all that the active segment holds.
    const expected = Array.from({ length: 100 - active + 5 }, (_, index) => active - 5 + index);
    const records = await consume(kafka, 'state', expected.length);
    expect(records.map(({ offset, key, value }) => [Number(offset), key, value])).toEqual(
      expected.map((offset) => [offset, keyOf(offset), `v${offset}`]),
    );
    await admin.disconnect();
  });

  it('begins when the policy becomes compact, and shows its figures', async () => {
    const kafka = broker.kafka();
    await createTopic(kafka, 'later', { 'segment.bytes': '1000' });
    await fill(kafka, 'later', 60, 2);
    const before = logFiles(broker, 'later-0').length;
    const admin = kafka.admin();
    await admin.connect();
    const configEntries = [{ name: 'cleanup.policy', value: 'compact' }];
    await admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: ConfigResourceTypes.TOPIC,
          name: 'later',
          configEntries: [...configEntries, { name: 'segment.bytes', value: '1000' }],
        },
      ],
    });
    await admin.disconnect();
    await until('it is compacted', () => broker.lines.some((line) => line.includes('later-0: compacted')));
    expect(before).toBeGreaterThan(3);
    const url = `http://127.0.0.1:${broker.metricsPort}/jolokia/read/kafka.log:type=LogCleaner,name=cleaner-recopy-percent`;
    const body = (await (await fetch(url)).json()) as { value: { Value: number } };
    expect(body.value.Value).toBeGreaterThan(0);
    expect(body.value.Value).toBeLessThan(100);
  });
});

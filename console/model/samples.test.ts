import { expect, it } from 'vitest';
import { brokerMeterNames } from '../contracts/brokers.ts';
import { historySeriesNames } from '../contracts/history.ts';
import { BEHIND_LINES_MAX, PARTITION_LINES_MAX } from './samples.ts';
import { samplesOf } from './testing/listed-samples.ts';
import { brokerOf, groupOf, partitionOf, snapshotOf, topicOf } from './testing/snapshots.ts';

const meter = (value: number) => Object.fromEntries(brokerMeterNames.map((name) => [name, value]));
const times = { p50: 0.123_456, p95: 7, p99: 1_234.5 };
const metrics = {
  ...(meter(9) as Record<(typeof brokerMeterNames)[number], number>),
  ...{ produceTimeMs: times, fetchConsumerTimeMs: times, fetchFollowerTimeMs: times },
  bytesInPerSec: 1,
  bytesOutPerSec: 2,
  messagesInPerSec: 3,
  cpuPercent: 4,
  memoryBytes: 5,
  underReplicatedPartitions: 0,
  version: null,
};
const rates = { messagesInPerSec: 6, bytesInPerSec: 7, bytesOutPerSec: 8 };

const full = snapshotOf({
  brokers: [brokerOf(1, { metrics })],
  topics: [topicOf('t', [partitionOf(0, { highWatermark: 9 })], rates)],
  groups: [
    groupOf('g', [{ topic: 't', partition: 0, committedOffset: 4, logEndOffset: 9 }], {
      committedPerSec: 1,
      lagSeconds: { seconds: 2.5, atLeast: false },
    }),
  ],
});

const shown = (snapshot: typeof full) =>
  samplesOf(snapshot).map(({ name, labels: { topic, group, broker, partition }, value }) =>
    [name, topic, group, broker, partition, value].filter((part) => part !== '').join(' '),
  );

it('has a line for every series of the API', () => {
  const known = new Set(samplesOf(full).map(({ name }) => name));
  for (const name of historySeriesNames) expect(known.has(name), name).toBe(true);
});

it('keeps percentiles to three digits: more say nothing, and would be another value in each round', () => {
  expect(shown(full).filter((line) => line.startsWith('broker.produceP'))).toEqual([
    'broker.produceP50Ms 1 0.123',
    'broker.produceP95Ms 1 7',
    'broker.produceP99Ms 1 1230',
  ]);
});

it('keeps sums and parts as lines of their own', () => {
  expect(shown(full).filter((line) => line.startsWith('group.lag '))).toEqual([
    'group.lag g 5',
    'group.lag t g 5',
    'group.lag t g 0 5',
  ]);
});

it('adds up the lag on a topic whose partitions are not all told one behind the other', () => {
  const row = (topic: string, partition: number, logEndOffset: number) => ({
    ...{ topic, partition, committedOffset: 4, logEndOffset },
  });
  const group = groupOf('g', [
    row('a', 0, 5),
    row('a', 1, 20),
    row('b', 0, 6),
    row('b', 1, 3),
    row('c', 0, 8),
  ]);
  const partitions = [0, 2, 4, 1, 3].flatMap((index) => group.partitions?.[index] ?? []);
  const topics = ['a', 'b', 'c'].map((name) => topicOf(name, [partitionOf(0), partitionOf(1)]));
  const lags = shown(snapshotOf({ topics, groups: [{ ...group, partitions }] })).filter((line) =>
    /^group.lag [abc] g \d+$/.test(line),
  );
  expect(lags).toEqual(['group.lag a g 17', 'group.lag b g 2', 'group.lag c g 4']);
});

it('has no point for what is not known', () => {
  const unknown = snapshotOf({
    brokers: [brokerOf(1, { reachable: false, logDirBytes: null })],
    topics: [topicOf('t', [partitionOf(0, { highWatermark: null, sizeBytes: null })])],
    groups: [groupOf('g', [{ topic: 't', partition: 0, committedOffset: 4, logEndOffset: null }])],
  });
  expect(shown(unknown)).toEqual([
    'cluster.underReplicatedPartitions 0',
    'cluster.offlinePartitions 0',
    'group.members g 1',
  ]);
});

it('keeps no sum of a group that lacks a partition whose end is not known', () => {
  const parts = [
    { topic: 't', partition: 0, committedOffset: 4, logEndOffset: 9 },
    { topic: 't', partition: 1, committedOffset: 4, logEndOffset: null },
    { topic: 'u', partition: 0, committedOffset: 1, logEndOffset: 3 },
  ];
  const topics = [
    topicOf('t', [partitionOf(0), partitionOf(1, { leader: null, highWatermark: null })]),
    topicOf('u', []),
  ];
  const lags = shown(snapshotOf({ topics, groups: [groupOf('g', parts)] })).filter((line) =>
    line.startsWith('group.lag '),
  );
  expect(lags).toEqual(['group.lag u g 2', 'group.lag t g 0 5', 'group.lag u g 0 2']);
});

it('keeps what a console that starts again learns from: ends, ids of topics, members', () => {
  const named = snapshotOf({
    topics: [topicOf('t', [partitionOf(0, { highWatermark: 9 })], { topicId: 'BAAAAAAAAAAAAAAAAAAAAA' })],
    groups: [groupOf('g', [{ topic: 't', partition: 0, committedOffset: 4, logEndOffset: 9 }])],
  });
  const lines = shown(named).filter((line) => /endOffset|identity|members/.test(line));
  expect(lines).toEqual(['topic.identity t 1073741824', 'topic.endOffset t 0 9', 'group.members g 1']);
});

it('keeps no lines per partition of a very large cluster', () => {
  const partitions = Array.from({ length: PARTITION_LINES_MAX + 1 }, (_, index) => partitionOf(index));
  const large = snapshotOf({ topics: [topicOf('t', partitions)] });
  expect(samplesOf(large).some(({ labels }) => labels.partition !== '')).toBe(false);
});

it('... but of partitions that groups are behind in, each end once, and not of more than a bounded number', () => {
  const partitions = Array.from({ length: PARTITION_LINES_MAX + 1 }, (_, index) =>
    partitionOf(index, { highWatermark: 9 }),
  );
  const topics = [topicOf('t', partitions, { topicId: 'BAAAAAAAAAAAAAAAAAAAAA' })];
  const behind = (id: string, count: number, seconds: number) => {
    const offsets = Array.from({ length: count }, (_, partition) => {
      return { topic: 't', partition, committedOffset: 4, logEndOffset: 9 };
    });
    const group = groupOf(id, offsets);
    const lagSeconds = { seconds, atLeast: false };
    return {
      ...group,
      partitions: group.partitions?.map((row) => ({ ...row, lagSeconds, status: 'ok' as const })) ?? null,
    };
  };
  const lines = (groups: ReturnType<typeof behind>[]) =>
    shown(snapshotOf({ topics, groups })).filter((line) =>
      /endOffset|identity|group.lag t \S+ \d+ \d/.test(line),
    );
  expect(lines([behind('a', 1, 20), behind('b', 2, 20), behind('c', 1, 5)])).toEqual([
    'group.lag t a 0 5',
    'topic.identity t 1073741824',
    'topic.endOffset t 0 9',
    'group.lag t b 0 5',
    'group.lag t b 1 5',
    'topic.endOffset t 1 9',
  ]);
  expect(lines([behind('a', 1_000, 20)])).toHaveLength(2 * BEHIND_LINES_MAX + 1);
});

/** The text as a scraper reads it: exact lines for a small cluster, and how it is cut for a large one. */
import { describe, expect, it } from 'vitest';
import { brokerOf, groupOf, partitionOf, snapshotOf, topicOf } from '../../model/testing/snapshots.ts';
import { viewOf, type ClusterView } from './cluster-view.ts';
import { labelText, writeExposition, type Family } from './exposition.ts';
import { kafkaExporterSet } from './kafka-exporter-set.ts';
import { kminionSet } from './kminion-set.ts';
import { ownSet, processSet } from './own-set.ts';

const orders = topicOf('orders', [
  partitionOf(0, { highWatermark: 100, logStartOffset: 10, replicas: [1, 2], isr: [1, 2] }),
  partitionOf(1, { highWatermark: 50, logStartOffset: null, leader: null, replicas: [2, 1], isr: [1] }),
]);
const billing = groupOf(
  'billing',
  [
    { topic: 'orders', partition: 0, committedOffset: 70, logEndOffset: 100 },
    { topic: 'orders', partition: 1, committedOffset: 60, logEndOffset: 50 },
    { topic: 'payments', partition: 0, committedOffset: null, logEndOffset: 9 },
  ],
  { status: 'slow', lagSeconds: { seconds: 12, atLeast: true }, catchUpSeconds: null },
);
const small = viewOf(
  'c"1',
  true,
  snapshotOf({ brokers: [brokerOf(1), brokerOf(2)], topics: [orders], groups: [billing] }),
  1_003_000,
  null,
);

async function textOf(
  families: readonly Family[],
  views: readonly ClusterView[],
  partitionLimit = 1_000,
): Promise<string> {
  let text = '';
  const options = { partitionLimit, nowMs: () => 0, breathe: () => Promise.resolve() };
  for await (const chunk of writeExposition(families, [], views, options)) text += chunk;
  return text;
}

const linesOf = (text: string, name: string): string[] =>
  text.split('\n').filter((line) => line.startsWith(`${name}{`));

describe('the names of kafka_exporter', () => {
  it('has its labels, and leaves out what is not known', async () => {
    const text = await textOf(kafkaExporterSet, [small]);
    expect(linesOf(text, 'kafka_brokers')).toEqual(['kafka_brokers{cluster="c\\"1"} 2']);
    expect(linesOf(text, 'kafka_topic_partition_oldest_offset')).toEqual([
      'kafka_topic_partition_oldest_offset{partition="0",topic="orders",cluster="c\\"1"} 10',
    ]);
    expect(linesOf(text, 'kafka_topic_partition_leader')).toHaveLength(1);
    expect(
      linesOf(text, 'kafka_topic_partition_under_replicated_partition').map((line) => line.at(-1)),
    ).toEqual(['0', '1']);
    expect(linesOf(text, 'kafka_consumergroup_lag').map((line) => line.split(' ')[1])).toEqual(['30', '-10']);
    expect(linesOf(text, 'kafka_consumergroup_lag_sum')).toEqual([
      'kafka_consumergroup_lag_sum{consumergroup="billing",topic="orders",cluster="c\\"1"} 30',
    ]);
    expect(linesOf(text, 'kafka_consumergroup_current_offset_sum')[0]).toMatch(/ 130$/);
  });
});

describe('the names of KMinion', () => {
  it('has its labels, no negative lag, and no sum with an unknown part', async () => {
    const text = await textOf(kminionSet, [small]);
    expect(linesOf(text, 'kminion_kafka_cluster_info')).toEqual([
      'kminion_kafka_cluster_info{broker_count="2",cluster_id="MkU3OEVBNTcwNTJENDM2Qg",cluster_version="",controller_id="1",cluster="c\\"1"} 1',
    ]);
    expect(linesOf(text, 'kminion_kafka_topic_high_water_mark_sum')[0]).toMatch(/ 150$/);
    expect(linesOf(text, 'kminion_kafka_topic_low_water_mark_sum')).toEqual([]);
    expect(
      linesOf(text, 'kminion_kafka_consumer_group_topic_partition_lag').map((line) => line.split(' ')[1]),
    ).toEqual(['30', '0']);
    expect(linesOf(text, 'kminion_kafka_consumer_group_topic_lag')).toEqual([
      'kminion_kafka_consumer_group_topic_lag{group_id="billing",topic_name="orders",cluster="c\\"1"} 30',
    ]);
    expect(linesOf(text, 'kminion_kafka_consumer_group_topic_assigned_partitions').at(-1)).toMatch(/ 1$/);
  });
});

describe('our own names', () => {
  it('say status and seconds behind, and only that there is nothing before the first round', async () => {
    const text = await textOf(ownSet, [small, viewOf('new', false, null, 0, null)]);
    expect(text).toContain('aquila_group_status{cluster="c\\"1",group="billing",status="slow"} 1\n');
    expect(text).toContain('aquila_group_lag_seconds{cluster="c\\"1",group="billing"} 12\n');
    expect(text).toContain('aquila_group_lag_seconds_at_least{cluster="c\\"1",group="billing"} 1\n');
    expect(text).toContain('aquila_group_lag_at_least{cluster="c\\"1",group="billing"} 0\n');
    expect(text).toContain('aquila_cluster_total_lag_at_least{cluster="c\\"1"} 0\n');
    expect(text).not.toContain('aquila_group_catch_up_seconds');
    expect(text).toContain('aquila_snapshot_age_seconds{cluster="c\\"1"} 3\n');
    expect(text.split('\n').filter((line) => line.includes('"new"'))).toEqual([
      'aquila_cluster_up{cluster="new"} 0',
    ]);
  });
});

describe('a lag of which a part is not known', () => {
  const silent = groupOf('billing', [
    { topic: 'orders', partition: 0, committedOffset: 70, logEndOffset: 100 },
    { topic: 'orders', partition: 1, committedOffset: 60, logEndOffset: null },
  ]);
  const text = (group: typeof silent) =>
    textOf(ownSet, [viewOf('c', true, snapshotOf({ topics: [orders], groups: [group] }), 1_003_000, null)]);

  it('is said to be at least so much, of the group and of the cluster', async () => {
    const told = await text(silent);
    expect(told).toContain('aquila_group_lag_records{cluster="c",group="billing"} 30\n');
    expect(told).toContain('aquila_group_lag_at_least{cluster="c",group="billing"} 1\n');
    expect(told).toContain('aquila_cluster_total_lag_records{cluster="c"} 30\n');
    expect(told).toContain('aquila_cluster_total_lag_at_least{cluster="c"} 1\n');
  });

  it('has no such word where there is no lag at all', async () => {
    const told = await text({ ...silent, totalLag: null });
    expect(linesOf(told, 'aquila_group_lag_at_least')).toEqual([]);
    expect(linesOf(told, 'aquila_cluster_total_lag_at_least')).toEqual([]);
  });
});

describe('the text', () => {
  it('is one a Prometheus reads: a head for each name, once, with its lines below', async () => {
    const text = await textOf(
      [...ownSet, ...kafkaExporterSet, ...kminionSet],
      [small, { ...small, id: 'two' }],
    );
    const heads = text.split('\n').filter((line) => line.startsWith('# TYPE '));
    expect(new Set(heads).size).toBe(heads.length);
    let family = '';
    for (const line of text.split('\n').filter((each) => each !== '')) {
      if (line.startsWith('# HELP ')) family = line.split(' ')[2] ?? '';
      else if (!line.startsWith('#')) expect(line).toMatch(new RegExp(`^${family}\\{[^}]*\\} -?[0-9.e+-]+$`));
    }
  });

  it('escapes what a label may not hold', () => {
    expect(labelText({ a: 'q"u\\o\nte', b: 1, gone: null })).toBe('a="q\\"u\\\\o\\nte",b="1"');
  });

  it('leaves out all series per partition of a cluster with too many, and says so', async () => {
    const text = await textOf(kafkaExporterSet, [small, { ...small, id: 'one', partitionCount: 1 }], 1);
    expect(linesOf(text, 'kafka_topic_partition_leader')).toEqual([
      'kafka_topic_partition_leader{partition="0",topic="orders",cluster="one"} 1',
    ]);
    expect(text).toContain(
      '# kafka_topic_partition_leader: cluster "c\\"1" has 2 of these, more than AQUILA_METRICS_PARTITIONS=1: left out',
    );
    expect(linesOf(text, 'kafka_consumergroup_lag')).toEqual([]);
    expect(linesOf(text, 'kafka_consumergroup_lag_sum')).toHaveLength(2);
  });

  it('lets the event loop go on after each few milliseconds, and is the same text', async () => {
    const partitions = Array.from({ length: 2_000 }, (_, index) => partitionOf(index));
    const large = viewOf('big', true, snapshotOf({ topics: [topicOf('t', partitions)] }), 1_000_000, null);
    let [nowMs, breaths, longest, since] = [0, 0, 0, 0];
    const options = {
      partitionLimit: 5_000,
      // Each look at the clock costs what 64 lines may: half a millisecond.
      nowMs: () => (nowMs += 0.5),
      breathe: () => {
        breaths++;
        longest = Math.max(longest, nowMs - since);
        since = nowMs;
        return Promise.resolve();
      },
    };
    let text = '';
    for await (const chunk of writeExposition(kafkaExporterSet, processSet, [large], options)) text += chunk;
    expect(breaths).toBeGreaterThan(10);
    expect(longest).toBeLessThan(15);
    expect(text.startsWith(await textOf(kafkaExporterSet, [large], 5_000))).toBe(true);
  });
});

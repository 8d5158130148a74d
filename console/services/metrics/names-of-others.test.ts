/**
 * The names, types and labels that dashboards of kafka_exporter 1.9 and KMinion 2.3 are made for, as their sources declare them
 * (kafka_exporter.go; prometheus/exporter.go), against what we write. What differs is listed here and in docs/metrics.md, and
 * nothing else may.
 */
import { expect, it } from 'vitest';
import { brokerOf, groupOf, partitionOf, snapshotOf, topicOf } from '../../model/testing/snapshots.ts';
import { viewOf } from './cluster-view.ts';
import { writeExposition, type Family } from './exposition.ts';
import { kafkaExporterSet } from './kafka-exporter-set.ts';
import { kminionSet } from './kminion-set.ts';
import { ownSet, processSet } from './own-set.ts';
import { readExposition, type ReadExposition } from './testing/exposition-lint.ts';

const topicPartition = 'partition,topic';
const ofKafkaExporter: Readonly<Record<string, string>> = {
  kafka_brokers: '',
  kafka_broker_info: 'address,id',
  kafka_topic_partitions: 'topic',
  kafka_topic_partition_current_offset: topicPartition,
  kafka_topic_partition_oldest_offset: topicPartition,
  kafka_topic_partition_in_sync_replica: topicPartition,
  kafka_topic_partition_leader: topicPartition,
  kafka_topic_partition_leader_is_preferred: topicPartition,
  kafka_topic_partition_replicas: topicPartition,
  kafka_topic_partition_under_replicated_partition: topicPartition,
  kafka_consumergroup_current_offset: 'consumergroup,partition,topic',
  kafka_consumergroup_current_offset_sum: 'consumergroup,topic',
  kafka_consumergroup_lag: 'consumergroup,partition,topic',
  kafka_consumergroup_lag_sum: 'consumergroup,topic',
  kafka_consumergroup_members: 'consumergroup',
};
const ofKminion: Readonly<Record<string, string>> = {
  kminion_exporter_up: 'version',
  kminion_kafka_cluster_info: 'broker_count,cluster_id,cluster_version,controller_id',
  kminion_kafka_broker_info: 'address,broker_id,is_controller,port,rack_id',
  kminion_kafka_broker_log_dir_size_total_bytes: 'address,broker_id,port,rack_id',
  kminion_kafka_topic_log_dir_size_total_bytes: 'topic_name',
  kminion_kafka_topic_info: 'partition_count,replication_factor,topic_name',
  kminion_kafka_topic_partition_low_water_mark: 'partition_id,topic_name',
  kminion_kafka_topic_low_water_mark_sum: 'topic_name',
  kminion_kafka_topic_partition_high_water_mark: 'partition_id,topic_name',
  kminion_kafka_topic_high_water_mark_sum: 'topic_name',
  kminion_kafka_consumer_group_info: 'coordinator_id,group_id,protocol,protocol_type,state',
  kminion_kafka_consumer_group_members: 'group_id',
  kminion_kafka_consumer_group_empty_members: 'group_id',
  kminion_kafka_consumer_group_topic_members: 'group_id,topic_name',
  kminion_kafka_consumer_group_topic_assigned_partitions: 'group_id,topic_name',
  kminion_kafka_consumer_group_topic_offset_sum: 'group_id,topic_name',
  kminion_kafka_consumer_group_topic_partition_lag: 'group_id,partition_id,topic_name',
  kminion_kafka_consumer_group_topic_lag: 'group_id,topic_name',
};

const orders = topicOf('orders', [partitionOf(0, { highWatermark: 10, replicas: [1, 2], isr: [1, 2] })]);
const group = groupOf('billing "\\\n', [
  { topic: 'orders', partition: 0, committedOffset: 7, logEndOffset: 10 },
]);
const cluster = viewOf(
  'c "\\\n',
  true,
  snapshotOf({
    brokers: [1, 2].map((id) =>
      brokerOf(id, { logDirBytes: 5, replicaSizes: { get: () => 5 }, replicas: 1 }),
    ),
    topics: [orders],
    groups: [group],
  }),
  1_003_000,
  null,
);

async function read(families: readonly Family[]): Promise<ReadExposition> {
  let text = '';
  const options = { partitionLimit: 1_000, nowMs: () => 0, breathe: () => Promise.resolve() };
  for await (const chunk of writeExposition(families, processSet, [cluster], options)) text += chunk;
  return readExposition(text);
}

it.each([
  ['kafka_exporter', kafkaExporterSet, ofKafkaExporter],
  ['KMinion', kminionSet, ofKminion],
])('%s: every name with its type and its labels, and `cluster` besides', async (_name, set, expected) => {
  const { types, series } = await read(set);
  const labels = Object.fromEntries(
    series
      .filter(({ name }) => /^(kafka|kminion)_/.test(name))
      .map((each) => [
        each.name,
        [...each.labels.keys()]
          .filter((key) => key !== 'cluster')
          .sort()
          .join(),
      ]),
  );
  expect(labels).toEqual(expected);
  expect(Object.keys(expected).map((name) => [name, types.get(name)])).toEqual(
    Object.keys(expected).map((name) => [name, 'gauge']),
  );
  for (const each of series) {
    if (each.name in expected) expect(each.labels.get('cluster')).toBe('c "\\\n');
  }
});

it('is well formed in all sets together', async () => {
  const { problems, series } = await read([...ownSet, ...kafkaExporterSet, ...kminionSet]);
  expect(problems).toEqual([]);
  expect(series.length).toBeGreaterThan(60);
  expect(series.some(({ labels }) => labels.get('group') === 'billing "\\\n')).toBe(true);
});

it.each([
  ['a 1\n', 'without HELP and TYPE'],
  ['# HELP a x\n# TYPE a gauge\na 1', 'has no end'],
  ['# HELP a x\n# TYPE a gauge\na 1\na 2\n', 'there before'],
  ['# HELP a x\n# TYPE a gauge\na 1\n# HELP b x\n# TYPE b gauge\nb 1\na{c="d"} 1\n', 'are apart'],
  ['# HELP a x\n# HELP a x\n# TYPE a gauge\na 1\n', 'HELP twice'],
  ['# HELP a x\n# TYPE a gauge\na{b="\\x"} 1\n', 'not a label'],
  ['# HELP a x\n# TYPE a gauge\na{b="c",} 1\n', 'not a label'],
  ['# HELP a x\n# TYPE a gauge\na 1,5\n', 'not a value'],
  ['# HELP a x\n# TYPE a gauge\n', 'a head without a line'],
  ['# HELP a x\n# TYPE a counter\na 1\n', 'without _total'],
])('finds what is not: %j', (text, problem) => {
  expect(readExposition(text).problems.join('\n')).toContain(problem);
});

/**
 * The names and labels of KMinion (github.com/redpanda-data/kminion, docs/metrics.md), for dashboards that are there
 * already. Each series has the label `cluster` besides. As in KMinion a lag is never negative here; what is not known has
 * no line. Not told: commits counted (we do not consume the offsets topic), configs of topics, its end-to-end probe.
 */
import type {
  BrokerSnapshot,
  GroupPartition,
  PartitionSnapshot,
  TopicSnapshot,
} from '../../model/snapshot.ts';
import { sumOrNull, summarizeTopic } from '../../model/topic-summary.ts';
import { version } from '../version.ts';
import { groupPartitionsOf, groupsOf, groupTopicsOf, partitionsOf, topicsOf } from './cluster-view.ts';
import type { ClusterView, GroupTopic } from './cluster-view.ts';
import { labelText, type Family, type Sample } from './exposition.ts';
import { committedSum, lagSum } from './kafka-exporter-set.ts';

const family = (
  name: string,
  help: string,
  samples: (view: ClusterView) => Iterable<Sample>,
  per?: Family['per'],
): Family => ({
  name: `kminion_${name}`,
  type: 'gauge',
  help,
  samples,
  ...(per === undefined ? {} : { per }),
});

const perTopic = (name: string, help: string, valueOf: (topic: TopicSnapshot) => number | null): Family =>
  family(`kafka_topic_${name}`, help, function* (view) {
    for (const topic of topicsOf(view)) {
      yield [labelText({ topic_name: topic.name, cluster: view.id }), valueOf(topic)];
    }
  });

const perPartition = (
  name: string,
  help: string,
  valueOf: (partition: PartitionSnapshot) => number | null,
): Family =>
  family(
    `kafka_topic_partition_${name}`,
    help,
    function* (view) {
      for (const [topic, at] of partitionsOf(view)) {
        const value = valueOf(at);
        const labels = { partition_id: at.partition, topic_name: topic.name, cluster: view.id };
        yield [value === null ? '' : labelText(labels), value];
      }
    },
    'partition',
  );

const perGroupTopic = (name: string, help: string, valueOf: (at: GroupTopic) => number | null): Family =>
  family(`kafka_consumer_group_topic_${name}`, help, function* (view) {
    for (const at of groupTopicsOf(view)) {
      yield [labelText({ group_id: at.group.id, topic_name: at.topic, cluster: view.id }), valueOf(at)];
    }
  });

const brokerLabels = ({ id, host, port, rack }: BrokerSnapshot) => ({
  address: host,
  broker_id: id,
  port,
  rack_id: rack ?? '',
});

/** Bytes of all replicas of each topic; null for all while one broker's directories are not known. */
function* replicaBytes(view: ClusterView): Generator<Sample> {
  const brokers = view.snapshot?.brokers ?? [];
  const told = brokers.every(({ replicaSizes, replicas }) => replicaSizes !== null || replicas === 0);
  if (!told) return;
  for (const topic of topicsOf(view)) {
    const bytes = sumOrNull(topic.partitions, (at) =>
      sumOrNull(
        at.replicas,
        (id) =>
          brokers.find((broker) => broker.id === id)?.replicaSizes?.get(topic.name, at.partition) ?? null,
      ),
    );
    yield [labelText({ topic_name: topic.name, cluster: view.id }), bytes];
  }
}

/** Null while the assignment of a member cannot be read. */
function ownersOf({ partitions, group }: GroupTopic): GroupPartition[] | null {
  if (group.members === null || group.members.some(({ assignment }) => assignment === null)) return null;
  return partitions.filter(({ memberId }) => memberId !== null);
}

export const kminionSet: readonly Family[] = [
  family(
    'exporter_up',
    'Build info about this Prometheus Exporter. Gauge value is 0 if one or more scrapes have failed.',
    function* (view) {
      yield [labelText({ version, cluster: view.id }), view.up ? 1 : 0];
    },
  ),
  family('kafka_cluster_info', 'Kafka cluster information', function* (view) {
    if (view.snapshot === null) return;
    const { brokers, controllerId, kafkaClusterId } = view.snapshot;
    const labels = {
      broker_count: brokers.filter(({ fenced }) => !fenced).length,
      cluster_id: kafkaClusterId ?? '',
      cluster_version:
        brokers.find(({ metrics }) => (metrics?.version ?? null) !== null)?.metrics?.version ?? '',
      controller_id: controllerId ?? -1,
      cluster: view.id,
    };
    yield [labelText(labels), 1];
  }),
  family('kafka_broker_info', 'Kafka broker information', function* (view) {
    for (const broker of view.snapshot?.brokers ?? []) {
      const labels = {
        ...brokerLabels(broker),
        is_controller: String(broker.isController),
        cluster: view.id,
      };
      yield [labelText(labels), 1];
    }
  }),
  family(
    'kafka_broker_log_dir_size_total_bytes',
    'The summed size in bytes of all log dirs for a given broker',
    function* (view) {
      for (const broker of view.snapshot?.brokers ?? []) {
        yield [labelText({ ...brokerLabels(broker), cluster: view.id }), broker.logDirBytes];
      }
    },
  ),
  family(
    'kafka_topic_log_dir_size_total_bytes',
    'The summed size in bytes of partitions for a given topic. This includes the used space for replica partitions.',
    replicaBytes,
  ),
  family('kafka_topic_info', 'Info labels for a given topic', function* (view) {
    for (const topic of topicsOf(view)) {
      const { partitionCount, replicationFactor } = summarizeTopic(topic);
      const labels = {
        partition_count: partitionCount,
        replication_factor: replicationFactor,
        topic_name: topic.name,
        cluster: view.id,
      };
      yield [labelText(labels), topic.error === null ? 1 : null];
    }
  }),
  perPartition('low_water_mark', 'Partition Low Water Mark', (at) => at.logStartOffset),
  perTopic('low_water_mark_sum', "Sum of all the topic's partition low water marks", (topic) =>
    sumOrNull(topic.partitions, (at) => at.logStartOffset),
  ),
  perPartition('high_water_mark', 'Partition High Water Mark', (at) => at.highWatermark),
  perTopic('high_water_mark_sum', "Sum of all the topic's partition high water marks", (topic) =>
    sumOrNull(topic.partitions, (at) => at.highWatermark),
  ),
  family(
    'kafka_consumer_group_info',
    'Consumer Group info metrics. It will report 1 if the group is in the stable state, otherwise 0.',
    function* (view) {
      for (const { id, coordinator, protocol, protocolType, state, members } of groupsOf(view)) {
        const labels = {
          coordinator_id: coordinator ?? '',
          group_id: id,
          protocol,
          protocol_type: protocolType,
          state,
          cluster: view.id,
        };
        yield [labelText(labels), members === null ? null : state.toLowerCase() === 'stable' ? 1 : 0];
      }
    },
  ),
  family(
    'kafka_consumer_group_members',
    'Consumer Group member count metrics. It will report the number of members in the consumer group',
    function* (view) {
      for (const { id, members } of groupsOf(view)) {
        yield [labelText({ group_id: id, cluster: view.id }), members?.length];
      }
    },
  ),
  family(
    'kafka_consumer_group_empty_members',
    'It will report the number of members in the consumer group with no partition assigned',
    function* (view) {
      for (const { id, members } of groupsOf(view)) {
        const known = members !== null && members.every(({ assignment }) => assignment !== null);
        const empty = (members ?? []).filter(
          ({ assignment }) => !(assignment ?? []).some(({ partitions }) => partitions.length > 0),
        );
        yield [labelText({ group_id: id, cluster: view.id }), known ? empty.length : null];
      }
    },
  ),
  perGroupTopic(
    'members',
    'It will report the number of members in the consumer group assigned on a given topic',
    (at) => {
      const owned = ownersOf(at);
      return owned === null ? null : new Set(owned.map(({ memberId }) => memberId)).size;
    },
  ),
  perGroupTopic(
    'assigned_partitions',
    'It will report the number of partitions assigned in the consumer group for a given topic',
    (at) => ownersOf(at)?.length ?? null,
  ),
  perGroupTopic(
    'offset_sum',
    'The sum of all committed group offsets across all partitions in a topic',
    committedSum,
  ),
  family(
    'kafka_consumer_group_topic_partition_lag',
    'The number of messages a consumer group is lagging behind the latest offset of a partition',
    function* (view) {
      for (const [group, { partition, topic, lag }] of groupPartitionsOf(view)) {
        const labels = { group_id: group.id, partition_id: partition, topic_name: topic, cluster: view.id };
        yield [lag === null ? '' : labelText(labels), lag === null ? null : Math.max(0, lag)];
      }
    },
    'group-partition',
  ),
  perGroupTopic(
    'lag',
    'The number of messages a consumer group is lagging behind across all partitions in a topic',
    lagSum,
  ),
];

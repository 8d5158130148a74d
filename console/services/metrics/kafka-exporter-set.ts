/**
 * The names and labels of kafka_exporter (github.com/danielqsj/kafka_exporter), for dashboards that are there already.
 * Each series has the label `cluster` besides, as its option `--kafka.labels cluster=...` sets it.
 *
 * Deliberately different: what is not known has no line, where kafka_exporter writes -1 for a partition without a commit;
 * a sum counts what a group is behind, so that a commit beyond the end of one partition hides nothing of another.
 */
import { hostPort } from '../../model/host-port.ts';
import { sumOfLags } from '../../model/lag.ts';
import type { GroupPartition, GroupSnapshot, PartitionSnapshot } from '../../model/snapshot.ts';
import { isUnderReplicated, sumOrNull } from '../../model/topic-summary.ts';
import { groupPartitionsOf, groupsOf, groupTopicsOf, partitionsOf, topicsOf } from './cluster-view.ts';
import type { GroupTopic } from './cluster-view.ts';
import { labelText, type Family } from './exposition.ts';

function perPartition(
  name: string,
  help: string,
  valueOf: (partition: PartitionSnapshot) => number | null,
): Family {
  return {
    name: `kafka_topic_partition_${name}`,
    type: 'gauge',
    help,
    per: 'partition',
    *samples(view) {
      for (const [topic, partition] of partitionsOf(view)) {
        const value = valueOf(partition);
        const at = { partition: partition.partition, topic: topic.name, cluster: view.id };
        yield [value === null ? '' : labelText(at), value];
      }
    },
  };
}

function perGroupPartition(
  name: string,
  help: string,
  valueOf: (partition: GroupPartition) => number | null,
): Family {
  return {
    name: `kafka_consumergroup_${name}`,
    type: 'gauge',
    help,
    per: 'group-partition',
    *samples(view) {
      for (const [group, at] of groupPartitionsOf(view)) {
        const value = valueOf(at);
        const labels = {
          consumergroup: group.id,
          partition: at.partition,
          topic: at.topic,
          cluster: view.id,
        };
        yield [value === null ? '' : labelText(labels), value];
      }
    },
  };
}

function perGroupTopic(name: string, help: string, valueOf: (at: GroupTopic) => number | null): Family {
  return {
    name: `kafka_consumergroup_${name}`,
    type: 'gauge',
    help,
    *samples(view) {
      for (const at of groupTopicsOf(view)) {
        yield [labelText({ consumergroup: at.group.id, topic: at.topic, cluster: view.id }), valueOf(at)];
      }
    },
  };
}

/** As far as its partitions have a commit; null when none has. */
export function committedSum({ partitions }: GroupTopic): number | null {
  return sumOrNull(
    partitions.filter(({ offsetState }) => offsetState !== 'no-commit'),
    (each) => each.committedOffset,
  );
}

export function lagSum({ partitions }: GroupTopic): number | null {
  return sumOfLags(partitions.map(({ lag }) => lag));
}

const membersOf = (group: GroupSnapshot): number | null => group.members?.length ?? null;

export const kafkaExporterSet: readonly Family[] = [
  {
    name: 'kafka_brokers',
    type: 'gauge',
    help: 'Number of Brokers in the Kafka Cluster.',
    *samples(view) {
      yield [labelText({ cluster: view.id }), view.summary?.brokers];
    },
  },
  {
    name: 'kafka_broker_info',
    type: 'gauge',
    help: 'Information about the Kafka Broker.',
    *samples(view) {
      for (const { id, host, port } of view.snapshot?.brokers ?? []) {
        yield [labelText({ address: hostPort({ host, port }), id, cluster: view.id }), 1];
      }
    },
  },
  {
    name: 'kafka_topic_partitions',
    type: 'gauge',
    help: 'Number of partitions for this Topic',
    *samples(view) {
      for (const { name, partitions, error } of topicsOf(view)) {
        yield [labelText({ topic: name, cluster: view.id }), error === null ? partitions.length : null];
      }
    },
  },
  perPartition('current_offset', 'Current Offset of a Broker at Topic/Partition', (at) => at.highWatermark),
  perPartition('oldest_offset', 'Oldest Offset of a Broker at Topic/Partition', (at) => at.logStartOffset),
  perPartition(
    'in_sync_replica',
    'Number of In-Sync Replicas for this Topic/Partition',
    (at) => at.isr.length,
  ),
  perPartition('leader', 'Leader Broker ID of this Topic/Partition', (at) => at.leader),
  perPartition('leader_is_preferred', '1 if Topic/Partition is using the Preferred Broker', (at) =>
    at.leader !== null && at.leader === at.replicas[0] ? 1 : 0,
  ),
  perPartition('replicas', 'Number of Replicas for this Topic/Partition', (at) => at.replicas.length),
  perPartition('under_replicated_partition', '1 if Topic/Partition is under Replicated', (at) =>
    isUnderReplicated(at) ? 1 : 0,
  ),
  perGroupPartition(
    'current_offset',
    'Current Offset of a ConsumerGroup at Topic/Partition',
    (at) => at.committedOffset,
  ),
  perGroupTopic(
    'current_offset_sum',
    'Current Offset of a ConsumerGroup at Topic for all partitions',
    committedSum,
  ),
  perGroupPartition('lag', 'Current Approximate Lag of a ConsumerGroup at Topic/Partition', (at) => at.lag),
  perGroupTopic('lag_sum', 'Current Approximate Lag of a ConsumerGroup at Topic for all partitions', lagSum),
  {
    name: 'kafka_consumergroup_members',
    type: 'gauge',
    help: 'Amount of members in a consumer group',
    *samples(view) {
      for (const group of groupsOf(view)) {
        yield [labelText({ consumergroup: group.id, cluster: view.id }), membersOf(group)];
      }
    },
  },
];

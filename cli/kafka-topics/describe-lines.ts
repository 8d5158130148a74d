/** The lines of `kafka-topics --describe`, as Apache Kafka 4.3.1 prints them. Pure. */
import type { ConfigValue } from '../../kafka-client/admin/describe-configs.ts';
import type { EligiblePartition, EligibleTopic } from '../../kafka-client/admin/describe-topic-partitions.ts';
import type { Reassignment } from '../../kafka-client/admin/list-reassignments.ts';
import { hashMapOrder } from './java-order.ts';
import type { DescribeReport } from './topics-options.ts';

export interface DescribedTopic {
  readonly topic: EligibleTopic;
  readonly configs: readonly ConfigValue[];
  /** By partition. */
  readonly reassignments: ReadonlyMap<number, Reassignment>;
}

export interface DescribeChoice {
  readonly onlyOverrides: boolean;
  /** Empty: whole topics. */
  readonly reports: ReadonlySet<DescribeReport>;
  readonly liveBrokers: ReadonlySet<number>;
}

const ids = (list: readonly number[]): string => list.join(',');

/** Replicas that a reassignment brings do not count until it is done. */
function replicationFactorOf(partition: EligiblePartition, reassignment: Reassignment | undefined): number {
  const moving = [...(reassignment?.addingReplicas ?? []), ...(reassignment?.removingReplicas ?? [])];
  return reassignment !== undefined && partition.replicas.some((id) => moving.includes(id))
    ? reassignment.replicas.length - reassignment.addingReplicas.length
    : partition.replicas.length;
}

function topicLine({ topic, configs, reassignments }: DescribedTopic): string {
  const [first] = topic.partitions;
  const copies = first === undefined ? 0 : replicationFactorOf(first, reassignments.get(first.partition));
  const overridden = hashMapOrder(configs, ({ name }) => name).filter(({ isDefault }) => !isDefault);
  return [
    `Topic: ${topic.name}`,
    ...(topic.topicId === null ? [] : [`TopicId: ${topic.topicId}`]),
    `PartitionCount: ${topic.partitions.length}`,
    `ReplicationFactor: ${copies}`,
    `Configs: ${overridden.map(({ name, value }) => `${name}=${value ?? 'null'}`).join(',')}`,
  ].join('\t');
}

function partitionLine(name: string, partition: EligiblePartition, moving: Reassignment | undefined): string {
  const { eligibleLeaders, lastKnownEligibleLeaders } = partition;
  return [
    '',
    `Topic: ${name}`,
    `Partition: ${partition.partition}`,
    `Leader: ${partition.leader ?? 'none'}`,
    `Replicas: ${ids(partition.replicas)}`,
    `Isr: ${ids(partition.isr)}`,
    ...(moving === undefined
      ? []
      : [
          `Adding Replicas: ${ids(moving.addingReplicas)}`,
          `Removing Replicas: ${ids(moving.removingReplicas)}`,
        ]),
    `Elr: ${eligibleLeaders === null ? 'N/A' : ids(eligibleLeaders)}`,
    `LastKnownElr: ${lastKnownEligibleLeaders === null ? 'N/A' : ids(lastKnownEligibleLeaders)}`,
  ].join('\t');
}

function isReported(
  report: DescribeReport,
  partition: EligiblePartition,
  described: DescribedTopic,
  liveBrokers: ReadonlySet<number>,
): boolean {
  const inSync = partition.isr.length;
  const minInSync = Number(described.configs.find(({ name }) => name === 'min.insync.replicas')?.value ?? 1);
  switch (report) {
    case 'under-replicated':
      return replicationFactorOf(partition, described.reassignments.get(partition.partition)) > inSync;
    case 'unavailable':
      return partition.leader === null || !liveBrokers.has(partition.leader);
    case 'under-min-isr':
      return partition.leader === null || inSync < minInSync;
    case 'at-min-isr':
      return inSync === minInSync;
  }
}

/** Topics in the order in which they are handed in. */
export function describeLines(topics: readonly DescribedTopic[], choice: DescribeChoice): string[] {
  const { onlyOverrides, reports, liveBrokers } = choice;
  return topics.flatMap((described) => {
    const { topic, configs, reassignments } = described;
    const asTopic = reports.size === 0 && (!onlyOverrides || configs.some(({ isDefault }) => !isDefault));
    const shown = onlyOverrides
      ? []
      : topic.partitions.filter(
          (partition) =>
            reports.size === 0 ||
            [...reports].some((report) => isReported(report, partition, described, liveBrokers)),
        );
    return [
      ...(asTopic ? [topicLine(described)] : []),
      ...shown.map((partition) =>
        partitionLine(topic.name, partition, reassignments.get(partition.partition)),
      ),
    ];
  });
}

/**
 * Gauges over the whole cluster, under Kafka's names. They count on the active controller alone and are 0 elsewhere, so
 * that a sum over all nodes is right whoever is active.
 */
import type { MetadataImage, PartitionImage } from '../controller/image.ts';
import type { BrokerMetrics } from './broker-metrics.ts';

export interface ControllerGaugeSources {
  readonly image: () => MetadataImage;
  readonly isActiveController: () => boolean;
}

function countPartitions(image: MetadataImage, matches: (partition: PartitionImage) => boolean): number {
  let total = 0;
  for (const topic of image.topicsByName.values())
    for (const partition of topic.partitions.values()) if (matches(partition)) total += 1;
  return total;
}

function countBrokers(image: MetadataImage, isFenced: boolean): number {
  let total = 0;
  for (const { fenced } of image.brokers.values()) if (fenced === isFenced) total += 1;
  return total;
}

const CLUSTER_GAUGES: Readonly<Record<string, (image: MetadataImage) => number>> = {
  GlobalTopicCount: (image) => image.topicsByName.size,
  GlobalPartitionCount: (image) => countPartitions(image, () => true),
  OfflinePartitionsCount: (image) => countPartitions(image, ({ leader }) => leader === -1),
  PreferredReplicaImbalanceCount: (image) =>
    countPartitions(image, ({ leader, replicas }) => leader !== replicas[0]),
  ActiveBrokerCount: (image) => countBrokers(image, false),
  FencedBrokerCount: (image) => countBrokers(image, true),
  ControlledShutdownBrokerCount: ({ brokers }) =>
    [...brokers.values()].filter(({ inControlledShutdown }) => inControlledShutdown).length,
};

export function registerControllerGauges(
  metrics: BrokerMetrics,
  { image, isActiveController }: ControllerGaugeSources,
): void {
  const gauge = (name: string, value: () => number): void =>
    void metrics.gauge(`kafka.controller:type=KafkaController,name=${name}`, value);
  gauge('ActiveControllerCount', () => (isActiveController() ? 1 : 0));
  for (const [name, count] of Object.entries(CLUSTER_GAUGES))
    gauge(name, () => (isActiveController() ? count(image()) : 0));
  gauge('LastAppliedRecordOffset', () => image().offset);
  gauge('MetadataErrorCount', () => 0);
}

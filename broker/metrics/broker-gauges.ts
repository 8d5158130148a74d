/**
 * Gauges over what the owners already know: partitions, sizes and offsets, and group figures. Nothing is
 * kept: everything is read when somebody looks, and the beans per partition are listed only then.
 */
import type { MetadataImage } from '../controller/image.ts';
import type { PartitionView } from '../replication/replica-manager.ts';
import type { Bean } from './bean-registry.ts';
import type { BrokerMetrics } from './broker-metrics.ts';

export interface GaugeSources {
  readonly brokerId: number;
  readonly version: string;
  readonly startedAtMs: number;
  readonly image: () => MetadataImage;
  readonly partitions: () => Iterable<PartitionView>;
  readonly minInsyncReplicas: (topic: string) => number;
  /** Groups by state and committed offsets of this broker's coordinator. */
  readonly groupCounts: () => { readonly groups: Readonly<Record<string, number>>; readonly offsets: number };
  readonly connectionCount: () => number;
  readonly isRunning: () => boolean;
}

/** Kafka's BrokerState: 2 is RECOVERY, 3 is RUNNING. */
const RECOVERING = 2;
const RUNNING = 3;

function count<Item>(items: Iterable<Item>, matches: (item: Item) => boolean): number {
  let total = 0;
  for (const item of items) if (matches(item)) total += 1;
  return total;
}

function* logBeans(partitions: Iterable<PartitionView>): Iterable<Bean> {
  for (const view of partitions) {
    const { topic, partition } = view;
    const bean = (type: string, name: string, value: number): Bean => ({
      name: `${type},name=${name},topic=${topic},partition=${String(partition)}`,
      read: () => ({ Value: value }),
    });
    yield bean('kafka.log:type=Log', 'Size', view.sizeBytes);
    yield bean('kafka.log:type=Log', 'LogStartOffset', view.logStartOffset);
    yield bean('kafka.log:type=Log', 'LogEndOffset', view.logEndOffset);
    if (!view.isLeader) continue;
    const inSync = view.inSyncReplicas.length;
    yield bean('kafka.cluster:type=Partition', 'UnderReplicated', inSync < view.replicas.length ? 1 : 0);
    yield bean('kafka.cluster:type=Partition', 'InSyncReplicasCount', inSync);
    yield bean('kafka.cluster:type=Partition', 'ReplicasCount', view.replicas.length);
  }
}

function registerReplicaGauges(metrics: BrokerMetrics, sources: GaugeSources): void {
  const { partitions, minInsyncReplicas } = sources;
  const led = (matches: (view: PartitionView) => boolean) => () =>
    count(partitions(), (view) => view.isLeader && matches(view));
  const minimum = (view: PartitionView): number =>
    Math.min(minInsyncReplicas(view.topic), view.replicas.length);
  const gauges: Readonly<Record<string, () => number>> = {
    PartitionCount: () => count(partitions(), () => true),
    LeaderCount: led(() => true),
    UnderReplicatedPartitions: led((view) => view.inSyncReplicas.length < view.replicas.length),
    UnderMinIsrPartitionCount: led((view) => view.inSyncReplicas.length < minimum(view)),
    AtMinIsrPartitionCount: led((view) => view.inSyncReplicas.length === minimum(view)),
    OfflineReplicaCount: () => 0,
    ReassigningPartitions: () => 0,
  };
  for (const [name, value] of Object.entries(gauges)) {
    metrics.gauge(`kafka.server:type=ReplicaManager,name=${name}`, value);
  }
  for (const name of ['IsrShrinksPerSec', 'IsrExpandsPerSec', 'FailedIsrUpdatesPerSec']) {
    metrics.meter(`kafka.server:type=ReplicaManager,name=${name}`, 'operations');
  }
  metrics.source(() => logBeans(partitions()));
}

function registerGroupGauges(metrics: BrokerMetrics, { groupCounts }: GaugeSources): void {
  const prefix = 'kafka.coordinator.group:type=GroupMetadataManager';
  const total = (): number => Object.values(groupCounts().groups).reduce((sum, groups) => sum + groups, 0);
  metrics.gauge(`${prefix},name=NumGroups`, total);
  metrics.gauge(`${prefix},name=NumOffsets`, () => groupCounts().offsets);
  for (const state of ['PreparingRebalance', 'CompletingRebalance', 'Stable', 'Dead', 'Empty']) {
    metrics.gauge(`${prefix},name=NumGroups${state}`, () => groupCounts().groups[state] ?? 0);
  }
}

export function registerBrokerGauges(metrics: BrokerMetrics, sources: GaugeSources): void {
  registerReplicaGauges(metrics, sources);
  registerGroupGauges(metrics, sources);
  metrics.gauge('kafka.server:type=KafkaServer,name=BrokerState', () =>
    sources.isRunning() ? RUNNING : RECOVERING,
  );
  metrics.gauge('kafka.server:type=KafkaServer,name=ClusterId', () => sources.image().clusterId);
  metrics.gauge('kafka.log:type=LogManager,name=OfflineLogDirectoryCount', () => 0);
  metrics.bean('kafka.server:type=socket-server-metrics', () => ({
    'connection-count': sources.connectionCount(),
  }));
  metrics.bean(`kafka.server:type=app-info,id=${String(sources.brokerId)}`, () => ({
    version: sources.version,
    'commit-id': 'aquila',
    'start-time-ms': sources.startedAtMs,
  }));
}

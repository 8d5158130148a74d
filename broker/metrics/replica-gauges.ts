/**
 * Gauges over the replicas of this broker, under the names of Kafka's ReplicaManager, FetchSessionCache, ReplicaFetcherManager
 * and purgatories. Everything is read when somebody looks.
 */
import type { PartitionView, ReplicaManager } from '../replication/replica-manager.ts';
import type { Bean } from './bean-registry.ts';
import type { BrokerMetrics } from './broker-metrics.ts';

export function registerReplicaGauges(metrics: BrokerMetrics, replicas: ReplicaManager): void {
  const count = (matches: (view: PartitionView) => boolean) => () => {
    let total = 0;
    for (const view of replicas.partitions()) if (matches(view)) total += 1;
    return total;
  };
  const led = (matches: (view: PartitionView) => boolean) => count((view) => view.isLeader && matches(view));
  const sessions = replicas.fetchSessions;
  const gauges: Readonly<Record<string, () => number>> = {
    'ReplicaManager,name=PartitionCount': count(() => true),
    'ReplicaManager,name=LeaderCount': led(() => true),
    'ReplicaManager,name=UnderReplicatedPartitions': count((view) => view.isUnderReplicated),
    'ReplicaManager,name=UnderMinIsrPartitionCount': led(
      ({ inSyncReplicas, effectiveMinIsr }) => inSyncReplicas.length < effectiveMinIsr,
    ),
    'ReplicaManager,name=AtMinIsrPartitionCount': led(
      ({ inSyncReplicas, effectiveMinIsr }) => inSyncReplicas.length === effectiveMinIsr,
    ),
    'ReplicaManager,name=ReassigningPartitions': led((view) => view.isReassigning),
    'ReplicaManager,name=OfflineReplicaCount': () => replicas.offlineReplicas,
    'DelayedOperationPurgatory,name=PurgatorySize,delayedOperation=Fetch': () => replicas.parkedFetches,
    'DelayedOperationPurgatory,name=PurgatorySize,delayedOperation=Produce': () => replicas.waitingAppends,
    'DelayedOperationPurgatory,name=NumDelayedOperations,delayedOperation=Fetch': () =>
      replicas.parkedFetches,
    'DelayedOperationPurgatory,name=NumDelayedOperations,delayedOperation=Produce': () =>
      replicas.waitingAppends,
    'FetchSessionCache,name=NumIncrementalFetchSessions': () => sessions.size,
    'FetchSessionCache,name=NumIncrementalFetchPartitionsCached': () => sessions.partitionCount,
    'ReplicaFetcherManager,name=MaxLag,clientId=Replica': () => replicas.fetchers?.maxLagRecords ?? 0,
    'ReplicaFetcherManager,name=FailedPartitionsCount,clientId=Replica': () =>
      replicas.fetchers?.failedPartitions ?? 0,
  };
  metrics.gauge('kafka.log:type=LogManager,name=OfflineLogDirectoryCount', () => {
    const directories = replicas.describeLogDirs(() => false);
    return directories.filter(({ errorCode }) => errorCode !== 0).length;
  });
  for (const [name, value] of Object.entries(gauges)) metrics.gauge(`kafka.server:type=${name}`, value);
  metrics.source(() => partitionBeans(replicas.partitions()));
  metrics.source(() => lagBeans(replicas));
}

function* partitionBeans(partitions: Iterable<PartitionView>): Iterable<Bean> {
  for (const view of partitions) {
    const { topic, partition } = view;
    const bean = (type: string, name: string, value: number): Bean => ({
      name: `${type},name=${name},topic=${topic},partition=${String(partition)}`,
      read: () => ({ Value: value }),
    });
    yield bean('kafka.log:type=Log', 'Size', view.sizeBytes);
    yield bean('kafka.log:type=Log', 'LogStartOffset', view.logStartOffset);
    yield bean('kafka.log:type=Log', 'LogEndOffset', view.logEndOffset);
    yield bean('kafka.log:type=Log', 'NumLogSegments', view.segmentCount);
    if (!view.isLeader) continue;
    yield bean('kafka.cluster:type=Partition', 'UnderReplicated', view.isUnderReplicated ? 1 : 0);
    yield bean('kafka.cluster:type=Partition', 'InSyncReplicasCount', view.inSyncReplicas.length);
    yield bean('kafka.cluster:type=Partition', 'ReplicasCount', view.replicas.length);
    const spare = view.inSyncReplicas.length - view.effectiveMinIsr;
    yield bean('kafka.cluster:type=Partition', 'UnderMinIsr', spare < 0 ? 1 : 0);
    yield bean('kafka.cluster:type=Partition', 'AtMinIsr', spare === 0 ? 1 : 0);
    // How far what is undecided in transactions holds readers of committed records back.
    const { highWatermark, lastStableOffset } = view;
    yield bean('kafka.cluster:type=Partition', 'LastStableOffsetLag', highWatermark - lastStableOffset);
  }
}

function* lagBeans({ fetchers }: ReplicaManager): Iterable<Bean> {
  for (const { topic, partition, clientId, lagRecords } of fetchers?.lags() ?? []) {
    const place = `clientId=${clientId},topic=${topic},partition=${String(partition)}`;
    yield {
      name: `kafka.server:type=FetcherLagMetrics,name=ConsumerLag,${place}`,
      read: () => ({ Value: lagRecords }),
    };
  }
}

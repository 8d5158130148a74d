/**
 * Gauges over what the owners already know: the state of the broker and its group figures. Nothing is kept: everything
 * is read when somebody looks.
 */
import type { MetadataImage } from '../controller/image.ts';
import type { CoordinatorFigures } from '../coordinator/runtime/coordinator-runtime.ts';
import type { BrokerMetrics } from './broker-metrics.ts';

export interface GaugeSources {
  readonly brokerId: number;
  readonly version: string;
  readonly startedAtMs: number;
  readonly image: () => MetadataImage;
  /** Groups by state and committed offsets of this broker's coordinator. */
  readonly groupCounts: () => {
    readonly groups: Readonly<Record<string, number>>;
    readonly consumerGroups: number;
    readonly offsets: number;
  };
  readonly groups: () => CoordinatorFigures;
  readonly transactions: () => CoordinatorFigures;
  readonly waitingMarkers: () => number;
  readonly isRunning: () => boolean;
}

/** Kafka's BrokerState: 2 is RECOVERY, 3 is RUNNING. */
const RECOVERING = 2;
const RUNNING = 3;

function registerGroupGauges(metrics: BrokerMetrics, { groupCounts, groups }: GaugeSources): void {
  const prefix = 'kafka.coordinator.group:type=GroupMetadataManager';
  const total = (): number => Object.values(groupCounts().groups).reduce((sum, groups) => sum + groups, 0);
  metrics.gauge(`${prefix},name=NumGroups`, total);
  metrics.gauge(`${prefix},name=NumOffsets`, () => groupCounts().offsets);
  for (const state of ['PreparingRebalance', 'CompletingRebalance', 'Stable', 'Dead', 'Empty']) {
    metrics.gauge(`${prefix},name=NumGroups${state}`, () => groupCounts().groups[state] ?? 0);
  }
  // The same since Kafka 4, under the coordinator's own names.
  const group = 'kafka.server:type=group-coordinator-metrics';
  for (const state of ['loading', 'active', 'failed'] as const)
    metrics.bean(`${group},state=${state}`, () => ({ 'num-partitions': groups().partitions[state] }));
  metrics.bean(`${group},protocol=classic`, () => ({
    'group-count': total() - groupCounts().consumerGroups,
  }));
  metrics.bean(`${group},protocol=consumer`, () => ({ 'group-count': groupCounts().consumerGroups }));
  registerLoadTimes(metrics, group, groups);
}

function registerLoadTimes(metrics: BrokerMetrics, bean: string, figures: () => CoordinatorFigures): void {
  metrics.bean(bean, () => {
    const { loadMs } = figures();
    return { 'partition-load-time-avg': loadMs.mean, 'partition-load-time-max': loadMs.max };
  });
}

function registerTransactionGauges(metrics: BrokerMetrics, sources: GaugeSources): void {
  registerLoadTimes(metrics, 'kafka.server:type=transaction-coordinator-metrics', sources.transactions);
  const manager = 'kafka.coordinator.transaction:type=TransactionMarkerChannelManager';
  metrics.gauge(`${manager},name=UnknownDestinationQueueSize`, sources.waitingMarkers);
}

export function registerBrokerGauges(metrics: BrokerMetrics, sources: GaugeSources): void {
  registerGroupGauges(metrics, sources);
  registerTransactionGauges(metrics, sources);
  metrics.gauge('kafka.server:type=KafkaServer,name=BrokerState', () =>
    sources.isRunning() ? RUNNING : RECOVERING,
  );
  metrics.gauge('kafka.server:type=KafkaServer,name=ClusterId', () => sources.image().clusterId);
  metrics.bean(`kafka.server:type=app-info,id=${String(sources.brokerId)}`, () => ({
    version: sources.version,
    'commit-id': 'aquila',
    'start-time-ms': sources.startedAtMs,
    // Kafka's broker has them in this writing, its clients in the other.
    Version: sources.version,
    CommitId: 'aquila',
    StartTimeMs: sources.startedAtMs,
  }));
}

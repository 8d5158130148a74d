/**
 * Gauges over what the owners already know: the state of the broker and its group figures. Nothing is kept: everything
 * is read when somebody looks.
 */
import type { MetadataImage } from '../controller/image.ts';
import type { BrokerMetrics } from './broker-metrics.ts';

export interface GaugeSources {
  readonly brokerId: number;
  readonly version: string;
  readonly startedAtMs: number;
  readonly image: () => MetadataImage;
  /** Groups by state and committed offsets of this broker's coordinator. */
  readonly groupCounts: () => { readonly groups: Readonly<Record<string, number>>; readonly offsets: number };
  readonly connectionCount: () => number;
  readonly isRunning: () => boolean;
}

/** Kafka's BrokerState: 2 is RECOVERY, 3 is RUNNING. */
const RECOVERING = 2;
const RUNNING = 3;

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
  registerGroupGauges(metrics, sources);
  metrics.gauge('kafka.server:type=KafkaServer,name=BrokerState', () =>
    sources.isRunning() ? RUNNING : RECOVERING,
  );
  metrics.gauge('kafka.server:type=KafkaServer,name=ClusterId', () => sources.image().clusterId);
  metrics.bean('kafka.server:type=socket-server-metrics', () => ({
    'connection-count': sources.connectionCount(),
  }));
  metrics.bean(`kafka.server:type=app-info,id=${String(sources.brokerId)}`, () => ({
    version: sources.version,
    'commit-id': 'aquila',
    'start-time-ms': sources.startedAtMs,
  }));
}

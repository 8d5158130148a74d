/**
 * The metadata quorum and what this node has replayed of it, under the names of Kafka's raft-metrics, broker-metadata-metrics and
 * MetadataLoader. Of every node, whatever its roles.
 */
import type { MetadataImage } from '../controller/image.ts';
import type { MetadataLogStatus } from '../controller/metadata-log/replicated-metadata-log.ts';
import type { QuorumFigures } from '../controller/metadata-log/quorum-figures.ts';
import type { Clock } from '../platform/platform.ts';
import type { Bean } from './bean-registry.ts';
import type { BrokerMetrics } from './broker-metrics.ts';

export interface MetadataGaugeSources {
  readonly nodeId: number;
  readonly voterIds: readonly number[];
  readonly clock: Clock;
  readonly image: () => MetadataImage;
  readonly status: () => MetadataLogStatus;
  readonly figures: QuorumFigures;
}

/** Kafka calls a node that may not vote an observer, whatever else it does. */
function stateOf({ nodeId, voterIds }: MetadataGaugeSources, { role, isJoining }: MetadataLogStatus): string {
  if (!voterIds.includes(nodeId) || isJoining) return 'observer';
  return role;
}

export function registerMetadataGauges(metrics: BrokerMetrics, sources: MetadataGaugeSources): void {
  const { clock, image, status, figures, voterIds } = sources;
  metrics.bean('kafka.server:type=raft-metrics', () => {
    const now = status();
    const { commitLatency, electionLatency } = figures;
    return {
      'current-state': stateOf(sources, now),
      'current-leader': now.leaderId ?? -1,
      'current-vote': now.votedId ?? -1,
      'current-epoch': now.epoch,
      'high-watermark': now.highWatermark,
      'log-end-offset': now.logEndOffset,
      'number-of-voters': voterIds.length,
      // Only the leader knows who observes; Kafka says -1 elsewhere.
      'number-of-observers': now.observers?.size ?? -1,
      'append-records-rate': figures.appendedPerSecond,
      'fetch-records-rate': figures.fetchedPerSecond,
      'commit-latency-avg': commitLatency.mean,
      'commit-latency-max': commitLatency.max,
      'election-latency-avg': electionLatency.mean,
      'election-latency-max': electionLatency.max,
    };
  });
  const lagMs = (appendedMs: number): number => (appendedMs === 0 ? 0 : clock.wallMs() - appendedMs);
  metrics.bean('kafka.server:type=broker-metadata-metrics', () => {
    const { toldAppendedMs } = status();
    return {
      'last-applied-record-offset': image().offset,
      'last-applied-record-timestamp': toldAppendedMs,
      'last-applied-record-lag-ms': lagMs(toldAppendedMs),
    };
  });
  const gauge = (type: string, name: string, value: () => number): void =>
    metrics.gauge(`${type},name=${name}`, value);
  const controller = 'kafka.controller:type=KafkaController';
  gauge(controller, 'LastAppliedRecordTimestamp', () => status().toldAppendedMs);
  gauge(controller, 'LastAppliedRecordLagMs', () => lagMs(status().toldAppendedMs));
  gauge(controller, 'LastCommittedRecordOffset', () => status().highWatermark - 1);
  const loader = 'kafka.server:type=MetadataLoader';
  gauge(loader, 'CurrentControllerId', () => status().leaderId ?? -1);
  gauge(loader, 'CurrentMetadataVersion', () => image().features.get('metadata.version') ?? 0);
  metrics.source(() => featureBeans(image()));
}

function* featureBeans({ features }: MetadataImage): Iterable<Bean> {
  for (const [feature, level] of features) {
    // As Kafka names it: metadataVersion for metadata.version.
    const name = feature.replace(/[.-](\w)/g, (_, letter: string) => letter.toUpperCase());
    yield {
      name: `kafka.server:type=MetadataLoader,name=FinalizedLevel,featureName=${name}`,
      read: () => ({ Value: level }),
    };
  }
}

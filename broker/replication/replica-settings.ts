/** The replica manager's numbers by Kafka's names, and what it is told of the cluster around it. */
import type { ControllerChannel } from '../controller-channel/controller-channel.ts';
import type { FollowerMeter, FollowerSettings } from './follower/follower-options.ts';
import type { IsrMeter } from './isr-upkeep.ts';
import type { AppendMeter } from './partition-appender.ts';

export interface ReplicaManagerSettings {
  /** log.retention.check.interval.ms; the first check comes after at most 30 s. */
  readonly retentionCheckIntervalMs: number;
  /** replica.high.watermark.checkpoint.interval.ms */
  readonly highWatermarkCheckpointIntervalMs: number;
  /** log.flush.offset.checkpoint.interval.ms */
  readonly recoveryPointCheckpointIntervalMs: number;
  /** log.flush.start.offset.checkpoint.interval.ms */
  readonly logStartOffsetCheckpointIntervalMs: number;
  /** producer.id.expiration.ms */
  readonly producerIdExpirationMs: number;
  /** A fetch waits at most so long whatever it asks for. */
  readonly maxFetchWaitMs: number;
  /** More parked fetches than this are answered at once. */
  readonly maxParkedFetches: number;
  /** replica.lag.time.max.ms */
  readonly replicaLagTimeMaxMs: number;
  /** max.incremental.fetch.session.cache.slots */
  readonly fetchSessionSlots: number;
  /** replica.selector.class names the rack-aware one: consumers are sent to the replica in their rack. */
  readonly rackAwareReads: boolean;
}

export const DEFAULT_REPLICA_SETTINGS: ReplicaManagerSettings = {
  retentionCheckIntervalMs: 300_000,
  highWatermarkCheckpointIntervalMs: 5_000,
  recoveryPointCheckpointIntervalMs: 60_000,
  logStartOffsetCheckpointIntervalMs: 60_000,
  producerIdExpirationMs: 86_400_000,
  maxFetchWaitMs: 300_000,
  maxParkedFetches: 100_000,
  replicaLagTimeMaxMs: 30_000,
  fetchSessionSlots: 1_000,
  rackAwareReads: false,
};

/** The other nodes. */
export interface ClusterLink {
  readonly controllerChannel: ControllerChannel;
  /** Of this broker's registration now. */
  readonly brokerEpoch: () => number;
  /** inter.broker.listener.name: where followers find their leaders. */
  readonly interBrokerListenerName: string;
  readonly followerSettings?: Partial<FollowerSettings>;
}

/** Counts what goes in and out; BrokerMetrics fits. */
export interface TrafficMeter extends AppendMeter, IsrMeter, FollowerMeter {
  recordOut(topic: string, bytes: number): void;
  /** `topic` is null when there is no such topic: what clients make up is not counted by name. */
  failedFetch?(topic: string | null): void;
  /** Partitions of a topic in one answer, with or without records. */
  fetched?(topic: string, partitions: number): void;
  /** To followers. */
  replicatedOut?(bytes: number): void;
  /** A log was forced to its device. */
  flushed?(tookMs: number): void;
  /** A fetch session had to go for another one. */
  fetchSessionEvicted?(): void;
}

/** Whether a registration is that of this very process, and open; without other nodes there is none to look at. */
export function isRegistered(
  registration: { readonly brokerEpoch: number; readonly fenced: boolean } | undefined,
  brokerEpoch: number | undefined,
): boolean {
  if (brokerEpoch === undefined) return true;
  return registration?.brokerEpoch === brokerEpoch && !registration.fenced;
}

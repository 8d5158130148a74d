/**
 * What the followers' side of replication is told and tells: settings by Kafka's names, where leaders are, and who
 * wants to know of what was appended, cut or lost.
 */
import type { Logger } from '../../platform/logger.ts';
import type { Platform } from '../../platform/platform.ts';
import type { NodeAddress } from '../../platform/transport.ts';
import type { LocalPartition } from '../local-partition.ts';
import type { ReplicationThrottle } from '../throttle.ts';

export interface FollowerSettings {
  /** replica.fetch.max.bytes: of one partition in one answer. */
  readonly fetchMaxBytes: number;
  /** replica.fetch.response.max.bytes: of one answer. */
  readonly fetchResponseMaxBytes: number;
  /** replica.fetch.min.bytes */
  readonly fetchMinBytes: number;
  /** replica.fetch.wait.max.ms */
  readonly fetchWaitMaxMs: number;
  /** replica.fetch.backoff.ms: the longest pause after an error; the first ones are shorter. */
  readonly fetchBackoffMs: number;
  /** replica.socket.timeout.ms: connecting, and waiting for an answer beyond its own wait. */
  readonly socketTimeoutMs: number;
  /** num.replica.fetchers: connections to one leader among which its partitions are spread. */
  readonly fetchersPerLeader: number;
}

export const DEFAULT_FOLLOWER_SETTINGS: FollowerSettings = {
  fetchMaxBytes: 1_048_576,
  fetchResponseMaxBytes: 10_485_760,
  fetchMinBytes: 1,
  fetchWaitMaxMs: 500,
  fetchBackoffMs: 1_000,
  socketTimeoutMs: 30_000,
  fetchersPerLeader: 1,
};

/** Counts what comes in; every member may be left out. */
export interface FollowerMeter {
  /** Bytes that were appended from leaders (ReplicationBytesInPerSec). */
  replicatedIn?(bytes: number): void;
}

export interface FollowerFetchersOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly brokerId: number;
  /** Of this broker's registration now; leaders take only the registered one into their in-sync replicas (KIP-903). */
  readonly brokerEpoch: () => number;
  readonly settings?: Partial<FollowerSettings>;
  /** Where a broker listens for other brokers, null while nobody knows. */
  readonly addressOf: (brokerId: number) => NodeAddress | null;
  readonly meter?: FollowerMeter;
  /** Of followers; by default nothing is held back. */
  readonly throttle?: ReplicationThrottle;
  /** Batches of the leader were appended, or the high watermark moved: readers of this replica may want to know. */
  readonly onProgress?: (local: LocalPartition, step: FollowerStep) => void;
  /** Records from `offset` on are about to be taken away. Appending waits until the promise has settled. */
  readonly onCut?: (local: LocalPartition, offset: number) => Promise<void> | void;
}

export interface FollowerStep {
  readonly appendedBytes: number;
  readonly highWatermarkBefore: number;
  readonly stableBefore: number;
}

/** How far one followed partition is behind its leader, as far as is known. */
export interface FollowerLag {
  readonly topic: string;
  readonly partition: number;
  readonly leader: number;
  /** Kafka's name for who fetches: `ReplicaFetcherThread-<number>-<leader>`. */
  readonly clientId: string;
  readonly lagRecords: number;
}

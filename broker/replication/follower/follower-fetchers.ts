/**
 * Copies the partitions that this broker follows from their leaders (Kafka's ReplicaFetcherManager): one fetcher for
 * each leader, or num.replica.fetchers of them, among which a leader's partitions are spread.
 *
 * The replica manager says whom a partition follows as soon as the image says so, and takes it back BEFORE anything
 * about the partition changes: after `unfollow` has returned nothing is appended, cut or counted for it any more.
 * A fetcher without partitions is closed at once, and whatever its leader still answers is dropped.
 */
import type { Logger } from '../../platform/logger.ts';
import type { LocalPartition } from '../local-partition.ts';
import { FollowedPartition, type FollowedContext } from './followed-partition.ts';
import {
  DEFAULT_FOLLOWER_SETTINGS,
  type FollowerFetchersOptions,
  type FollowerLag,
  type FollowerSettings,
} from './follower-options.ts';
import { LeaderFetcher } from './leader-fetcher.ts';
import { Pauses } from './pauses.ts';

export type {
  FollowerFetchersOptions,
  FollowerLag,
  FollowerMeter,
  FollowerSettings,
  FollowerStep,
} from './follower-options.ts';

interface Following {
  readonly partition: FollowedPartition;
  readonly fetcher: LeaderFetcher;
}

export class FollowerFetchers {
  readonly #options: FollowerFetchersOptions;
  readonly #settings: FollowerSettings;
  readonly #logger: Logger;
  readonly #context: FollowedContext;
  readonly #pauses: Pauses;
  readonly #following = new Map<LocalPartition, Following>();
  /** By thread name. */
  readonly #fetchers = new Map<string, LeaderFetcher>();
  readonly #closing = new Set<Promise<void>>();
  readonly #failed = new Set<LocalPartition>();
  #stopped = false;

  constructor(options: FollowerFetchersOptions) {
    this.#options = options;
    this.#settings = { ...DEFAULT_FOLLOWER_SETTINGS, ...options.settings };
    this.#logger = options.logger.named(`ReplicaFetcher replicaId=${options.brokerId}`);
    this.#pauses = new Pauses(options.platform);
    this.#context = {
      logger: this.#logger,
      longestPauseMs: this.#settings.fetchBackoffMs,
      fetchMaxBytes: this.#settings.fetchMaxBytes,
      options,
    };
  }

  /** Fetch from this leader from now on. The same again changes nothing; another leader or epoch begins anew. */
  follow(local: LocalPartition, leader: number, leaderEpoch: number): void {
    const known = this.#following.get(local)?.partition;
    if (this.#stopped || (known?.leader === leader && known.leaderEpoch === leaderEpoch)) return;
    this.unfollow(local);
    if (local.log.isOffline) {
      // A replica that asks for what comes next counts as one that can store it.
      this.#failed.add(local);
      return;
    }
    const partition = new FollowedPartition(this.#context, local, leader, leaderEpoch);
    const fetcher = this.#fetcherOf(partition);
    this.#following.set(local, { partition, fetcher });
    fetcher.add(partition);
  }

  /** Synchronous and final: no answer under way is used any more. A partition that is not followed is no error. */
  unfollow(local: LocalPartition): void {
    this.#failed.delete(local);
    const following = this.#following.get(local);
    if (following === undefined) return;
    this.#following.delete(local);
    following.fetcher.remove(following.partition);
    this.#closeIfEmpty(following.fetcher);
  }

  /** Its log can store nothing any more. Not asking for more is what takes it out of the in-sync replicas. */
  noteDiskFailure(local: LocalPartition): void {
    const following = this.#following.get(local);
    if (following === undefined) return;
    this.unfollow(local);
    this.#failed.add(local);
    this.#logger.error(
      `${local.log.name} is no longer copied from broker ${local.leader}: its disk has failed`,
    );
  }

  /** Ends all fetching; resolves when nothing of it goes on. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#pauses.cancelAll();
    this.#following.clear();
    for (const fetcher of [...this.#fetchers.values()]) this.#close(fetcher);
    await Promise.all(this.#closing);
  }

  /** Of every partition that is followed (FetcherLagMetrics). */
  *lags(): Iterable<FollowerLag> {
    for (const { partition, fetcher } of this.#following.values()) {
      const { local, leader, lagRecords } = partition;
      const { topic, partition: index } = local;
      yield { topic, partition: index, leader, clientId: fetcher.threadName, lagRecords };
    }
  }

  /** The largest of them, 0 without any (ReplicaFetcherManager MaxLag). */
  get maxLagRecords(): number {
    let largest = 0;
    for (const { partition } of this.#following.values()) largest = Math.max(largest, partition.lagRecords);
    return largest;
  }

  /** Partitions that are no longer fetched because their disk failed (FailedPartitionsCount). */
  get failedPartitions(): number {
    return this.#failed.size;
  }

  #fetcherOf({ local, leader }: FollowedPartition): LeaderFetcher {
    const { fetchersPerLeader } = this.#settings;
    const number = hashOf(local.topic, local.partition) % fetchersPerLeader;
    const threadName = `ReplicaFetcherThread-${number}-${leader}`;
    const known = this.#fetchers.get(threadName);
    if (known !== undefined) return known;
    const { platform, brokerId, brokerEpoch, addressOf, throttle } = this.#options;
    const fetcher = new LeaderFetcher({
      platform,
      logger: this.#logger,
      brokerId,
      brokerEpoch,
      settings: this.#settings,
      address: () => addressOf(leader),
      threadName,
      // As Kafka's BrokerBlockingSender names itself: the leader's log and quotas tell who asks.
      clientId: `broker-${brokerId}-fetcher-${number}`,
      leader,
      throttle,
      pauses: this.#pauses,
      onFailed: ({ local }) => this.noteDiskFailure(local),
    });
    this.#fetchers.set(threadName, fetcher);
    return fetcher;
  }

  /** Not before this piece of work is done: a partition that goes on under another epoch is taken back and given again. */
  #closeIfEmpty(fetcher: LeaderFetcher): void {
    if (fetcher.size > 0) return;
    queueMicrotask(() => {
      if (fetcher.size === 0 && this.#fetchers.get(fetcher.threadName) === fetcher) this.#close(fetcher);
    });
  }

  #close(fetcher: LeaderFetcher): void {
    this.#fetchers.delete(fetcher.threadName);
    const closing = fetcher.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}

/** Spreads partitions evenly; neighbours of one topic come to different fetchers. */
function hashOf(topic: string, partition: number): number {
  let hash = 0;
  for (let index = 0; index < topic.length; index++) hash = (hash * 31 + topic.charCodeAt(index)) >>> 0;
  return (hash * 31 + partition) >>> 0;
}

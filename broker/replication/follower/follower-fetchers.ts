/**
 * Copies the partitions that this broker follows from their leaders (Kafka's ReplicaFetcherManager): one fetcher for
 * each leader, or num.replica.fetchers of them, among which a leader's partitions are spread.
 *
 * The replica manager says whom a partition follows as soon as the image says so, and takes it back BEFORE anything
 * about the partition changes: after `unfollow` has returned nothing is appended, cut or counted for it any more.
 */
import type { LocalPartition } from '../local-partition.ts';
import type { FollowerFetchersOptions, FollowerLag } from './follower-options.ts';

export type { FollowerFetchersOptions, FollowerLag, FollowerMeter, FollowerSettings } from './follower-options.ts';

export class FollowerFetchers {
  constructor(_options: FollowerFetchersOptions) {}

  /** Fetch from this leader from now on. The same again changes nothing; another leader or epoch begins anew. */
  follow(_local: LocalPartition, _leader: number, _leaderEpoch: number): void {
    throw new Error('not built yet');
  }

  /** Synchronous and final: no answer under way is used any more. A partition that is not followed is no error. */
  unfollow(_local: LocalPartition): void {
    throw new Error('not built yet');
  }

  /** Ends all fetching; resolves when nothing of it goes on. */
  async stop(): Promise<void> {}

  /** Of every partition that is followed (FetcherLagMetrics). */
  *lags(): Iterable<FollowerLag> {}

  /** The largest of them, 0 without any (ReplicaFetcherManager MaxLag). */
  get maxLagRecords(): number {
    return 0;
  }

  /** Partitions that are no longer fetched because their disk failed (FailedPartitionsCount). */
  get failedPartitions(): number {
    return 0;
  }
}

/**
 * Reads over the partitions of this broker, with what they mean for replication: a follower's fetch tells how far it
 * is, may let it join the in-sync replicas, and may be held back by the throttle (KIP-73); a consumer may be sent to
 * a replica that is nearer (KIP-392).
 */
import type { BrokerRegistration } from '../controller/image.ts';
import type { Clock } from '../platform/platform.ts';
import type { IsrUpkeep } from './isr-upkeep.ts';
import type { LocalPartition, PartitionLookup } from './local-partition.ts';
import type { PartitionProgress } from './partition-progress.ts';
import { readPartitions, type FetchPass } from './partition-reader.ts';
import { preferredReplica } from './preferred-replica.ts';
import type {
  FetchPartitionRequest,
  FetchPartitionResult,
  FetchRequestParameters,
} from './replica-requests.ts';
import type { TrafficMeter } from './replica-settings.ts';
import type { ReplicationThrottle } from './throttle.ts';

export interface ReplicaReadsOptions {
  readonly clock: Clock;
  readonly partitions: PartitionLookup;
  readonly progress: PartitionProgress;
  readonly isr: IsrUpkeep;
  readonly brokers: () => ReadonlyMap<number, BrokerRegistration>;
  readonly rackAware: boolean;
  readonly throttle: ReplicationThrottle | undefined;
  readonly meter: TrafficMeter | undefined;
}

export class ReplicaReads {
  readonly #options: ReplicaReadsOptions;

  constructor(options: ReplicaReadsOptions) {
    this.#options = options;
  }

  /** One pass; what it finds out about a follower counts at once. */
  read(parameters: FetchRequestParameters, asked: readonly FetchPartitionRequest[]): FetchPass {
    const { partitions, rackAware, throttle, brokers } = this.#options;
    const { replicaId, nearby } = parameters;
    const nearest = rackAware && replicaId < 0 ? nearby : null;
    return readPartitions(parameters, asked, {
      partitions,
      onFollower: (local, fetchOffset) => this.#noteFollower(local, parameters, fetchOffset),
      isHeldBack: (local) =>
        this.#isThrottled(local) &&
        throttle?.isExceeded === true &&
        !local.inSyncReplicas.includes(replicaId),
      nearerReplica: (local, fetchOffset) =>
        nearest === null ? -1 : preferredReplica(local.state, fetchOffset, nearest, brokers()),
    });
  }

  #isThrottled({ log, partition }: LocalPartition): boolean {
    return this.#options.throttle?.covers(log.config.leaderThrottledReplicas, partition) === true;
  }

  #noteFollower(
    local: LocalPartition,
    { replicaId, replicaEpoch: brokerEpoch }: FetchRequestParameters,
    fetchOffset: number,
  ): void {
    const { clock, progress, isr } = this.#options;
    const fetch = { replicaId, brokerEpoch, fetchOffset };
    const nowMs = clock.monotonicMs();
    progress.run(local, 0, () => void local.state.noteFollowerFetch(fetch, local.logEndOffset, nowMs));
    if (!local.inSyncReplicas.includes(replicaId)) isr.considerExpanding(local, replicaId);
  }

  /** Counts what a fetch was answered with. */
  noteAnswered(replicaId: number, results: readonly FetchPartitionResult[]): void {
    const { partitions, meter, throttle } = this.#options;
    this.#countFetched(results);
    for (const { topic, partition, errorCode, records } of results) {
      if (errorCode === 0 && records.length === 0) continue;
      const local = partitions.get(topic, partition);
      if (errorCode !== 0) meter?.failedFetch?.(local === undefined ? null : topic);
      else if (replicaId < 0) meter?.recordOut(topic, records.length);
      else {
        meter?.replicatedOut?.(records.length);
        if (local !== undefined && this.#isThrottled(local)) throttle?.record(records.length);
      }
    }
  }

  /** One mark for the partitions of a topic that stand together: an idle reader of a thousand of them must not cost a thousand. */
  #countFetched(results: readonly FetchPartitionResult[]): void {
    const { meter } = this.#options;
    let current = '';
    let partitions = 0;
    for (const { topic, errorCode } of results) {
      if (topic !== current) {
        if (partitions > 0) meter?.fetched?.(current, partitions);
        current = topic;
        partitions = 0;
      }
      if (errorCode === 0) partitions += 1;
    }
    if (partitions > 0) meter?.fetched?.(current, partitions);
  }
}

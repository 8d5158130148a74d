/**
 * Fetches a share of the partitions of one leader. The most of them are in the steady lane, whose requests wait for data up to
 * replica.fetch.wait.max.ms. A partition that is added while such a request waits would not be named before it has
 * ended, and nobody could write to it with acks=all meanwhile: it goes into the quick lane, on a connection of its
 * own, which asks every few milliseconds. At its next turn the steady lane takes over whoever is there, when no
 * request of the quick lane names them any more:
 *
 * | steady lane            | quick lane              | what happens                                                     |
 * | ---------------------- | ----------------------- | ---------------------------------------------------------------- |
 * | no request under way   | -                       | new partitions go to the steady lane                             |
 * | request under way      | -                       | new partitions go to the quick lane                              |
 * | about to ask           | request under way       | the quick lane stops after its answer; this request is short too |
 * | about to ask           | no request under way    | the steady lane takes over all                                   |
 * | no request under way   | has its answer          | the steady lane takes over all                                   |
 *
 * Partitions that must wait (after an error, for a cut to reach the disk, for a throttle) are in neither lane.
 */
import type { FollowedPartition, Outcome } from './followed-partition.ts';
import { FetchLane, type LaneOptions } from './fetch-lane.ts';
import type { ReplicationThrottle } from '../throttle.ts';
import type { Pauses } from './pauses.ts';

/** So long a partition may wait for its first fetch. */
const QUICK_WAIT_MS = 10;

export interface LeaderFetcherOptions extends Omit<LaneOptions, 'beforeRequest' | 'goesOn' | 'setAside'> {
  /** Kafka's name of what runs for one leader; its metrics are tagged with it. */
  readonly threadName: string;
  readonly throttle: ReplicationThrottle | undefined;
  readonly pauses: Pauses;
  /** The partition's disk has failed. It is not fetched any more. */
  readonly onFailed: (partition: FollowedPartition) => void;
}

export class LeaderFetcher {
  readonly threadName: string;
  readonly #options: LeaderFetcherOptions;
  readonly #steady: FetchLane;
  readonly #quick: FetchLane;
  readonly #followed = new Set<FollowedPartition>();
  #takesOver = false;

  constructor(options: LeaderFetcherOptions) {
    this.#options = options;
    this.threadName = options.threadName;
    const setAside = this.#setAside.bind(this);
    this.#steady = new FetchLane({
      ...options,
      setAside,
      beforeRequest: () => this.#beforeSteady(),
      goesOn: () => true,
    });
    this.#quick = new FetchLane({
      ...options,
      setAside,
      beforeRequest: () => this.#beforeQuick(),
      goesOn: () => this.#quickGoesOn(),
    });
  }

  /** Partitions, also those that wait. */
  get size(): number {
    return this.#followed.size;
  }

  partitions(): Iterable<FollowedPartition> {
    return this.#followed;
  }

  add(partition: FollowedPartition): void {
    this.#followed.add(partition);
    this.#activate(partition);
  }

  remove(partition: FollowedPartition): void {
    this.#followed.delete(partition);
    this.#steady.remove(partition);
    this.#quick.remove(partition);
  }

  async close(): Promise<void> {
    this.#followed.clear();
    await Promise.all([this.#steady.close(), this.#quick.close()]);
  }

  #activate(partition: FollowedPartition): void {
    if (!this.#followed.has(partition)) return;
    (this.#steady.isAsking ? this.#quick : this.#steady).add(partition);
  }

  #beforeSteady(): number {
    const { fetchWaitMaxMs } = this.#options.settings;
    const mustWait = this.#quick.size > 0 && this.#quick.isAsking;
    this.#takesOver = mustWait && this.#steady.size > 0;
    if (!mustWait) this.#takeOver();
    this.#holdBack(this.#steady);
    return this.#takesOver ? Math.min(QUICK_WAIT_MS, fetchWaitMaxMs) : fetchWaitMaxMs;
  }

  #beforeQuick(): number {
    this.#holdBack(this.#quick);
    return Math.min(QUICK_WAIT_MS, this.#options.settings.fetchWaitMaxMs);
  }

  #quickGoesOn(): boolean {
    if (!this.#steady.isAsking) this.#takeOver();
    return !this.#takesOver;
  }

  #takeOver(): void {
    for (const partition of [...this.#quick.partitions()]) {
      this.#quick.remove(partition);
      this.#steady.add(partition);
    }
  }

  /** While more came than the throttle allows, throttled replicas that lag are left out. */
  #holdBack(lane: FetchLane): void {
    const { throttle, pauses } = this.#options;
    if (throttle?.isExceeded !== true) return;
    const held = [...lane.partitions()].filter(({ isThrottled, isInSync }) => isThrottled && !isInSync);
    if (held.length === 0) return;
    for (const partition of held) lane.remove(partition);
    pauses.after(throttle.waitMs, () => {
      for (const partition of held) this.#activate(partition);
    });
  }

  #setAside(partition: FollowedPartition, outcomeOf: () => Outcome): void {
    if (!this.#followed.has(partition)) return;
    const outcome = outcomeOf();
    switch (outcome.kind) {
      case 'pauses':
        this.#options.pauses.after(outcome.forMs, () => this.#activate(partition));
        break;
      case 'settles':
        outcome.settled.then(
          () => this.#activate(partition),
          () => this.#fail(partition),
        );
        break;
      case 'failed':
        this.#fail(partition);
        break;
      case 'goes-on':
      case 'asks-epoch-end':
        this.#activate(partition);
    }
  }

  #fail(partition: FollowedPartition): void {
    if (!this.#followed.delete(partition)) return;
    this.#options.onFailed(partition);
  }
}

/** What a node counts about the metadata quorum (Kafka's KafkaRaftMetrics): rates, means and largest values of the last minute. */
import type { Clock } from '../../platform/platform.ts';
import { WindowedSum } from '../../quotas/windowed-sum.ts';

/** Kafka's metrics.num.samples and metrics.sample.window.ms. */
const WINDOWS = 2;
const WINDOW_MS = 30_000;

/** In milliseconds; NaN when there was none in the last minute. */
interface Latency {
  readonly mean: number;
  readonly max: number;
}

export class QuorumFigures {
  readonly #clock: Clock;
  readonly #appended = new WindowedSum(WINDOWS, WINDOW_MS);
  readonly #fetched = new WindowedSum(WINDOWS, WINDOW_MS);
  readonly #commits = new WindowedSum(WINDOWS, WINDOW_MS);
  readonly #elections = new WindowedSum(WINDOWS, WINDOW_MS);
  #leaderlessSinceMs: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** This node leads and has so many records to append. Call what is given back when they are committed. */
  appends(records: number): () => void {
    const sinceMs = this.#nowMs();
    this.#appended.add(records, sinceMs);
    return () => this.#commits.add(this.#nowMs() - sinceMs, this.#nowMs());
  }

  /** Records came from the leader. */
  fetched(records: number): void {
    this.#fetched.add(records, this.#nowMs());
  }

  /** Who leads, as far as this node knows; null: nobody. */
  leaderIs(leaderId: number | null): void {
    const nowMs = this.#nowMs();
    if (leaderId === null) this.#leaderlessSinceMs ??= nowMs;
    else if (this.#leaderlessSinceMs !== null) {
      this.#elections.add(nowMs - this.#leaderlessSinceMs, nowMs);
      this.#leaderlessSinceMs = null;
    }
  }

  get appendedPerSecond(): number {
    return this.#appended.ratePerSecond(this.#nowMs());
  }

  get fetchedPerSecond(): number {
    return this.#fetched.ratePerSecond(this.#nowMs());
  }

  /** From when records were to be appended here until they were committed. */
  get commitLatency(): Latency {
    return this.#latency(this.#commits);
  }

  /** From when this node knew of no leader until it knew one. */
  get electionLatency(): Latency {
    return this.#latency(this.#elections);
  }

  #latency(sum: WindowedSum): Latency {
    const nowMs = this.#nowMs();
    return { mean: sum.meanAt(nowMs), max: sum.maxAt(nowMs) };
  }

  #nowMs(): number {
    return this.#clock.monotonicMs();
  }
}

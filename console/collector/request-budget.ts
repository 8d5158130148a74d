/**
 * How many requests a second watching may cost a cluster, as a token bucket: a round of a recent cluster is far below it; one
 * request per group of an old cluster is held to it, so that no round becomes a burst of thousands.
 */
import type { CollectorClock } from './collector-clock.ts';

export const REQUESTS_PER_SECOND = 500;
const BURST_REQUESTS = 1_000;

export class RequestBudget {
  readonly #clock: CollectorClock;
  readonly #perSecond: number;
  readonly #burst: number;
  #left: number;
  #atMs: number;

  constructor(clock: CollectorClock, perSecond = REQUESTS_PER_SECOND, burst = BURST_REQUESTS) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#left = burst;
    this.#atMs = clock.nowMs();
  }

  /** Resolves when one more request may be sent. In the order of asking. */
  take(): Promise<void> | null {
    const nowMs = this.#clock.nowMs();
    const elapsedMs = Math.max(0, nowMs - this.#atMs);
    this.#atMs = nowMs;
    this.#left = Math.min(this.#burst, this.#left + (elapsedMs * this.#perSecond) / 1_000) - 1;
    if (this.#left >= 0) return null;
    const waitMs = Math.ceil((-this.#left * 1_000) / this.#perSecond);
    return new Promise((resolve) => this.#clock.after(waitMs, resolve));
  }
}

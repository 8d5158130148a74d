/**
 * What came and went over one listener since the start, for metrics (Kafka's Selector). As there, answers that were sent are its "request"s
 * and requests that came its "response"s.
 */
import type { Clock } from '../platform/platform.ts';
import { WindowedSum } from '../quotas/windowed-sum.ts';

/** Kafka's metrics.num.samples and metrics.sample.window.ms. */
const WINDOWS = 2;
const WINDOW_MS = 30_000;

export const TRAFFIC = [
  'connection-creation',
  'connection-close',
  'request',
  'response',
  'incoming-byte',
  'outgoing-byte',
  'successful-authentication',
  'failed-authentication',
] as const;
export type Traffic = (typeof TRAFFIC)[number];

/** At the moment. */
export interface WaitingHere {
  readonly connections: number;
  /** That have come and are not taken up. */
  readonly requests: number;
  /** That wait for those before them. */
  readonly answers: number;
}

class Counted {
  readonly #recent = new WindowedSum(WINDOWS, WINDOW_MS);
  /** Not in a window yet: that is done when somebody looks, and once a second. */
  #pending = 0;
  total = 0;

  add(amount: number): void {
    this.total += amount;
    this.#pending += amount;
  }

  ratePerSecond(nowMs: number): number {
    this.settle(nowMs);
    return this.#recent.ratePerSecond(nowMs);
  }

  settle(nowMs: number): void {
    if (this.#pending > 0) this.#recent.add(this.#pending, nowMs);
    this.#pending = 0;
  }
}

export class ListenerTraffic {
  readonly name: string;
  readonly #clock: Clock;
  readonly #waiting: () => WaitingHere;
  readonly #counted = Object.fromEntries(TRAFFIC.map((name) => [name, new Counted()])) as Record<
    Traffic,
    Counted
  >;
  /** Connections that were closed because they were idle or too slow. */
  expired = 0;

  constructor(name: string, clock: Clock, waiting: () => WaitingHere) {
    this.name = name;
    this.#clock = clock;
    this.#waiting = waiting;
  }

  count(what: Traffic, amount = 1): void {
    this.#counted[what].add(amount);
  }

  /** To be called about once a second, so that counting itself needs no clock. */
  settle(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const what of TRAFFIC) this.#counted[what].settle(nowMs);
  }

  waiting(): WaitingHere {
    return this.#waiting();
  }

  total(what: Traffic): number {
    return this.#counted[what].total;
  }

  ratePerSecond(what: Traffic): number {
    return this.#counted[what].ratePerSecond(this.#clock.monotonicMs());
  }
}

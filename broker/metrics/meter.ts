/**
 * A meter: how often something happened, in all and as moving averages over 1, 5 and 15 minutes.
 *
 * The averages decay exponentially in steps of five seconds, as Kafka's (Yammer's) meters do, so that the figures of
 * both mean the same. Steps are taken when somebody marks or reads: an idle meter costs nothing.
 */
import type { Clock } from '../platform/platform.ts';

const TICK_SECONDS = 5;
const TICK_MS = TICK_SECONDS * 1_000;
/** After this many silent steps the 15-minute average is zero for every purpose; no need to count further. */
const MAX_TICKS_AT_ONCE = 5_000;

class MovingAverage {
  readonly #alpha: number;
  #perSecond = 0;
  #started = false;

  constructor(minutes: number) {
    this.#alpha = 1 - Math.exp(-TICK_SECONDS / 60 / minutes);
  }

  get perSecond(): number {
    return this.#perSecond;
  }

  tick(events: number): void {
    const rate = events / TICK_SECONDS;
    this.#perSecond = this.#started ? this.#perSecond + this.#alpha * (rate - this.#perSecond) : rate;
    this.#started = true;
  }
}

export interface MeterReading {
  readonly count: number;
  readonly meanPerSecond: number;
  readonly oneMinutePerSecond: number;
  readonly fiveMinutePerSecond: number;
  readonly fifteenMinutePerSecond: number;
}

export class Meter {
  readonly #clock: Clock;
  readonly #bornMs: number;
  readonly #one = new MovingAverage(1);
  readonly #five = new MovingAverage(5);
  readonly #fifteen = new MovingAverage(15);
  #lastTickMs: number;
  #count = 0;
  #sinceTick = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#bornMs = clock.monotonicMs();
    this.#lastTickMs = this.#bornMs;
  }

  /** `nowMs`: of the meter's clock, where the caller has looked at it just now. */
  mark(events = 1, nowMs = this.#clock.monotonicMs()): void {
    if (nowMs - this.#lastTickMs >= TICK_MS) this.#catchUp(nowMs);
    this.#count += events;
    this.#sinceTick += events;
  }

  get count(): number {
    return this.#count;
  }

  read(): MeterReading {
    const nowMs = this.#clock.monotonicMs();
    this.#catchUp(nowMs);
    const seconds = (nowMs - this.#bornMs) / 1_000;
    return {
      count: this.#count,
      meanPerSecond: this.#count === 0 || seconds === 0 ? 0 : this.#count / seconds,
      oneMinutePerSecond: this.#one.perSecond,
      fiveMinutePerSecond: this.#five.perSecond,
      fifteenMinutePerSecond: this.#fifteen.perSecond,
    };
  }

  #catchUp(nowMs: number): void {
    const ticks = Math.floor((nowMs - this.#lastTickMs) / TICK_MS);
    if (ticks <= 0) return;
    this.#lastTickMs += ticks * TICK_MS;
    for (let tick = 0; tick < Math.min(ticks, MAX_TICKS_AT_ONCE); tick += 1) {
      for (const average of [this.#one, this.#five, this.#fifteen]) average.tick(this.#sinceTick);
      this.#sinceTick = 0;
    }
  }
}

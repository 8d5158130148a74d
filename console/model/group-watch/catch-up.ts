/**
 * When a group will have caught up: its lag over the last minutes as a line, and where that line meets zero. The slope of the
 * lag is production minus consumption, so nothing else has to be known. Of each half minute the least lag counts, as
 * consumers commit in steps. Estimated only where the line surely falls.
 */
import { trendOf } from './trend.ts';

const POINTS = 12;
const STEP_S = 30;
const FEWEST_POINTS = 3;
const SURELY_FALLING = -2;
/** Later than that is not an estimate but a guess. */
const LONGEST_S = 30 * 86_400;

export class CatchUp {
  readonly #seconds = new Float64Array(POINTS);
  readonly #lags = new Float64Array(POINTS);
  #count = 0;
  #partitions = 0;

  /** `partitions`: how many lags are in the sum. Another number of them is another line. */
  add(watchedMs: number, totalLag: number, partitions: number): void {
    if (partitions !== this.#partitions) this.#count = 0;
    this.#partitions = partitions;
    const second = watchedMs / 1_000;
    const last = this.#count - 1;
    const isSameStep =
      last >= 0 && Math.floor((this.#seconds[last] ?? 0) / STEP_S) === Math.floor(second / STEP_S);
    if (isSameStep) {
      if (totalLag > (this.#lags[last] ?? 0)) return;
      this.#count--;
    } else if (this.#count === POINTS) {
      this.#seconds.copyWithin(0, 1);
      this.#lags.copyWithin(0, 1);
      this.#count--;
    }
    this.#seconds[this.#count] = second;
    this.#lags[this.#count] = totalLag;
    this.#count++;
  }

  /** A set-back or anything else that breaks the line. */
  restart(): void {
    this.#count = 0;
  }

  /** Seconds until the lag is 0; null where it does not surely fall. */
  estimate(totalLag: number): number | null {
    if (this.#count < FEWEST_POINTS) return null;
    const { slope, certainty } = trendOf(this.#seconds, this.#lags, 0, this.#count);
    if (certainty > SURELY_FALLING) return null;
    const seconds = totalLag / -slope;
    return seconds <= LONGEST_S ? Math.round(seconds) : null;
  }
}

/**
 * Time as a group watch counts it, out of the wall times of rounds. Two clocks, because a machine's clock is set back and
 * forth and because a console sleeps:
 * - `nowMs` follows the wall clock and never goes back: a clock that was set back stands still for one round and goes on
 *   from there. Ages of records are differences of it.
 * - `watchedMs` counts time that was watched: a pause between two rounds counts as at most `maxStepMs`. "Nothing happened for
 *   12 min" is only ever said about watched time, so that neither a leap of the clock nor a laptop's lid is a stall.
 */
export class WatchClock {
  readonly #maxStepMs: number;
  #shiftMs = 0;
  #started = false;
  nowMs = 0;
  watchedMs = 0;

  constructor(maxStepMs: number) {
    this.#maxStepMs = maxStepMs;
  }

  /** A round's wall time. Answers what has passed since the round before. */
  advance(wallMs: number): number {
    if (!this.#started) {
      this.#started = true;
      this.nowMs = wallMs;
      return 0;
    }
    let stepMs = wallMs + this.#shiftMs - this.nowMs;
    if (stepMs < 0) {
      this.#shiftMs -= stepMs;
      stepMs = 0;
    }
    this.nowMs += stepMs;
    this.watchedMs += Math.min(stepMs, this.#maxStepMs);
    return stepMs;
  }

  /** A wall time of the round under way on the clock of `nowMs`. */
  steady(wallMs: number): number {
    return Math.min(wallMs + this.#shiftMs, this.nowMs);
  }

  /** What a person's clock showed then. */
  wall(steadyMs: number): number {
    return steadyMs - this.#shiftMs;
  }
}

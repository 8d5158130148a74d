/**
 * Steps that take turns with everything else that the thread has to do. A thousand members whose heartbeats arrive at once would
 * otherwise be served to the last one before anybody who wants a record is heard: what has arrived on all connections is
 * handled in one go, and so is what waits for an append when the log answers at once.
 *
 * Work is done at once, as long as little time was taken lately; otherwise it waits behind what waits already. What waits is done
 * in one turn after another, and between two of them everybody else is heard. The time that was taken is forgotten as time
 * passes, half as fast: some of what passes goes into answers to what was done, which nobody counts.
 */
import type { Platform } from '../../platform/platform.ts';

/** Of work in a row. Shorter turns make others wait less and the work longer: each waits for the next round of the thread. */
const TURN_MS = 10;
const FORGOTTEN_SHARE = 0.5;

export class StepTurns {
  readonly #platform: Pick<Platform, 'clock' | 'timers'>;
  #waiting: (() => void)[] = [];
  /** Time that was taken and has not passed again since. */
  #takenMs = 0;
  #seenMs = 0;

  constructor(platform: Pick<Platform, 'clock' | 'timers'>) {
    this.#platform = platform;
  }

  /** Now, or in its turn; steps keep the order that they came in. */
  run(step: () => void): void {
    if (this.#waiting.length === 0 && !this.#isOver()) this.take(step);
    else this.#wait(step);
  }

  /** Now, in whatever turn it is. */
  take<Result>(work: () => Result): Result {
    this.#forget();
    const beganMs = this.#seenMs;
    const result = work();
    this.#seenMs = this.#platform.clock.monotonicMs();
    this.#takenMs += this.#seenMs - beganMs;
    return result;
  }

  /** Null as long as the turn is not over; what comes after the promise is done in its turn. */
  rest(): Promise<void> | null {
    return this.#isOver() ? new Promise((resolve) => this.#wait(resolve)) : null;
  }

  #isOver(): boolean {
    this.#forget();
    return this.#takenMs >= TURN_MS;
  }

  #forget(): void {
    const nowMs = this.#platform.clock.monotonicMs();
    this.#takenMs = Math.max(0, this.#takenMs - (nowMs - this.#seenMs) * FORGOTTEN_SHARE);
    this.#seenMs = nowMs;
  }

  #wait(step: () => void): void {
    this.#waiting.push(step);
    if (this.#waiting.length === 1) this.#takeTurnSoon();
  }

  #takeTurnSoon(): void {
    this.#platform.timers.after(0, () => {
      this.#takenMs = 0;
      const steps = this.#waiting;
      let next = 0;
      for (let step = steps[0]; step !== undefined && !this.#isOver(); step = steps[next]) {
        this.take(step);
        next += 1;
      }
      this.#waiting = steps.slice(next);
      if (this.#waiting.length > 0) this.#takeTurnSoon();
    });
  }
}

/** Work that is done again and again, never twice at once: the pause begins when the work has ended. */
import type { CollectorClock } from './collector-clock.ts';

export class Periodic {
  readonly #clock: CollectorClock;
  readonly #periodMs: number;
  readonly #work: () => Promise<void>;
  #timer: { cancel: () => void } | null = null;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  /** `work` must not reject. */
  constructor(clock: CollectorClock, periodMs: number, work: () => Promise<void>) {
    this.#clock = clock;
    this.#periodMs = periodMs;
    this.#work = work;
  }

  start(): void {
    if (this.#stopped) return;
    this.#timer = this.#clock.after(this.#periodMs, () => {
      this.#running = this.#work().finally(() => {
        this.start();
      });
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  /** Resolves when the work under way has ended. */
  settled(): Promise<void> {
    return this.#running;
  }
}

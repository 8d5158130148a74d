/**
 * The clock and the timers of one process among several that share virtual time. Its wall clock is off and may jump, its
 * clocks may run a little fast or slow, its monotonic time begins anywhere. While the process stands still no timer
 * fires; what became due meanwhile fires when it goes on. After its end nothing fires any more.
 */
import type { CancelTimer, Clock, Timers } from '../platform.ts';
import type { MemoryTime } from './memory-time.ts';

export interface NodeTimeOptions {
  readonly base: MemoryTime;
  /** How much too fast the clocks run, in millionths. */
  readonly driftPpm: number;
  /** Read at every look at the clock: it may jump. */
  readonly wallOffsetMs: () => number;
  /** What `monotonicMs` says at first. */
  readonly originMs: number;
}

const SHORTEST_TIMER_MS = 1;

export class NodeTime implements Clock, Timers {
  readonly #options: NodeTimeOptions;
  readonly #rate: number;
  readonly #bootMs: number;
  #isAlive = true;
  #isPaused = false;
  #due: (() => void)[] = [];

  constructor(options: NodeTimeOptions) {
    this.#options = options;
    this.#rate = 1 + options.driftPpm / 1_000_000;
    this.#bootMs = options.base.monotonicMs();
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  wallMs(): number {
    const { base, wallOffsetMs } = this.#options;
    return Math.floor(base.wallMs() + wallOffsetMs());
  }

  monotonicMs(): number {
    const { base, originMs } = this.#options;
    return originMs + (base.monotonicMs() - this.#bootMs) * this.#rate;
  }

  after(delayMs: number, task: () => void): CancelTimer {
    let isPending = true;
    // As on a real machine: what is left of a time-out may be too little for the clock to move by.
    const cancel = this.#options.base.after(Math.max(SHORTEST_TIMER_MS, delayMs) / this.#rate, () => {
      this.#run(() => {
        if (!isPending) return;
        isPending = false;
        task();
      });
    });
    return () => {
      isPending = false;
      cancel();
    };
  }

  every(intervalMs: number, task: () => void): CancelTimer {
    let cancelNext: CancelTimer = () => undefined;
    let isPending = true;
    const next = (): void => {
      cancelNext = this.after(Math.max(1, intervalMs), () => {
        next();
        task();
      });
    };
    next();
    return () => {
      if (!isPending) return;
      isPending = false;
      cancelNext();
    };
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    for (const task of this.#due.splice(0)) this.#options.base.after(0, () => this.#run(task));
  }

  kill(): void {
    this.#isAlive = false;
    this.#due = [];
  }

  #run(task: () => void): void {
    if (!this.#isAlive) return;
    if (this.#isPaused) this.#due.push(task);
    else task();
  }
}

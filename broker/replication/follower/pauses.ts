/** Waits of many partitions with few timers: those that end in the same millisecond share one, and end together. */
import type { CancelTimer, Clock, Timers } from '../../platform/platform.ts';

interface Wait {
  readonly cancel: CancelTimer;
  readonly tasks: (() => void)[];
}

export class Pauses {
  readonly #platform: { readonly clock: Clock; readonly timers: Timers };
  /** By the millisecond in which they end. */
  readonly #waits = new Map<number, Wait>();

  constructor(platform: { readonly clock: Clock; readonly timers: Timers }) {
    this.#platform = platform;
  }

  after(delayMs: number, task: () => void): void {
    const { clock, timers } = this.#platform;
    const nowMs = clock.monotonicMs();
    const dueMs = Math.ceil(nowMs + delayMs);
    const known = this.#waits.get(dueMs);
    if (known !== undefined) {
      known.tasks.push(task);
      return;
    }
    const tasks = [task];
    const cancel = timers.after(dueMs - nowMs, () => {
      this.#waits.delete(dueMs);
      for (const one of tasks) one();
    });
    this.#waits.set(dueMs, { cancel, tasks });
  }

  cancelAll(): void {
    for (const { cancel } of this.#waits.values()) cancel();
    this.#waits.clear();
  }
}

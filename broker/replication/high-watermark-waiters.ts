/**
 * Appends with acks=-1 that wait for the in-sync replicas (Kafka's produce purgatory): each waits until its
 * partition's high watermark has passed its last record, until its time is up, or until the partition is gone.
 */
import type { CancelTimer, Timers } from '../platform/platform.ts';

export type WaitOutcome = 'reached' | 'timeout' | 'gone';

interface Waiter {
  readonly requiredOffset: number;
  readonly finish: (outcome: WaitOutcome) => void;
}

export class HighWatermarkWaiters {
  readonly #timers: Timers;
  readonly #byKey = new Map<string, Set<Waiter>>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  get size(): number {
    let count = 0;
    for (const waiters of this.#byKey.values()) count += waiters.size;
    return count;
  }

  /** Resolves once the high watermark has become `requiredOffset` or more. Without a time limit when that is null. */
  wait(key: string, requiredOffset: number, timeoutMs: number | null): Promise<WaitOutcome> {
    return new Promise((resolve) => {
      const waiters = this.#byKey.get(key) ?? new Set<Waiter>();
      let cancelTimer: CancelTimer | null = null;
      const waiter: Waiter = {
        requiredOffset,
        finish: (outcome) => {
          if (!waiters.delete(waiter)) return;
          if (waiters.size === 0) this.#byKey.delete(key);
          cancelTimer?.();
          resolve(outcome);
        },
      };
      this.#byKey.set(key, waiters.add(waiter));
      if (timeoutMs !== null)
        cancelTimer = this.#timers.after(Math.max(0, timeoutMs), () => waiter.finish('timeout'));
    });
  }

  noteHighWatermark(key: string, highWatermark: number): void {
    for (const waiter of this.#byKey.get(key) ?? []) {
      if (waiter.requiredOffset <= highWatermark) waiter.finish('reached');
    }
  }

  /** The partition is led elsewhere, deleted, or failed. */
  endAll(key: string): void {
    for (const waiter of [...(this.#byKey.get(key) ?? [])]) waiter.finish('gone');
  }

  stop(): void {
    for (const key of [...this.#byKey.keys()]) this.endAll(key);
  }
}

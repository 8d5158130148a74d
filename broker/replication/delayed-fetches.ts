/**
 * Fetches that wait for data (Kafka's fetch purgatory). An entry watches its partitions, counts the bytes that come,
 * and ends by enough bytes, by time, by an event that changes the answer, or because its client is gone.
 *
 * Bounded: at most `limit` entries; one more is answered at once. Wake-ups are gathered until the current piece of
 * work is done, so that a produce request to many partitions wakes a fetch once and not for each of them.
 */
import type { CancelTimer, Timers } from '../platform/platform.ts';

export interface DelayedFetch {
  readonly keys: readonly string[];
  readonly missingBytes: number;
  /** Only records of decided transactions are of use. */
  readonly committedOnly: boolean;
  readonly maxWaitMs: number;
  readonly closed: AbortSignal;
}

interface Entry {
  readonly keys: readonly string[];
  readonly committedOnly: boolean;
  missingBytes: number;
  readonly end: () => void;
}

export class DelayedFetches {
  readonly #timers: Timers;
  readonly #limit: number;
  readonly #entries = new Set<Entry>();
  readonly #byKey = new Map<string, Set<Entry>>();
  #ready = new Set<Entry>();

  constructor(timers: Timers, limit: number) {
    this.#timers = timers;
    this.#limit = limit;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Partitions that somebody waits for. */
  get watchedKeys(): number {
    return this.#byKey.size;
  }

  /** Resolves when the fetch should be tried again, for the last time. */
  wait(fetch: DelayedFetch): Promise<void> {
    if (fetch.closed.aborted || fetch.maxWaitMs <= 0 || this.#entries.size >= this.#limit)
      return Promise.resolve();
    return new Promise((resolve) => {
      let cancelTimer: CancelTimer | null = null;
      const end = (): void => {
        if (!this.#remove(entry)) return;
        cancelTimer?.();
        fetch.closed.removeEventListener('abort', end);
        resolve();
      };
      const { keys, committedOnly, missingBytes } = fetch;
      const entry: Entry = { keys, committedOnly, missingBytes, end };
      this.#entries.add(entry);
      for (const key of entry.keys) {
        const entries = this.#byKey.get(key) ?? new Set();
        this.#byKey.set(key, entries.add(entry));
      }
      cancelTimer = this.#timers.after(fetch.maxWaitMs, end);
      fetch.closed.addEventListener('abort', end);
    });
  }

  /** So many more bytes of a partition may be read now, `committedBytes` of them by readers of committed records. */
  noteBytes(key: string, bytes: number, committedBytes: number): void {
    for (const entry of this.#byKey.get(key) ?? []) {
      entry.missingBytes -= entry.committedOnly ? committedBytes : bytes;
      if (entry.missingBytes <= 0) this.#wakeSoon(entry);
    }
  }

  /** The answer for a partition has changed otherwise: it moved, was deleted, failed. */
  noteChange(key: string): void {
    for (const entry of this.#byKey.get(key) ?? []) this.#wakeSoon(entry);
  }

  /** Ends all waiting, at once. */
  endAll(): void {
    for (const entry of [...this.#entries]) entry.end();
  }

  #wakeSoon(entry: Entry): void {
    if (this.#ready.size === 0) {
      queueMicrotask(() => {
        const ready = this.#ready;
        this.#ready = new Set();
        for (const one of ready) one.end();
      });
    }
    this.#ready.add(entry);
  }

  /** False when it was removed before. */
  #remove(entry: Entry): boolean {
    if (!this.#entries.delete(entry)) return false;
    for (const key of entry.keys) {
      const entries = this.#byKey.get(key);
      if (entries?.delete(entry) === true && entries.size === 0) this.#byKey.delete(key);
    }
    return true;
  }
}

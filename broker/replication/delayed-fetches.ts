/**
 * Fetches that wait for data (Kafka's fetch purgatory). An entry hears of its partitions, counts the bytes that come,
 * and ends by enough bytes, by time, by an event that changes the answer, or because its client is gone.
 *
 * Bounded: at most `limit` entries; one more is answered at once. Wake-ups are gathered until the current piece of
 * work is done, so that a produce request to many partitions wakes a fetch once and not for each of them.
 */
import type { CancelTimer, Timers } from '../platform/platform.ts';
import { bytesFor, type PartitionListener, type PartitionNews, type ReaderKind } from './partition-events.ts';

export interface DelayedFetch {
  readonly kind: ReaderKind;
  readonly missingBytes: number;
  readonly maxWaitMs: number;
  readonly closed: AbortSignal;
  /** Lets the listener hear of the partitions, until the function that it gives is called. */
  readonly watch: (listener: PartitionListener) => () => void;
}

interface Entry extends PartitionListener {
  readonly end: () => void;
}

export class DelayedFetches {
  readonly #timers: Timers;
  readonly #limit: number;
  readonly #entries = new Set<Entry>();
  #ready = new Set<Entry>();

  constructor(timers: Timers, limit: number) {
    this.#timers = timers;
    this.#limit = limit;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Resolves when the fetch should be tried again, for the last time. */
  wait(fetch: DelayedFetch): Promise<void> {
    const { kind, closed, maxWaitMs } = fetch;
    if (closed.aborted || maxWaitMs <= 0 || this.#entries.size >= this.#limit) return Promise.resolve();
    return new Promise((resolve) => {
      let { missingBytes } = fetch;
      let cancelTimer: CancelTimer | null = null;
      const end = (): void => {
        if (!this.#entries.delete(entry)) return;
        unwatch();
        cancelTimer?.();
        closed.removeEventListener('abort', end);
        resolve();
      };
      const onPartition = (_key: string, news: PartitionNews): void => {
        missingBytes -= bytesFor(kind, news);
        if (missingBytes <= 0) this.#wakeSoon(entry);
      };
      const entry: Entry = { onPartition, end };
      this.#entries.add(entry);
      const unwatch = fetch.watch(entry);
      cancelTimer = this.#timers.after(maxWaitMs, end);
      closed.addEventListener('abort', end);
    });
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
}

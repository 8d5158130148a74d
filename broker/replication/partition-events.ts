/**
 * Who wants to know that a partition changed: fetches that wait, fetch sessions. Keyed by partition, so that an
 * append costs nothing for partitions that nobody looks at.
 */

/** What came, in bytes that readers of three kinds may have now and could not have before. */
export interface PartitionNews {
  /** For followers. */
  readonly appendedBytes: number;
  /** Below the high watermark. */
  readonly committedBytes: number;
  /** Below the last stable offset. */
  readonly stableBytes: number;
}

export type ReaderKind = 'follower' | 'readUncommitted' | 'readCommitted';

export interface PartitionListener {
  onPartition(key: string, news: PartitionNews): void;
}

/** The answer is another one now, whatever was asked: the partition moved, was made, deleted or failed. */
export const CHANGED: PartitionNews = {
  appendedBytes: Number.POSITIVE_INFINITY,
  committedBytes: Number.POSITIVE_INFINITY,
  stableBytes: Number.POSITIVE_INFINITY,
};

/** Nothing came that could be read, but the next answer may be another one. */
export const LOOK_AGAIN: PartitionNews = { appendedBytes: 0, committedBytes: 0, stableBytes: 0 };

export function bytesFor(kind: ReaderKind, news: PartitionNews): number {
  switch (kind) {
    case 'follower':
      return news.appendedBytes;
    case 'readUncommitted':
      return news.committedBytes;
    case 'readCommitted':
      return news.stableBytes;
  }
}

export class PartitionEvents {
  readonly #byKey = new Map<string, Set<PartitionListener>>();

  /** Partitions that somebody listens to. */
  get watchedKeys(): number {
    return this.#byKey.size;
  }

  listen(key: string, listener: PartitionListener): void {
    const listeners = this.#byKey.get(key);
    if (listeners === undefined) this.#byKey.set(key, new Set([listener]));
    else listeners.add(listener);
  }

  unlisten(key: string, listener: PartitionListener): void {
    const listeners = this.#byKey.get(key);
    if (listeners?.delete(listener) === true && listeners.size === 0) this.#byKey.delete(key);
  }

  tell(key: string, news: PartitionNews): void {
    const listeners = this.#byKey.get(key);
    if (listeners === undefined) return;
    for (const listener of listeners) listener.onPartition(key, news);
  }
}

/**
 * The newest batches of logs that somebody reads at the end, kept by reference to the memory in which they came. A
 * consumer that keeps up, and every further one, then costs neither a disk read nor a checksum.
 *
 * - Bounded for the whole broker by the memory that is kept alive (`maxBytes`) and by the number of batches; the oldest
 *   go first, whatever log they belong to.
 * - A log takes part only while it has readers at its end: without one for READERLESS_APPENDS appends it keeps nothing.
 * - What is kept of a log is without holes up to its end. Whoever cuts or rolls a log clears it: batches of sealed
 *   segments may be compacted or deleted, and then only the file tells.
 * - Whoever appends must leave the buffer as it is from then on.
 */
import type { BatchHeader } from '../../protocol/records/record-batch.ts';
import { borrowBuffer } from '../platform/lent-buffers.ts';

/** Memory kept alive for readers at the end of their logs, per broker. */
export const TAIL_CACHE_BYTES = 16_777_216;
const MAX_BATCHES = 16_384;
const READERLESS_APPENDS = 1_024;
/** A request much larger than the batches in it must not push everything else out. */
const LARGEST_SHARE = 4;
const QUEUE_SLACK = 1_024;

interface CachedBatch {
  readonly tail: LogTail;
  readonly baseOffset: number;
  readonly lastOffset: number;
  /** Null when it was dropped. */
  bytes: Buffer | null;
}

export interface TailReadLimits {
  readonly maxBytes: number;
  /** Batches that begin here or later are not for this reader. */
  readonly maxOffset: number;
  readonly minOneBatch: boolean;
}

export class TailCache {
  readonly #maxBytes: number;
  /** In the order of their coming; before #first there are dropped ones only. */
  #queue: CachedBatch[] = [];
  #first = 0;
  /** Batches per piece of memory: several may have come in one. */
  readonly #memory = new Map<ArrayBufferLike, number>();
  #memoryBytes = 0;

  constructor(maxBytes: number = TAIL_CACHE_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Of memory that is kept alive. */
  get sizeBytes(): number {
    return this.#memoryBytes;
  }

  accepts(bytes: Buffer): boolean {
    return bytes.buffer.byteLength * LARGEST_SHARE <= this.#maxBytes;
  }

  keep(batch: CachedBatch, memory: ArrayBufferLike): void {
    this.#queue.push(batch);
    const users = this.#memory.get(memory) ?? 0;
    if (users === 0) this.#memoryBytes += memory.byteLength;
    this.#memory.set(memory, users + 1);
    while (this.#memoryBytes > this.#maxBytes || this.#queue.length - this.#first > MAX_BATCHES) {
      const oldest = this.#queue[this.#first++];
      if (oldest === undefined) break;
      if (oldest.bytes !== null) oldest.tail.dropOldest();
    }
    if (this.#first > QUEUE_SLACK && this.#first * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#first);
      this.#first = 0;
    }
  }

  release(memory: ArrayBufferLike): void {
    const users = (this.#memory.get(memory) ?? 0) - 1;
    if (users > 0) {
      this.#memory.set(memory, users);
    } else if (this.#memory.delete(memory)) {
      this.#memoryBytes -= memory.byteLength;
    }
  }
}

/** What is kept of one log. */
export class LogTail {
  readonly #cache: TailCache;
  #batches: CachedBatch[] = [];
  /** Before it there are dropped ones only. */
  #first = 0;
  /** Appends for which batches are kept although nobody reads. */
  #appendsLeft = 0;

  constructor(cache: TailCache) {
    this.#cache = cache;
  }

  /** Somebody reads at the end of the log, or close to it. */
  noteReader(): void {
    this.#appendsLeft = READERLESS_APPENDS;
  }

  /** What is appended now is kept. */
  get isRead(): boolean {
    return this.#appendsLeft > 0;
  }

  /** Takes in what was appended: `headers` with their place in the buffer and their final offsets. */
  add(records: Buffer, headers: readonly BatchHeader[]): void {
    if (this.#appendsLeft === 0) return;
    if (--this.#appendsLeft === 0 || !this.#cache.accepts(records)) {
      this.clear();
      return;
    }
    for (const { position, sizeBytes, baseOffset, lastOffset } of headers) {
      const bytes = sizeBytes === records.length ? records : records.subarray(position, position + sizeBytes);
      const batch: CachedBatch = { tail: this, baseOffset, lastOffset, bytes };
      this.#batches.push(batch);
      this.#cache.keep(batch, records.buffer);
    }
  }

  /** As the segments would answer; null when the batch of `offset` is not kept. */
  read(offset: number, { maxBytes, maxOffset, minOneBatch }: TailReadLimits): Buffer | null {
    const from = this.#find(offset);
    const first = this.#batches[from];
    if (first === undefined) return null;
    this.noteReader();
    const pieces: Buffer[] = [];
    let totalBytes = 0;
    for (let index = from; index < this.#batches.length; index++) {
      const { baseOffset, bytes } = this.#batches[index] ?? first;
      if (bytes === null || baseOffset >= maxOffset) break;
      if (totalBytes + bytes.length > maxBytes && (totalBytes > 0 || !minOneBatch)) break;
      pieces.push(bytes);
      totalBytes += bytes.length;
    }
    return joined(pieces, totalBytes);
  }

  clear(): void {
    for (let index = this.#first; index < this.#batches.length; index++) this.#drop(this.#batches[index]);
    this.#batches = [];
    this.#first = 0;
  }

  /** For the cache, which drops in the order of coming. */
  dropOldest(): void {
    this.#drop(this.#batches[this.#first++]);
    if (this.#first === this.#batches.length || this.#first > QUEUE_SLACK) {
      this.#batches = this.#batches.slice(this.#first);
      this.#first = 0;
    }
  }

  #drop(batch: CachedBatch | undefined): void {
    if (batch === undefined || batch.bytes === null) return;
    this.#cache.release(batch.bytes.buffer);
    batch.bytes = null;
  }

  /** Index of the first batch whose last offset is `offset` or later; -1 when it may be only in the file. */
  #find(offset: number): number {
    const oldest = this.#batches[this.#first];
    if (oldest === undefined || oldest.baseOffset > offset) return -1;
    let low = this.#first;
    let high = this.#batches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#batches[middle]?.lastOffset ?? Number.POSITIVE_INFINITY) >= offset) high = middle;
      else low = middle + 1;
    }
    return low < this.#batches.length ? low : -1;
  }
}

function joined(pieces: readonly Buffer[], totalBytes: number): Buffer {
  const [only] = pieces;
  if (only === undefined) return Buffer.alloc(0);
  if (pieces.length === 1) return only;
  const target = borrowBuffer(totalBytes);
  let position = 0;
  for (const piece of pieces) position += piece.copy(target, position);
  return target;
}

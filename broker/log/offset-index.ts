/**
 * `.index`: from an offset to a byte of the segment. Entries of 8 bytes, (last offset of a batch - base offset, start
 * position of that batch), strictly ascending (Kafka's OffsetIndex).
 *
 * Nothing of it is kept in memory but the number of entries and the last one: a lookup reads a handful of entries
 * from the page cache. An entry is a hint that the segment checks against the batch it points to.
 */
import type { DiskFile } from '../platform/platform.ts';

const ENTRY_BYTES = 8;

export interface IndexEntry {
  readonly offset: number;
  readonly position: number;
}

export class OffsetIndex {
  readonly #file: DiskFile;
  readonly #baseOffset: number;
  readonly #scratch = Buffer.alloc(ENTRY_BYTES);
  #count: number;
  #last: IndexEntry | null;

  constructor(file: DiskFile, baseOffset: number, sizeBytes: number) {
    this.#file = file;
    this.#baseOffset = baseOffset;
    this.#count = Math.floor(sizeBytes / ENTRY_BYTES);
    this.#last = this.#count === 0 ? null : this.#entry(this.#count - 1);
  }

  get count(): number {
    return this.#count;
  }

  get last(): IndexEntry | null {
    return this.#last;
  }

  isFull(maxBytes: number): boolean {
    return (this.#count + 1) * ENTRY_BYTES > maxBytes;
  }

  append(offset: number, position: number): void {
    if (this.#last !== null && offset <= this.#last.offset) return;
    this.#scratch.writeInt32BE(offset - this.#baseOffset, 0);
    this.#scratch.writeInt32BE(position, 4);
    this.#file.write([this.#scratch], this.#count * ENTRY_BYTES);
    this.#count++;
    this.#last = { offset, position };
  }

  /** The entry with the greatest offset that is not greater than `offset`, or null when all are greater. */
  floor(offset: number): IndexEntry | null {
    if (this.#last !== null && this.#last.offset <= offset) return this.#last;
    let low = 0;
    let high = this.#count - 1;
    let found: IndexEntry | null = null;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const entry = this.#entry(middle);
      if (entry.offset <= offset) {
        found = entry;
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return found;
  }

  /** Keeps the first `count` entries. */
  truncate(count: number): void {
    if (count >= this.#count) return;
    this.#file.truncate(count * ENTRY_BYTES);
    this.#count = count;
    this.#last = count === 0 ? null : this.#entry(count - 1);
  }

  #entry(index: number): IndexEntry {
    this.#file.read(this.#scratch, index * ENTRY_BYTES);
    return {
      offset: this.#baseOffset + this.#scratch.readInt32BE(0),
      position: this.#scratch.readInt32BE(4),
    };
  }
}

/**
 * `.index`: from an offset to a byte of the segment. Entries of 8 bytes, (last offset of a batch - base offset, start
 * position of that batch), strictly ascending (Kafka's OffsetIndex).
 *
 * Nothing of it is kept in memory but the last entry and those that wait to be written: a lookup reads a handful of
 * pages from the page cache. An entry is a hint that the segment checks against the batch it points to.
 */
import type { DiskFile } from '../platform/platform.ts';
import { IndexEntries } from './index-entries.ts';

const ENTRY_BYTES = 8;
const scratch = Buffer.alloc(ENTRY_BYTES);

export interface IndexEntry {
  readonly offset: number;
  readonly position: number;
}

export class OffsetIndex {
  readonly #entries: IndexEntries;
  readonly #baseOffset: number;
  #last: IndexEntry | null;

  constructor(file: DiskFile, baseOffset: number, sizeBytes: number) {
    this.#entries = new IndexEntries(file, ENTRY_BYTES, sizeBytes);
    this.#baseOffset = baseOffset;
    this.#last = this.count === 0 ? null : this.#entry(this.count - 1);
  }

  get count(): number {
    return this.#entries.count;
  }

  get last(): IndexEntry | null {
    return this.#last;
  }

  isFull(maxBytes: number): boolean {
    return (this.count + 1) * ENTRY_BYTES > maxBytes;
  }

  append(offset: number, position: number): void {
    if (this.#last !== null && offset <= this.#last.offset) return;
    scratch.writeInt32BE(offset - this.#baseOffset, 0);
    scratch.writeInt32BE(position, 4);
    this.#entries.append(scratch);
    this.#last = { offset, position };
  }

  /** The entry with the greatest offset that is not greater than `offset`, or null when all are greater. */
  floor(offset: number): IndexEntry | null {
    if (this.#last !== null && this.#last.offset <= offset) return this.#last;
    let low = 0;
    let high = this.count - 1;
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
    if (count >= this.count) return;
    this.#entries.truncate(count);
    this.#last = count === 0 ? null : this.#entry(count - 1);
  }

  /** Takes away the entries of `offset` and later ones. Throws DiskError. */
  truncateTo(offset: number): void {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#entry(middle).offset < offset) low = middle + 1;
      else high = middle;
    }
    this.truncate(low);
  }

  /** Many entries come now and none is asked for. */
  expectMany(): void {
    this.#entries.expectMany();
  }

  /** Writes the entries that wait. Throws DiskError. */
  flush(): void {
    this.#entries.flush();
  }

  #entry(index: number): IndexEntry {
    return this.#entries.read(index, (bytes, at) => ({
      offset: this.#baseOffset + bytes.readInt32BE(at),
      position: bytes.readInt32BE(at + 4),
    }));
  }
}

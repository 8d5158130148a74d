/**
 * `.timeindex`: from a time to an offset of the segment. Entries of 12 bytes, (largest timestamp so far, last offset
 * of the batch that holds it - base offset), timestamps strictly ascending (Kafka's TimeIndex).
 *
 * Like the offset index it lives in the page cache, not in the process.
 */
import type { DiskFile } from '../platform/platform.ts';
import { readSafeInt64, writeSafeInt64 } from '../../protocol/records/record-batch.ts';
import { IndexEntries } from './index-entries.ts';

const ENTRY_BYTES = 12;
const scratch = Buffer.alloc(ENTRY_BYTES);

/** A damaged entry may hold anything; it then looks like "no time", and the segment notices. */
function readTimestamp(bytes: Buffer, position: number): number {
  try {
    return readSafeInt64(bytes, position);
  } catch {
    return -1;
  }
}

export interface TimeEntry {
  readonly timestampMs: number;
  readonly offset: number;
}

export class TimeIndex {
  readonly #entries: IndexEntries;
  readonly #baseOffset: number;
  #last: TimeEntry | null;

  constructor(file: DiskFile, baseOffset: number, sizeBytes: number) {
    this.#entries = new IndexEntries(file, ENTRY_BYTES, sizeBytes);
    this.#baseOffset = baseOffset;
    this.#last = this.count === 0 ? null : this.#entry(this.count - 1);
  }

  get count(): number {
    return this.#entries.count;
  }

  get last(): TimeEntry | null {
    return this.#last;
  }

  isFull(maxBytes: number): boolean {
    return (this.count + 1) * ENTRY_BYTES > maxBytes;
  }

  /** Adds nothing unless the timestamp is greater than the last one. */
  appendIfLater(timestampMs: number, offset: number): void {
    if (timestampMs < 0 || (this.#last !== null && timestampMs <= this.#last.timestampMs)) return;
    writeSafeInt64(scratch, 0, timestampMs);
    scratch.writeInt32BE(offset - this.#baseOffset, 8);
    this.#entries.append(scratch);
    this.#last = { timestampMs, offset };
  }

  /** The entry with the greatest timestamp below `timestampMs`, or null when there is none. */
  before(timestampMs: number): TimeEntry | null {
    let low = 0;
    let high = this.count - 1;
    let found: TimeEntry | null = null;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const entry = this.#entry(middle);
      if (entry.timestampMs < timestampMs) {
        found = entry;
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return found;
  }

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

  #entry(index: number): TimeEntry {
    return this.#entries.read(index, (bytes, at) => ({
      timestampMs: readTimestamp(bytes, at),
      offset: this.#baseOffset + bytes.readInt32BE(at + 8),
    }));
  }
}

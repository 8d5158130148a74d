/**
 * `.timeindex`: from a time to an offset of the segment. Entries of 12 bytes, (largest timestamp so far, last offset
 * of the batch that holds it - base offset), timestamps strictly ascending (Kafka's TimeIndex).
 *
 * Like the offset index it lives in the page cache, not in the process.
 */
import type { DiskFile } from '../platform/platform.ts';
import { readSafeInt64, writeSafeInt64 } from '../../protocol/records/record-batch.ts';

const ENTRY_BYTES = 12;

/** A damaged entry may hold anything; it then looks like "no time", and the segment notices. */
function readTimestamp(entry: Buffer): number {
  try {
    return readSafeInt64(entry, 0);
  } catch {
    return -1;
  }
}

export interface TimeEntry {
  readonly timestampMs: number;
  readonly offset: number;
}

export class TimeIndex {
  readonly #file: DiskFile;
  readonly #baseOffset: number;
  readonly #scratch = Buffer.alloc(ENTRY_BYTES);
  #count: number;
  #last: TimeEntry | null;

  constructor(file: DiskFile, baseOffset: number, sizeBytes: number) {
    this.#file = file;
    this.#baseOffset = baseOffset;
    this.#count = Math.floor(sizeBytes / ENTRY_BYTES);
    this.#last = this.#count === 0 ? null : this.#entry(this.#count - 1);
  }

  get count(): number {
    return this.#count;
  }

  get last(): TimeEntry | null {
    return this.#last;
  }

  isFull(maxBytes: number): boolean {
    return (this.#count + 1) * ENTRY_BYTES > maxBytes;
  }

  /** Adds nothing unless the timestamp is greater than the last one. */
  appendIfLater(timestampMs: number, offset: number): void {
    if (timestampMs < 0 || (this.#last !== null && timestampMs <= this.#last.timestampMs)) return;
    writeSafeInt64(this.#scratch, 0, timestampMs);
    this.#scratch.writeInt32BE(offset - this.#baseOffset, 8);
    this.#file.write([this.#scratch], this.#count * ENTRY_BYTES);
    this.#count++;
    this.#last = { timestampMs, offset };
  }

  /** The entry with the greatest timestamp below `timestampMs`, or null when there is none. */
  before(timestampMs: number): TimeEntry | null {
    let low = 0;
    let high = this.#count - 1;
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
    if (count >= this.#count) return;
    this.#file.truncate(count * ENTRY_BYTES);
    this.#count = count;
    this.#last = count === 0 ? null : this.#entry(count - 1);
  }

  #entry(index: number): TimeEntry {
    this.#file.read(this.#scratch, index * ENTRY_BYTES);
    return {
      timestampMs: readTimestamp(this.#scratch),
      offset: this.#baseOffset + this.#scratch.readInt32BE(8),
    };
  }
}

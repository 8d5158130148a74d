/**
 * The last offset of each key of a log's dirty part, in a fixed amount of memory (Kafka's SkimpyOffsetMap).
 *
 * An entry is 24 bytes: 16 of the key's SHA-256 and the offset. Keys themselves are not kept: with them the bound would
 * depend on what clients write, and a JavaScript map of strings takes five times as much. Two keys that share 128 bits
 * of SHA-256 would lose a record; Kafka takes the same chance with MD5, for which such keys can be made on purpose.
 *
 * Open addressing with linear probing; entries are never removed. `latestOffset` says how far the map speaks for
 * the log: up to it, a record whose key has a later offset here is out of date.
 */
import { hash } from 'node:crypto';

export const BYTES_PER_SLOT = 24;
const WORDS_PER_HASH = 4;
/** Slots hold the offset plus one: memory that comes zeroed need not be filled, which would take a while for a large map. */
const EMPTY = 0;
/** Float64Array and Uint32Array stay below 2 GiB each. */
const MAX_SLOTS = 100_000_000;

/** Slots for `maxKeys` different keys, but no more than fit into `maxBytes`. */
export function slotsFor(maxKeys: number, loadFactor: number, maxBytes: number): number {
  const affordable = Math.min(MAX_SLOTS, Math.floor(maxBytes / BYTES_PER_SLOT));
  return Math.max(2, Math.min(affordable, Math.ceil((maxKeys + 1) / loadFactor)));
}

export class OffsetMap {
  readonly slots: number;
  readonly #maxSize: number;
  readonly #hashes: Uint32Array;
  readonly #offsets: Float64Array;
  #size = 0;
  #latestOffset = -1;

  constructor(slots: number, loadFactor: number) {
    this.slots = slots;
    // One slot stays free, or a search for a key that is not here would not end.
    this.#maxSize = Math.max(1, Math.min(slots - 1, Math.floor(slots * loadFactor)));
    this.#hashes = new Uint32Array(slots * WORDS_PER_HASH);
    this.#offsets = new Float64Array(slots);
  }

  /** Different keys. */
  get size(): number {
    return this.#size;
  }

  get isFull(): boolean {
    return this.#size >= this.#maxSize;
  }

  /** Share of the slots in use, 0 to 1. */
  get utilization(): number {
    return this.#size / this.slots;
  }

  /** -1 before anything was covered. */
  get latestOffset(): number {
    return this.#latestOffset;
  }

  /** Everything up to `offset` has been taken in. */
  cover(offset: number): void {
    this.#latestOffset = Math.max(this.#latestOffset, offset);
  }

  /** Notes that `key` occurs at `offset`, later than before. False, and nothing noted, when the map is full. */
  put(key: Uint8Array, offset: number): boolean {
    if (this.isFull) return false;
    const digest = digestOf(key);
    const slot = this.#slotOf(digest);
    if (this.#offsets[slot] === EMPTY) {
      this.#size++;
      for (let word = 0; word < WORDS_PER_HASH; word++) {
        this.#hashes[slot * WORDS_PER_HASH + word] = digest.readUInt32LE(word * 4);
      }
    }
    this.#offsets[slot] = offset + 1;
    this.cover(offset);
    return true;
  }

  /** The last offset of the key, -1 when it does not occur. */
  offsetOf(key: Uint8Array): number {
    return this.#size === 0 ? -1 : (this.#offsets[this.#slotOf(digestOf(key))] ?? EMPTY) - 1;
  }

  /** Where the key is, or the free slot that it would get. */
  #slotOf(digest: Buffer): number {
    const first = digest.readUInt32LE(0);
    const second = digest.readUInt32LE(4);
    const third = digest.readUInt32LE(8);
    const fourth = digest.readUInt32LE(12);
    for (let slot = first % this.slots; ; slot = slot + 1 === this.slots ? 0 : slot + 1) {
      if (this.#offsets[slot] === EMPTY) return slot;
      const at = slot * WORDS_PER_HASH;
      if (
        this.#hashes[at] === first &&
        this.#hashes[at + 1] === second &&
        this.#hashes[at + 2] === third &&
        this.#hashes[at + 3] === fourth
      ) {
        return slot;
      }
    }
  }
}

function digestOf(key: Uint8Array): Buffer {
  return hash('sha256', key, 'buffer');
}

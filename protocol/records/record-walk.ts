/**
 * Walks the records of a batch without making an object of any: what a broker does before it stores a batch, so every
 * produced byte passes here.
 *
 * Each length is held against what is left of its record, the record against the section, and the last record must
 * end where the section ends. Timestamps are read as doubles: exact within 2^53, rounded beyond.
 */
import { ProtocolError } from '../wire/protocol-error.ts';
import { MAX_VARINT_BYTES, MAX_VARLONG_BYTES } from '../wire/varint.ts';

/** A record with nothing in it: length, attributes, two deltas, two null byte strings, no headers. */
export const MIN_RECORD_BYTES = 7;
/** Headers that one record may carry. */
export const MAX_HEADERS_PER_RECORD = 10_000;

/** Called for each record. Sizes are -1 for null. */
export type RecordVisitor = (
  offsetDelta: number,
  timestampDelta: number,
  keySizeBytes: number,
  valueSizeBytes: number,
) => void;

/** Throws ProtocolError unless `plain` is exactly `count` records. */
export function walkRecords(plain: Buffer, count: number, visit: RecordVisitor): void {
  if (count * MIN_RECORD_BYTES > plain.length)
    throw new ProtocolError('length', `${count} records cannot fit into ${plain.length} bytes`);
  const walk = new RecordWalk(plain);
  for (let index = 0; index < count; index++) walk.record(visit);
  if (walk.position === plain.length) return;
  throw new ProtocolError(
    'trailing',
    `${plain.length - walk.position} bytes follow the last record`,
    walk.position,
  );
}

class RecordWalk {
  position = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  record(visit: RecordVisitor): void {
    const length = this.#varint();
    const end = this.position + length;
    if (length < 0 || end > this.#bytes.length) {
      const left = this.#bytes.length - this.position;
      throw new ProtocolError('length', `a record of ${length} bytes, ${left} left`, this.position);
    }
    this.position += 1;
    const timestampDelta = this.#varlong();
    const offsetDelta = this.#varint();
    const keySizeBytes = this.#skip(end);
    const valueSizeBytes = this.#skip(end);
    this.#headers(end);
    if (this.position !== end) {
      const message = `a record ends at ${this.position} and says ${end}`;
      throw new ProtocolError('length', message, this.position);
    }
    visit(offsetDelta, timestampDelta, keySizeBytes, valueSizeBytes);
  }

  #headers(end: number): void {
    const count = this.#varint();
    if (count === 0) return;
    if (count < 0 || count > MAX_HEADERS_PER_RECORD || count * 2 > end - this.position) {
      const message = `${count} headers in ${end - this.position} bytes`;
      throw new ProtocolError('length', message, this.position);
    }
    for (let left = count; left > 0; left--) {
      if (this.#skip(end) === -1) throw new ProtocolError('value', 'a header without a key', this.position);
      this.#skip(end);
    }
  }

  /** Moves over a byte string and gives its size, -1 for null. */
  #skip(end: number): number {
    const length = this.#varint();
    if (length < -1 || length > end - this.position) {
      const message = `${length} bytes wanted, ${end - this.position} left in the record`;
      throw new ProtocolError('length', message, this.position);
    }
    if (length > 0) this.position += length;
    return length;
  }

  #varint(): number {
    const first = this.#bytes[this.position];
    if (first !== undefined && first < 0x80) {
      this.position += 1;
      return (first >>> 1) ^ -(first & 1);
    }
    return this.#longVarint();
  }

  #longVarint(): number {
    const start = this.position;
    let value = 0;
    let factor = 1;
    for (let index = 0; index < MAX_VARINT_BYTES; index++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        if (value > 0xffff_ffff) break;
        return (value >>> 1) ^ -(value & 1);
      }
      factor *= 128;
    }
    throw new ProtocolError('length', 'a varint is longer than 32 bits', start);
  }

  #varlong(): number {
    const first = this.#bytes[this.position];
    if (first !== undefined && first < 0x80) {
      this.position += 1;
      return (first >>> 1) ^ -(first & 1);
    }
    const start = this.position;
    let value = 0;
    let factor = 1;
    let isNegative = false;
    for (let index = 0; index < MAX_VARLONG_BYTES; index++) {
      const byte = this.#byte();
      if (index === 0) isNegative = (byte & 1) === 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        if (index === MAX_VARLONG_BYTES - 1 && byte > 1) break;
        return isNegative ? -((value + 1) / 2) : value / 2;
      }
      factor *= 128;
    }
    throw new ProtocolError('length', 'a varlong is longer than 64 bits', start);
  }

  #byte(): number {
    const byte = this.#bytes[this.position];
    if (byte === undefined) throw new ProtocolError('truncated', 'the records are cut off', this.position);
    this.position += 1;
    return byte;
  }
}

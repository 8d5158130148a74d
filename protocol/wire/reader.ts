/**
 * Reads Kafka's primitive types from a buffer, with every length checked before it is believed.
 *
 * Bytes and records are views into the buffer, not copies. Two bounds keep a small hostile frame from becoming a
 * large heap: an array can have no more elements than the rest of the buffer could hold, and all arrays of one
 * message together no more than `maxElements` (a one-byte element still costs an object: see limits.ts).
 */
import { MAX_RESPONSE_ELEMENTS, MAX_STRING_BYTES } from './limits.ts';
import { ProtocolError } from './protocol-error.ts';
import { UUID_BYTES, uuidFromBytes } from './uuid.ts';
import { MAX_VARINT_BYTES, MAX_VARLONG_BYTES, unzigzag32, unzigzag64 } from './varint.ts';

export class Reader {
  readonly buffer: Buffer;
  position: number;
  readonly #end: number;
  /** Faster than Buffer's methods, which check again what `take` has checked. */
  readonly #view: DataView;
  #elementsLeft: number;

  constructor(buffer: Buffer, position = 0, maxElements = MAX_RESPONSE_ELEMENTS) {
    this.buffer = buffer;
    this.position = position;
    this.#end = buffer.length;
    this.#view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
    this.#elementsLeft = maxElements;
  }

  remaining(): number {
    return this.#end - this.position;
  }

  /** Moves over `count` bytes and gives the position before them. */
  take(count: number): number {
    const start = this.position;
    if (count > this.#end - start) {
      throw new ProtocolError('truncated', `${count} bytes wanted, ${this.#end - start} left`, start);
    }
    this.position = start + count;
    return start;
  }

  bool(): boolean {
    return this.buffer[this.take(1)] !== 0;
  }

  int8(): number {
    return this.#view.getInt8(this.take(1));
  }

  int16(): number {
    return this.#view.getInt16(this.take(2));
  }

  uint16(): number {
    return this.#view.getUint16(this.take(2));
  }

  int32(): number {
    return this.#view.getInt32(this.take(4));
  }

  /** Many at once: lists of broker ids and partitions are most of what metadata says. Claim them before. */
  int32s(count: number): number[] {
    let position = this.take(4 * count);
    const values = new Array<number>(count);
    for (let index = 0; index < count; index++, position += 4) values[index] = this.#view.getInt32(position);
    return values;
  }

  uint32(): number {
    return this.#view.getUint32(this.take(4));
  }

  int64(): bigint {
    return this.#view.getBigInt64(this.take(8));
  }

  float64(): number {
    return this.#view.getFloat64(this.take(8));
  }

  uuid(): string {
    return uuidFromBytes(this.buffer, this.take(UUID_BYTES));
  }

  /** 0 .. 2^32-1, at most five bytes. */
  uvarint(): number {
    const start = this.position;
    const only = this.buffer[start] ?? 0x80;
    if (only < 0x80) {
      this.position = start + 1;
      return only;
    }
    let value = 0;
    let factor = 1;
    for (let index = 0; index < MAX_VARINT_BYTES; index++) {
      const byte = this.buffer[this.take(1)] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        if (value > 0xffff_ffff) break;
        return value;
      }
      factor *= 128;
    }
    throw new ProtocolError('length', 'a varint is longer than 32 bits', start);
  }

  /** Zigzag, -2^31 .. 2^31-1. */
  varint(): number {
    return unzigzag32(this.uvarint());
  }

  /** Zigzag, 64 bits, at most ten bytes. */
  varlong(): bigint {
    const start = this.position;
    let low = 0;
    let factor = 1;
    // Seven groups fit a double exactly; nearly every delta ends there without touching a bigint.
    for (let index = 0; index < 7; index++) {
      const byte = this.buffer[this.take(1)] ?? 0;
      low += (byte & 0x7f) * factor;
      if (byte < 0x80) return unzigzag64(BigInt(low));
      factor *= 128;
    }
    let value = BigInt(low);
    for (let index = 7; index < MAX_VARLONG_BYTES; index++) {
      const byte = this.buffer[this.take(1)] ?? 0;
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) {
        if (value > 0xffff_ffff_ffff_ffffn) break;
        return unzigzag64(value);
      }
    }
    throw new ProtocolError('length', 'a varlong is longer than 64 bits', start);
  }

  /** A varlong as a double: exact within 2^53, rounded beyond. Record timestamps do not need more. */
  varlongNumber(): number {
    const start = this.position;
    let low = 0;
    let factor = 1;
    for (let index = 0; index < 7; index++) {
      const byte = this.buffer[this.take(1)] ?? 0;
      low += (byte & 0x7f) * factor;
      if (byte < 0x80) return low % 2 === 0 ? low / 2 : -(low + 1) / 2;
      factor *= 128;
    }
    this.position = start;
    return Number(this.varlong());
  }

  /** Length before a string: int16, or uvarint+1 in flexible versions. -1 is null. */
  stringLength(compact: boolean): number {
    if (!compact) return this.#notBelowNull(this.int16());
    const byteLength = this.uvarint() - 1;
    if (byteLength > MAX_STRING_BYTES) {
      throw new ProtocolError(
        'length',
        `a string of ${byteLength} bytes is over the limit of ${MAX_STRING_BYTES}`,
        this.position,
      );
    }
    return byteLength;
  }

  /** Length before bytes, records or an array: int32, or uvarint+1 in flexible versions. -1 is null. */
  length(compact: boolean): number {
    return compact ? this.uvarint() - 1 : this.#notBelowNull(this.int32());
  }

  utf8(byteLength: number): string {
    const start = this.take(byteLength);
    return this.buffer.toString('utf8', start, start + byteLength);
  }

  /** A view of the next bytes; it keeps the whole buffer alive. */
  bytes(byteLength: number): Buffer {
    const start = this.take(byteLength);
    return this.buffer.subarray(start, start + byteLength);
  }

  /** Checks an element count against what is left and against the message's budget, before anything is allocated. */
  claimElements(count: number, minElementBytes: number): void {
    if (count * minElementBytes > this.remaining()) {
      throw new ProtocolError(
        'length',
        `${count} elements cannot fit into ${this.remaining()} bytes`,
        this.position,
      );
    }
    this.#elementsLeft -= count;
    if (this.#elementsLeft < 0) {
      throw new ProtocolError('length', 'the arrays of the message have too many elements', this.position);
    }
  }

  #notBelowNull(length: number): number {
    if (length < -1) throw new ProtocolError('length', `negative length ${length}`, this.position);
    return length;
  }
}

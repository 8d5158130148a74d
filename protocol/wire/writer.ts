/**
 * Writes Kafka's primitive types into pieces of memory that are sent with one writev.
 *
 * The writer never copies what it has written in order to grow: a full piece is closed and the next one begins.
 * Byte strings of `referenceFromBytes` and more become pieces of their own, by reference: the caller leaves them
 * unchanged until they are sent. A place for a length that is only known at the end is kept with `reserveInt32`.
 */
import { MAX_STRING_BYTES } from './limits.ts';
import { ProtocolError } from './protocol-error.ts';
import { UUID_BYTES, writeUuid } from './uuid.ts';
import { MAX_VARINT_BYTES, MAX_VARLONG_BYTES, writeUvarintAt, writeVarlongAt, zigzag32 } from './varint.ts';

const MAX_PIECE_BYTES = 1_048_576;
const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

/** Faster than Buffer's methods, but it cuts off in silence what does not fit: check before. */
function viewOf(piece: Buffer): DataView {
  return new DataView(piece.buffer, piece.byteOffset, piece.length);
}

function outside(type: string, value: number | bigint): ProtocolError {
  return new ProtocolError('value', `${String(value)} is outside of ${type}`);
}

/** Where a reserved int32 lies, to be given back to `patchInt32`. */
export interface ReservedInt32 {
  readonly piece: Buffer;
  readonly position: number;
}

export class Writer {
  readonly #referenceFromBytes: number;
  readonly #closed: Buffer[] = [];
  #closedBytes = 0;
  #piece: Buffer;
  #view: DataView;
  /** Start of the part of #piece that is not yet in #closed. */
  #start = 0;
  #position = 0;

  constructor(initialBytes = 512, referenceFromBytes = Number.POSITIVE_INFINITY) {
    this.#piece = Buffer.allocUnsafe(initialBytes);
    this.#view = viewOf(this.#piece);
    this.#referenceFromBytes = referenceFromBytes;
  }

  /** Bytes written so far. */
  get size(): number {
    return this.#closedBytes + this.#position - this.#start;
  }

  bool(value: boolean): void {
    this.#room(1);
    this.#piece[this.#position++] = value ? 1 : 0;
  }

  int8(value: number): void {
    if ((value << 24) >> 24 !== value) throw outside('int8', value);
    this.#room(1);
    this.#view.setInt8(this.#position, value);
    this.#position += 1;
  }

  int16(value: number): void {
    if ((value << 16) >> 16 !== value) throw outside('int16', value);
    this.#room(2);
    this.#view.setInt16(this.#position, value);
    this.#position += 2;
  }

  uint16(value: number): void {
    if ((value & 0xffff) !== value) throw outside('uint16', value);
    this.#room(2);
    this.#view.setUint16(this.#position, value);
    this.#position += 2;
  }

  int32(value: number): void {
    if ((value | 0) !== value) throw outside('int32', value);
    this.#room(4);
    this.#view.setInt32(this.#position, value);
    this.#position += 4;
  }

  /** Many at once, without a count. */
  int32s(values: readonly number[]): void {
    this.#room(4 * values.length);
    for (let index = 0; index < values.length; index++) {
      const value = values[index] as number;
      if ((value | 0) !== value) throw outside('int32', value);
      this.#view.setInt32(this.#position, value);
      this.#position += 4;
    }
  }

  int64(value: bigint): void {
    if (value > MAX_INT64 || value < MIN_INT64) throw outside('int64', value);
    this.#room(8);
    this.#view.setBigInt64(this.#position, value);
    this.#position += 8;
  }

  float64(value: number): void {
    this.#room(8);
    this.#view.setFloat64(this.#position, value);
    this.#position += 8;
  }

  uuid(value: string): void {
    this.#room(UUID_BYTES);
    writeUuid(value, this.#piece, this.#position);
    this.#position += UUID_BYTES;
  }

  uvarint(value: number): void {
    this.#room(MAX_VARINT_BYTES);
    if (value < 0x80) {
      this.#piece[this.#position++] = value;
      return;
    }
    this.#position = writeUvarintAt(this.#piece, this.#position, value);
  }

  varint(value: number): void {
    this.uvarint(zigzag32(value));
  }

  varlong(value: bigint): void {
    this.#room(MAX_VARLONG_BYTES);
    this.#position = writeVarlongAt(this.#piece, this.#position, value);
  }

  /** int16 length, or uvarint+1 in flexible versions, then UTF-8; null is length -1. */
  string(value: string | null, compact: boolean): void {
    const byteLength = value === null ? -1 : Buffer.byteLength(value);
    if (byteLength > MAX_STRING_BYTES) {
      throw new ProtocolError(
        'length',
        `a string of ${byteLength} bytes is over the limit of ${MAX_STRING_BYTES}`,
      );
    }
    if (compact) this.uvarint(byteLength + 1);
    else this.int16(byteLength);
    if (value === null || byteLength === 0) return;
    this.#room(byteLength);
    this.#position += this.#piece.write(value, this.#position, byteLength);
  }

  /** Length before bytes, records or an array: int32, or uvarint+1 in flexible versions. -1 is null. */
  length(value: number, compact: boolean): void {
    if (compact) this.uvarint(value + 1);
    else this.int32(value);
  }

  /** The bytes alone, without a length. Long ones are kept by reference. */
  raw(bytes: Uint8Array): void {
    if (bytes.length >= this.#referenceFromBytes) {
      this.#closePiece();
      this.#closed.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      this.#closedBytes += bytes.length;
      return;
    }
    this.#room(bytes.length);
    this.#piece.set(bytes, this.#position);
    this.#position += bytes.length;
  }

  /** Everything another writer holds, by reference. */
  append(other: Writer): void {
    for (const piece of other.finish()) this.raw(piece);
  }

  reserveInt32(): ReservedInt32 {
    this.#room(4);
    const reserved = { piece: this.#piece, position: this.#position };
    this.#position += 4;
    return reserved;
  }

  patchInt32(reserved: ReservedInt32, value: number): void {
    reserved.piece.writeInt32BE(value, reserved.position);
  }

  /** The pieces in order. The writer must not be used afterwards. */
  finish(): Buffer[] {
    this.#closePiece();
    return this.#closed;
  }

  /** All bytes as one buffer; copies only if there is more than one piece. */
  toBuffer(): Buffer {
    const pieces = this.finish();
    const [first] = pieces;
    if (first === undefined) return Buffer.alloc(0);
    return pieces.length === 1 ? first : Buffer.concat(pieces, this.#closedBytes);
  }

  #closePiece(): void {
    if (this.#position === this.#start) return;
    this.#closed.push(this.#piece.subarray(this.#start, this.#position));
    this.#closedBytes += this.#position - this.#start;
    this.#start = this.#position;
  }

  #room(bytes: number): void {
    if (bytes <= this.#piece.length - this.#position) return;
    this.#closePiece();
    const grown = Math.min(MAX_PIECE_BYTES, this.#piece.length * 2);
    this.#piece = Buffer.allocUnsafe(Math.max(bytes, grown));
    this.#view = viewOf(this.#piece);
    this.#start = 0;
    this.#position = 0;
  }
}

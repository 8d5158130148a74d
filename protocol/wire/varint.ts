/**
 * Sizes and encodings of variable-length integers (LEB128, low group first; signed ones zigzagged first).
 * Unsigned ones carry lengths and tags of flexible versions (KIP-482), signed ones the fields of records
 * (KIP-98). Reading them lives in Reader, because only it knows where the bytes end.
 */

/** A 32-bit value never needs more. */
export const MAX_VARINT_BYTES = 5;
/** A 64-bit value never needs more. */
export const MAX_VARLONG_BYTES = 10;

/** Bytes that `value` (0 .. 2^32-1) takes as an unsigned varint. */
export function sizeOfUvarint(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}

/** Maps a signed 32-bit integer to an unsigned one with small magnitudes first: 0, -1, 1, -2 ... */
export function zigzag32(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}

export function unzigzag32(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}

/** Bytes that a signed 32-bit integer takes as a varint. */
export function sizeOfVarint(value: number): number {
  return sizeOfUvarint(zigzag32(value));
}

/** Bytes that a signed 64-bit integer takes as a varlong. */
export function sizeOfVarlong(value: bigint): number {
  let rest = zigzag64(value);
  let size = 1;
  for (; rest >= 0x80n; rest >>= 7n) size += 1;
  return size;
}

export function zigzag64(value: bigint): bigint {
  return BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
}

export function unzigzag64(value: bigint): bigint {
  return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n));
}

/** Writes `value` (0 .. 2^32-1) and gives the position after it. The caller has made room. */
export function writeUvarintAt(target: Buffer, position: number, value: number): number {
  let rest = value;
  while (rest >= 0x80) {
    target[position++] = (rest & 0x7f) | 0x80;
    rest = Math.floor(rest / 128);
  }
  target[position++] = rest;
  return position;
}

export function writeVarintAt(target: Buffer, position: number, value: number): number {
  return writeUvarintAt(target, position, zigzag32(value));
}

export function writeVarlongAt(target: Buffer, position: number, value: bigint): number {
  let rest = zigzag64(value);
  if (rest <= 0xffff_ffffn) return writeUvarintAt(target, position, Number(rest));
  while (rest >= 0x80n) {
    target[position++] = Number(rest & 0x7fn) | 0x80;
    rest >>= 7n;
  }
  target[position++] = Number(rest);
  return position;
}

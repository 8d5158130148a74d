/**
 * Where Kafka's own producers put a record with a key: murmur2 of the key (org.apache.kafka.common.utils.Utils#murmur2, with its
 * seed), its sign bit cut off, over the number of partitions. Pure.
 */
const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;

export function partitionOfKey(key: Uint8Array, partitionCount: number): number {
  return (murmur2(key) & 0x7fff_ffff) % partitionCount;
}

/** A signed 32 bit number, as Java has it. */
export function murmur2(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length;
  let hash = SEED ^ length;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    let word = Math.imul(view.getInt32(at, true), MULTIPLIER);
    word ^= word >>> 24;
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(word, MULTIPLIER);
  }
  const left = length - at;
  if (left >= 3) hash ^= view.getUint8(at + 2) << 16;
  if (left >= 2) hash ^= view.getUint8(at + 1) << 8;
  if (left >= 1) hash = Math.imul(hash ^ view.getUint8(at), MULTIPLIER);
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return hash ^ (hash >>> 15);
}

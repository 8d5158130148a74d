/**
 * Memory for large reads that is used again when the answer it was read for has left. Fresh memory for every answer of
 * a megabyte costs twice what reading it from the page cache does: each of its pages is zeroed first, and the garbage
 * collector has to find it again.
 *
 * Who borrows need not give back: what is lost is collected like any other buffer. Only who knows that nobody reads a
 * buffer any more, which is the socket that has sent it, may give it back.
 *
 * One pool for the process: it holds no state that anybody could see.
 */

/** Smaller reads come from Node's own pool or are cheap. */
export const SMALLEST_LENT_BYTES = 65_536;
/** Larger ones are rare: a batch beyond the usual max.message.bytes. */
export const LARGEST_LENT_BYTES = 2_097_152;
/** Kept for later, beyond what is lent at the moment. */
export const MAX_KEPT_BYTES = 33_554_432;

/** Free memory by size: a power of two. */
const free = new Map<number, ArrayBuffer[]>();
const lent = new WeakSet<ArrayBufferLike>();
let keptBytes = 0;

function sizeClassOf(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(bytes));
}

/** A buffer of exactly so many bytes, with any content. */
export function borrowBuffer(bytes: number): Buffer {
  if (bytes < SMALLEST_LENT_BYTES || bytes > LARGEST_LENT_BYTES) return Buffer.allocUnsafe(bytes);
  const sizeBytes = sizeClassOf(bytes);
  let memory = free.get(sizeBytes)?.pop();
  if (memory === undefined) memory = Buffer.allocUnsafeSlow(sizeBytes).buffer;
  else keptBytes -= sizeBytes;
  lent.add(memory);
  return Buffer.from(memory, 0, bytes);
}

/** Whether giving it back does anything. */
export function isLent(chunk: Uint8Array): boolean {
  return lent.has(chunk.buffer);
}

/** Nobody reads the buffer, or any other view of its memory, from now on. Others than borrowed ones are left alone. */
export function giveBack(chunk: Uint8Array): void {
  const memory = chunk.buffer;
  if (!lent.delete(memory)) return;
  if (keptBytes + memory.byteLength > MAX_KEPT_BYTES) return;
  keptBytes += memory.byteLength;
  const others = free.get(memory.byteLength);
  if (others === undefined) free.set(memory.byteLength, [memory as ArrayBuffer]);
  else others.push(memory as ArrayBuffer);
}

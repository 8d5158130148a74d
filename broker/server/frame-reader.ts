/**
 * Cuts a byte stream into Kafka's frames: int32 length, then that many bytes.
 *
 * Never allocates from the declared length alone: what is reserved grows with the bytes that have arrived, at most
 * GROWTH-fold (pages that nothing was written to are not resident). A frame that lies whole inside one chunk is
 * handed out as a view of it, without a copy; a frame of a megabyte is copied once and a sixteenth.
 */

/** Shortest request header: api key, version, correlation id. */
export const REQUEST_MIN_BYTES = 8;
const LENGTH_BYTES = 4;
const FIRST_CAPACITY_BYTES = 256;
const GROWTH = 16;

export class FrameError extends Error {
  override readonly name = 'FrameError';
  readonly declaredBytes: number;

  constructor(declaredBytes: number, minBytes: number, maxBytes: number) {
    super(`frame length ${String(declaredBytes)} is outside ${String(minBytes)} to ${String(maxBytes)}`);
    this.declaredBytes = declaredBytes;
  }
}

/** Lengths of frames that are taken, inclusive; without the length field. */
export interface FrameBounds {
  readonly minBytes: number;
  readonly maxBytes: number;
}

/** Bounds that stay. */
export function fixedBounds(maxBytes: number, minBytes = REQUEST_MIN_BYTES): () => FrameBounds {
  const bounds = { minBytes, maxBytes };
  return () => bounds;
}

export class FrameReader {
  readonly #bounds: () => FrameBounds;
  /** Bytes of an unfinished frame, its length field included; null while there is none. */
  #partial: Buffer | null = null;
  #partialBytes = 0;

  /** Bounds are asked for at each frame: they depend on who sends. */
  constructor(bounds: () => FrameBounds) {
    this.#bounds = bounds;
  }

  /** Bytes held for a frame that is not complete yet. */
  get pendingBytes(): number {
    return this.#partialBytes;
  }

  /** Hands every completed frame, without its length field, to `onFrame`. Throws FrameError on an impossible length. */
  push(chunk: Buffer, onFrame: (frame: Buffer) => void): void {
    let position = 0;
    if (this.#partial) position = this.#complete(chunk, onFrame);
    while (this.#partial === null && position < chunk.length) {
      const available = chunk.length - position;
      const end =
        available < LENGTH_BYTES ? Infinity : position + LENGTH_BYTES + this.#checkedLength(chunk, position);
      if (end <= chunk.length) {
        onFrame(chunk.subarray(position + LENGTH_BYTES, end));
        position = end;
      } else {
        this.#keep(chunk.subarray(position));
        return;
      }
    }
  }

  /** Forgets an unfinished frame: its connection is closed. */
  clear(): void {
    this.#partial = null;
    this.#partialBytes = 0;
  }

  #checkedLength(buffer: Buffer, position: number): number {
    const length = buffer.readInt32BE(position);
    const { minBytes, maxBytes } = this.#bounds();
    if (length < minBytes || length > maxBytes) throw new FrameError(length, minBytes, maxBytes);
    return length;
  }

  #keep(rest: Buffer): void {
    const partial = Buffer.allocUnsafeSlow(Math.max(rest.length, FIRST_CAPACITY_BYTES));
    rest.copy(partial);
    this.#partial = partial;
    this.#partialBytes = rest.length;
  }

  /** Feeds the unfinished frame from `chunk` and says how many bytes of the chunk it took. */
  #complete(chunk: Buffer, onFrame: (frame: Buffer) => void): number {
    let taken = 0;
    if (this.#partialBytes < LENGTH_BYTES) {
      taken = this.#append(chunk, 0, LENGTH_BYTES - this.#partialBytes);
      if (this.#partialBytes < LENGTH_BYTES || !this.#partial) return taken;
    }
    const partial = this.#partial;
    if (!partial) return taken;
    const total = LENGTH_BYTES + this.#checkedLength(partial, 0);
    taken += this.#append(chunk, taken, total - this.#partialBytes, total);
    if (this.#partialBytes === total && this.#partial) {
      const frame = this.#partial.subarray(LENGTH_BYTES, total);
      this.clear();
      onFrame(frame);
    }
    return taken;
  }

  #append(chunk: Buffer, from: number, wanted: number, total = FIRST_CAPACITY_BYTES): number {
    const count = Math.min(wanted, chunk.length - from);
    const needed = this.#partialBytes + count;
    let partial = this.#partial ?? Buffer.allocUnsafeSlow(FIRST_CAPACITY_BYTES);
    if (needed > partial.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(total, needed * GROWTH)));
      partial.copy(grown, 0, 0, this.#partialBytes);
      partial = grown;
    }
    chunk.copy(partial, this.#partialBytes, from, from + count);
    this.#partial = partial;
    this.#partialBytes = needed;
    return count;
  }
}

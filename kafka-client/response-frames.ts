/**
 * Cuts what arrives on a connection into response frames. Chunks are kept as they came until a frame is complete; no
 * memory is taken for a length that was only announced, and an announced length over the limit ends the connection.
 */
import { FRAME_SIZE_BYTES } from '../protocol/wire/framing.ts';
import { ProtocolError } from '../protocol/wire/protocol-error.ts';

/** A response is at least its correlation id. */
const MIN_RESPONSE_BYTES = 4;

export class ResponseFrames {
  readonly #maxFrameBytes: number;
  #chunks: Buffer[] = [];
  #bufferedBytes = 0;
  /** Length of the frame that is arriving, without its size; null while the size itself is incomplete. */
  #frameBytes: number | null = null;

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** Takes the next bytes and gives the frames that they complete. Throws ProtocolError('length'). */
  push(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk);
    this.#bufferedBytes += chunk.length;
    const frames: Buffer[] = [];
    for (;;) {
      this.#frameBytes ??= this.#bufferedBytes >= FRAME_SIZE_BYTES ? this.#readSize() : null;
      if (this.#frameBytes === null || this.#bufferedBytes < this.#frameBytes) return frames;
      frames.push(this.#cut(this.#frameBytes));
      this.#frameBytes = null;
    }
  }

  #readSize(): number {
    const size = this.#cut(FRAME_SIZE_BYTES).readInt32BE();
    if (size < MIN_RESPONSE_BYTES || size > this.#maxFrameBytes) {
      throw new ProtocolError(
        'length',
        `a response of ${size} bytes; at most ${this.#maxFrameBytes} are accepted`,
      );
    }
    return size;
  }

  /** Removes the first `bytes`, which are there. Copies only what spans chunks. */
  #cut(bytes: number): Buffer {
    const first = this.#chunks[0] ?? Buffer.alloc(0);
    const joined = first.length >= bytes ? first : Buffer.concat(this.#chunks, this.#bufferedBytes);
    const rest = joined.subarray(bytes);
    if (joined === first) this.#chunks.shift();
    else this.#chunks = [];
    if (rest.length > 0) this.#chunks.unshift(rest);
    this.#bufferedBytes -= bytes;
    return joined.subarray(0, bytes);
  }
}

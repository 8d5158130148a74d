/**
 * Cuts what arrives on a connection into response frames. The bytes come in memory that is used again for the next ones, so
 * they are copied, once, to where their frame lies. An announced length over the limit ends the connection, and
 * for a long one memory is taken only as its bytes come.
 */
import { FRAME_SIZE_BYTES } from '../protocol/wire/framing.ts';
import { ProtocolError } from '../protocol/wire/protocol-error.ts';

/** A response is at least its correlation id. */
const MIN_RESPONSE_BYTES = 4;
/** Longer frames are collected in pieces until they are complete. */
const LARGEST_FRAME_AT_ONCE = 2_097_152;

/** Gives memory of exactly so many bytes, with any content. */
export type FrameMemory = (bytes: number) => Buffer;

export const freshMemory: FrameMemory = (bytes) => Buffer.allocUnsafe(bytes);

export class ResponseFrames {
  readonly #maxFrameBytes: number;
  readonly #memory: FrameMemory;
  readonly #size = Buffer.alloc(FRAME_SIZE_BYTES);
  /** Bytes of the size that have come. */
  #sizeBytes = 0;
  /** Length of the frame that is arriving, without its size; null while the size itself is incomplete. */
  #frameBytes: number | null = null;
  #filledBytes = 0;
  /** What has come of it: the frame itself, or pieces of a long one. */
  #frame: Buffer | null = null;
  #pieces: Buffer[] = [];

  constructor(maxFrameBytes: number, memory: FrameMemory = freshMemory) {
    this.#maxFrameBytes = maxFrameBytes;
    this.#memory = memory;
  }

  /** Takes the next bytes and gives the frames that they complete. Throws ProtocolError('length'). */
  push(chunk: Buffer): Buffer[] {
    const frames: Buffer[] = [];
    let position = 0;
    while (position < chunk.length) {
      if (this.#frameBytes === null) {
        position = this.#takeSize(chunk, position);
        continue;
      }
      const end = Math.min(chunk.length, position + this.#frameBytes - this.#filledBytes);
      this.#take(chunk, position, end, this.#frameBytes);
      position = end;
      if (this.#filledBytes === this.#frameBytes) frames.push(this.#complete(this.#frameBytes));
    }
    return frames;
  }

  /** Gives where it stopped. */
  #takeSize(chunk: Buffer, position: number): number {
    const end = Math.min(chunk.length, position + FRAME_SIZE_BYTES - this.#sizeBytes);
    this.#sizeBytes += chunk.copy(this.#size, this.#sizeBytes, position, end);
    if (this.#sizeBytes < FRAME_SIZE_BYTES) return end;
    const size = this.#size.readInt32BE();
    if (size < MIN_RESPONSE_BYTES || size > this.#maxFrameBytes) {
      throw new ProtocolError(
        'length',
        `a response of ${size} bytes; at most ${this.#maxFrameBytes} are accepted`,
      );
    }
    this.#sizeBytes = 0;
    this.#frameBytes = size;
    return end;
  }

  #take(chunk: Buffer, from: number, to: number, frameBytes: number): void {
    if (frameBytes > LARGEST_FRAME_AT_ONCE) this.#pieces.push(Buffer.from(chunk.subarray(from, to)));
    else {
      this.#frame ??= this.#memory(frameBytes);
      chunk.copy(this.#frame, this.#filledBytes, from, to);
    }
    this.#filledBytes += to - from;
  }

  #complete(frameBytes: number): Buffer {
    const frame = this.#frame ?? Buffer.concat(this.#pieces, frameBytes);
    this.#frame = null;
    this.#pieces = [];
    this.#frameBytes = null;
    this.#filledBytes = 0;
    return frame;
  }
}

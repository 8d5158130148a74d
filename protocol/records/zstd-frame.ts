/**
 * Looks at Zstandard frames (RFC 8878) without decompressing them, to refuse what would cost too much.
 *
 * A decoder allocates the window that a frame's header claims, and once more for every frame, so a few bytes can ask
 * for gigabytes. Blocks say their compressed size, so all frames can be walked by their headers alone.
 */
import { ProtocolError } from '../wire/protocol-error.ts';

const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a5;
/** RFC 8878 asks every decoder to accept this much; small data may come with it. */
const ALWAYS_ALLOWED_WINDOW_BYTES = 8_388_608;
/** A producer writes one frame per batch. */
const MAX_FRAMES = 16;

/** Throws ProtocolError unless `input` is a row of few, whole frames with windows of a sensible size. */
export function checkZstdFrames(input: Buffer, maxOutputBytes: number): void {
  const maxWindowBytes = Math.max(ALWAYS_ALLOWED_WINDOW_BYTES, maxOutputBytes);
  let position = 0;
  for (let frames = 1; position < input.length; frames++) {
    if (frames > MAX_FRAMES)
      throw new ProtocolError('length', `more than ${MAX_FRAMES} Zstandard frames`, position);
    position = checkFrame(input, position, maxWindowBytes);
  }
  if (position === 0) throw new ProtocolError('truncated', 'no Zstandard frame', 0);
}

function checkFrame(input: Buffer, start: number, maxWindowBytes: number): number {
  need(input, start, 8);
  const magic = input.readUInt32LE(start);
  if (magic >>> 4 === SKIPPABLE_MAGIC) {
    const end = start + 8 + input.readUInt32LE(start + 4);
    need(input, start, end - start);
    return end;
  }
  if (magic !== FRAME_MAGIC) throw new ProtocolError('value', 'no Zstandard frame begins here', start);
  const descriptor = input.readUInt8(start + 4);
  const singleSegment = (descriptor & 0x20) !== 0;
  const hasChecksum = (descriptor & 0x04) !== 0;
  if ((descriptor & 0x03) !== 0)
    throw new ProtocolError('value', 'Zstandard dictionaries are not supported', start);
  const sizeFlag = descriptor >> 6;
  const contentSizeBytes = sizeFlag === 0 ? (singleSegment ? 1 : 0) : 1 << sizeFlag;
  const headerBytes = 5 + (singleSegment ? 0 : 1) + contentSizeBytes;
  need(input, start, headerBytes);
  const window = singleSegment
    ? contentSize(input, start + 5, contentSizeBytes)
    : windowSize(input.readUInt8(start + 5));
  if (window > maxWindowBytes) {
    throw new ProtocolError(
      'length',
      `a Zstandard window of ${window} bytes is over the limit of ${maxWindowBytes}`,
      start,
    );
  }
  return skipBlocks(input, start + headerBytes) + (hasChecksum ? 4 : 0);
}

function skipBlocks(input: Buffer, start: number): number {
  let position = start;
  for (;;) {
    need(input, position, 3);
    const header = input.readUIntLE(position, 3);
    const isLast = (header & 1) !== 0;
    const type = (header >> 1) & 3;
    if (type === 3) throw new ProtocolError('value', 'reserved Zstandard block type', position);
    const isRunLength = type === 1;
    const bytes = 3 + (isRunLength ? 1 : header >> 3);
    need(input, position, bytes);
    position += bytes;
    if (isLast) return position;
  }
}

function contentSize(input: Buffer, position: number, bytes: number): number {
  if (bytes === 8) return Number(input.readBigUInt64LE(position));
  const size = input.readUIntLE(position, bytes);
  return bytes === 2 ? size + 256 : size;
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function need(input: Buffer, position: number, bytes: number): void {
  if (position + bytes > input.length)
    throw new ProtocolError('truncated', 'a Zstandard frame is cut off', position);
}

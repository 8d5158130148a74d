/**
 * Walks Zstandard frames (RFC 8878) by their headers alone, to say how much they can decompress to.
 *
 * A frame may declare its content size; where it does not, its blocks bound it: a raw or run-length block says its size,
 * a compressed one has at most 128 KiB. With that the output is allocated once, never beyond the caller's limit.
 */
import { ProtocolError } from '../wire/protocol-error.ts';
import { OutputLimitError } from './output-limit-error.ts';

const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a5;
const MAX_BLOCK_BYTES = 131_072;

interface FrameBounds {
  readonly end: number;
  /** What the frame decompresses to at least and at most, in bytes. */
  readonly atLeast: number;
  readonly atMost: number;
}

/**
 * Bytes to allocate for the decompressed frames: enough for all of it, or `maxOutputBytes` where it may be more.
 * Throws OutputLimitError if it is certainly more, and ProtocolError for frames that are cut off or broken.
 */
export function zstdOutputBytes(input: Buffer, maxOutputBytes: number): number {
  if (input.length === 0) throw new ProtocolError('truncated', 'no Zstandard frame', 0);
  let atMost = 0;
  let atLeast = 0;
  let position = 0;
  while (position < input.length) {
    const frame = boundsOfFrame(input, position);
    position = frame.end;
    atLeast += frame.atLeast;
    atMost += frame.atMost;
    if (atLeast > maxOutputBytes) throw new OutputLimitError('Zstandard data', maxOutputBytes);
  }
  return Math.min(atMost, maxOutputBytes);
}

function boundsOfFrame(input: Buffer, start: number): FrameBounds {
  need(input, start, 8);
  const magic = input.readUInt32LE(start);
  if (magic >>> 4 === SKIPPABLE_MAGIC) {
    const end = start + 8 + input.readUInt32LE(start + 4);
    need(input, start, end - start);
    return { end, atLeast: 0, atMost: 0 };
  }
  if (magic !== FRAME_MAGIC) throw new ProtocolError('value', 'no Zstandard frame begins here', start);
  const descriptor = input.readUInt8(start + 4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const hasChecksum = (descriptor & 0x04) !== 0;
  const dictionaryFlag = descriptor & 0x03;
  if (dictionaryFlag !== 0)
    throw new ProtocolError('value', 'Zstandard dictionaries are not supported', start);
  const sizeFlag = descriptor >> 6;
  const contentSizeBytes = sizeFlag === 0 ? (isSingleSegment ? 1 : 0) : 1 << sizeFlag;
  const sizePosition = start + 5 + (isSingleSegment ? 0 : 1);
  need(input, sizePosition, contentSizeBytes);
  const blocks = boundsOfBlocks(input, sizePosition + contentSizeBytes);
  const end = blocks.end + (hasChecksum ? 4 : 0);
  need(input, blocks.end, end - blocks.end);
  if (contentSizeBytes === 0) return { ...blocks, end };
  const size = contentSize(input, sizePosition, contentSizeBytes);
  return { end, atLeast: size, atMost: size };
}

function boundsOfBlocks(input: Buffer, start: number): FrameBounds {
  let position = start;
  let atLeast = 0;
  let compressedBlocks = 0;
  for (;;) {
    need(input, position, 3);
    const header = input.readUIntLE(position, 3);
    const isLast = (header & 1) !== 0;
    const type = (header >> 1) & 3;
    const size = header >> 3;
    if (type === 3) throw new ProtocolError('value', 'reserved Zstandard block type', position);
    const isRunLength = type === 1;
    if (type === 2) compressedBlocks += 1;
    else atLeast += size;
    const bytes = 3 + (isRunLength ? 1 : size);
    need(input, position, bytes);
    position += bytes;
    if (isLast) return { end: position, atLeast, atMost: atLeast + compressedBlocks * MAX_BLOCK_BYTES };
  }
}

function contentSize(input: Buffer, position: number, bytes: number): number {
  if (bytes === 8) return Number(input.readBigUInt64LE(position));
  const size = input.readUIntLE(position, bytes);
  return bytes === 2 ? size + 256 : size;
}

function need(input: Buffer, position: number, bytes: number): void {
  if (position + bytes > input.length)
    throw new ProtocolError('truncated', 'a Zstandard frame is cut off', position);
}

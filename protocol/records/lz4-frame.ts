/**
 * Decompresses one LZ4 frame (LZ4 Frame Format 1.6) into at most a given number of bytes.
 *
 * Written here because no LZ4 library for Node can be told a limit: they size their output by what the input claims.
 * Taken is what Kafka's own clients can read (class Lz4BlockInputStream) and nothing else, so that nothing is stored which they
 * choke on: independent blocks within the frame's block size, no dictionary; the header's checksum and those of
 * blocks are verified, that of the content is not; bytes behind the frame are not looked at.
 *
 * Clients of the time of magic 0 computed the header checksum over the frame's magic number too (KIP-57).
 */
import { ProtocolError } from '../wire/protocol-error.ts';
import { OutputLimitError } from './output-limit-error.ts';
import { xxhash32 } from './xxhash32.ts';

const FRAME_MAGIC = 0x184d2204;
const MIN_MATCH = 4;
const UNCOMPRESSED_FLAG = 0x8000_0000;
const FIRST_OUTPUT_BYTES = 65_536;
/** Behind the magic number: flags, block size, perhaps the content size, one byte of checksum. */
const DESCRIPTOR_POSITION = 4;
/** For the block size codes 4 to 7. */
const MAX_BLOCK_BYTES = [65_536, 262_144, 1_048_576, 4_194_304];

/** Output that grows by doubling, never beyond its limit. */
class CappedOutput {
  bytes: Buffer;
  length = 0;
  readonly #maxBytes: number;

  constructor(firstBytes: number, maxBytes: number) {
    this.bytes = Buffer.allocUnsafe(Math.min(firstBytes, maxBytes));
    this.#maxBytes = maxBytes;
  }

  /** Makes room for `count` more bytes. */
  room(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    if (needed > this.#maxBytes) {
      throw new OutputLimitError('LZ4 data', this.#maxBytes);
    }
    const grown = Buffer.allocUnsafe(Math.min(this.#maxBytes, Math.max(needed, this.bytes.length * 2)));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }
}

/** `trustsHeader`: whatever stands as checksum of the frame's header is taken, as from clients of magic 0. */
export function decompressLz4Frame(input: Buffer, maxOutputBytes: number, trustsHeader = false): Buffer {
  const frame = readFrameHeader(input, trustsHeader);
  const output = new CappedOutput(Math.max(FIRST_OUTPUT_BYTES, input.length * 3), maxOutputBytes);
  let position = frame.endPosition;
  for (;;) {
    const size = uint32At(input, position);
    position += 4;
    if (size === 0) break;
    const length = size % UNCOMPRESSED_FLAG;
    const end = position + length;
    if (length > frame.maxBlockBytes) throw broken(`an LZ4 block of ${length} bytes is too large`, position);
    if (end > input.length) throw new ProtocolError('truncated', 'an LZ4 block is cut off', position);
    const start = output.length;
    if (size >= UNCOMPRESSED_FLAG) {
      output.room(length);
      output.length += input.copy(output.bytes, output.length, position, end);
    } else {
      decompressBlock(input, position, end, output);
    }
    if (output.length - start > frame.maxBlockBytes) throw broken('an LZ4 block grows too large', position);
    if (frame.hasBlockChecksums && uint32At(input, end) !== xxhash32(input.subarray(position, end)))
      throw broken('the checksum of an LZ4 block does not match', end);
    position = end + (frame.hasBlockChecksums ? 4 : 0);
  }
  if (frame.hasContentChecksum) uint32At(input, position);
  return output.bytes.subarray(0, output.length);
}

/** Where the byte with the checksum of the frame's header lies. */
function headerChecksumPosition(flags: number): number {
  return DESCRIPTOR_POSITION + 2 + ((flags & 0x08) === 0 ? 0 : 8);
}

/** Replaces the header's checksum by the one that readers of magic 0 expect. */
export function setChecksumOfMagic0(frame: Buffer): void {
  const position = headerChecksumPosition(byteAt(frame, DESCRIPTOR_POSITION));
  frame[position] = (xxhash32(frame.subarray(0, position)) >> 8) & 0xff;
}

function readFrameHeader(input: Buffer, trustsHeader: boolean) {
  if (uint32At(input, 0) !== FRAME_MAGIC) throw broken('no LZ4 frame begins here', 0);
  const flags = byteAt(input, DESCRIPTOR_POSITION);
  if (flags >> 6 !== 1) throw broken('unknown version of the LZ4 frame format', DESCRIPTOR_POSITION);
  if ((flags & 0x03) !== 0)
    throw broken('LZ4 frames with a dictionary are not supported', DESCRIPTOR_POSITION);
  if ((flags & 0x20) === 0)
    throw broken('LZ4 blocks that need each other are not supported', DESCRIPTOR_POSITION);
  const blockSize = byteAt(input, DESCRIPTOR_POSITION + 1);
  const maxBlockBytes = MAX_BLOCK_BYTES[(blockSize >> 4) - 4];
  if (maxBlockBytes === undefined || (blockSize & 0x8f) !== 0)
    throw broken('unknown block size of an LZ4 frame', DESCRIPTOR_POSITION + 1);
  const position = headerChecksumPosition(flags);
  const checksum = byteAt(input, position);
  if (!trustsHeader && checksum !== ((xxhash32(input.subarray(DESCRIPTOR_POSITION, position)) >> 8) & 0xff))
    throw broken('the checksum of an LZ4 frame header does not match', position);
  return {
    maxBlockBytes,
    hasBlockChecksums: (flags & 0x10) !== 0,
    hasContentChecksum: (flags & 0x04) !== 0,
    endPosition: position + 1,
  };
}

/** Up to so many bytes a loop is faster than a call into the engine; most literals and matches of text are shorter. */
const LOOP_BYTES = 24;

/** One block: literals and matches in turn. Matches reach back to the start of the block at most. */
function decompressBlock(input: Buffer, start: number, end: number, output: CappedOutput): void {
  const historyStart = output.length;
  let position = start;
  while (position < end) {
    const token = byteAt(input, position++);
    let literals = token >> 4;
    if (literals === 15) {
      let more: number;
      do literals += more = byteAt(input, position++);
      while (more === 255);
    }
    if (position + literals > end) throw new ProtocolError('truncated', 'LZ4 literals are cut off', position);
    output.room(literals);
    copyLiterals(input, position, literals, output);
    position += literals;
    // The last sequence of a block has literals only.
    if (position === end) return;
    const distance = byteAt(input, position) | (byteAt(input, position + 1) << 8);
    position += 2;
    let length = (token & 15) + MIN_MATCH;
    if (length === 15 + MIN_MATCH) {
      let more: number;
      do length += more = byteAt(input, position++);
      while (more === 255);
    }
    if (distance === 0 || distance > output.length - historyStart)
      throw broken('an LZ4 match reaches too far back', position);
    output.room(length);
    copyMatch(output, distance, length);
  }
}

function copyLiterals(input: Buffer, from: number, count: number, output: CappedOutput): void {
  const { bytes, length } = output;
  output.length = length + count;
  if (count > LOOP_BYTES) {
    input.copy(bytes, length, from, from + count);
    return;
  }
  for (let index = 0; index < count; index++) bytes[length + index] = input[from + index] ?? 0;
}

function copyMatch(output: CappedOutput, distance: number, count: number): void {
  const { bytes, length: target } = output;
  const from = target - distance;
  output.length = target + count;
  if (count <= LOOP_BYTES) {
    for (let index = 0; index < count; index++) bytes[target + index] = bytes[from + index] ?? 0;
    return;
  }
  // Where source and target overlap, what was just written repeats, in pieces that double.
  let done = 0;
  while (done < count) {
    const piece = Math.min(distance + done, count - done);
    bytes.copyWithin(target + done, from, from + piece);
    done += piece;
  }
}

function byteAt(input: Buffer, position: number): number {
  const byte = input[position];
  if (byte === undefined) throw new ProtocolError('truncated', 'LZ4 data is cut off', position);
  return byte;
}

function uint32At(input: Buffer, position: number): number {
  if (position + 4 > input.length) throw new ProtocolError('truncated', 'an LZ4 frame is cut off', position);
  return input.readUInt32LE(position);
}

function broken(message: string, position: number): ProtocolError {
  return new ProtocolError('value', message, position);
}

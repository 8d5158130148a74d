/**
 * Decompresses LZ4 frames (LZ4 Frame Format 1.6) into at most a given number of bytes.
 *
 * Written here because no LZ4 library for Node can be told a limit: they size their output by what the input claims.
 * Frame and block checksums are skipped, not verified: a record batch has a CRC-32C of its own around them, and clients
 * of the time of magic 0 wrote a wrong header checksum. Several frames in a row are read as one stream.
 */
import { ProtocolError } from '../wire/protocol-error.ts';

const FRAME_MAGIC = 0x184d2204;
const MIN_MATCH = 4;
const UNCOMPRESSED_FLAG = 0x8000_0000;
const FIRST_OUTPUT_BYTES = 65_536;

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
      throw new ProtocolError('length', `LZ4 data grows beyond the limit of ${this.#maxBytes} bytes`);
    }
    const grown = Buffer.allocUnsafe(Math.min(this.#maxBytes, Math.max(needed, this.bytes.length * 2)));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }
}

export function decompressLz4Frames(input: Buffer, maxOutputBytes: number): Buffer {
  const output = new CappedOutput(Math.max(FIRST_OUTPUT_BYTES, input.length * 3), maxOutputBytes);
  let position = 0;
  while (position < input.length) position = decompressFrame(input, position, output);
  return output.bytes.subarray(0, output.length);
}

function decompressFrame(input: Buffer, start: number, output: CappedOutput): number {
  if (uint32At(input, start) !== FRAME_MAGIC) throw broken('no LZ4 frame begins here', start);
  const flags = byteAt(input, start + 4);
  if (flags >> 6 !== 1) throw broken('unknown version of the LZ4 frame format', start);
  const hasBlockChecksums = (flags & 0x10) !== 0;
  const hasContentSize = (flags & 0x08) !== 0;
  const hasContentChecksum = (flags & 0x04) !== 0;
  if ((flags & 0x01) !== 0) throw broken('LZ4 frames with a dictionary are not supported', start);
  const independent = (flags & 0x20) !== 0;
  // Magic, flags and block descriptor, perhaps the content size, and one byte of header checksum.
  let position = start + 6 + (hasContentSize ? 8 : 0) + 1;
  const frameStart = output.length;
  for (;;) {
    const size = uint32At(input, position);
    position += 4;
    if (size === 0) break;
    const length = size % UNCOMPRESSED_FLAG;
    const end = position + length;
    if (end > input.length) throw new ProtocolError('truncated', 'an LZ4 block is cut off', position);
    if (size >= UNCOMPRESSED_FLAG) {
      output.room(length);
      output.length += input.copy(output.bytes, output.length, position, end);
    } else {
      decompressBlock(input, position, end, output, independent ? output.length : frameStart);
    }
    position = end + (hasBlockChecksums ? 4 : 0);
  }
  return position + (hasContentChecksum ? 4 : 0);
}

/** One block: literals and matches in turn. Matches reach back to `historyStart` at most. */
function decompressBlock(
  input: Buffer,
  start: number,
  end: number,
  output: CappedOutput,
  historyStart: number,
): void {
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
    output.length += input.copy(output.bytes, output.length, position, position + literals);
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

function copyMatch(output: CappedOutput, distance: number, length: number): void {
  const { bytes } = output;
  const from = output.length - distance;
  if (distance >= length) {
    bytes.copyWithin(output.length, from, from + length);
    output.length += length;
    return;
  }
  // Source and target overlap: what was just written repeats, in pieces that double.
  const target = output.length;
  let done = 0;
  while (done < length) {
    const piece = Math.min(distance + done, length - done);
    bytes.copyWithin(target + done, from, from + piece);
    done += piece;
  }
  output.length += length;
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

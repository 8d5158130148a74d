/**
 * The framing that the Java clients put around Snappy: 8 bytes of magic, version and lowest compatible version (int32
 * each), then blocks of int32 length and raw Snappy. librdkafka writes raw Snappy without it; both are read.
 * Every raw block begins with its decompressed length, which is checked before a byte is allocated.
 */
import { Reader } from '../wire/reader.ts';
import { OutputLimitError } from './output-limit-error.ts';

export interface RawSnappy {
  compress(bytes: Buffer): Buffer;
  decompress(bytes: Buffer): Buffer;
}

const MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const HEADER_BYTES = 16;
/** What snappy-java uses. */
const BLOCK_BYTES = 32_768;

export function compressXerial(input: Buffer, snappy: RawSnappy): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  header.writeInt32BE(1, 8);
  header.writeInt32BE(1, 12);
  const pieces: Buffer[] = [header];
  for (let position = 0; position < input.length; position += BLOCK_BYTES) {
    const block = snappy.compress(input.subarray(position, position + BLOCK_BYTES));
    const length = Buffer.alloc(4);
    length.writeInt32BE(block.length);
    pieces.push(length, block);
  }
  return Buffer.concat(pieces);
}

/** Decompresses framed or raw Snappy into at most `maxOutputBytes`. */
export function decompressSnappy(input: Buffer, maxOutputBytes: number, snappy: RawSnappy): Buffer {
  const blocks = input.subarray(0, MAGIC.length).equals(MAGIC) ? blocksOf(input) : [input];
  let total = 0;
  for (const block of blocks) {
    total += new Reader(block).uvarint();
    if (total > maxOutputBytes) throw new OutputLimitError('Snappy data', maxOutputBytes);
  }
  const outputs = blocks.map((block) => snappy.decompress(block));
  const [only] = outputs;
  return outputs.length === 1 && only !== undefined ? only : Buffer.concat(outputs);
}

function blocksOf(input: Buffer): Buffer[] {
  const reader = new Reader(input, HEADER_BYTES <= input.length ? HEADER_BYTES : input.length);
  const blocks: Buffer[] = [];
  while (reader.remaining() > 0) blocks.push(reader.bytes(reader.uint32()));
  return blocks;
}

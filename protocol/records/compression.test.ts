import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compressSync as rawSnappy } from 'snappy';
import { ProtocolError } from '../wire/protocol-error.ts';
import type { CompressionName } from './batch-format.ts';
import { compress, compressForMagic0, decompress, decompressOfMagic0 } from './compression.ts';
import { xxhash32 } from './xxhash32.ts';

const CODECS: readonly CompressionName[] = ['gzip', 'snappy', 'lz4', 'zstd'];
const MEBIBYTE = 1_048_576;

function refusal(act: () => unknown): ProtocolError {
  try {
    act();
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** Text that repeats, text that does not, and long runs, so that every kind of block and match occurs. */
const content = fc
  .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.integer({ min: 1, max: 600 })), {
    maxLength: 8,
  })
  .map((parts) => Buffer.concat(parts.flatMap(([bytes, times]) => Array<Uint8Array>(times).fill(bytes))));

describe.each(CODECS)('%s', (codec) => {
  test('gives back what it was given', () => {
    fc.assert(
      fc.property(content, (bytes) => {
        expect(decompress(codec, compress(codec, bytes), Math.max(1, bytes.length)).equals(bytes)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('a bomb ends in an error at the limit, not in memory', () => {
    const bomb = compress(codec, Buffer.alloc(64 * MEBIBYTE));
    const before = process.memoryUsage().rss;
    expect(refusal(() => decompress(codec, bomb, MEBIBYTE)).code).toBe('length');
    expect(process.memoryUsage().rss - before).toBeLessThan(48 * MEBIBYTE);
  });

  test('the limit itself is allowed, one byte more is not', () => {
    const bytes = Buffer.alloc(200_000, 'abcdefg');
    const compressed = compress(codec, bytes);
    expect(decompress(codec, compressed, bytes.length)).toHaveLength(bytes.length);
    expect(refusal(() => decompress(codec, compressed, bytes.length - 1)).code).toBe('length');
  });

  test('damage ends in bytes or a ProtocolError', () => {
    const compressed = compress(codec, Buffer.from('a text of some length, '.repeat(50)));
    const steps = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(steps, fc.nat(), (flips, cut) => {
        const bytes = Buffer.from(compressed.subarray(0, 1 + (cut % (2 * compressed.length))));
        for (const [at, byte] of flips) bytes.writeUInt8(byte, at % bytes.length);
        try {
          expect(decompress(codec, bytes, MEBIBYTE).length).toBeLessThanOrEqual(MEBIBYTE);
        } catch (error) {
          if (!(error instanceof ProtocolError)) throw error;
        }
      }),
      { numRuns: 300 },
    );
  });

  test('bytes that are something else are refused', () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('this is no compressed data at all')]) {
      if (codec === 'lz4' && bytes.length === 0) continue;
      expect(refusal(() => decompress(codec, bytes, MEBIBYTE)).code).toMatch(/^(value|truncated|length)$/);
    }
  });
});

test('xxHash of known texts', () => {
  expect(xxhash32(Buffer.alloc(0))).toBe(0x02cc5d05);
  expect(xxhash32(Buffer.from('a'))).toBe(0x550d7456);
  expect(xxhash32(Buffer.from('Nobody inspects the spammish repetition'))).toBe(0xe2293b2f);
});

test('no compression is no copy', () => {
  const bytes = Buffer.from('abc');
  expect(compress('none', bytes)).toBe(bytes);
  expect(decompress('none', bytes, 0)).toBe(bytes);
});

describe('what other clients write', () => {
  test('raw Snappy without the Java framing, as librdkafka writes it', () => {
    const bytes = Buffer.from('hello '.repeat(1_000));
    expect(decompress('snappy', rawSnappy(bytes), bytes.length).equals(bytes)).toBe(true);
  });

  test('a Snappy block that declares four gigabytes', () => {
    expect(refusal(() => decompress('snappy', Buffer.from('ffffffff0f00', 'hex'), MEBIBYTE)).code).toBe(
      'length',
    );
  });

  test('gzip in several members', () => {
    const bytes = Buffer.concat([gzipSync('one '), gzipSync('two')]);
    expect(decompress('gzip', bytes, 100).toString()).toBe('one two');
  });

  test('LZ4 with block and content checksums and content size; damage to any checked part is refused', () => {
    const frame = lz4Frame('7c', [literals('abcdef'), repeat('xy', 6)]);
    expect(decompress('lz4', frame, 20).toString()).toBe('abcdef' + 'xyxyxyxyxyxy');
    for (const at of [4, 5, 14, 20, 26]) {
      const damaged = Buffer.from(frame);
      damaged[at] = (damaged[at] ?? 0) ^ 0x01;
      expect(() => decompress('lz4', damaged, 20), `byte ${at}`).toThrow(ProtocolError);
    }
  });

  test('LZ4 that Java clients cannot read: linked blocks, blocks over their size, a second frame', () => {
    expect(refusal(() => decompress('lz4', lz4Frame('40', [literals('a')]), 9)).message).toContain(
      'need each',
    );
    const large = Buffer.from([0x0f, ...Array<number>(300).fill(255), 0]);
    const overlong = Buffer.concat([Buffer.from([0x1f, 0x61, 1, 0]), large.subarray(1)]);
    expect(refusal(() => decompress('lz4', lz4Frame('60', [overlong]), MEBIBYTE)).message).toContain(
      'too large',
    );
    const one = lz4Frame('60', [literals('a')]);
    expect(decompress('lz4', Buffer.concat([one, one]), 9).toString()).toBe('a');
  });

  test('LZ4 with the header checksum of magic 0', () => {
    const bytes = Buffer.from('hello '.repeat(100));
    const frame = compressForMagic0('lz4', bytes);
    expect(decompressOfMagic0('lz4', frame, 1_000)).toEqual(bytes);
    expect(refusal(() => decompress('lz4', frame, 1_000)).message).toContain('checksum');
    expect(decompressOfMagic0('lz4', compress('lz4', bytes), 1_000)).toEqual(bytes);
    expect(decompressOfMagic0('gzip', compressForMagic0('gzip', bytes), 1_000)).toEqual(bytes);
  });

  test('Zstandard without a content size, in several frames, and with a size that lies', () => {
    const runs = Buffer.from('28b52ffd' + '00' + '58' + '03000461', 'hex');
    runs.writeUIntLE((100_000 << 3) | 3, 6, 3);
    expect(decompress('zstd', runs, 100_000).equals(Buffer.alloc(100_000, 'a'))).toBe(true);
    expect(refusal(() => decompress('zstd', runs, 99_999)).code).toBe('length');
    const frame = compress('zstd', Buffer.from('x'));
    expect(decompress('zstd', Buffer.concat([frame, frame]), 2).toString()).toBe('xx');
    const gigabytes = Buffer.from('28b52ffd' + 'a0' + 'ffffff7f' + '010000', 'hex');
    expect(refusal(() => decompress('zstd', gigabytes, MEBIBYTE)).code).toBe('length');
    const tooSmall = Buffer.from(runs);
    tooSmall.writeUInt8(0x20, 4);
    tooSmall.writeUInt8(9, 5);
    expect(refusal(() => decompress('zstd', tooSmall, MEBIBYTE)).code).toMatch(/length|value/);
  });
});

/** A block that is nothing but literals. */
function literals(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length << 4]), Buffer.from(text)]);
}

/** A block of `text`, a match that repeats it up to `times`, and its last two bytes as literals. */
function repeat(text: string, times: number): Buffer {
  const length = text.length * (times - 1) - text.length;
  const head = Buffer.from([(text.length << 4) | (length - 4)]);
  const tail = Buffer.from([text.length << 4]);
  return Buffer.concat([head, Buffer.from(text), Buffer.from([text.length, 0]), tail, Buffer.from(text)]);
}

/** A frame with the given flags and blocks of at most 64 KiB, with right checksums (the content's is not looked at). */
function lz4Frame(flags: string, blocks: readonly Buffer[]): Buffer {
  const bits = Number.parseInt(flags, 16);
  const descriptor = Buffer.concat([Buffer.from([bits, 0x40]), Buffer.alloc((bits & 8) === 0 ? 0 : 8)]);
  const uint32 = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  };
  const checksum = Buffer.from([(xxhash32(descriptor) >> 8) & 0xff]);
  const parts = [uint32(0x184d2204), descriptor, checksum];
  for (const block of blocks) {
    parts.push(uint32(block.length), block);
    if ((bits & 0x10) !== 0) parts.push(uint32(xxhash32(block)));
  }
  return Buffer.concat([...parts, uint32(0), Buffer.alloc((bits & 4) === 0 ? 0 : 4)]);
}

import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compressSync as rawSnappy } from 'snappy';
import { ProtocolError } from '../wire/protocol-error.ts';
import type { CompressionName } from './batch-format.ts';
import { compress, decompress } from './compression.ts';

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

  test('LZ4 with linked blocks, block and content checksums and content size', () => {
    const blocks =
      '07000000' + '60616263646566' + 'cccccccc' + '05000000' + '0206001021' + 'cccccccc' + '00000000';
    const frame = (flags: string): Buffer =>
      Buffer.from('04224d18' + flags + '40' + '0d00000000000000' + 'cc' + blocks + 'cccccccc', 'hex');
    expect(decompress('lz4', frame('5c'), 13).toString()).toBe('abcdefabcdef!');
    const reachesIntoAnotherBlock = frame('7c');
    expect(refusal(() => decompress('lz4', reachesIntoAnotherBlock, 13)).message).toContain('too far back');
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

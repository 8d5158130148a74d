import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32c } from './crc32c.ts';
import { MAX_STRING_BYTES } from './limits.ts';
import { ProtocolError } from './protocol-error.ts';
import { Reader } from './reader.ts';
import { uuidFromBytes, uuidFromRandom, writeUuid, ZERO_UUID } from './uuid.ts';
import { sizeOfUvarint, sizeOfVarint, sizeOfVarlong } from './varint.ts';
import { Writer } from './writer.ts';

function written(write: (writer: Writer) => void): Buffer {
  const writer = new Writer(1);
  write(writer);
  return writer.toBuffer();
}

describe('variable-length integers', () => {
  test.each([
    [0, '00'],
    [127, '7f'],
    [128, '8001'],
    [16_383, 'ff7f'],
    [0xffff_ffff, 'ffffffff0f'],
  ])('%d is %s', (value, hex) => {
    expect(written((writer) => writer.uvarint(value)).toString('hex')).toBe(hex);
    expect(new Reader(Buffer.from(hex, 'hex')).uvarint()).toBe(value);
  });

  test('signed ones alternate around zero', () => {
    const bytes = written((writer) =>
      [0, -1, 1, -2, 2_147_483_647, -2_147_483_648].forEach((value) => writer.varint(value)),
    );
    expect(bytes.toString('hex')).toBe('00010203feffffff0fffffffff0f');
  });

  test('come back and have the size that was computed', () => {
    fc.assert(
      fc.property(fc.integer(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (small, large) => {
        const unsigned = small >>> 0;
        const bytes = written((writer) => {
          writer.uvarint(unsigned);
          writer.varint(small);
          writer.varlong(large);
        });
        const reader = new Reader(bytes);
        expect([reader.uvarint(), reader.varint(), reader.varlong()]).toEqual([unsigned, small, large]);
        expect(bytes.length).toBe(sizeOfUvarint(unsigned) + sizeOfVarint(small) + sizeOfVarlong(large));
      }),
    );
  });

  test('a varlong as a number is exact within 2^53', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const reader = new Reader(written((writer) => writer.varlong(BigInt(value))));
        expect(reader.varlongNumber()).toBe(value);
        expect(reader.remaining()).toBe(0);
      }),
    );
    const huge = new Reader(written((writer) => writer.varlong(-(2n ** 63n))));
    expect(huge.varlongNumber()).toBe(-(2 ** 63));
  });

  test.each(['ffffffffffffffffff02', 'ffffffffffffffffffff01'])('%s is longer than 64 bits', (hex) => {
    expect(() => new Reader(Buffer.from(hex, 'hex')).varlong()).toThrow(ProtocolError);
    expect(() => new Reader(Buffer.from(hex, 'hex')).varlongNumber()).toThrow(ProtocolError);
  });
});

describe('integers', () => {
  const types = [
    ['int8', -(2 ** 7), 2 ** 7 - 1, '807f'],
    ['int16', -(2 ** 15), 2 ** 15 - 1, '80007fff'],
    ['uint16', 0, 2 ** 16 - 1, '0000ffff'],
    ['int32', -(2 ** 31), 2 ** 31 - 1, '800000007fffffff'],
  ] as const;
  test.each(types)('%s from %d to %d, and nothing else', (type, lowest, highest, hex) => {
    const bytes = written((writer) => {
      writer[type](lowest);
      writer[type](highest);
    });
    expect(bytes.toString('hex')).toBe(hex);
    const reader = new Reader(bytes);
    expect([reader[type](), reader[type]()]).toEqual([lowest, highest]);
    for (const wrong of [lowest - 1, highest + 1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => written((writer) => writer[type](wrong))).toThrow(ProtocolError);
    }
  });

  test('int64 to its ends, and int32 many at once', () => {
    const ends = [-(2n ** 63n), 2n ** 63n - 1n];
    const reader = new Reader(written((writer) => ends.forEach((value) => writer.int64(value))));
    expect([reader.int64(), reader.int64()]).toEqual(ends);
    expect(() => written((writer) => writer.int64(2n ** 63n))).toThrow(ProtocolError);
    expect(() => written((writer) => writer.int64(-(2n ** 63n) - 1n))).toThrow(ProtocolError);
    const many = Array.from({ length: 1_000 }, (_, index) => index - 500);
    expect(new Reader(written((writer) => writer.int32s(many))).int32s(1_000)).toEqual(many);
    expect(() => written((writer) => writer.int32s([1, 2 ** 31]))).toThrow(ProtocolError);
    expect(() => new Reader(Buffer.alloc(7)).int32s(2)).toThrow(ProtocolError);
  });
});

describe('strings', () => {
  test('up to the limit, in bytes of UTF-8', () => {
    const longest = 'x'.repeat(MAX_STRING_BYTES);
    const reader = new Reader(written((writer) => writer.string(longest, false)));
    expect(reader.utf8(reader.stringLength(false))).toBe(longest);
    expect(() => written((writer) => writer.string('ü'.repeat(16_384), true))).toThrow(ProtocolError);
    const tooLong = new Reader(Buffer.concat([Buffer.from('818002', 'hex'), Buffer.alloc(40_000)]));
    expect(() => tooLong.stringLength(true)).toThrow('over the limit');
  });
});

describe('the writer', () => {
  test('joins pieces of any size in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 3_000 })),
        fc.integer({ min: 1, max: 2_000 }),
        (parts, threshold) => {
          const writer = new Writer(16, threshold);
          const size = writer.reserveInt32();
          for (const part of parts) writer.raw(part);
          writer.patchInt32(size, writer.size);
          const bytes = Buffer.concat(writer.finish());
          expect(bytes.readInt32BE()).toBe(bytes.length);
          expect(bytes.subarray(4)).toEqual(Buffer.concat(parts));
        },
      ),
    );
  });
});

describe('ids', () => {
  test('are 22 characters for 16 bytes', () => {
    const bytes = Buffer.from('123456789abcdeffedcba98765432100', 'hex');
    const text = uuidFromBytes(bytes);
    const back = Buffer.alloc(16);
    writeUuid(text, back, 0);
    expect(text).toHaveLength(22);
    expect(back).toEqual(bytes);
    expect(uuidFromBytes(Buffer.alloc(16))).toBe(ZERO_UUID);
  });

  test.each(['', 'short', 'AAAAAAAAAAAAAAAAAAAAA!', 'AAAAAAAAAAAAAAAAAAAAAAAA'])('%j is none', (text) => {
    expect(() => writeUuid(text, Buffer.alloc(40), 0)).toThrow(ProtocolError);
  });

  test('a random one is never zero and never looks like an option', () => {
    const draws = [Buffer.alloc(16), Buffer.alloc(16, 0xfb), Buffer.alloc(16, 1)];
    expect(uuidFromRandom(() => draws.shift() ?? Buffer.alloc(16, 2))).toBe(
      uuidFromBytes(Buffer.alloc(16, 1)),
    );
  });
});

test('CRC-32C of the standard check string', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe306_9283);
  expect(crc32c(Buffer.from('6789'), crc32c(Buffer.from('12345')))).toBe(0xe306_9283);
});

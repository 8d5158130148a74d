/** The walk that every produced record passes: what it tells, and each way in which lengths can lie. */
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../wire/protocol-error.ts';
import { writeVarintAt, writeVarlongAt } from '../wire/varint.ts';
import { MAX_HEADERS_PER_RECORD, walkRecords } from './record-walk.ts';

function varint(value: number): Buffer {
  const bytes = Buffer.alloc(5);
  return bytes.subarray(0, writeVarintAt(bytes, 0, value));
}

function varlong(value: bigint): Buffer {
  const bytes = Buffer.alloc(10);
  return bytes.subarray(0, writeVarlongAt(bytes, 0, value));
}

function record(...body: Buffer[]): Buffer {
  const bytes = Buffer.concat([Buffer.from([0]), ...body]);
  return Buffer.concat([varint(bytes.length), bytes]);
}

const key = Buffer.concat([varint(1), Buffer.from('k')]);
const nothing = varint(-1);
const none = varint(0);
const good = record(none, none, key, nothing, none);

function walked(plain: Buffer, count: number): number[][] {
  const seen: number[][] = [];
  walkRecords(plain, count, (...told) => seen.push(told));
  return seen;
}

describe('a walk', () => {
  it('tells offset delta, time delta and sizes of every record', () => {
    const large = Buffer.concat([varint(300), Buffer.alloc(300)]);
    const headers = Buffer.concat([varint(2), key, nothing, key, key]);
    const second = record(varlong(-70_000n), varint(1), nothing, large, headers);
    expect(walked(Buffer.concat([good, second]), 2)).toEqual([
      [0, 0, 1, -1],
      [1, -70_000, -1, 300],
    ]);
  });

  it.each([0n, 1n, -1n, 63n, -64n, 64n, 2n ** 53n, -(2n ** 53n), 2n ** 62n, 2n ** 63n - 1n, -(2n ** 63n)])(
    'reads the time delta %d',
    (delta) => {
      expect(walked(record(varlong(delta), none, key, nothing, none), 1)[0]?.[1]).toBe(Number(delta));
    },
  );

  const lies: [string, Buffer, number][] = [
    ['a record more than counted', Buffer.concat([good, good]), 1],
    ['a record fewer than counted', good, 2],
    ['more records than bytes', good, 1_000_000_000],
    ['bytes behind the last', Buffer.concat([good, Buffer.alloc(3)]), 1],
    ['a record that ends before its length', Buffer.concat([varint(8), good.subarray(1), none]), 1],
    ['a record that ends behind its length', Buffer.concat([varint(5), good.subarray(1), good]), 2],
    ['a record without a length', Buffer.concat([varint(-3), good.subarray(1)]), 1],
    ['a length beyond the section', Buffer.concat([varint(90), good.subarray(1)]), 1],
    ['a key beyond its record', Buffer.concat([record(none, none, varint(6), nothing, none), good]), 2],
    ['a value of -2 bytes', record(none, none, key, varint(-2), none), 1],
    ['-1 headers', record(none, none, key, nothing, varint(-1)), 1],
    ['more headers than bytes', record(none, none, key, nothing, varint(40)), 1],
    ['a header without a key', record(none, none, key, nothing, varint(1), nothing, nothing), 1],
    ['a varint of six bytes', record(none, Buffer.from('808080808000', 'hex'), key, nothing, none), 1],
    ['a varint of 33 bits', record(none, Buffer.from('ffffffff1f', 'hex'), key, nothing, none), 1],
    ['a varlong of eleven bytes', record(Buffer.alloc(11, 0x80), none, key, nothing, none), 1],
    ['a varlong of 65 bits', record(Buffer.from('ffffffffffffffffff03', 'hex'), none, key, nothing, none), 1],
  ];
  it.each(lies)('refuses %s', (_what, plain, count) => {
    expect(() => walked(plain, count)).toThrow(ProtocolError);
  });

  it('bounds the headers of a record', () => {
    const many = (count: number): Buffer =>
      record(none, none, key, nothing, varint(count), Buffer.alloc(2 * count, Buffer.concat([none, none])));
    expect(walked(many(MAX_HEADERS_PER_RECORD), 1)).toHaveLength(1);
    expect(() => walked(many(MAX_HEADERS_PER_RECORD + 1), 1)).toThrow(/headers/);
  });

  it('ends every cut and every flipped bit in records or a ProtocolError', () => {
    const plain = Buffer.concat([good, good]);
    for (let end = 0; end < plain.length; end++)
      expect(() => walked(plain.subarray(0, end), 2), `end ${end}`).toThrow(ProtocolError);
    for (let bit = 0; bit < plain.length * 8; bit++) {
      const damaged = Buffer.from(plain);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      try {
        expect(walked(damaged, 2)).toHaveLength(2);
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
      }
    }
  });
});

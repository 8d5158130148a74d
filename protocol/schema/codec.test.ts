import { describe, expect, test } from 'vitest';
import { fetchResponse } from '../messages/01-fetch.ts';
import { metadataRequest } from '../messages/03-metadata.ts';
import { heartbeatRequest } from '../messages/12-heartbeat.ts';
import { MAX_REQUEST_ELEMENTS, MAX_TAGGED_FIELDS } from '../wire/limits.ts';
import {
  decodeMessage,
  encodeMessage,
  encodeMessageChunks,
  ProtocolError,
  REFERENCE_FROM_BYTES,
} from './codec.ts';
import { array, bytes, int32, int64, record, request, string, struct } from './notation.ts';

function refusal(act: () => unknown): ProtocolError {
  try {
    act();
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const sample = record(
  7,
  'Sample',
  { versions: '0-3', flexible: '2+' },
  {
    id: int32('0+'),
    name: string('1+', { nullable: '2+' }),
    lead: struct('2+', { node: int32('2+', { default: -1 }) }, { tag: 1 }),
    big: int64('0+', { default: -1n, tag: 0, tagged: '3+' }),
    detail: struct('3+', { text: string('3+') }, { nullable: true }),
    items: array('0', { key: bytes('0+') }),
  },
);

describe('what a version lacks, and what is left out', () => {
  test('decodes to the default, so that every field is always there', () => {
    const decoded = decodeMessage(sample, 1, encodeMessage(sample, 1, { id: 5, name: 'a', big: 9n }));
    expect(decoded).toEqual({ id: 5, name: 'a', lead: { node: -1 }, big: 9n, detail: null, items: [] });
  });

  test('a nullable field left out is null where the version allows it and zero where not', () => {
    expect(encodeMessage(sample, 1, { id: 1 }).toString('hex')).toBe('000000010000ffffffffffffffff');
    expect(encodeMessage(sample, 2, { id: 1 }).toString('hex')).toBe('0000000100ffffffffffffffff00');
  });

  test('null where the version has none is refused, both ways', () => {
    expect(refusal(() => encodeMessage(sample, 1, { name: null })).code).toBe('value');
    expect(
      refusal(() => decodeMessage(sample, 1, Buffer.from('00000001ffffffffffffffffffff', 'hex'))).code,
    ).toBe('value');
  });

  test('a number that does not fit is refused with the name of the message', () => {
    const { code, message } = refusal(() => encodeMessage(sample, 1, { id: 2 ** 31 }));
    expect([code, message]).toEqual(['value', 'Sample v1: 2147483648 is outside of int32']);
  });

  test('a version outside the schema is refused', () => {
    expect(refusal(() => encodeMessage(sample, 4, {})).code).toBe('version');
    expect(refusal(() => decodeMessage(sample, -1, Buffer.alloc(9))).code).toBe('version');
  });
});

describe('tagged fields', () => {
  test('are written in the order of their tags and only if they differ from the default', () => {
    expect(encodeMessage(sample, 3, { big: -1n, lead: { node: -1 } }).toString('hex')).toBe('0000000000ff00');
    const both = encodeMessage(sample, 3, { big: 1n, lead: { node: 2 } });
    expect(both.toString('hex')).toBe('0000000000ff' + '02' + '00080000000000000001' + '0105' + '0000000200');
    expect(decodeMessage(sample, 3, both)).toMatchObject({ big: 1n, lead: { node: 2 } });
  });

  test('unknown ones are skipped', () => {
    const bytes = Buffer.from('0000000000ff' + '02' + '0008000000000000000b' + '6303616263', 'hex');
    expect(decodeMessage(sample, 3, bytes).big).toBe(11n);
  });

  test('one whose size does not fit its value is refused', () => {
    expect(
      refusal(() => decodeMessage(sample, 3, Buffer.from('0000000000ff01000900000000000000010a', 'hex')))
        .code,
    ).toBe('value');
  });

  test('more than the limit are refused before they are read', () => {
    const head = Buffer.from('0000000000ff', 'hex');
    const many = Buffer.concat([head, Buffer.from([0x80, 0xad, 0xe2, 0x04]), Buffer.alloc(40_000_000)]);
    expect(refusal(() => decodeMessage(sample, 3, many)).code).toBe('length');
    const atLimit = Buffer.concat([
      head,
      Buffer.from([0x80, 0x01]),
      Buffer.alloc(2 * MAX_TAGGED_FIELDS, 0x7f).fill(0),
    ]);
    expect(refusal(() => decodeMessage(sample, 3, atLimit)).message).toContain('tagged field 0');
  });
});

describe('lengths that lie', () => {
  const hostile: readonly (readonly [string, number, string])[] = [
    ['an array of 2^31-1 elements', 8, '7fffffff'],
    ['a compact array of 2^32-2 elements', 9, 'ffffffff0f'],
    ['a varint of more than five bytes', 9, 'ffffffffff01'],
    ['a varint over 32 bits', 9, 'ffffffff1f'],
    ['a negative array count below null', 8, 'fffffffe'],
    ['a string longer than the frame', 8, '000000017fff61'],
    ['a compact string longer than the frame', 9, '02ffffffff0f61'],
    ['nothing at all', 9, ''],
  ];
  test.each(hostile)('%s', (_name, version, hex) => {
    const error = refusal(() => decodeMessage(metadataRequest, version, Buffer.from(hex, 'hex')));
    expect(['length', 'truncated']).toContain(error.code);
    expect(error.message).toContain(`MetadataRequest v${version}`);
  });

  test('bytes after the message are refused', () => {
    const bytes = Buffer.concat([encodeMessage(heartbeatRequest, 0, {}), Buffer.from([0])]);
    expect(refusal(() => decodeMessage(heartbeatRequest, 0, bytes)).code).toBe('trailing');
  });

  test('a frame full of tiny elements costs no more than the limit on elements', () => {
    const tiny = request(99, 'Tiny', { versions: '0', flexible: '0+' }, { rows: array('0+', {}) });
    const full = Buffer.concat([Buffer.from([0x81, 0x89, 0x7a]), Buffer.alloc(2_000_001)]);
    expect(refusal(() => decodeMessage(tiny, 0, full)).message).toContain('too many elements');
    expect(decodeMessage(tiny, 0, full, { maxElements: 2_000_000 }).rows).toHaveLength(2_000_000);
    expect(MAX_REQUEST_ELEMENTS).toBeLessThan(2_000_000);
  });
});

describe('bytes are not copied', () => {
  test('decoding gives views into the frame', () => {
    const frame = encodeMessage(fetchResponse, 4, {
      responses: [{ partitions: [{ records: Buffer.alloc(100, 7) }] }],
    });
    const records = decodeMessage(fetchResponse, 4, frame).responses[0]?.partitions[0]?.records;
    expect(records?.buffer).toBe(frame.buffer);
  });

  test('encoding in chunks passes long ones on by reference, short ones and pieces in order', () => {
    const long = Buffer.alloc(REFERENCE_FROM_BYTES, 1);
    const short = Buffer.alloc(REFERENCE_FROM_BYTES - 1, 2);
    const response = { responses: [{ partitions: [{ records: long }, { records: [short, long] }] }] };
    const chunks = encodeMessageChunks(fetchResponse, 4, response);
    expect(
      chunks.filter((chunk) => chunk.buffer === long.buffer && chunk.length === long.length),
    ).toHaveLength(2);
    const records = decodeMessage(fetchResponse, 4, Buffer.concat(chunks)).responses[0]?.partitions.map(
      (row) => row.records,
    );
    expect(records).toEqual([long, Buffer.concat([short, long])]);
  });
});

/** Message sets of magic 0 and 1: known bytes of Kafka's own, conversion both ways, compressed sets, damage. */
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../wire/protocol-error.ts';
import { compress, compressForMagic0, decompress, decompressOfMagic0 } from './compression.ts';
import { decodeRecords } from './decode-records.ts';
import { maxRecordsBytes } from './decompression-limits.ts';
import { encodeRecordBatch } from './encode-batch.ts';
import { InvalidRecordsError } from './invalid-records-error.ts';
import { convertToMessageSet } from './legacy-down-conversion.ts';
import { encodeMessage, type LegacyMagic } from './legacy-message.ts';
import { openMessageSet } from './legacy-message-set.ts';
import { readMessages } from './legacy-test-kit.ts';
import { convertMessageSet } from './legacy-up-conversion.ts';
import { OutputLimitError } from './output-limit-error.ts';
import { crcIsValid, setLogAppendTime } from './record-batch.ts';

// Written by Apache Kafka's MemoryRecords: key "k0", value "v0", offset 0, time 1700000000000 in magic 1.
const MAGIC_0 = Buffer.from('0000000000000000000000128697724c0000000000026b30000000027630', 'hex');
const MAGIC_1 = Buffer.from(
  '00000000000000000000001a74aa514001000000018bcfe56800000000026b30000000027630',
  'hex',
);
const K0 = { offset: 0, timestampMs: 1_700_000_000_000, key: Buffer.from('k0'), value: Buffer.from('v0') };
const CODES = { gzip: 1, snappy: 2, lz4: 3 } as const;
const LIMIT = 1_048_576;

function inner(magic: LegacyMagic, ...offsets: number[]): Buffer {
  return Buffer.concat(offsets.map((offset) => encodeMessage(magic, { ...K0, offset })));
}

function wrap(
  magic: LegacyMagic,
  value: Buffer | null,
  fields: {
    codec?: keyof typeof CODES;
    offset?: number;
    isLogAppendTime?: boolean;
    timestampMs?: number;
  } = {},
): Buffer {
  const { codec = 'gzip', offset = 0, timestampMs = 1 } = fields;
  const pack = magic === 0 ? compressForMagic0 : compress;
  return encodeMessage(magic, {
    ...{ offset, timestampMs, key: null, compressionCode: CODES[codec] },
    isLogAppendTime: fields.isLogAppendTime ?? false,
    value: value === null ? null : pack(codec, value),
  });
}

describe('single messages', () => {
  it('reads and writes what Kafka wrote', () => {
    expect(readMessages(MAGIC_0)).toEqual([{ ...K0, timestampMs: -1 }]);
    expect(readMessages(MAGIC_1)).toEqual([K0]);
    expect(encodeMessage(0, K0)).toEqual(MAGIC_0);
    expect(encodeMessage(1, K0)).toEqual(MAGIC_1);
  });

  it('keeps null keys and values', () => {
    const message = { offset: 7, timestampMs: 5, key: null, value: null };
    expect(readMessages(encodeMessage(1, message))).toEqual([message]);
  });

  it('refuses every flipped bit and every cut with ProtocolError', () => {
    for (let byte = 8; byte < MAGIC_1.length; byte++) {
      const damaged = Buffer.from(MAGIC_1);
      damaged[byte] = (damaged[byte] ?? 0) ^ 0x10;
      expect(() => openMessageSet(damaged, LIMIT), `byte ${byte}`).toThrow(ProtocolError);
    }
    for (let end = 1; end < MAGIC_1.length; end++) {
      expect(() => openMessageSet(MAGIC_1.subarray(0, end), LIMIT), `end ${end}`).toThrow(ProtocolError);
    }
  });
});

describe('a message set becomes a batch', () => {
  it('with offsets of its own and the times of magic 1', () => {
    const { batch, compression } = convertMessageSet(Buffer.concat([MAGIC_1, inner(1, 9)]), LIMIT);
    expect([...decodeRecords(batch)].map(({ offset, timestampMs }) => [offset, timestampMs])).toEqual([
      [0, K0.timestampMs],
      [1, K0.timestampMs],
    ]);
    expect([compression, crcIsValid(batch, 0, batch.length)]).toEqual(['none', true]);
    // Byte for byte what the encoder of batches writes.
    const records = [K0, K0].map(({ key, value, timestampMs }) => ({ key, value, timestampMs }));
    expect(batch).toEqual(encodeRecordBatch({ records, timestampMs: 0 }));
  });

  it('without times from magic 0, with null keys and values', () => {
    const nothing = encodeMessage(0, { offset: 3, timestampMs: 5, key: null, value: null });
    const { batch } = convertMessageSet(Buffer.concat([MAGIC_0, nothing]), LIMIT);
    const records = [
      { key: K0.key, value: K0.value },
      { key: null, value: null },
    ];
    expect(batch).toEqual(encodeRecordBatch({ records, timestampMs: -1 }));
  });

  it('with the largest time in its header, wherever it stands', () => {
    const times = [5, 900, 3].map((timestampMs) => encodeMessage(1, { ...K0, timestampMs }));
    const { batch } = convertMessageSet(Buffer.concat(times), LIMIT);
    expect([batch.readBigInt64BE(27), batch.readBigInt64BE(35)]).toEqual([5n, 900n]);
  });

  it.each([
    ['gzip', 0],
    ['gzip', 1],
    ['snappy', 0],
    ['snappy', 1],
    ['lz4', 0],
    ['lz4', 1],
  ] as const)('from a wrapper in %s of magic %d', (codec, magic) => {
    const offsets = magic === 0 ? [10, 11, 12] : [0, 1, 2];
    const set = wrap(magic, inner(magic, ...offsets), { codec, offset: 12 });
    const seen: number[] = [];
    openMessageSet(set, LIMIT).forEach((_message, offset) => seen.push(offset));
    expect(seen).toEqual([10, 11, 12]);
    const { batch, compression } = convertMessageSet(set, LIMIT);
    expect(compression).toBe(codec);
    expect([...decodeRecords(batch)].map(({ value }) => value?.toString())).toEqual(['v0', 'v0', 'v0']);
  });

  it('takes a wrapper at offset 0, as some versions of librdkafka sent it, and the time of a broker', () => {
    const set = wrap(1, inner(1, 0, 1), { isLogAppendTime: true, timestampMs: 77 });
    const { batch, isLogAppendTime } = convertMessageSet(set, LIMIT);
    expect(isLogAppendTime).toBe(true);
    expect([...decodeRecords(batch)].map(({ timestampMs }) => timestampMs)).toEqual([77, 77]);
  });

  const refused: [string, unknown, Buffer][] = [
    ['nothing', InvalidRecordsError, Buffer.alloc(0)],
    ['two magics', InvalidRecordsError, Buffer.concat([MAGIC_1, MAGIC_0])],
    ['two magics in a wrapper', InvalidRecordsError, wrap(1, Buffer.concat([MAGIC_1, MAGIC_0]))],
    ['another magic in a wrapper', InvalidRecordsError, wrap(1, MAGIC_0)],
    ['a wrapper without a value', InvalidRecordsError, wrap(1, null)],
    ['a wrapper around nothing', InvalidRecordsError, wrap(1, Buffer.alloc(0))],
    ['a wrapper in a wrapper', InvalidRecordsError, wrap(1, wrap(1, MAGIC_1))],
    ['two wrappers', InvalidRecordsError, Buffer.concat([wrap(1, MAGIC_1), wrap(1, MAGIC_1)])],
    ['a wrapper and a message', InvalidRecordsError, Buffer.concat([wrap(1, MAGIC_1), MAGIC_1])],
    ['a message and a wrapper', InvalidRecordsError, Buffer.concat([MAGIC_1, wrap(1, MAGIC_1)])],
    ['a wrapper below its last offset', InvalidRecordsError, wrap(1, inner(1, 0, 1, 2), { offset: 1 })],
    ['a time before 1970', InvalidRecordsError, encodeMessage(1, { ...K0, timestampMs: -2 })],
    ['zstd', InvalidRecordsError, encodeMessage(1, { ...K0, compressionCode: 4 })],
    ['a cut message in a wrapper', ProtocolError, wrap(1, inner(1, 0, 1).subarray(0, -1))],
    ['a wrong checksum in a wrapper', ProtocolError, wrap(1, Buffer.from(MAGIC_1).fill(1, 12, 13))],
    ['a wrapper that does not open', ProtocolError, encodeMessage(1, { ...K0, compressionCode: 1 })],
    ['a wrapper that grows too much', OutputLimitError, wrap(1, Buffer.alloc(2 * LIMIT))],
  ];
  it.each(refused)('but not %s', (_what, kind, set) => {
    let error: object | null = null;
    try {
      convertMessageSet(set, LIMIT);
    } catch (thrown) {
      error = thrown as object;
    }
    expect(error?.constructor).toBe(kind);
  });
});

describe('old readers get', () => {
  const three = (
    options: { compression?: 'gzip' | 'lz4'; baseOffset?: number; isControl?: boolean } = {},
  ): Buffer =>
    encodeRecordBatch({
      records: [0, 1, 2].map((n) => ({
        key: null,
        value: Buffer.from(`v${n}`),
        headers: [{ key: 'h', value: null }],
        timestampMs: 100 - n,
      })),
      timestampMs: 0,
      baseOffset: 40,
      ...options,
    });
  const convert = (batches: Buffer, magic: LegacyMagic, offset = 0): Buffer =>
    convertToMessageSet(batches, magic, offset, maxRecordsBytes);

  it('plain messages from the offset they asked for, with their times in magic 1', () => {
    expect(readMessages(convert(three(), 1, 41))).toEqual([
      { offset: 41, timestampMs: 99, key: null, value: Buffer.from('v1') },
      { offset: 42, timestampMs: 98, key: null, value: Buffer.from('v2') },
    ]);
    expect(readMessages(convert(three(), 0)).map(({ timestampMs }) => timestampMs)).toEqual([-1, -1, -1]);
  });

  it('the whole of a compressed batch in one wrapper, its offset that of the last, its time the largest', () => {
    for (const compression of ['gzip', 'lz4'] as const) {
      const messages = convert(three({ compression }), 1, 42);
      expect([messages.readInt8(16), messages.readInt8(17)]).toEqual([1, CODES[compression]]);
      expect([messages.readBigInt64BE(0), messages.readBigInt64BE(18)]).toEqual([42n, 100n]);
      expect(readMessages(messages).map(({ offset, timestampMs }) => [offset, timestampMs])).toEqual([
        [40, 100],
        [41, 99],
        [42, 98],
      ]);
      const innerOffsets = (plain: Buffer): number[] => readMessages(plain).map(({ offset }) => offset);
      expect(innerOffsets(decompress(compression, messages.subarray(34), LIMIT))).toEqual([0, 1, 2]);
      const timeless = convert(three({ compression }), 0);
      expect(innerOffsets(timeless)).toEqual([40, 41, 42]);
      expect(innerOffsets(decompressOfMagic0(compression, timeless.subarray(26), LIMIT))).toEqual([
        40, 41, 42,
      ]);
    }
  });

  it("the broker's time, marked as that", () => {
    const batch = three({ compression: 'gzip' });
    setLogAppendTime(batch, 0, batch.length, 555);
    const messages = convert(batch, 1);
    expect([messages.readInt8(17), messages.readBigInt64BE(18)]).toEqual([9, 555n]);
    expect(readMessages(messages).map(({ timestampMs }) => timestampMs)).toEqual([555, 555, 555]);
  });

  it('no control batches', () => {
    expect(convert(three({ isControl: true }), 1)).toHaveLength(0);
    const both = Buffer.concat([three({ isControl: true }), three({ baseOffset: 43 })]);
    expect(readMessages(convert(both, 1)).map(({ offset }) => offset)).toEqual([43, 44, 45]);
  });

  it('not more than is stored, but the first batch whole', () => {
    const tiny = encodeRecordBatch({
      records: Array.from({ length: 100 }, () => ({ key: null, value: null })),
      timestampMs: 1,
    });
    const first = convert(tiny, 1);
    expect(first.length).toBeGreaterThan(tiny.length);
    expect(readMessages(first)).toHaveLength(100);
    const many = convert(Buffer.concat(Array.from({ length: 20 }, () => tiny)), 1);
    expect(many.length).toBeLessThanOrEqual(20 * tiny.length);
    expect(readMessages(many).length).toBeGreaterThan(100);
  });

  it('an error for a batch that grows beyond its limit', () => {
    const large = encodeRecordBatch({
      records: [{ key: null, value: Buffer.alloc(LIMIT) }],
      timestampMs: 1,
      compression: 'gzip',
    });
    expect(() => convertToMessageSet(large, 1, 0, () => LIMIT)).toThrow(OutputLimitError);
  });
});

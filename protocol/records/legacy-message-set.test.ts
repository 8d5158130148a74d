/** Message sets of magic 0 and 1: known bytes of Kafka's own, conversion both ways, compressed sets, damage. */
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../wire/protocol-error.ts';
import { compress } from './compression.ts';
import { decodeRecords } from './decode-records.ts';
import { encodeRecordBatch } from './encode-batch.ts';
import { convertToMessageSet } from './legacy-down-conversion.ts';
import { decodeMessageSet, encodeMessage } from './legacy-message-set.ts';
import { convertMessageSet } from './legacy-up-conversion.ts';

// Written by Apache Kafka's MemoryRecords: key "k0", value "v0", offset 0, time 1700000000000 in magic 1.
const MAGIC_0 = Buffer.from('0000000000000000000000128697724c0000000000026b30000000027630', 'hex');
const MAGIC_1 = Buffer.from(
  '00000000000000000000001a74aa514001000000018bcfe56800000000026b30000000027630',
  'hex',
);
const K0 = { offset: 0, timestampMs: 1_700_000_000_000, key: Buffer.from('k0'), value: Buffer.from('v0') };

describe('single messages', () => {
  it('reads and writes what Kafka wrote', () => {
    expect(decodeMessageSet(MAGIC_0)).toMatchObject([{ ...K0, timestampMs: -1 }]);
    expect(decodeMessageSet(MAGIC_1)).toMatchObject([K0]);
    expect(encodeMessage(0, K0)).toEqual(MAGIC_0);
    expect(encodeMessage(1, K0)).toEqual(MAGIC_1);
  });

  it('keeps null keys and values', () => {
    const message = { offset: 7, timestampMs: 5, key: null, value: null };
    expect(decodeMessageSet(encodeMessage(1, message))).toMatchObject([message]);
  });

  it('refuses every flipped bit and every cut with ProtocolError', () => {
    for (let byte = 12; byte < MAGIC_1.length; byte++) {
      const damaged = Buffer.from(MAGIC_1);
      damaged[byte] = (damaged[byte] ?? 0) ^ 0x10;
      expect(() => decodeMessageSet(damaged)).toThrow(ProtocolError);
    }
    for (let end = 1; end < MAGIC_1.length; end++) {
      expect(() => decodeMessageSet(MAGIC_1.subarray(0, end))).toThrow(ProtocolError);
    }
  });
});

describe('conversion', () => {
  it('makes one batch of a message set', () => {
    const batch = convertMessageSet(Buffer.concat([MAGIC_1, MAGIC_1, MAGIC_0]));
    const records = [...decodeRecords(batch)];
    expect(records.map(({ offset, timestampMs }) => [offset, timestampMs])).toEqual([
      [0, K0.timestampMs],
      [1, K0.timestampMs],
      [2, -1],
    ]);
    expect(() => convertMessageSet(Buffer.alloc(0))).toThrow(ProtocolError);
  });

  it.each(['gzip', 'snappy', 'lz4'] as const)(
    'opens sets compressed with %s and keeps the compression',
    (compression) => {
      const inner = Buffer.concat([0, 1, 2].map((offset) => encodeMessage(1, { ...K0, offset })));
      const code = { gzip: 1, snappy: 2, lz4: 3 }[compression];
      const outer = wrap(compress(compression, inner), code, 12);
      expect(decodeMessageSet(outer).map(({ offset }) => offset)).toEqual([10, 11, 12]);
      const batch = convertMessageSet(outer);
      expect((batch.readInt16BE(21) & 7) === code).toBe(true);
      expect([...decodeRecords(batch)].map(({ value }) => value?.toString())).toEqual(['v0', 'v0', 'v0']);
    },
  );

  it('gives old readers messages from the offset they asked for', () => {
    const batch = encodeRecordBatch({
      records: [0, 1, 2].map((n) => ({
        key: null,
        value: Buffer.from(`v${n}`),
        headers: [{ key: 'h', value: null }],
      })),
      timestampMs: 99,
      baseOffset: 40,
      compression: 'gzip',
    });
    expect(decodeMessageSet(convertToMessageSet(batch, 1, 41))).toMatchObject([
      { offset: 41, timestampMs: 99, key: null, value: Buffer.from('v1') },
      { offset: 42, timestampMs: 99 },
    ]);
    expect(decodeMessageSet(convertToMessageSet(batch, 0, 0))).toMatchObject([
      { offset: 40, timestampMs: -1 },
      {},
      {},
    ]);
  });
});

/** An outer message of magic 1 around a compressed set. */
function wrap(value: Buffer, code: number, offset: number): Buffer {
  const outer = encodeMessage(1, { offset, timestampMs: 1, key: null, value });
  outer.writeInt8(code, 17);
  outer.writeUInt32BE(crcOf(outer.subarray(16)), 12);
  return outer;
}

function crcOf(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProtocolError } from '../wire/protocol-error.ts';
import { decodeRecords, inspectRecords } from './decode-records.ts';
import { encodeRecordBatch, type RecordInput } from './encode-batch.ts';
import {
  encodeControlKey,
  decodeControlType,
  ControlType,
  encodeTransactionMarker,
} from './control-records.ts';
import { MAX_HEADERS_PER_RECORD } from './record-walk.ts';
import {
  BATCH_HEADER_BYTES,
  BATCH_LENGTH_POSITION,
  LAST_OFFSET_DELTA_POSITION,
  PRODUCER_ID_POSITION,
  RECORDS_COUNT_POSITION,
  batchSizeAt,
  crcIsValid,
  forEachBatch,
  lastOffsetAt,
  maxTimestampAt,
  readBatchHeader,
  readSafeInt64,
  setBaseOffset,
  setLogAppendTime,
  setPartitionLeaderEpoch,
  writeSafeInt64,
  type BatchHeader,
} from './record-batch.ts';

const TIME_MS = 1_700_000_000_000;

/** Accepted as valid by Kafka 4.3.1's DumpLogSegments: one record k0=v0 with header h=x, checksum 3365318123. */
const KAFKA_BATCH =
  '0000000000000000000000400000000002c896adeb0000000000000000018bcfe568000000018bcfe56800' +
  'ffffffffffffffffffffffffffff000000011c000000046b300476300202680278';

function sampleBatch(count = 3): Buffer {
  const records = Array.from({ length: count }, (_, index) => ({
    key: Buffer.from(`k${index}`),
    value: Buffer.from(`value ${index}`),
    timestampMs: TIME_MS + index * 10,
  }));
  return encodeRecordBatch({ records, timestampMs: TIME_MS, baseOffset: 100 });
}

/** Overwrites the header so that it stays consistent but for one thing, and reads all records. */
function readDamaged(damage: (batch: Buffer) => void): ProtocolError {
  const batch = sampleBatch();
  damage(batch);
  try {
    const header = readBatchHeader(batch);
    inspectRecords(batch, header);
    for (const record of decodeRecords(batch, header)) void record;
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
  throw new Error('the batch was accepted');
}

describe('a batch', () => {
  test('is byte for byte what Kafka accepts', () => {
    const headers = [{ key: 'h', value: Buffer.from('x') }];
    const batch = encodeRecordBatch({
      partitionLeaderEpoch: 0,
      timestampMs: TIME_MS,
      records: [{ key: Buffer.from('k0'), value: Buffer.from('v0'), headers }],
    });
    expect(batch.toString('hex')).toBe(KAFKA_BATCH);
    expect(crcIsValid(batch, 0, batch.length)).toBe(true);
    expect([...decodeRecords(batch)]).toEqual([
      { offset: 0, timestampMs: TIME_MS, key: Buffer.from('k0'), value: Buffer.from('v0'), headers },
    ]);
  });

  test('says in its header what is in it', () => {
    const batch = encodeRecordBatch({
      records: [
        { key: null, value: null, timestampMs: TIME_MS + 5 },
        { key: null, value: null },
      ],
      timestampMs: TIME_MS,
      baseOffset: 2 ** 40,
      producerId: 7,
      producerEpoch: 1,
      baseSequence: 12,
      isTransactional: true,
      compression: 'gzip',
    });
    expect(readBatchHeader(batch)).toMatchObject({
      sizeBytes: batch.length,
      baseOffset: 2 ** 40,
      lastOffset: 2 ** 40 + 1,
      compression: 'gzip',
      isTransactional: true,
      isControl: false,
      baseTimestampMs: TIME_MS + 5,
      maxTimestampMs: TIME_MS + 5,
      producerId: 7,
      producerEpoch: 1,
      baseSequence: 12,
      recordsCount: 2,
    });
  });

  test('offset and leader epoch can be set without touching the checksum', () => {
    const batch = sampleBatch();
    setBaseOffset(batch, 0, 5_000_000_000);
    setPartitionLeaderEpoch(batch, 0, 9);
    expect(crcIsValid(batch, 0, batch.length)).toBe(true);
    expect(lastOffsetAt(batch, 0)).toBe(5_000_000_002);
    expect(readBatchHeader(batch).partitionLeaderEpoch).toBe(9);
    expect(Array.from(decodeRecords(batch), (record) => record.offset)).toEqual([5e9, 5e9 + 1, 5e9 + 2]);
  });

  test('a flipped bit anywhere under the checksum is noticed', () => {
    const batch = sampleBatch();
    for (let position = 21; position < batch.length; position++) {
      batch.writeUInt8(batch.readUInt8(position) ^ 0x10, position);
      expect(crcIsValid(batch, 0, batch.length)).toBe(false);
      batch.writeUInt8(batch.readUInt8(position) ^ 0x10, position);
    }
    expect(crcIsValid(batch, 0, batch.length)).toBe(true);
  });

  test('the time of the append becomes the time of every record', () => {
    const batch = sampleBatch();
    setLogAppendTime(batch, 0, batch.length, TIME_MS + 99);
    expect(crcIsValid(batch, 0, batch.length)).toBe(true);
    expect(maxTimestampAt(batch, 0)).toBe(TIME_MS + 99);
    expect(Array.from(decodeRecords(batch), (record) => record.timestampMs)).toEqual(
      Array(3).fill(TIME_MS + 99),
    );
  });

  test('needs a record', () => {
    expect(() => encodeRecordBatch({ records: [], timestampMs: 0 })).toThrow(RangeError);
  });

  test('one whose records were all compacted away is read as empty', () => {
    const header = Buffer.from(sampleBatch().subarray(0, BATCH_HEADER_BYTES));
    header.writeInt32BE(0, RECORDS_COUNT_POSITION);
    header.writeInt32BE(BATCH_HEADER_BYTES - 12, BATCH_LENGTH_POSITION);
    expect(readBatchHeader(header)).toMatchObject({ recordsCount: 0, lastOffset: 102 });
    expect([...decodeRecords(header)]).toEqual([]);
  });
});

describe('several batches in a row', () => {
  const bytes = Buffer.concat([sampleBatch(1), sampleBatch(2), sampleBatch(3)]);

  test('are visited in order, and a cut-off one is left', () => {
    const counts: number[] = [];
    const visit = (header: BatchHeader): void => void counts.push(header.recordsCount);
    expect(forEachBatch(bytes, visit)).toBe(bytes.length);
    expect(counts.splice(0)).toEqual([1, 2, 3]);
    const lastStart = bytes.length - sampleBatch(3).length;
    for (const cut of [bytes.length - 1, lastStart + 17, lastStart + 1, lastStart]) {
      expect(forEachBatch(bytes.subarray(0, cut), visit)).toBe(lastStart);
      expect(counts.splice(0)).toEqual([1, 2]);
    }
  });

  test('the visitor can stop', () => {
    expect(forEachBatch(bytes, () => false)).toBe(sampleBatch(1).length);
  });

  test('the size of one is known from its first bytes, whether or not it is all there', () => {
    expect(batchSizeAt(bytes.subarray(0, 17), 0)).toBe(sampleBatch(1).length);
    expect(batchSizeAt(bytes.subarray(0, 16), 0)).toBeNull();
    const negative = Buffer.from(bytes);
    negative.writeInt32BE(-1, BATCH_LENGTH_POSITION);
    expect(() => batchSizeAt(negative, 0)).toThrow(ProtocolError);
  });
});

describe('random records', () => {
  const bytes = fc.uint8Array({ maxLength: 200 }).map((value) => Buffer.from(value));
  const header = fc.record({ key: fc.string({ unit: 'grapheme' }), value: fc.option(bytes) });
  const record = fc.record({
    key: fc.option(bytes),
    value: fc.option(bytes),
    headers: fc.array(header, { maxLength: 3 }),
    timestampMs: fc.integer({ min: 0, max: 4e12 }),
  });

  test('come back, and inspecting them says the same', () => {
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 20 }),
        fc.constantFrom('none', 'gzip', 'snappy', 'lz4'),
        (records: RecordInput[], compression: 'none' | 'gzip' | 'snappy' | 'lz4') => {
          const batch = encodeRecordBatch({ records, compression, timestampMs: 0, baseOffset: 50 });
          const expected = records.map((input, index) => ({ ...input, offset: 50 + index }));
          expect([...decodeRecords(batch)]).toEqual(expected);
          const seen: unknown[] = [];
          inspectRecords(batch, readBatchHeader(batch), (delta, timestampMs, keyBytes, valueBytes) =>
            seen.push([delta, timestampMs, keyBytes, valueBytes]),
          );
          expect(seen).toEqual(
            records.map((input, index) => [
              index,
              input.timestampMs,
              input.key?.length ?? -1,
              input.value?.length ?? -1,
            ]),
          );
        },
      ),
    );
  });

  test('damage ends in records or a ProtocolError', () => {
    const batches = fc.array(record, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(batches, fc.nat(), fc.integer({ min: 0, max: 255 }), (records, at, byte) => {
        const batch = encodeRecordBatch({ records, timestampMs: 0 });
        batch.writeUInt8(byte, 12 + (at % (batch.length - 12)));
        try {
          for (const decoded of decodeRecords(batch)) void decoded;
        } catch (error) {
          if (!(error instanceof ProtocolError)) throw error;
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a batch that lies is refused', () => {
  test.each<[string, (batch: Buffer) => void]>([
    ['unknown magic', (batch) => batch.writeInt8(3, 16)],
    ['unknown compression', (batch) => batch.writeInt16BE(5, 21)],
    ['more records than offsets', (batch) => batch.writeInt32BE(4, RECORDS_COUNT_POSITION)],
    ['a negative count', (batch) => batch.writeInt32BE(-1, RECORDS_COUNT_POSITION)],
    ['fewer records than there are', (batch) => batch.writeInt32BE(2, RECORDS_COUNT_POSITION)],
    ['a negative offset delta', (batch) => batch.writeInt32BE(-5, LAST_OFFSET_DELTA_POSITION)],
    ['a producer id beyond 2^53', (batch) => batch.writeBigInt64BE(2n ** 60n, PRODUCER_ID_POSITION)],
    ['a base offset beyond 2^53', (batch) => batch.writeBigInt64BE(2n ** 53n, 0)],
    [
      'a length that goes on after the buffer',
      (batch) => batch.writeInt32BE(batch.length, BATCH_LENGTH_POSITION),
    ],
    ['a record longer than the batch', (batch) => batch.writeUInt8(0x7e, BATCH_HEADER_BYTES)],
    ['a record of negative length', (batch) => batch.writeUInt8(0x01, BATCH_HEADER_BYTES)],
    ['a key longer than its record', (batch) => batch.writeUInt8(0x7e, BATCH_HEADER_BYTES + 4)],
    ['an offset delta over the last one', (batch) => batch.writeUInt8(0x08, BATCH_HEADER_BYTES + 3)],
    ['headers that are not there', (batch) => batch.writeUInt8(0x02, BATCH_HEADER_BYTES + 16)],
    [
      '2^31-1 records',
      (batch) => void batch.fill(0x7f, 23, 24).fill(0xff, 24, 27).fill(0x7f, 57, 58).fill(0xff, 58, 61),
    ],
  ])('%s', (_name, damage) => {
    expect(readDamaged(damage).code).toMatch(/^(value|length|truncated|trailing|version)$/);
  });

  test('more headers than the limit', () => {
    const headers = Array.from({ length: MAX_HEADERS_PER_RECORD + 1 }, () => ({ key: '', value: null }));
    const over = encodeRecordBatch({ records: [{ key: null, value: null, headers }], timestampMs: 0 });
    expect(() => [...decodeRecords(over)]).toThrow(/headers/);
    const at = encodeRecordBatch({
      records: [{ key: null, value: null, headers: headers.slice(1) }],
      timestampMs: 0,
    });
    expect([...decodeRecords(at)][0]?.headers).toHaveLength(MAX_HEADERS_PER_RECORD);
  });
});

describe('control records', () => {
  test('a transaction marker is one record that names its outcome', () => {
    const batch = encodeTransactionMarker({
      committed: true,
      producerId: 4,
      producerEpoch: 2,
      coordinatorEpoch: 6,
      timestampMs: TIME_MS,
    });
    const header = readBatchHeader(batch);
    expect(header).toMatchObject({
      isControl: true,
      isTransactional: true,
      baseSequence: -1,
      recordsCount: 1,
    });
    const [marker] = [...decodeRecords(batch, header)];
    expect(marker?.key).toEqual(encodeControlKey(ControlType.commit));
    expect(decodeControlType(marker?.key ?? Buffer.alloc(0))).toBe(ControlType.commit);
    expect(marker?.value?.toString('hex')).toBe('000000000006');
  });

  test('a key that is cut off is refused', () => {
    expect(() => decodeControlType(Buffer.from([0, 0, 0]))).toThrow(ProtocolError);
  });
});

test('checked numbers hold 53 bits and a sign', () => {
  const buffer = Buffer.alloc(8);
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      writeSafeInt64(buffer, 0, value);
      expect(buffer.readBigInt64BE()).toBe(BigInt(value));
      expect(readSafeInt64(buffer, 0)).toBe(value);
    }),
  );
});

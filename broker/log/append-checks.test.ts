/** What a client may not store: one case per check, each with Kafka's error code, and nothing stored. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { encodeRecordBatch } from '../../protocol/records/encode-batch.ts';
import { encodeMessage } from '../../protocol/records/legacy-message.ts';
import { crcIsValid, readBatchHeader, setCrc } from '../../protocol/records/record-batch.ts';
import { append, batchOf, openLog, readHeaders } from './log-test-kit.ts';
import type { LogConfig } from './log-config.ts';

const T0 = 1_767_225_600_000;

/** A good batch, changed, with its checksum put right again. */
function changed(change: (batch: Buffer) => void, batch = batchOf(3)): Buffer {
  change(batch);
  setCrc(batch, 0, batch.length);
  return batch;
}

function keyless(compression: 'none' | 'gzip'): Buffer {
  const records = [Buffer.from('k'), null, Buffer.from('k')].map((key) => ({ key, value: Buffer.from('v') }));
  return encodeRecordBatch({ records, timestampMs: T0, compression });
}

const { CORRUPT_MESSAGE, INVALID_RECORD, INVALID_TIMESTAMP, MESSAGE_TOO_LARGE } = ErrorCode;

const cases: [string, number, () => Buffer, Partial<LogConfig>?][] = [
  ['nothing at all', INVALID_RECORD, () => Buffer.alloc(0)],
  ['a cut-off header', INVALID_RECORD, () => batchOf(1).subarray(0, 40)],
  ['a cut-off batch', INVALID_RECORD, () => batchOf(5).subarray(0, 100)],
  ['a negative length', CORRUPT_MESSAGE, () => changed((batch) => batch.writeInt32BE(-1, 8))],
  ['magic 1 over a batch', CORRUPT_MESSAGE, () => changed((batch) => batch.writeInt8(1, 16))],
  ['magic 3', CORRUPT_MESSAGE, () => changed((batch) => batch.writeInt8(3, 16))],
  ['a wrong checksum', CORRUPT_MESSAGE, () => Buffer.from(batchOf(3).fill(0x55, 80, 81))],
  ['two batches', INVALID_RECORD, () => Buffer.concat([batchOf(1), batchOf(1)])],
  ['a base offset', INVALID_RECORD, () => changed((batch) => batch.writeBigInt64BE(5n, 0))],
  ['fewer records than offsets', INVALID_RECORD, () => changed((batch) => batch.writeInt32BE(2, 57))],
  ['more records than offsets', INVALID_RECORD, () => changed((batch) => batch.writeInt32BE(4, 57))],
  ['a wrong last offset delta', INVALID_RECORD, () => changed((batch) => batch.writeInt32BE(7, 23))],
  ['a negative last offset delta', INVALID_RECORD, () => changed((batch) => batch.writeInt32BE(-1, 23))],
  ['a control batch', INVALID_RECORD, () => changed((batch) => batch.writeInt16BE(0x20, 21))],
  ['unknown compression', INVALID_RECORD, () => changed((batch) => batch.writeInt16BE(5, 21))],
  ['a transaction of nobody', INVALID_RECORD, () => changed((batch) => batch.writeInt16BE(0x10, 21))],
  ['a producer id without sequence', INVALID_RECORD, () => batchOf(1, { producerId: 1, producerEpoch: 0 })],
  ['a producer id without epoch', INVALID_RECORD, () => batchOf(1, { producerId: 1, baseSequence: 0 })],
  [
    'a producer id beyond 2^53',
    INVALID_RECORD,
    () => changed((batch) => batch.writeBigInt64BE(2n ** 60n, 43)),
  ],
  ['a wrong offset delta in a record', INVALID_RECORD, () => changed((batch) => batch.writeInt8(6, 61 + 3))],
  ['a record longer than the batch', INVALID_RECORD, () => changed((batch) => batch.writeInt8(126, 61))],
  ['bytes after the last record', INVALID_RECORD, () => padded()],
  [
    'a batch that is too large',
    MESSAGE_TOO_LARGE,
    () => batchOf(3, { valueBytes: 100 }),
    { maxMessageBytes: 300 },
  ],
  [
    'an old time',
    INVALID_TIMESTAMP,
    () => batchOf(1, { timestampMs: T0 - 1001 }),
    { messageTimestampBeforeMaxMs: 1000 },
  ],
  [
    'a future time',
    INVALID_TIMESTAMP,
    () => batchOf(1, { timestampMs: T0 + 1001 }),
    { messageTimestampAfterMaxMs: 1000 },
  ],
  [
    'a future time, compressed',
    INVALID_TIMESTAMP,
    () => batchOf(1, { timestampMs: T0 + 1001, compression: 'gzip' }),
    { messageTimestampAfterMaxMs: 1000 },
  ],
  ['no key in a compacted topic', INVALID_RECORD, () => keyless('none'), { cleanupCompact: true }],
  [
    'no key in a compacted topic, compressed',
    INVALID_RECORD,
    () => keyless('gzip'),
    { cleanupCompact: true },
  ],
  [
    'broken compression in a compacted topic',
    CORRUPT_MESSAGE,
    () => changed((batch) => batch.fill(7, 70), keyless('gzip')),
    { cleanupCompact: true },
  ],
];

function padded(): Buffer {
  const batch = Buffer.concat([batchOf(2), Buffer.alloc(3)]);
  batch.writeInt32BE(batch.length - 12, 8);
  setCrc(batch, 0, batch.length);
  return batch;
}

describe('a client may not store', () => {
  it.each(cases)('%s', (_what, errorCode, make, config) => {
    const { log } = openLog(config ?? {});
    const result = append(log, make());
    expect([result.errorCode, result.baseOffset]).toEqual([errorCode, -1]);
    expect(result.errorMessage).not.toBe('');
    expect([log.logEndOffset, log.sizeBytes]).toEqual([0, 0]);
    expect(append(log, batchOf(1)).errorCode).toBe(0);
  });
});

it('names the records that are at fault', () => {
  const { log } = openLog({ cleanupCompact: true });
  expect(append(log, keyless('none')).recordErrors).toEqual([
    { batchIndex: 1, message: expect.stringContaining('key') },
  ]);
  const { log: other } = openLog({ messageTimestampAfterMaxMs: 1 });
  expect(
    append(other, batchOf(4, { timestampMs: T0 })).recordErrors?.map(({ batchIndex }) => batchIndex),
  ).toEqual([2, 3]);
});

it('takes records without time, and any time under LogAppendTime', () => {
  const limits = { messageTimestampBeforeMaxMs: 1, messageTimestampAfterMaxMs: 1 };
  expect(
    append(openLog(limits).log, encodeRecordBatch({ records: [{ key: null, value: null }], timestampMs: -1 }))
      .errorCode,
  ).toBe(0);
  const { log } = openLog({ ...limits, messageTimestampType: 'LogAppendTime' });
  expect(append(log, batchOf(1, { timestampMs: 5 })).errorCode).toBe(0);
});

describe.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('records in %s', (compression) => {
  const section = (batch: Buffer): Buffer => batch.subarray(61);

  it('are opened and held against the header', () => {
    const { log } = openLog();
    const packed = batchOf(50, { compression });
    const broken = changed((batch) => batch.fill(7, 70), Buffer.from(packed));
    expect(append(log, broken).errorCode).toBe(CORRUPT_MESSAGE);
    const fewer = changed((batch) => {
      batch.writeInt32BE(49, 57);
      batch.writeInt32BE(48, 23);
    }, Buffer.from(packed));
    expect(append(log, fewer).errorCode).toBe(INVALID_RECORD);
    const more = changed((batch) => {
      batch.writeInt32BE(51, 57);
      batch.writeInt32BE(50, 23);
    }, Buffer.from(packed));
    expect(append(log, more).errorCode).toBe(INVALID_RECORD);
    expect([log.logEndOffset, log.sizeBytes]).toEqual([0, 0]);
  });

  it('are stored as they came', () => {
    const { log } = openLog();
    const batch = batchOf(50, { compression });
    expect(append(log, Buffer.from(batch)).errorCode).toBe(0);
    expect(section(log.read({ offset: 0, maxBytes: 10_000 }))).toEqual(section(batch));
  });

  it("are stored in the topic's own compression, with counts, times and producer of before", () => {
    const { log } = openLog({ compressionType: compression });
    const producer = { producerId: 7, producerEpoch: 0, baseSequence: 0 };
    expect(append(log, batchOf(50, { compression: 'none', ...producer })).errorCode).toBe(0);
    const stored = log.read({ offset: 0, maxBytes: 10_000 });
    const header = readBatchHeader(stored);
    expect(header).toMatchObject({ compression, recordsCount: 50, maxTimestampMs: T0 + 49, ...producer });
    expect(crcIsValid(stored, 0, stored.length)).toBe(true);
    const same = { ...producer, compression };
    expect(section(stored)).toEqual(section(batchOf(50, same)));
    const { log: plain } = openLog({ compressionType: 'none' });
    expect(append(plain, batchOf(50, same)).errorCode).toBe(0);
    expect(section(plain.read({ offset: 0, maxBytes: 10_000 }))).toEqual(section(batchOf(50)));
  });

  it('may not grow beyond max.message.bytes in it', () => {
    const { log } = openLog({ compressionType: 'none', maxMessageBytes: 1_000 });
    const packed = batchOf(50, { compression, valueBytes: 100 });
    expect(packed.length).toBeLessThan(1_000);
    expect(append(log, packed).errorCode).toBe(MESSAGE_TOO_LARGE);
  });
});

it('gives every record at fault, and the time its precedence over the key', () => {
  const { log } = openLog({ cleanupCompact: true, messageTimestampAfterMaxMs: 1 });
  const records = [
    { key: null, value: null, timestampMs: T0 },
    { key: Buffer.from('k'), value: null, timestampMs: T0 + 5 },
    { key: Buffer.from('k'), value: null, timestampMs: T0 },
  ];
  const result = append(log, encodeRecordBatch({ records, timestampMs: T0 }));
  expect(result.errorCode).toBe(INVALID_TIMESTAMP);
  expect(result.recordErrors?.map(({ batchIndex }) => batchIndex)).toEqual([0, 1]);
});

it('refuses a LogAppendTime mark where the broker sets the time', () => {
  const { log } = openLog({ messageTimestampType: 'LogAppendTime' });
  const marked = changed((batch) => batch.writeInt16BE(0x08, 21));
  expect(append(log, marked)).toMatchObject({ errorCode: INVALID_TIMESTAMP, recordErrors: { length: 3 } });
});

it('takes messages of magic 0 and 1 as one batch', () => {
  const { log } = openLog();
  const message = (magic: 0 | 1, offset: number): Buffer =>
    encodeMessage(magic, { offset, timestampMs: T0, key: Buffer.from('k'), value: Buffer.from('v') });
  expect(append(log, Buffer.concat([message(1, 0), message(1, 9)]))).toMatchObject({
    errorCode: 0,
    baseOffset: 0,
    lastOffset: 1,
  });
  expect(append(log, message(0, 4))).toMatchObject({ errorCode: 0, baseOffset: 2 });
  expect(readHeaders(log).map(({ maxTimestampMs }) => maxTimestampMs)).toEqual([T0, -1]);
  expect(append(log, Buffer.concat([message(1, 0), message(0, 0)])).errorCode).toBe(INVALID_RECORD);
});

it('takes back a LogAppendTime mark that a client set itself', () => {
  const { log } = openLog();
  append(
    log,
    changed((batch) => batch.writeInt16BE(0x08, 21)),
  );
  expect(log.read({ offset: 0, maxBytes: 1000 }).readInt16BE(21)).toBe(0);
  expect(log.offsetByTime(T0 + 1)).toEqual({ offset: 1, timestampMs: T0 + 1 });
});

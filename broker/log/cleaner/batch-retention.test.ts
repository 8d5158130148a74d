/** What becomes of one batch: every reason for which a record, a tombstone, a marker or an empty header stays or goes. */
import { describe, expect, it } from 'vitest';
import { encodeTransactionMarker } from '../../../protocol/records/control-records.ts';
import { decodeRecords } from '../../../protocol/records/decode-records.ts';
import { encodeRecordBatch, type BatchInput } from '../../../protocol/records/encode-batch.ts';
import {
  crcIsValid,
  DELETE_HORIZON_FLAG,
  readBatchHeader,
  setBaseOffset,
  setLogAppendTime,
} from '../../../protocol/records/record-batch.ts';
import { retainBatch, type BatchVerdict, type RetentionRules } from './batch-retention.ts';
import { CleanedTransactions } from './cleaned-transactions.ts';

const NOW = 1_767_225_600_000;
const RETENTION_MS = 1000;

/** `last`: offsets of keys known to the map; it reaches to offset 99. */
function rules(last: Record<string, number> = {}, changes: Partial<RetentionRules> = {}): RetentionRules {
  return {
    lastOffsets: { latestOffset: 99, offsetOf: (key) => last[Buffer.from(key).toString()] ?? -1 },
    transactions: new CleanedTransactions([], () => undefined),
    producers: new Map(),
    nowMs: NOW,
    deleteRetentionMs: RETENTION_MS,
    ...changes,
  };
}

function batch(
  entries: readonly (readonly [string | null, string | null])[],
  input: Partial<BatchInput> = {},
): Buffer {
  return encodeRecordBatch({
    ...{ timestampMs: 500, baseOffset: 10 },
    ...input,
    records: entries.map(([key, value], index) => ({
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
      timestampMs: 500 + 10 * index,
      headers: [{ key: 'h', value: Buffer.from([index]) }],
    })),
  });
}

function verdictOn(bytes: Buffer, by: RetentionRules, mustStay = false): BatchVerdict {
  const steps = retainBatch(bytes, readBatchHeader(bytes), mustStay, by);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

function judge(bytes: Buffer, by: RetentionRules, mustStay = false) {
  const verdict = verdictOn(bytes, by, mustStay);
  if (verdict.bytes === null) return null;
  const header = readBatchHeader(verdict.bytes);
  expect(crcIsValid(verdict.bytes, 0, verdict.bytes.length)).toBe(true);
  expect(header.sizeBytes).toBe(verdict.bytes.length);
  const records = [...decodeRecords(verdict.bytes, header)];
  return { header, records, bytes: verdict.bytes, isSame: verdict.bytes === bytes };
}

function marker(committed: boolean, offset: number, producerId = 7): Buffer {
  const bytes = encodeTransactionMarker({
    ...{ committed, producerId, producerEpoch: 1, coordinatorEpoch: 2, timestampMs: 600 },
  });
  setBaseOffset(bytes, 0, offset);
  return bytes;
}

describe('a record', () => {
  it('stays when no later one of its key is known, the batch then being the same bytes', () => {
    const bytes = batch([
      ['a', '1'],
      ['b', '2'],
    ]);
    expect(judge(bytes, rules({ a: 10 }))?.isSame).toBe(true);
  });

  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)(
    'goes when there is a later one, %s, and the others stay as they were',
    (compression) => {
      const input = {
        ...{ producerId: 5, producerEpoch: 3, baseSequence: 8, partitionLeaderEpoch: 4 },
        compression,
      };
      const bytes = batch(
        [
          ['a', '1'],
          ['b', '2'],
          ['c', '3'],
          ['d', '4'],
        ],
        input,
      );
      const before = [...decodeRecords(bytes)];
      const kept = judge(bytes, rules({ a: 11, d: 50 }));
      expect(kept?.records).toEqual([before[1], before[2]]);
      const {
        position: _p,
        sizeBytes: _s,
        recordsCount,
        maxTimestampMs,
        ...rest
      } = kept?.header ?? readBatchHeader(bytes);
      expect(readBatchHeader(bytes)).toMatchObject(rest);
      expect([recordsCount, maxTimestampMs]).toEqual([2, 520]);
    },
  );

  it('goes without a key, within the reach of the map', () => {
    const bytes = batch([
      [null, '1'],
      ['b', '2'],
    ]);
    expect(judge(bytes, rules())?.records.map(({ offset }) => offset)).toEqual([11]);
    expect(verdictOn(bytes, rules()).recordsWithoutKey).toBe(1);
    expect(judge(batch([[null, '1']], { baseOffset: 100 }), rules())?.isSame).toBe(true);
  });

  it('stays beyond the reach of the map whatever the map says', () => {
    const bytes = batch(
      [
        ['a', '1'],
        ['a', '2'],
      ],
      { baseOffset: 99 },
    );
    expect(judge(bytes, rules({ a: 150 }))?.records.map(({ offset }) => offset)).toEqual([100]);
  });

  it('keeps the time that the broker gave the batch', () => {
    const bytes = batch([
      ['a', '1'],
      ['b', null],
    ]);
    setLogAppendTime(bytes, 0, bytes.length, NOW - 5);
    const kept = judge(bytes, rules({ a: 50 }));
    expect(kept?.records.map(({ timestampMs }) => timestampMs)).toEqual([NOW - 5]);
    expect(kept?.header.isLogAppendTime).toBe(true);
  });
});

describe('a tombstone', () => {
  it('gets its horizon when it is first seen as the last of its key, and the others of its batch their times', () => {
    const bytes = batch(
      [
        ['a', null],
        ['b', '2'],
      ],
      { compression: 'gzip' },
    );
    const kept = judge(bytes, rules());
    expect(kept?.header).toMatchObject({
      attributes: 1 | DELETE_HORIZON_FLAG,
      baseTimestampMs: NOW + RETENTION_MS,
    });
    expect(kept?.records).toEqual([...decodeRecords(bytes)]);
    const again = judge(kept?.bytes ?? bytes, rules({}, { nowMs: NOW + RETENTION_MS - 1 }));
    expect(again?.isSame).toBe(true);
  });

  it('goes when the horizon is there, and the horizon stays with what is left', () => {
    const first = judge(
      batch([
        ['a', null],
        ['b', '2'],
        ['c', null],
      ]),
      rules(),
    );
    const kept = judge(first?.bytes ?? Buffer.alloc(0), rules({}, { nowMs: NOW + RETENTION_MS }));
    expect(kept?.records.map(({ offset, timestampMs }) => [offset, timestampMs])).toEqual([[11, 510]]);
    expect(kept?.header.baseTimestampMs).toBe(NOW + RETENTION_MS);
  });

  it('gets none while the map does not reach to the end of its batch', () => {
    const bytes = batch(
      [
        ['a', null],
        ['b', '2'],
      ],
      { baseOffset: 99 },
    );
    expect(judge(bytes, rules())?.isSame).toBe(true);
  });

  it('keeps times that no double holds', () => {
    const bytes = batch([['a', null]]);
    bytes.writeBigInt64BE(9_007_199_254_740_993n, 27);
    const kept = judge(bytes, rules());
    expect(kept?.bytes.readBigInt64BE(35)).toBe(9_007_199_254_740_993n);
  });
});

describe('a batch without records', () => {
  const bytes = batch([['a', '1']], {
    ...{ producerId: 5, producerEpoch: 3, baseSequence: 8, partitionLeaderEpoch: 4, compression: 'zstd' },
  });
  const gone = { a: 50 };

  it('goes', () => {
    expect(judge(bytes, rules(gone))).toBeNull();
  });

  it('stays as a header when it is the last of its piece, and again the next time', () => {
    const empty = judge(bytes, rules(gone), true);
    expect(empty?.header).toMatchObject({
      ...{ recordsCount: 0, attributes: 0, baseOffset: 10, lastOffset: 10, sizeBytes: 61 },
      ...{ producerId: 5, producerEpoch: 3, baseSequence: 8, partitionLeaderEpoch: 4 },
      ...{ baseTimestampMs: -1, maxTimestampMs: 500 },
    });
    expect(judge(empty?.bytes ?? bytes, rules(), true)?.isSame).toBe(true);
    expect(judge(empty?.bytes ?? bytes, rules())).toBeNull();
  });

  it('stays while its producer may go on from its sequence, and only the last one', () => {
    const producers = (lastDataOffset: number) => new Map([[5, { epoch: 3, lastDataOffset }]]);
    expect(judge(bytes, rules(gone, { producers: producers(10) }))?.header.recordsCount).toBe(0);
    expect(judge(bytes, rules(gone, { producers: producers(11) }))).toBeNull();
    expect(
      judge(bytes, rules(gone, { producers: new Map([[6, { epoch: 3, lastDataOffset: 10 }]]) })),
    ).toBeNull();
  });
});

describe('a transaction', () => {
  const data = (offset: number, producerId = 7): Buffer =>
    batch([['a', '1']], {
      ...{ producerId, producerEpoch: 1, baseSequence: 0, isTransactional: true },
      baseOffset: offset,
    });
  const aborted = { producerId: 7, firstOffset: 10, lastOffset: 12, lastStableOffset: 13 };

  it('that was aborted loses its records at once, its marker when the next round finds none and the horizon has passed', () => {
    const kept: unknown[] = [];
    const of = (nowMs: number) =>
      rules({}, { nowMs, transactions: new CleanedTransactions([aborted], (one) => kept.push(one)) });
    const first = of(NOW);
    expect(judge(data(10), first)).toBeNull();
    expect(judge(marker(false, 12), first)?.isSame).toBe(true);
    expect(kept).toEqual([aborted]);
    // No data is left: the horizon begins.
    const waiting = judge(marker(false, 12), of(NOW));
    expect(waiting?.header).toMatchObject({
      isControl: true,
      baseTimestampMs: NOW + RETENTION_MS,
      recordsCount: 1,
    });
    expect(waiting?.header.attributes).toBe(0x30 | DELETE_HORIZON_FLAG);
    const bytes = waiting?.bytes ?? Buffer.alloc(0);
    expect(judge(bytes, of(NOW + RETENTION_MS - 1))?.isSame).toBe(true);
    expect(judge(bytes, of(NOW + RETENTION_MS))).toBeNull();
    expect(kept).toHaveLength(1);
  });

  it('that was committed keeps its records by key, and its marker as long as one of its batches', () => {
    const by = rules({ a: 10 });
    expect(judge(data(10), by)?.isSame).toBe(true);
    expect(judge(marker(true, 12), by)?.isSame).toBe(true);
    expect(judge(marker(true, 12), rules())?.header.baseTimestampMs).toBe(NOW + RETENTION_MS);
  });

  it('of another producer, or of the same one later, is another one', () => {
    const by = rules({ a: 14 }, { transactions: new CleanedTransactions([aborted], () => undefined) });
    expect(judge(data(11), by)).toBeNull();
    expect(judge(data(14, 8), by)?.isSame).toBe(true);
    judge(marker(false, 12), by);
    expect(judge(data(14), by)?.isSame).toBe(true);
    // An index that says more than the log shows does no harm.
    const withoutMarker = rules(
      { a: 14 },
      { transactions: new CleanedTransactions([aborted], () => undefined) },
    );
    expect(judge(data(14), withoutMarker)?.isSame).toBe(true);
  });

  it('leaves its emptied marker when that says the epoch of a producer without data', () => {
    const producers = new Map([[7, { epoch: 1, lastDataOffset: -1 }]]);
    const over = { ...rules({}, { producers, nowMs: NOW + RETENTION_MS }) };
    const waiting = judge(marker(true, 12), rules());
    const empty = judge(waiting?.bytes ?? Buffer.alloc(0), over);
    expect(empty?.header).toMatchObject({
      recordsCount: 0,
      isControl: true,
      producerId: 7,
      producerEpoch: 1,
    });
    expect(judge(empty?.bytes ?? Buffer.alloc(0), rules())).toBeNull();
  });
});

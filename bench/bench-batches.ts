/** The batch that the log's benchmarks write and read: 16 KiB of 1,000-byte records as a producer would send it. */
import { encodeRecordBatch } from '../protocol/records/encode-batch.ts';

export const recordsInBatch = 16;
const recordBytes = 1_000;

export function batchOfRecords(): Buffer {
  const records = Array.from({ length: recordsInBatch }, (_, index) => ({
    key: null,
    value: Buffer.from(`{"id":${index},"text":"`.padEnd(recordBytes, `item ${index * 7919} `)),
  }));
  return encodeRecordBatch({ records, timestampMs: Date.now() });
}

/** Test support: what is stored, and what old consumers ask of it. The answers of Apache Kafka 3.9.1 are in kafka-answers.jsonl. */
import { encodeRecordBatch } from '../../protocol/records/encode-batch.ts';
import type { CompressionName } from '../../protocol/records/record-batch.ts';

const TIME_MS = 1_790_000_000_000;

/** Appended one after another; offsets 0 to 16. */
export function storedBatches(): Buffer[] {
  const batch = (count: number, compression: CompressionName = 'none'): Buffer =>
    encodeRecordBatch({
      records: Array.from({ length: count }, (_unused, index) => ({
        key: index === 1 ? null : Buffer.from(`key${index}`),
        value: index === 2 ? null : Buffer.from(`value ${index}`.repeat(4)),
        headers: index === 0 ? [{ key: 'header', value: Buffer.from('lost') }] : [],
        timestampMs: TIME_MS + ((index * 37) % 90),
      })),
      timestampMs: TIME_MS,
      compression,
    });
  return [
    batch(4),
    batch(3, 'gzip'),
    batch(3, 'snappy'),
    batch(3, 'lz4'),
    batch(1),
    batch(2, 'gzip'),
    batch(1),
  ];
}

export interface OldFetch {
  readonly version: number;
  readonly offset: number;
  readonly maxBytes: number;
}

export const oldFetches: readonly OldFetch[] = [0, 1, 2, 3].flatMap((version) =>
  [0, 1, 3, 4, 5, 6, 9, 10, 12, 13, 15, 16, 17].map((offset) => ({ version, offset, maxBytes: 100_000 })),
);

export function oldOffsetQueries(nowMs: number) {
  const ask = (name: string, timestamp: number, maxNumOffsets: number) => ({
    name,
    timestamp,
    maxNumOffsets,
  });
  return [
    ...[0, 1, 2, 9].map((most) => ask('latest', -1, most)),
    ...[0, 1, 9].map((most) => ask('earliest', -2, most)),
    ...[1, 3, 9].map((most) => ask('an hour from now', nowMs + 3_600_000, most)),
    ask('an hour ago', nowMs - 3_600_000, 9),
    ask('1970', 5, 9),
    ask('the largest time', -3, 9),
    ask('time -4', -4, 9),
  ];
}

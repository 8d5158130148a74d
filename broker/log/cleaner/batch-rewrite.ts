/**
 * Writes a batch again with fewer records (as Kafka's MemoryRecords.filterTo does): offsets, producer, sequence, leader
 * epoch and compression stay; the base offset and the last offset too, so that a producer's last sequence number can
 * still be told from the header (KIP-98). Records are copied byte for byte.
 *
 * A new delete horizon (KIP-534) takes the place of the base timestamp, which moves every record's timestamp delta.
 */
import { compress } from '../../../protocol/records/compression.ts';
import {
  ATTRIBUTES_POSITION,
  BASE_TIMESTAMP_POSITION,
  BATCH_HEADER_BYTES,
  BATCH_LENGTH_POSITION,
  COMPRESSION_MASK,
  DELETE_HORIZON_FLAG,
  LOG_OVERHEAD_BYTES,
  MAX_TIMESTAMP_POSITION,
  NONE,
  RECORDS_COUNT_POSITION,
  setCrc,
  writeSafeInt64,
  type BatchHeader,
} from '../../../protocol/records/record-batch.ts';
import { sizeOfVarint, sizeOfVarlong, writeVarintAt, writeVarlongAt } from '../../../protocol/wire/varint.ts';
import type { RecordSlice } from './record-slices.ts';

/** The same batch with `kept` of its records, at least one. `horizonMs` null leaves the base timestamp as it is. */
export function rewriteBatch(
  batch: Buffer,
  header: BatchHeader,
  plain: Buffer,
  kept: readonly RecordSlice[],
  horizonMs: number | null,
): Buffer {
  const base = batch.readBigInt64BE(BASE_TIMESTAMP_POSITION);
  const newBase = horizonMs === null ? base : BigInt(horizonMs);
  const records = kept.map((slice) =>
    newBase === base ? plain.subarray(slice.start, slice.end) : moveInTime(plain, slice, base - newBase),
  );
  const body = compress(header.compression, Buffer.concat(records));
  const out = Buffer.concat([batch.subarray(0, BATCH_HEADER_BYTES), body]);
  if (horizonMs !== null) {
    out.writeInt16BE(header.attributes | DELETE_HORIZON_FLAG, ATTRIBUTES_POSITION);
    out.writeBigInt64BE(newBase, BASE_TIMESTAMP_POSITION);
  }
  if (!header.isLogAppendTime) {
    let latest = kept[0]?.timestampDelta ?? 0n;
    for (const { timestampDelta } of kept) if (timestampDelta > latest) latest = timestampDelta;
    out.writeBigInt64BE(BigInt.asIntN(64, base + latest), MAX_TIMESTAMP_POSITION);
  }
  out.writeInt32BE(kept.length, RECORDS_COUNT_POSITION);
  return sealed(out);
}

/** The batch's header alone: what is left when all its records are gone but its last offset or sequence must stay. */
export function emptyBatch(batch: Buffer, header: BatchHeader): Buffer {
  const out = Buffer.from(batch.subarray(0, BATCH_HEADER_BYTES));
  out.writeInt16BE(header.attributes & ~(COMPRESSION_MASK | DELETE_HORIZON_FLAG), ATTRIBUTES_POSITION);
  writeSafeInt64(out, BASE_TIMESTAMP_POSITION, NONE);
  out.writeInt32BE(0, RECORDS_COUNT_POSITION);
  return sealed(out);
}

function sealed(batch: Buffer): Buffer {
  batch.writeInt32BE(batch.length - LOG_OVERHEAD_BYTES, BATCH_LENGTH_POSITION);
  setCrc(batch, 0, batch.length);
  return batch;
}

/** The record with `byMs` added to its timestamp delta. */
function moveInTime(plain: Buffer, slice: RecordSlice, byMs: bigint): Buffer {
  const delta = BigInt.asIntN(64, slice.timestampDelta + byMs);
  const restBytes = slice.end - slice.afterTimestamp;
  const bodyBytes = 1 + sizeOfVarlong(delta) + restBytes;
  const out = Buffer.allocUnsafe(sizeOfVarint(bodyBytes) + bodyBytes);
  let position = writeVarintAt(out, 0, bodyBytes);
  out[position++] = 0;
  position = writeVarlongAt(out, position, delta);
  plain.copy(out, position, slice.afterTimestamp, slice.end);
  return out;
}

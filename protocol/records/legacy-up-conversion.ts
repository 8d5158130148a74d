/**
 * Produce versions 0 to 2 carry message sets; a log holds record batches. One message set becomes one batch with the
 * same keys, values and times (none in magic 0) and with offsets of its own, as Kafka gives them anyway.
 *
 * Sizes are computed in a first walk, so that a set of millions of tiny messages costs its bytes and no objects.
 */
import { sizeOfVarint, sizeOfVarlong, writeVarintAt, writeVarlongAt } from '../wire/varint.ts';
import * as format from './batch-format.ts';
import { InvalidRecordsError } from './invalid-records-error.ts';
import type { MessageView } from './legacy-message.ts';
import { openMessageSet } from './legacy-message-set.ts';
import { setCrc, writeSafeInt64 } from './record-batch.ts';

export interface ConvertedMessageSet {
  /** Of magic 2, not compressed, with its checksum. */
  readonly batch: Buffer;
  /** What the set was compressed with. */
  readonly compression: format.CompressionName;
  /** The client marked a time as set by a broker. */
  readonly isLogAppendTime: boolean;
}

/** Throws ProtocolError for damage and InvalidRecordsError for what no client may send. */
export function convertMessageSet(bytes: Buffer, maxOutputBytes: number): ConvertedMessageSet {
  const set = openMessageSet(bytes, maxOutputBytes);
  let baseTimestampMs = format.NONE;
  let maxTimestampMs = format.NONE;
  let recordsBytes = 0;
  let index = 0;
  set.forEach((message, _offset, timestampMs) => {
    if (timestampMs < format.NONE) throw new InvalidRecordsError(`the time ${timestampMs}`, message.position);
    if (index === 0) baseTimestampMs = timestampMs;
    maxTimestampMs = Math.max(maxTimestampMs, timestampMs);
    const bodyBytes = bodySize(message, index++, BigInt(timestampMs - baseTimestampMs));
    recordsBytes += sizeOfVarint(bodyBytes) + bodyBytes;
  });
  const batch = Buffer.alloc(format.BATCH_HEADER_BYTES + recordsBytes);
  let position = format.BATCH_HEADER_BYTES;
  index = 0;
  set.forEach((message, _offset, timestampMs) => {
    position = writeRecordAt(batch, position, message, index++, BigInt(timestampMs - baseTimestampMs));
  });
  writeHeader(batch, set.count, baseTimestampMs, maxTimestampMs);
  return { batch, compression: set.compression, isLogAppendTime: set.isLogAppendTime };
}

/** Attributes, two deltas, key, value, and no headers. */
function bodySize(message: MessageView, offsetDelta: number, timestampDelta: bigint): number {
  const { keyBytes, valueBytes } = message;
  const deltas = sizeOfVarlong(timestampDelta) + sizeOfVarint(offsetDelta);
  const lengths = sizeOfVarint(keyBytes) + sizeOfVarint(valueBytes);
  return 1 + deltas + lengths + Math.max(0, keyBytes) + Math.max(0, valueBytes) + 1;
}

function writeRecordAt(
  target: Buffer,
  start: number,
  message: MessageView,
  offsetDelta: number,
  timestampDelta: bigint,
): number {
  const { bytes, keyStart, keyBytes, valueStart, valueBytes } = message;
  let position = writeVarintAt(target, start, bodySize(message, offsetDelta, timestampDelta));
  target[position++] = 0;
  position = writeVarlongAt(target, position, timestampDelta);
  position = writeVarintAt(target, position, offsetDelta);
  position = writeVarintAt(target, position, keyBytes);
  if (keyBytes > 0) position += bytes.copy(target, position, keyStart, keyStart + keyBytes);
  position = writeVarintAt(target, position, valueBytes);
  if (valueBytes > 0) position += bytes.copy(target, position, valueStart, valueStart + valueBytes);
  target[position++] = 0;
  return position;
}

function writeHeader(batch: Buffer, count: number, baseTimestampMs: number, maxTimestampMs: number): void {
  batch.writeInt32BE(batch.length - format.LOG_OVERHEAD_BYTES, format.BATCH_LENGTH_POSITION);
  batch.writeInt32BE(format.NONE, format.PARTITION_LEADER_EPOCH_POSITION);
  batch.writeInt8(format.MAGIC_V2, format.MAGIC_POSITION);
  batch.writeInt32BE(count - 1, format.LAST_OFFSET_DELTA_POSITION);
  writeSafeInt64(batch, format.BASE_TIMESTAMP_POSITION, baseTimestampMs);
  writeSafeInt64(batch, format.MAX_TIMESTAMP_POSITION, maxTimestampMs);
  writeSafeInt64(batch, format.PRODUCER_ID_POSITION, format.NONE);
  batch.writeInt16BE(format.NONE, format.PRODUCER_EPOCH_POSITION);
  batch.writeInt32BE(format.NONE, format.BASE_SEQUENCE_POSITION);
  batch.writeInt32BE(count, format.RECORDS_COUNT_POSITION);
  setCrc(batch, 0, batch.length);
}

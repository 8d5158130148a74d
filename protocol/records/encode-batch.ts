/**
 * Builds record batches of format 2: what a producer sends, and what coordinators and the controller append.
 *
 * A record is: length varint, attributes int8, timestampDelta varlong, offsetDelta varint, key, value, headers, each
 * byte string behind a varint length with -1 for null. Sizes are computed first, so that an uncompressed batch is one
 * allocation and one pass.
 */
import { sizeOfVarint, sizeOfVarlong, writeVarintAt, writeVarlongAt } from '../wire/varint.ts';
import * as format from './batch-format.ts';
import { compress } from './compression.ts';
import { setCrc, writeSafeInt64 } from './record-batch.ts';

export interface RecordHeaderInput {
  readonly key: string;
  readonly value: Uint8Array | null;
}

export interface RecordInput {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers?: readonly RecordHeaderInput[];
  /** Milliseconds since the epoch; the batch's time if left out. */
  readonly timestampMs?: number;
}

export interface BatchInput {
  /** At least one. */
  readonly records: readonly RecordInput[];
  /** Time of the records that have none of their own. */
  readonly timestampMs: number;
  readonly baseOffset?: number;
  readonly partitionLeaderEpoch?: number;
  readonly compression?: format.CompressionName;
  readonly producerId?: number;
  readonly producerEpoch?: number;
  readonly baseSequence?: number;
  readonly isTransactional?: boolean;
  readonly isControl?: boolean;
}

/** Gives the whole batch with its checksum. */
export function encodeRecordBatch(input: BatchInput): Buffer {
  const { records, compression = 'none' } = input;
  if (records.length === 0) throw new RangeError('a batch needs at least one record');
  const baseTimestampMs = records[0]?.timestampMs ?? input.timestampMs;
  const layouts = records.map((record, index) => layoutOf(record, index, input.timestampMs, baseTimestampMs));
  const recordsBytes = layouts.reduce((sum, layout) => sum + layout.totalBytes, 0);
  let batch = Buffer.allocUnsafe(format.BATCH_HEADER_BYTES + recordsBytes);
  let position = format.BATCH_HEADER_BYTES;
  for (const layout of layouts) position = writeRecord(batch, position, layout);
  if (compression !== 'none') {
    const compressed = compress(compression, batch.subarray(format.BATCH_HEADER_BYTES));
    batch = Buffer.concat([batch.subarray(0, format.BATCH_HEADER_BYTES), compressed]);
  }
  const maxTimestampMs = layouts.reduce((max, layout) => Math.max(max, layout.timestampMs), baseTimestampMs);
  writeHeader(batch, input, baseTimestampMs, maxTimestampMs);
  return batch;
}

function writeHeader(
  batch: Buffer,
  input: BatchInput,
  baseTimestampMs: number,
  maxTimestampMs: number,
): void {
  const attributes =
    format.CompressionCode[input.compression ?? 'none'] |
    (input.isTransactional === true ? format.TRANSACTIONAL_FLAG : 0) |
    (input.isControl === true ? format.CONTROL_FLAG : 0);
  writeSafeInt64(batch, format.BASE_OFFSET_POSITION, input.baseOffset ?? 0);
  batch.writeInt32BE(batch.length - format.LOG_OVERHEAD_BYTES, format.BATCH_LENGTH_POSITION);
  batch.writeInt32BE(input.partitionLeaderEpoch ?? format.NONE, format.PARTITION_LEADER_EPOCH_POSITION);
  batch.writeInt8(format.MAGIC_V2, format.MAGIC_POSITION);
  batch.writeInt16BE(attributes, format.ATTRIBUTES_POSITION);
  batch.writeInt32BE(input.records.length - 1, format.LAST_OFFSET_DELTA_POSITION);
  writeSafeInt64(batch, format.BASE_TIMESTAMP_POSITION, baseTimestampMs);
  writeSafeInt64(batch, format.MAX_TIMESTAMP_POSITION, maxTimestampMs);
  writeSafeInt64(batch, format.PRODUCER_ID_POSITION, input.producerId ?? format.NONE);
  batch.writeInt16BE(input.producerEpoch ?? format.NONE, format.PRODUCER_EPOCH_POSITION);
  batch.writeInt32BE(input.baseSequence ?? format.NONE, format.BASE_SEQUENCE_POSITION);
  batch.writeInt32BE(input.records.length, format.RECORDS_COUNT_POSITION);
  setCrc(batch, 0, batch.length);
}

interface RecordLayout {
  readonly record: RecordInput;
  readonly offsetDelta: number;
  readonly timestampMs: number;
  readonly timestampDelta: bigint;
  /** What the length in front of the record says. */
  readonly bodyBytes: number;
  readonly totalBytes: number;
}

function layoutOf(
  record: RecordInput,
  offsetDelta: number,
  batchTimeMs: number,
  baseTimestampMs: number,
): RecordLayout {
  const timestampMs = record.timestampMs ?? batchTimeMs;
  const timestampDelta = BigInt(timestampMs - baseTimestampMs);
  const headers = record.headers ?? [];
  let bodyBytes = 1 + sizeOfVarlong(timestampDelta) + sizeOfVarint(offsetDelta);
  bodyBytes += sizeOfBytes(record.key) + sizeOfBytes(record.value) + sizeOfVarint(headers.length);
  for (const header of headers) {
    const keyBytes = Buffer.byteLength(header.key);
    bodyBytes += sizeOfVarint(keyBytes) + keyBytes + sizeOfBytes(header.value);
  }
  const totalBytes = sizeOfVarint(bodyBytes) + bodyBytes;
  return { record, offsetDelta, timestampMs, timestampDelta, bodyBytes, totalBytes };
}

function sizeOfBytes(bytes: Uint8Array | null): number {
  return bytes === null ? 1 : sizeOfVarint(bytes.length) + bytes.length;
}

function writeRecord(target: Buffer, start: number, layout: RecordLayout): number {
  const { record } = layout;
  const headers = record.headers ?? [];
  let position = writeVarintAt(target, start, layout.bodyBytes);
  target[position++] = 0;
  position = writeVarlongAt(target, position, layout.timestampDelta);
  position = writeVarintAt(target, position, layout.offsetDelta);
  position = writeBytesAt(target, position, record.key);
  position = writeBytesAt(target, position, record.value);
  position = writeVarintAt(target, position, headers.length);
  for (const header of headers) {
    position = writeBytesAt(target, position, Buffer.from(header.key));
    position = writeBytesAt(target, position, header.value);
  }
  return position;
}

function writeBytesAt(target: Buffer, position: number, bytes: Uint8Array | null): number {
  const start = writeVarintAt(target, position, bytes === null ? -1 : bytes.length);
  if (bytes === null) return start;
  target.set(bytes, start);
  return start + bytes.length;
}

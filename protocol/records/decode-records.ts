/**
 * Reads the records inside a batch of format 2, decompressing them if need be.
 *
 * Every length is checked against what is left of its record, counts against the bytes that could hold them, and
 * decompression against a cap. What comes out are views: into the batch, or into its decompressed copy. Anything
 * wrong is a ProtocolError that says where; a broker answers it with INVALID_RECORD or CORRUPT_MESSAGE.
 */
import { ProtocolError } from '../wire/protocol-error.ts';
import { Reader } from '../wire/reader.ts';
import { BATCH_HEADER_BYTES } from './batch-format.ts';
import { decompress } from './compression.ts';
import { readBatchHeader, type BatchHeader } from './record-batch.ts';

/** Decompressed records of one batch, unless the caller says otherwise. */
export const DEFAULT_MAX_RECORDS_BYTES = 134_217_728;
/** Headers that one record may carry. */
export const MAX_HEADERS_PER_RECORD = 10_000;
/** A record with nothing in it: length, attributes, two deltas, two null byte strings, no headers. */
const MIN_RECORD_BYTES = 7;
const MIN_HEADER_BYTES = 2;

export interface RecordHeader {
  readonly key: string;
  readonly value: Buffer | null;
}

export interface DecodedRecord {
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
}

export interface DecodeOptions {
  /** Cap on the decompressed size, in bytes. */
  readonly maxOutputBytes?: number;
}

/** All records of the batch at `header.position`, one after another. */
export function* decodeRecords(
  buffer: Buffer,
  header: BatchHeader = readBatchHeader(buffer),
  options: DecodeOptions = {},
): Generator<DecodedRecord, void, undefined> {
  const reader = openRecords(buffer, header, options);
  for (let index = 0; index < header.recordsCount; index++) {
    const end = openRecord(reader);
    const timestampDelta = reader.varlongNumber();
    const offset = header.baseOffset + readOffsetDelta(reader, header);
    const key = readNullableBytes(reader, end);
    const value = readNullableBytes(reader, end);
    const headers = readHeaders(reader, end);
    closeRecord(reader, end);
    yield { offset, timestampMs: timestampOf(header, timestampDelta), key, value, headers };
  }
  requireEnd(reader);
}

/** Called for each record by inspectRecords. Sizes are -1 for null. */
export type RecordVisitor = (
  offsetDelta: number,
  timestampMs: number,
  keySizeBytes: number,
  valueSizeBytes: number,
) => void;

/**
 * Walks all records and checks their layout without making an object of any: what a broker does before it stores a
 * batch. Gives the size in bytes of the decompressed records.
 */
export function inspectRecords(
  buffer: Buffer,
  header: BatchHeader,
  visit: RecordVisitor | null = null,
  options: DecodeOptions = {},
): number {
  const reader = openRecords(buffer, header, options);
  for (let index = 0; index < header.recordsCount; index++) {
    const end = openRecord(reader);
    const timestampDelta = reader.varlongNumber();
    const offsetDelta = readOffsetDelta(reader, header);
    const keySizeBytes = skipNullableBytes(reader, end);
    const valueSizeBytes = skipNullableBytes(reader, end);
    const headersCount = readHeadersCount(reader, end);
    for (let left = headersCount; left > 0; left--) {
      reader.take(headerKeyLength(reader, end));
      skipNullableBytes(reader, end);
    }
    closeRecord(reader, end);
    visit?.(offsetDelta, timestampOf(header, timestampDelta), keySizeBytes, valueSizeBytes);
  }
  requireEnd(reader);
  return reader.position;
}

function openRecords(buffer: Buffer, header: BatchHeader, options: DecodeOptions): Reader {
  const end = header.position + header.sizeBytes;
  if (end > buffer.length) throw new ProtocolError('truncated', 'the batch is cut off', header.position);
  const stored = buffer.subarray(header.position + BATCH_HEADER_BYTES, end);
  const plain =
    header.recordsCount === 0 && stored.length === 0
      ? stored
      : decompress(header.compression, stored, options.maxOutputBytes ?? DEFAULT_MAX_RECORDS_BYTES);
  if (header.recordsCount * MIN_RECORD_BYTES > plain.length) {
    throw new ProtocolError('length', `${header.recordsCount} records cannot fit into ${plain.length} bytes`);
  }
  return new Reader(plain);
}

/** Reads length and attributes; gives the position at which the record must end. */
function openRecord(reader: Reader): number {
  const length = reader.varint();
  if (length < 0 || length > reader.remaining()) {
    throw new ProtocolError(
      'length',
      `a record of ${length} bytes, ${reader.remaining()} left`,
      reader.position,
    );
  }
  const end = reader.position + length;
  reader.int8();
  return end;
}

function closeRecord(reader: Reader, end: number): void {
  if (reader.position !== end) {
    throw new ProtocolError('length', `a record ends at ${reader.position} and says ${end}`, reader.position);
  }
}

function requireEnd(reader: Reader): void {
  if (reader.remaining() === 0) return;
  throw new ProtocolError('trailing', `${reader.remaining()} bytes follow the last record`, reader.position);
}

function readOffsetDelta(reader: Reader, header: BatchHeader): number {
  const delta = reader.varint();
  if (delta >= 0 && delta <= header.lastOffsetDelta) return delta;
  throw new ProtocolError(
    'value',
    `offset delta ${delta} is outside 0 to ${header.lastOffsetDelta}`,
    reader.position,
  );
}

function timestampOf(header: BatchHeader, timestampDelta: number): number {
  return header.isLogAppendTime ? header.maxTimestampMs : header.baseTimestampMs + timestampDelta;
}

/** A varint length that is -1 for null and stays within the record. */
function readLength(reader: Reader, end: number): number {
  const length = reader.varint();
  if (length < -1 || length > end - reader.position) {
    throw new ProtocolError(
      'length',
      `${length} bytes wanted, ${end - reader.position} left in the record`,
      reader.position,
    );
  }
  return length;
}

function readNullableBytes(reader: Reader, end: number): Buffer | null {
  const length = readLength(reader, end);
  return length === -1 ? null : reader.bytes(length);
}

function skipNullableBytes(reader: Reader, end: number): number {
  const length = readLength(reader, end);
  if (length > 0) reader.take(length);
  return length;
}

function headerKeyLength(reader: Reader, end: number): number {
  const length = readLength(reader, end);
  if (length === -1) throw new ProtocolError('value', 'a header without a key', reader.position);
  return length;
}

function readHeadersCount(reader: Reader, end: number): number {
  const count = reader.varint();
  if (count < 0 || count > MAX_HEADERS_PER_RECORD || count * MIN_HEADER_BYTES > end - reader.position) {
    throw new ProtocolError('length', `${count} headers in ${end - reader.position} bytes`, reader.position);
  }
  return count;
}

function readHeaders(reader: Reader, end: number): RecordHeader[] {
  const count = readHeadersCount(reader, end);
  const headers: RecordHeader[] = [];
  for (let index = 0; index < count; index++) {
    const key = reader.utf8(headerKeyLength(reader, end));
    headers.push({ key, value: readNullableBytes(reader, end) });
  }
  return headers;
}

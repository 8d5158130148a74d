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
import { MAX_HEADERS_PER_RECORD, MIN_RECORD_BYTES, walkRecords, type RecordVisitor } from './record-walk.ts';

/** Decompressed records of one batch, unless the caller says otherwise. */
export const DEFAULT_MAX_RECORDS_BYTES = 134_217_728;
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

/** The records section of the batch at `header.position` as the producer wrote it: a view, or a decompressed copy. */
export function plainRecords(buffer: Buffer, header: BatchHeader, maxOutputBytes: number): Buffer {
  const end = header.position + header.sizeBytes;
  if (end > buffer.length) throw new ProtocolError('truncated', 'the batch is cut off', header.position);
  const stored = buffer.subarray(header.position + BATCH_HEADER_BYTES, end);
  if (header.recordsCount === 0 && stored.length === 0) return stored;
  return decompress(header.compression, stored, maxOutputBytes);
}

/**
 * Decompresses the records and checks their layout (see record-walk.ts); `visit` is told offset delta, time and sizes of each. Gives the
 * size in bytes of the decompressed records.
 */
export function inspectRecords(
  buffer: Buffer,
  header: BatchHeader,
  visit: RecordVisitor | null = null,
  options: DecodeOptions = {},
): number {
  const plain = plainRecords(buffer, header, options.maxOutputBytes ?? DEFAULT_MAX_RECORDS_BYTES);
  walkRecords(plain, header.recordsCount, (offsetDelta, timestampDelta, keySizeBytes, valueSizeBytes) =>
    visit?.(offsetDelta, timestampOf(header, timestampDelta), keySizeBytes, valueSizeBytes),
  );
  return plain.length;
}

function openRecords(buffer: Buffer, header: BatchHeader, options: DecodeOptions): Reader {
  const plain = plainRecords(buffer, header, options.maxOutputBytes ?? DEFAULT_MAX_RECORDS_BYTES);
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

/**
 * The records of a batch as places in its decompressed bytes: what compaction needs to choose among them and to write
 * the chosen ones again byte for byte. Nothing of a record is copied or turned into an object of its own.
 *
 * A record is: length varint, attributes int8, timestampDelta varlong, offsetDelta varint, key, value, headers, the
 * byte strings behind a varint length with -1 for null. Headers are not looked into: they are copied as they are.
 */
import { DEFAULT_MAX_RECORDS_BYTES } from '../../../protocol/records/decode-records.ts';
import { decompress } from '../../../protocol/records/compression.ts';
import { BATCH_HEADER_BYTES, type BatchHeader } from '../../../protocol/records/record-batch.ts';
import { ProtocolError } from '../../../protocol/wire/protocol-error.ts';
import { Reader } from '../../../protocol/wire/reader.ts';

export interface RecordSlice {
  /** Where its length begins, and the byte after its end, in `SlicedRecords.plain`. */
  readonly start: number;
  readonly end: number;
  readonly timestampDelta: bigint;
  /** First byte after the timestamp delta. */
  readonly afterTimestamp: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly hasValue: boolean;
}

export interface SlicedRecords {
  /** The records, decompressed. */
  readonly plain: Buffer;
  /** One after another, looked for as they are asked for: a batch may hold a million. Throws ProtocolError at the first broken one. */
  readonly slices: Iterable<RecordSlice>;
}

/** The records of the batch that begins at the start of `batch`. Throws ProtocolError for what cannot be decompressed. */
export function sliceRecords(batch: Buffer, header: BatchHeader): SlicedRecords {
  const stored = batch.subarray(BATCH_HEADER_BYTES, header.sizeBytes);
  if (header.recordsCount === 0) return { plain: Buffer.alloc(0), slices: [] };
  const plain = decompress(header.compression, stored, DEFAULT_MAX_RECORDS_BYTES);
  return { plain, slices: slicesIn(plain, header) };
}

function* slicesIn(plain: Buffer, header: BatchHeader): Generator<RecordSlice, void, undefined> {
  const reader = new Reader(plain);
  for (let index = 0; index < header.recordsCount; index++) yield nextSlice(reader, header);
  if (reader.remaining() > 0) {
    throw new ProtocolError(
      'trailing',
      `${reader.remaining()} bytes follow the last record`,
      reader.position,
    );
  }
}

function nextSlice(reader: Reader, header: BatchHeader): RecordSlice {
  const start = reader.position;
  const length = reader.varint();
  if (length < 0 || length > reader.remaining()) {
    throw new ProtocolError('length', `a record of ${length} bytes, ${reader.remaining()} left`, start);
  }
  const end = reader.position + length;
  reader.int8();
  const timestampDelta = reader.varlong();
  const afterTimestamp = reader.position;
  const offset = header.baseOffset + reader.varint();
  const keyBytes = reader.varint();
  const key = keyBytes < 0 ? null : reader.bytes(keyBytes);
  const hasValue = reader.varint() >= 0;
  if (reader.position > end || offset < header.baseOffset || offset > header.lastOffset) {
    throw new ProtocolError('value', `the record at offset ${offset} does not fit its batch`, start);
  }
  reader.position = end;
  return { start, end, timestampDelta, afterTimestamp, offset, key, hasValue };
}

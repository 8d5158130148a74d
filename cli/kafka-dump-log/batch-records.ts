/**
 * The records inside one batch, of each format, as the tool prints them. Lenient where Kafka's tool is: a wrong checksum or a
 * count that contradicts the offsets does not matter here. What cannot be read at all is a CommandError that says which
 * batch. Compressed records are checked to their end before the first is given, as Kafka reads them.
 */
import * as format from '../../protocol/records/batch-format.ts';
import { decompress } from '../../protocol/records/compression.ts';
import { ProtocolError } from '../../protocol/wire/protocol-error.ts';
import { Reader } from '../../protocol/wire/reader.ts';
import { javaText } from './java-text.ts';

export interface DumpedRecord {
  readonly offset: bigint;
  readonly timestampMs: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** -1: none. */
  readonly sequence: number;
  readonly headerKeys: readonly string[];
  /** Of a message of magic 0 or 1, which has a checksum of its own. */
  readonly checksum: { readonly stored: number; readonly isValid: boolean } | null;
}

/** What the records of one batch may grow to. */
export const MAX_RECORDS_BYTES = 268_435_456;
/** Up to here the records of a compressed batch are kept while they are printed. */
const KEPT_RECORDS_BYTES = 8_388_608;
const MAX_SEQUENCE = 2_147_483_647;

/** The sequence number `increment` after another: it starts again at 0 after 2^31-1. */
export function sequenceAfter(sequence: number, increment: number): number {
  return sequence > MAX_SEQUENCE - increment
    ? increment - (MAX_SEQUENCE - sequence) - 1
    : sequence + increment;
}

/** Throws ProtocolError for a compression that no version of Kafka has. */
export function compressionOf(attributes: number): format.CompressionName {
  const code = attributes & format.COMPRESSION_MASK;
  const name = format.compressionNameOf(code);
  if (name === null) throw new ProtocolError('value', `Unknown compression type id: ${String(code)}`);
  return name;
}

/** The records of a batch of format 2, which `bytes` holds wholly. Throws ProtocolError. */
export function* recordsOfV2(bytes: Buffer): Generator<DumpedRecord> {
  if (bytes.length < format.BATCH_HEADER_BYTES) {
    throw new ProtocolError(
      'truncated',
      `${String(bytes.length)} bytes are fewer than a batch's header of ${String(format.BATCH_HEADER_BYTES)}`,
    );
  }
  const count = bytes.readInt32BE(format.RECORDS_COUNT_POSITION);
  if (count < 0)
    throw new ProtocolError('value', `Found invalid record count ${String(count)} in magic v2 batch`);
  const compression = compressionOf(bytes.readInt16BE(format.ATTRIBUTES_POSITION));
  const stored = bytes.subarray(format.BATCH_HEADER_BYTES);
  if (count === 0 && (compression !== 'none' || stored.length === 0)) return;
  const plain = decompress(compression, stored, MAX_RECORDS_BYTES);
  if (compression === 'none') {
    yield* walkV2(bytes, plain, count);
    return;
  }
  if (plain.length <= KEPT_RECORDS_BYTES) {
    yield* [...walkV2(bytes, plain, count)];
    return;
  }
  // Too many to keep: looked through once, then given.
  for (const record of walkV2(bytes, plain, count)) void record;
  yield* walkV2(bytes, plain, count);
}

function* walkV2(header: Buffer, plain: Buffer, count: number): Generator<DumpedRecord> {
  const reader = new Reader(plain);
  const baseOffset = header.readBigInt64BE(format.BASE_OFFSET_POSITION);
  const baseTimestampMs = header.readBigInt64BE(format.BASE_TIMESTAMP_POSITION);
  const baseSequence = header.readInt32BE(format.BASE_SEQUENCE_POSITION);
  const hasAppendTime = (header.readInt16BE(format.ATTRIBUTES_POSITION) & format.LOG_APPEND_TIME_FLAG) !== 0;
  const appendTimeMs = hasAppendTime ? header.readBigInt64BE(format.MAX_TIMESTAMP_POSITION) : null;
  for (let index = 0; index < count; index += 1) {
    const length = reader.varint();
    const end = reader.position + length;
    if (length < 0 || length > reader.remaining()) {
      throw new ProtocolError(
        'length',
        `Invalid record size: expected ${String(length)} bytes in record payload, but instead found only ${String(reader.remaining())}`,
      );
    }
    reader.int8();
    const timestampMs = BigInt.asIntN(64, baseTimestampMs + reader.varlong());
    const offsetDelta = reader.varint();
    const key = readNullable(reader);
    const value = readNullable(reader);
    const headerKeys = readHeaderKeys(reader);
    if (reader.position !== end) {
      throw new ProtocolError(
        'length',
        `Invalid record size: expected to read ${String(length)} bytes in record payload, but instead read ${String(length + reader.position - end)}`,
      );
    }
    if (index === count - 1 && reader.remaining() > 0) {
      throw new ProtocolError(
        'trailing',
        'Incorrect declared batch size, records still remaining in file',
        reader.position,
      );
    }
    yield {
      offset: BigInt.asIntN(64, baseOffset + BigInt(offsetDelta)),
      timestampMs: appendTimeMs ?? timestampMs,
      key,
      value,
      sequence: baseSequence >= 0 ? sequenceAfter(baseSequence, offsetDelta) : -1,
      headerKeys,
      checksum: null,
    };
  }
}

function readNullable(reader: Reader): Buffer | null {
  const length = reader.varint();
  return length < 0 ? null : reader.bytes(length);
}

function readHeaderKeys(reader: Reader): string[] {
  const count = reader.varint();
  if (count < 0 || count > reader.remaining())
    throw new ProtocolError('length', `Found invalid number of record headers ${String(count)}`);
  const keys: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const length = reader.varint();
    if (length < 0) throw new ProtocolError('value', `Invalid negative header key size ${String(length)}`);
    keys.push(javaText(reader.bytes(length)));
    readNullable(reader);
  }
  return keys;
}

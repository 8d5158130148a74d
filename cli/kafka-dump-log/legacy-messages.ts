/**
 * Messages of magic 0 and 1 (protocol/records/legacy-message-set.ts has the layout) as the tool prints them: each has a checksum
 * that may be wrong, and a compressed one holds messages whose offsets are relative to the outer one's in magic 1 (KIP-31).
 */
import { COMPRESSION_MASK, LOG_APPEND_TIME_FLAG } from '../../protocol/records/batch-format.ts';
import { decompress, decompressOfMagic0 } from '../../protocol/records/compression.ts';
import { ProtocolError } from '../../protocol/wire/protocol-error.ts';
import { compressionOf, MAX_RECORDS_BYTES, type DumpedRecord } from './batch-records.ts';
import { crc32 } from './stored-batches.ts';

const OVERHEAD_BYTES = 12;
const CRC_POSITION = 12;
const MAGIC_POSITION = 16;
const ATTRIBUTES_POSITION = 17;
const TIMESTAMP_POSITION = 18;
/** Up to the attributes, which all messages have. */
const PREFIX_BYTES = 18;

export interface LegacyHeader {
  readonly attributes: number;
  /** -1 in magic 0. */
  readonly timestampMs: bigint;
  readonly isLogAppendTime: boolean;
}

export function legacyHeader(message: Buffer): LegacyHeader {
  const hasTime = message.readInt8(MAGIC_POSITION) === 1;
  const attributes = message.readInt8(ATTRIBUTES_POSITION);
  if (hasTime && message.length < TIMESTAMP_POSITION + 8)
    throw new ProtocolError('truncated', 'a message is shorter than its header');
  return {
    attributes,
    timestampMs: hasTime ? message.readBigInt64BE(TIMESTAMP_POSITION) : -1n,
    isLogAppendTime: hasTime && (attributes & LOG_APPEND_TIME_FLAG) !== 0,
  };
}

/** The message itself, or those inside it. Throws ProtocolError. */
export function* recordsOfLegacy(message: Buffer): Generator<DumpedRecord> {
  const outer = readMessage(message);
  const header = legacyHeader(message);
  const compression = compressionOf(header.attributes);
  if (compression === 'none') {
    yield outer;
    return;
  }
  const isMagic1 = message.readInt8(MAGIC_POSITION) === 1;
  const open = isMagic1 ? decompress : decompressOfMagic0;
  const plain = open(compression, outer.value ?? Buffer.alloc(0), MAX_RECORDS_BYTES);
  const shift = isMagic1 ? innerShift(outer.offset, plain) : 0n;
  for (const inner of innerMessages(plain)) {
    const record = readMessage(inner);
    yield {
      ...record,
      offset: record.offset + shift,
      timestampMs: header.isLogAppendTime ? header.timestampMs : record.timestampMs,
    };
  }
}

/** What makes the offsets inside absolute: the last of them is the outer one. */
function innerShift(outerOffset: bigint, plain: Buffer): bigint {
  let last = 0n;
  for (const inner of innerMessages(plain)) last = inner.readBigInt64BE(0);
  // Some old clients left the outer offset at 0.
  return outerOffset === 0n ? 0n : outerOffset - last;
}

function* innerMessages(plain: Buffer): Generator<Buffer> {
  if (plain.length < PREFIX_BYTES)
    throw new ProtocolError('value', 'Found invalid compressed record set with no inner records');
  for (let position = 0; position + OVERHEAD_BYTES < plain.length;) {
    const end = position + OVERHEAD_BYTES + plain.readInt32BE(position + 8);
    if (end > plain.length || end < position + PREFIX_BYTES)
      throw new ProtocolError('length', 'the size of an inner message does not fit', position);
    const message = plain.subarray(position, end);
    if ((message.readInt8(ATTRIBUTES_POSITION) & COMPRESSION_MASK) !== 0)
      throw new ProtocolError('value', 'Inner messages must not be compressed', position);
    yield message;
    position = end;
  }
}

function readMessage(message: Buffer): DumpedRecord {
  const { timestampMs } = legacyHeader(message);
  const keyPosition = message.readInt8(MAGIC_POSITION) === 1 ? TIMESTAMP_POSITION + 8 : TIMESTAMP_POSITION;
  const key = readBytes(message, keyPosition);
  const value = readBytes(message, keyPosition + 4 + (key?.length ?? 0));
  const stored = message.readUInt32BE(CRC_POSITION);
  return {
    offset: message.readBigInt64BE(0),
    timestampMs,
    key,
    value,
    sequence: -1,
    headerKeys: [],
    checksum: { stored, isValid: stored === crc32(message.subarray(MAGIC_POSITION)) },
  };
}

function readBytes(message: Buffer, position: number): Buffer | null {
  if (position + 4 > message.length) throw new ProtocolError('truncated', 'a message is cut off', position);
  const length = message.readInt32BE(position);
  if (length < 0) return null;
  if (length > message.length - position - 4)
    throw new ProtocolError('length', `${String(length)} bytes in a message`, position);
  return message.subarray(position + 4, position + 4 + length);
}

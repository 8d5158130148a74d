/**
 * Looks at record batches where they lie: a log segment, a produce request, a fetch answer.
 *
 * Nothing here copies or decompresses. Offsets, ids and sequence numbers come as checked plain numbers (they are used
 * inside the log, where 2^53 is enough); a value beyond that is a ProtocolError. Timestamps beyond it are rounded.
 * Magic 0 and 1 have other headers: look at `magicAt` before anything but the size.
 */
import { crc32c } from '../wire/crc32c.ts';
import { ProtocolError } from '../wire/protocol-error.ts';
import * as format from './batch-format.ts';

export * from './batch-format.ts';

export interface BatchHeader {
  /** Where the batch begins in the buffer it was read from. */
  readonly position: number;
  /** The whole batch, in bytes. */
  readonly sizeBytes: number;
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly partitionLeaderEpoch: number;
  readonly attributes: number;
  readonly compression: format.CompressionName;
  readonly isLogAppendTime: boolean;
  readonly isTransactional: boolean;
  readonly isControl: boolean;
  readonly lastOffsetDelta: number;
  readonly baseTimestampMs: number;
  readonly maxTimestampMs: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly recordsCount: number;
}

const TWO_POW_32 = 4_294_967_296;

/** An int64 as a plain number; throws ProtocolError('value') outside ±2^53. */
export function readSafeInt64(buffer: Buffer, position: number): number {
  const value = readRoundedInt64(buffer, position);
  if (!Number.isSafeInteger(value))
    throw new ProtocolError('value', `int64 ${value} is beyond 2^53`, position);
  return value;
}

/** An int64 as a plain number, rounded outside ±2^53. */
export function readRoundedInt64(buffer: Buffer, position: number): number {
  return buffer.readInt32BE(position) * TWO_POW_32 + buffer.readUInt32BE(position + 4);
}

export function writeSafeInt64(buffer: Buffer, position: number, value: number): void {
  const high = Math.floor(value / TWO_POW_32);
  buffer.writeInt32BE(high, position);
  buffer.writeUInt32BE(value - high * TWO_POW_32, position + 4);
}

/**
 * Size in bytes of the batch (of any magic) that begins at `position`, whether or not all of it is in the buffer;
 * null if fewer than RECOGNISABLE_BYTES are. Throws ProtocolError('length') for a size no batch can have.
 */
export function batchSizeAt(buffer: Buffer, position: number): number | null {
  if (buffer.length - position < format.RECOGNISABLE_BYTES) return null;
  const length = buffer.readInt32BE(position + format.BATCH_LENGTH_POSITION);
  const size = length + format.LOG_OVERHEAD_BYTES;
  const smallest =
    magicAt(buffer, position) === format.MAGIC_V2 ? format.BATCH_HEADER_BYTES : format.RECOGNISABLE_BYTES;
  if (size < smallest) throw new ProtocolError('length', `a batch of ${size} bytes is too small`, position);
  return size;
}

export function magicAt(buffer: Buffer, position: number): number {
  return buffer.readInt8(position + format.MAGIC_POSITION);
}

export function baseOffsetAt(buffer: Buffer, position: number): number {
  return readSafeInt64(buffer, position + format.BASE_OFFSET_POSITION);
}

export function lastOffsetAt(buffer: Buffer, position: number): number {
  return baseOffsetAt(buffer, position) + buffer.readInt32BE(position + format.LAST_OFFSET_DELTA_POSITION);
}

export function partitionLeaderEpochAt(buffer: Buffer, position: number): number {
  return buffer.readInt32BE(position + format.PARTITION_LEADER_EPOCH_POSITION);
}

export function attributesAt(buffer: Buffer, position: number): number {
  return buffer.readInt16BE(position + format.ATTRIBUTES_POSITION);
}

export function maxTimestampAt(buffer: Buffer, position: number): number {
  return readRoundedInt64(buffer, position + format.MAX_TIMESTAMP_POSITION);
}

export function recordsCountAt(buffer: Buffer, position: number): number {
  return buffer.readInt32BE(position + format.RECORDS_COUNT_POSITION);
}

/**
 * Reads a header of magic 2. The batch's own bytes past the header need not be there. Throws ProtocolError for what
 * contradicts itself; the checksum is not looked at (see crcIsValid).
 */
export function readBatchHeader(buffer: Buffer, position = 0): BatchHeader {
  if (buffer.length - position < format.BATCH_HEADER_BYTES) {
    throw new ProtocolError('truncated', 'a batch header is cut off', position);
  }
  const magic = magicAt(buffer, position);
  if (magic !== format.MAGIC_V2)
    throw new ProtocolError('version', `record format ${magic} is not 2`, position);
  const attributes = attributesAt(buffer, position);
  const compression = format.compressionNameOf(attributes & format.COMPRESSION_MASK);
  if (compression === null) {
    throw new ProtocolError('value', `unknown compression ${attributes & format.COMPRESSION_MASK}`, position);
  }
  const baseOffset = baseOffsetAt(buffer, position);
  const lastOffsetDelta = buffer.readInt32BE(position + format.LAST_OFFSET_DELTA_POSITION);
  const recordsCount = recordsCountAt(buffer, position);
  // Compaction removes records and keeps the delta, so the count may be smaller, down to none.
  if (lastOffsetDelta < 0 || recordsCount < 0 || recordsCount > lastOffsetDelta + 1) {
    throw new ProtocolError(
      'value',
      `${recordsCount} records, last offset delta ${lastOffsetDelta}`,
      position,
    );
  }
  return {
    position,
    sizeBytes: batchSizeAt(buffer, position) ?? 0,
    baseOffset,
    lastOffset: baseOffset + lastOffsetDelta,
    partitionLeaderEpoch: partitionLeaderEpochAt(buffer, position),
    attributes,
    compression,
    isLogAppendTime: (attributes & format.LOG_APPEND_TIME_FLAG) !== 0,
    isTransactional: (attributes & format.TRANSACTIONAL_FLAG) !== 0,
    isControl: (attributes & format.CONTROL_FLAG) !== 0,
    lastOffsetDelta,
    baseTimestampMs: readRoundedInt64(buffer, position + format.BASE_TIMESTAMP_POSITION),
    maxTimestampMs: maxTimestampAt(buffer, position),
    producerId: readSafeInt64(buffer, position + format.PRODUCER_ID_POSITION),
    producerEpoch: buffer.readInt16BE(position + format.PRODUCER_EPOCH_POSITION),
    baseSequence: buffer.readInt32BE(position + format.BASE_SEQUENCE_POSITION),
    recordsCount,
  };
}

/**
 * Calls `visit` for every batch that lies wholly in the buffer and gives the position after the last of them: less
 * than the buffer's length if the end is cut off, as the end of a fetch answer may be. `visit` may return false to stop
 * after its batch. Throws ProtocolError at the first broken header.
 */
export function forEachBatch(
  buffer: Buffer,
  visit: (header: BatchHeader) => boolean | void,
  start = 0,
): number {
  let position = start;
  for (;;) {
    const size = batchSizeAt(buffer, position);
    if (size === null || size > buffer.length - position) return position;
    const goOn = visit(readBatchHeader(buffer, position));
    position += size;
    if (goOn === false) return position;
  }
}

/** Whether the checksum of the batch, which must lie wholly in the buffer, is right. */
export function crcIsValid(buffer: Buffer, position: number, sizeBytes: number): boolean {
  return computeCrc(buffer, position, sizeBytes) === buffer.readUInt32BE(position + format.CRC_POSITION);
}

/** Computes the checksum anew, after a change to anything from the attributes on. */
export function setCrc(buffer: Buffer, position: number, sizeBytes: number): void {
  buffer.writeUInt32BE(computeCrc(buffer, position, sizeBytes), position + format.CRC_POSITION);
}

function computeCrc(buffer: Buffer, position: number, sizeBytes: number): number {
  return crc32c(buffer.subarray(position + format.ATTRIBUTES_POSITION, position + sizeBytes));
}

/** Sets the offset of the first record, in place; the checksum does not cover it. */
export function setBaseOffset(buffer: Buffer, position: number, baseOffset: number): void {
  writeSafeInt64(buffer, position + format.BASE_OFFSET_POSITION, baseOffset);
}

/** Sets the leader epoch, in place; the checksum does not cover it. */
export function setPartitionLeaderEpoch(buffer: Buffer, position: number, leaderEpoch: number): void {
  buffer.writeInt32BE(leaderEpoch, position + format.PARTITION_LEADER_EPOCH_POSITION);
}

/** Makes `timestampMs` the time of all records of the batch (message.timestamp.type=LogAppendTime) and sets the checksum. */
export function setLogAppendTime(
  buffer: Buffer,
  position: number,
  sizeBytes: number,
  timestampMs: number,
): void {
  buffer.writeInt16BE(
    attributesAt(buffer, position) | format.LOG_APPEND_TIME_FLAG,
    position + format.ATTRIBUTES_POSITION,
  );
  writeSafeInt64(buffer, position + format.MAX_TIMESTAMP_POSITION, timestampMs);
  setCrc(buffer, position, sizeBytes);
}

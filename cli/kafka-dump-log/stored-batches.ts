/**
 * Walks the batches of a segment, of any format, without believing what they say: a debugging tool has to show broken
 * ones too. Offsets, ids and timestamps are bigint, because a broken file may hold any 64 bits. The walk ends where less than
 * a whole batch is left (class FileLogInputStream); a size that no batch can have ends it with an error.
 */
import { createRequire } from 'node:module';
import * as format from '../../protocol/records/batch-format.ts';
import { crc32c } from '../../protocol/wire/crc32c.ts';
import { CommandError } from '../command-error.ts';
import type { LogFile } from './log-file.ts';

export interface StoredBatch {
  /** Where it begins in the file. */
  readonly position: number;
  readonly sizeBytes: number;
  readonly magic: number;
}

/** A message of magic 0 without key and value: what a size must reach. */
const SMALLEST_LEGACY_BYTES = 14;
/** A batch beyond this is not loaded whole: brokers refuse far smaller ones. */
const LOADABLE_BYTES_MAX = 268_435_456;
const CHECKSUM_PIECE_BYTES = 1_048_576;
const LEGACY_CRC_POSITION = 12;

/** The batches that lie wholly between `start` and `end`. */
export function* storedBatches(file: LogFile, start: number, end: number): Generator<StoredBatch> {
  let position = start;
  // A rest of exactly this many bytes is no batch either; Kafka's reader stops there, too.
  while (position < end - format.RECOGNISABLE_BYTES) {
    const prefix = file.read(position, format.RECOGNISABLE_BYTES);
    const length = prefix.readInt32BE(format.BATCH_LENGTH_POSITION);
    if (length < SMALLEST_LEGACY_BYTES) {
      throw new CommandError(
        `Found record size ${String(length)} smaller than minimum record overhead (${String(SMALLEST_LEGACY_BYTES)}) ` +
          `in file ${file.path} at position ${String(position)}.`,
      );
    }
    const sizeBytes = length + format.LOG_OVERHEAD_BYTES;
    if (sizeBytes > end - position) return;
    yield { position, sizeBytes, magic: prefix.readInt8(format.MAGIC_POSITION) };
    position += sizeBytes;
  }
}

/** All bytes of a batch; valid until the file is read again. */
export function loadBatch(file: LogFile, batch: StoredBatch): Buffer {
  if (batch.sizeBytes > LOADABLE_BYTES_MAX) {
    throw new CommandError(
      `${file.path}: the batch at position ${String(batch.position)} claims ${String(batch.sizeBytes)} bytes, ` +
        `more than the ${String(LOADABLE_BYTES_MAX)} that this tool looks into.`,
    );
  }
  return file.read(batch.position, batch.sizeBytes);
}

export function isV2(batch: StoredBatch): boolean {
  return batch.magic >= format.MAGIC_V2;
}

/**
 * The header of a batch of format 2, without its records. It is read whole also where the batch says that it is shorter, as
 * Kafka does; the rest is the next batch's.
 */
export function readV2Header(file: LogFile, batch: StoredBatch): Buffer {
  const header = file.read(batch.position, format.BATCH_HEADER_BYTES);
  if (header.length === format.BATCH_HEADER_BYTES) return header;
  throw new CommandError(
    `${file.path}: the header of the batch at position ${String(batch.position)} is cut off.`,
  );
}

export function lastOffsetOf(file: LogFile, batch: StoredBatch): bigint {
  const first = file.read(batch.position, format.LOG_OVERHEAD_BYTES).readBigInt64BE(0);
  if (!isV2(batch)) return first;
  const delta = readV2Header(file, batch).readInt32BE(format.LAST_OFFSET_DELTA_POSITION);
  return BigInt.asIntN(64, first + BigInt(delta));
}

export interface Checksum {
  readonly stored: number;
  readonly isValid: boolean;
}

/** Reads the batch piece by piece: its size does not matter. */
export function checksumOf(file: LogFile, batch: StoredBatch): Checksum {
  const v2 = isV2(batch);
  const stored = file
    .read(batch.position, format.RECOGNISABLE_BYTES + 4)
    .readUInt32BE(v2 ? format.CRC_POSITION : LEGACY_CRC_POSITION);
  const from = batch.position + (v2 ? format.ATTRIBUTES_POSITION : format.MAGIC_POSITION);
  const end = batch.position + batch.sizeBytes;
  let computed: number | undefined;
  for (let at = from; at < end; at += CHECKSUM_PIECE_BYTES) {
    const piece = file.read(at, Math.min(CHECKSUM_PIECE_BYTES, end - at));
    computed = v2 ? crc32c(piece, computed) : crc32(piece, computed);
  }
  const isWhole = !v2 || batch.sizeBytes >= format.BATCH_HEADER_BYTES;
  return { stored, isValid: isWhole && stored === computed };
}

type Crc32 = (input: Uint8Array, initial?: number) => number;
let crc32Implementation: Crc32 | undefined;

/** CRC-32 (IEEE), the checksum of messages of magic 0 and 1. */
export function crc32(bytes: Uint8Array, initial?: number): number {
  crc32Implementation ??= (createRequire(import.meta.url)('@node-rs/crc32') as { crc32: Crc32 }).crc32;
  return initial === undefined ? crc32Implementation(bytes) : crc32Implementation(bytes, initial);
}

/**
 * The records inside a client's batch (Kafka's LogValidator): as many as the header says, offsets 0, 1, 2 ..., lengths that
 * add up, a key where the topic is compacted, times within its limits. Kafka stores uncompressed batches whose offsets are in
 * disorder and compressed ones whose record lengths lie; nobody could read those, so they are refused here.
 *
 * Message sets of magic 0 and 1 become a batch first, and a topic with a compression of its own gets every batch in it. Both make new bytes. Pure
 * and possibly slow: broker/record-work decides on which thread it runs.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { maxRecordsBytes } from '../../protocol/records/decompression-limits.ts';
import { compress } from '../../protocol/records/compression.ts';
import { plainRecords } from '../../protocol/records/decode-records.ts';
import { InvalidRecordsError } from '../../protocol/records/invalid-records-error.ts';
import { convertMessageSet } from '../../protocol/records/legacy-up-conversion.ts';
import { OutputLimitError } from '../../protocol/records/output-limit-error.ts';
import {
  ATTRIBUTES_POSITION,
  BATCH_HEADER_BYTES,
  BATCH_LENGTH_POSITION,
  COMPRESSION_MASK,
  CompressionCode,
  LOG_APPEND_TIME_FLAG,
  LOG_OVERHEAD_BYTES,
  MAGIC_POSITION,
  MAGIC_V2,
  readBatchHeader,
  RECOGNISABLE_BYTES,
  setCrc,
  TRANSACTIONAL_FLAG,
  type BatchHeader,
  type CompressionName,
} from '../../protocol/records/record-batch.ts';
import { MIN_RECORD_BYTES, walkRecords } from '../../protocol/records/record-walk.ts';
import { ProtocolError } from '../../protocol/wire/protocol-error.ts';
import type { RecordError } from '../replication/replica-requests.ts';
import type { LogConfig } from './log-config.ts';
import {
  checkBatches,
  isRefusal,
  refuse,
  segmentProblem,
  sizeProblem,
  type AppendContext,
  type AppendRefusal,
  type CheckedRecords,
} from './append-checks.ts';

/** Errors reported for single records; the rest is cut off. */
const MAX_RECORD_ERRORS = 100;

/** What compressed records of so many bytes may become. */
export type OutputLimit = (compressedBytes: number) => number;

/** All that is checked, at once: what came from a client or from one of our coordinators. */
export function checkAppend(
  records: Buffer,
  context: AppendContext,
  outputLimit: OutputLimit = maxRecordsBytes,
): CheckedRecords | AppendRefusal {
  if (context.origin === 'client' && isMessageSet(records))
    return messageSizeProblem(records, context.config) ?? checkMessageSet(records, context, outputLimit);
  const headers = checkBatches(records, context);
  if (isRefusal(headers)) return headers;
  const [first] = headers;
  if (context.origin === 'client' && first !== undefined)
    return countProblem(first, outputLimit) ?? checkRecords(records, first, context, outputLimit);
  return { records, batches: headers.map((header) => ({ header, maxTimestampMs: header.maxTimestampMs })) };
}

/** Magic 0 or 1. Who may send it is decided by the version of the request. */
export function isMessageSet(records: Buffer): boolean {
  return records.length >= RECOGNISABLE_BYTES && (records[MAGIC_POSITION] ?? MAGIC_V2) < MAGIC_V2;
}

/** The batch at the start of `records`, whose header and checksum are good; `header` is that header. */
export function checkRecords(
  records: Buffer,
  header: BatchHeader,
  context: AppendContext,
  outputLimit: OutputLimit,
): CheckedRecords | AppendRefusal {
  const plain = openRecords(records, header, outputLimit);
  if (isRefusal(plain)) return plain;
  const maxTimestampMs = checkPlain(plain.bytes, header, context);
  if (typeof maxTimestampMs !== 'number') return maxTimestampMs;
  const target = context.config.compressionType;
  if (target === 'producer' || target === header.compression)
    return { records, batches: [{ header, maxTimestampMs }] };
  return stored(packed(records, header, plain.bytes, target), maxTimestampMs, context);
}

/**
 * A header that claims more compressed records than may be unpacked is refused by its word: 16 KiB can become half a gigabyte of
 * empty records, which is a second of somebody's time before the limit is met.
 */
export function countProblem(
  { compression, recordsCount, sizeBytes }: BatchHeader,
  outputLimit: OutputLimit = maxRecordsBytes,
): AppendRefusal | null {
  const limitBytes = outputLimit(sizeBytes - BATCH_HEADER_BYTES);
  if (compression === 'none' || recordsCount * MIN_RECORD_BYTES <= limitBytes) return null;
  const message = `A batch of ${sizeBytes} bytes may unpack to ${limitBytes} bytes; ${recordsCount} records are more.`;
  return refuse(ErrorCode.INVALID_RECORD, message);
}

/** Of the messages as they came; together they may be more, as long as the batch that they become is not. */
export function messageSizeProblem(messageSet: Buffer, config: LogConfig): AppendRefusal | null {
  for (let position = 0; messageSet.length - position >= LOG_OVERHEAD_BYTES;) {
    const sizeBytes = messageSet.readInt32BE(position + BATCH_LENGTH_POSITION) + LOG_OVERHEAD_BYTES;
    const problem = sizeProblem(sizeBytes, config);
    // What cannot be a size is found when the message is read.
    if (problem !== null || sizeBytes <= LOG_OVERHEAD_BYTES) return problem;
    position += sizeBytes;
  }
  return null;
}

/** A message set of Produce 0 to 2, whose messages are not too large, as one batch. */
export function checkMessageSet(
  messageSet: Buffer,
  context: AppendContext,
  outputLimit: OutputLimit,
): CheckedRecords | AppendRefusal {
  const { config } = context;
  const converted = convert(messageSet, outputLimit);
  if (isRefusal(converted)) return converted;
  const { batch, compression, isLogAppendTime } = converted;
  if (isLogAppendTime && config.messageTimestampType === 'LogAppendTime')
    return refuse(ErrorCode.INVALID_TIMESTAMP, BROKER_TIME);
  const header = readBatchHeader(batch);
  const plain = batch.subarray(BATCH_HEADER_BYTES);
  const maxTimestampMs = checkPlain(plain, header, context);
  if (typeof maxTimestampMs !== 'number') return maxTimestampMs;
  const target = config.compressionType === 'producer' ? compression : config.compressionType;
  return stored(packed(batch, header, plain, target), maxTimestampMs, context);
}

function openRecords(
  records: Buffer,
  header: BatchHeader,
  outputLimit: OutputLimit,
): { readonly bytes: Buffer } | AppendRefusal {
  try {
    return { bytes: plainRecords(records, header, outputLimit(header.sizeBytes - BATCH_HEADER_BYTES)) };
  } catch (error) {
    return unreadable(error);
  }
}

function convert(messageSet: Buffer, outputLimit: OutputLimit) {
  try {
    return convertMessageSet(messageSet, outputLimit(messageSet.length));
  } catch (error) {
    return unreadable(error);
  }
}

function unreadable(error: unknown): AppendRefusal {
  if (!(error instanceof ProtocolError)) throw error;
  const message = `The records cannot be read: ${error.message}.`;
  if (error instanceof InvalidRecordsError) return refuse(ErrorCode.INVALID_RECORD, message);
  const isTooLarge = error instanceof OutputLimitError;
  return refuse(isTooLarge ? ErrorCode.MESSAGE_TOO_LARGE : ErrorCode.CORRUPT_MESSAGE, message);
}

const KEY_MISSING = 'A compacted topic takes only records with a key.';
const BROKER_TIME = 'A producer may not mark its time as that of the log append.';

/** The largest timestamp of the records, or what is wrong with them. */
function checkPlain(plain: Buffer, header: BatchHeader, context: AppendContext): number | AppendRefusal {
  const { isLogAppendTime, baseTimestampMs } = header;
  const errors: RecordError[] = [];
  let hasBadTime = false;
  let index = 0;
  let largestMs = -1;
  let disorder: string | null = null;
  const note = (message: string): void => {
    if (errors.length < MAX_RECORD_ERRORS) errors.push({ batchIndex: index, message });
  };
  try {
    walkRecords(plain, header.recordsCount, (offsetDelta, timestampDelta, keySizeBytes) => {
      const timestampMs = isLogAppendTime ? header.maxTimestampMs : baseTimestampMs + timestampDelta;
      if (timestampMs > largestMs) largestMs = timestampMs;
      if (offsetDelta !== index) disorder ??= `record ${index} has the offset delta ${offsetDelta}`;
      if (keySizeBytes < 0 && context.config.cleanupCompact) note(KEY_MISSING);
      else {
        const problem = timeProblem(timestampMs, isLogAppendTime, context);
        if (problem !== null) {
          hasBadTime = true;
          note(problem);
        }
      }
      index += 1;
    });
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    disorder ??= error.message;
  }
  if (disorder !== null)
    return refuse(ErrorCode.INVALID_RECORD, `The record batch is not valid: ${String(disorder)}.`);
  if (hasBadTime)
    return refuse(
      ErrorCode.INVALID_TIMESTAMP,
      'Some records have a time that the topic does not take.',
      errors,
    );
  if (errors.length > 0) return refuse(ErrorCode.INVALID_RECORD, KEY_MISSING, errors);
  return largestMs;
}

/** Under LogAppendTime the producer's time is overwritten and may be any, but not marked as the broker's. */
function timeProblem(
  timestampMs: number,
  isLogAppendTime: boolean,
  { config, nowMs }: AppendContext,
): string | null {
  if (config.messageTimestampType === 'LogAppendTime') return isLogAppendTime ? BROKER_TIME : null;
  if (timestampMs === -1) return isLogAppendTime ? BROKER_TIME : null;
  if (nowMs - timestampMs > config.messageTimestampBeforeMaxMs) {
    return `Timestamp ${timestampMs} is more than ${config.messageTimestampBeforeMaxMs} ms in the past (message.timestamp.before.max.ms).`;
  }
  if (timestampMs - nowMs > config.messageTimestampAfterMaxMs) {
    return `Timestamp ${timestampMs} is more than ${config.messageTimestampAfterMaxMs} ms in the future (message.timestamp.after.max.ms).`;
  }
  return Number.isSafeInteger(timestampMs) ? null : `Timestamp ${timestampMs} is beyond 2^53.`;
}

/** The same batch with its records in another compression. Attribute bits that mean nothing to us are not kept. */
function packed(batch: Buffer, header: BatchHeader, plain: Buffer, compression: CompressionName): Buffer {
  if (compression === header.compression) return batch;
  const bytes = Buffer.concat([
    batch.subarray(header.position, header.position + BATCH_HEADER_BYTES),
    compress(compression, plain),
  ]);
  const kept = header.attributes & (LOG_APPEND_TIME_FLAG | TRANSACTIONAL_FLAG);
  bytes.writeInt32BE(bytes.length - LOG_OVERHEAD_BYTES, BATCH_LENGTH_POSITION);
  bytes.writeInt16BE(kept | (CompressionCode[compression] & COMPRESSION_MASK), ATTRIBUTES_POSITION);
  setCrc(bytes, 0, bytes.length);
  return bytes;
}

function stored(
  records: Buffer,
  maxTimestampMs: number,
  { config }: AppendContext,
): CheckedRecords | AppendRefusal {
  const problem = sizeProblem(records.length, config) ?? segmentProblem(records, config);
  return problem ?? { records, batches: [{ header: readBatchHeader(records), maxTimestampMs }] };
}

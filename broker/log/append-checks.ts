/**
 * What a batch must satisfy before it is stored (Kafka's UnifiedLog.analyzeAndValidateRecords and LogValidator):
 * sizes, checksum, counts, no control batches from clients, timestamps within limits, keys on compacted topics.
 *
 * Compressed batches are stored as they came; their records are looked into only where a check depends on them,
 * which is the key check of compacted topics. `ensureTimes` is the only thing here that changes the bytes.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { inspectRecords } from '../../protocol/records/decode-records.ts';
import {
  ATTRIBUTES_POSITION,
  attributesAt,
  BATCH_HEADER_BYTES,
  crcIsValid,
  LOG_APPEND_TIME_FLAG,
  magicAt,
  MAGIC_V2,
  MAX_TIMESTAMP_POSITION,
  RECOGNISABLE_BYTES,
  readBatchHeader,
  setCrc,
  setLogAppendTime,
  writeSafeInt64,
  type BatchHeader,
} from '../../protocol/records/record-batch.ts';
import type { AppendOrigin, RecordError } from '../replication/replica-requests.ts';
import { headerOrProblem } from './batch-check.ts';
import type { LogConfig } from './log-config.ts';

/** Errors reported for single records; the rest is cut off. */
const MAX_RECORD_ERRORS = 100;
/** A batch that must be decompressed for a check may not grow beyond this. */
const MAX_DECOMPRESSED_BYTES = 67_108_864;

export interface AppendRefusal {
  readonly errorCode: number;
  readonly errorMessage: string;
  readonly recordErrors?: readonly RecordError[];
}

export interface AppendContext {
  readonly config: LogConfig;
  readonly nowMs: number;
  readonly origin: AppendOrigin;
}

function refuse(
  errorCode: number,
  errorMessage: string,
  recordErrors?: readonly RecordError[],
): AppendRefusal {
  return recordErrors === undefined ? { errorCode, errorMessage } : { errorCode, errorMessage, recordErrors };
}

export interface CheckedBatch {
  /** With the batch's position in the records that were checked. */
  readonly header: BatchHeader;
  /** The largest timestamp of its records, where they were looked at; otherwise what the header says. */
  readonly maxTimestampMs: number;
}

export function isRefusal(outcome: object): outcome is AppendRefusal {
  return 'errorCode' in outcome;
}

/** The batches in `records`, or why none of them is stored. */
export function checkBatches(
  records: Buffer,
  context: AppendContext,
): readonly CheckedBatch[] | AppendRefusal {
  const batches: CheckedBatch[] = [];
  let position = 0;
  while (position < records.length) {
    const checked = checkBatchAt(records, position, context);
    if (isRefusal(checked)) return checked;
    batches.push(checked);
    position += checked.header.sizeBytes;
  }
  if (batches.length === 0) return refuse(ErrorCode.INVALID_RECORD, 'There is no record batch to store.');
  if (context.origin === 'client' && batches.length > 1) {
    return refuse(
      ErrorCode.INVALID_RECORD,
      'A produce request carries exactly one record batch per partition.',
    );
  }
  if (records.length > context.config.segmentBytes) {
    return refuse(
      ErrorCode.RECORD_LIST_TOO_LARGE,
      `${records.length} bytes do not fit into a segment of ${context.config.segmentBytes} (segment.bytes).`,
    );
  }
  return batches;
}

function checkBatchAt(
  records: Buffer,
  position: number,
  context: AppendContext,
): CheckedBatch | AppendRefusal {
  const rest = records.length - position;
  if (rest >= RECOGNISABLE_BYTES && magicAt(records, position) !== MAGIC_V2) {
    const magic = magicAt(records, position);
    return refuse(
      ErrorCode.INVALID_RECORD,
      `Record batches of magic ${magic} are not taken here; magic 2 is.`,
    );
  }
  if (rest < BATCH_HEADER_BYTES) return refuse(ErrorCode.CORRUPT_MESSAGE, 'A record batch is cut off.');
  const sizeBytes = records.readInt32BE(position + 8) + 12;
  if (sizeBytes < BATCH_HEADER_BYTES || sizeBytes > rest) {
    return refuse(ErrorCode.CORRUPT_MESSAGE, 'The length of a record batch does not fit what was sent.');
  }
  const { config, origin } = context;
  if (sizeBytes > config.maxMessageBytes && origin === 'client') {
    return refuse(
      ErrorCode.MESSAGE_TOO_LARGE,
      `The record batch has ${sizeBytes} bytes; the topic takes ${config.maxMessageBytes} (max.message.bytes).`,
    );
  }
  if (!crcIsValid(records, position, sizeBytes)) {
    return refuse(ErrorCode.CORRUPT_MESSAGE, 'The checksum of the record batch does not match its content.');
  }
  const header = headerOrProblem(records, position);
  if (typeof header === 'string')
    return refuse(ErrorCode.INVALID_RECORD, `The record batch is not valid: ${header}.`);
  const problem = origin === 'replication' ? null : contentProblem(header, origin);
  if (problem !== null) return refuse(ErrorCode.INVALID_RECORD, `The record batch is not valid: ${problem}.`);
  if (origin === 'client') return checkClientBatch(records, header, context);
  return { header, maxTimestampMs: header.maxTimestampMs };
}

function contentProblem(header: BatchHeader, origin: AppendOrigin): string | null {
  const span = header.lastOffsetDelta + 1;
  if (header.recordsCount !== span) return `${header.recordsCount} records for ${span} offsets`;
  if (origin !== 'client') return null;
  if (header.baseOffset !== 0) return `its base offset is ${header.baseOffset} instead of 0`;
  if (header.isControl) return 'clients may not write control batches';
  if (header.producerId < -1) return `producer id ${header.producerId}`;
  if (header.producerId >= 0 && header.baseSequence < 0) return 'a producer id without a sequence number';
  if (header.producerId >= 0 && header.producerEpoch < 0) return 'a producer id without an epoch';
  return null;
}

function checkClientBatch(
  records: Buffer,
  header: BatchHeader,
  context: AppendContext,
): CheckedBatch | AppendRefusal {
  const { config } = context;
  if (header.isTransactional) {
    return refuse(ErrorCode.INVALID_TXN_STATE, 'No transaction of this producer is open on the partition.');
  }
  if (header.compression !== 'none' && !config.cleanupCompact) {
    const outside =
      timeOutside(header.maxTimestampMs, context) ?? timeOutside(header.baseTimestampMs, context);
    if (outside !== null) return refuse(ErrorCode.INVALID_TIMESTAMP, outside);
    return { header, maxTimestampMs: header.maxTimestampMs };
  }
  const keyless: RecordError[] = [];
  const badTimes: RecordError[] = [];
  let index = 0;
  let maxTimestampMs = -1;
  let disorder: string | null = null;
  try {
    const inspect = (offsetDelta: number, timestampMs: number, keySizeBytes: number): void => {
      const batchIndex = index++;
      if (timestampMs > maxTimestampMs) maxTimestampMs = timestampMs;
      if (offsetDelta !== batchIndex) disorder ??= `record ${batchIndex} has the offset delta ${offsetDelta}`;
      if (keySizeBytes < 0 && config.cleanupCompact && keyless.length < MAX_RECORD_ERRORS) {
        keyless.push({ batchIndex, message: KEY_MISSING });
      }
      const message = timeOutside(timestampMs, context);
      if (message !== null && badTimes.length < MAX_RECORD_ERRORS) badTimes.push({ batchIndex, message });
    };
    inspectRecords(records, header, inspect, { maxOutputBytes: MAX_DECOMPRESSED_BYTES });
  } catch (error) {
    disorder = error instanceof Error ? error.message : String(error);
  }
  if (disorder !== null)
    return refuse(ErrorCode.INVALID_RECORD, `The record batch is not valid: ${disorder}.`);
  if (keyless.length > 0) return refuse(ErrorCode.INVALID_RECORD, KEY_MISSING, keyless);
  if (badTimes.length > 0) {
    return refuse(
      ErrorCode.INVALID_TIMESTAMP,
      'Some records have a timestamp that the topic does not take.',
      badTimes,
    );
  }
  return { header, maxTimestampMs };
}

const KEY_MISSING = 'A compacted topic takes only records with a key.';

/** Only CreateTime is checked: under LogAppendTime the producer's time is overwritten. */
function timeOutside(timestampMs: number, { config, nowMs }: AppendContext): string | null {
  if (config.messageTimestampType === 'LogAppendTime' || timestampMs === -1) return null;
  if (nowMs - timestampMs > config.messageTimestampBeforeMaxMs) {
    return `Timestamp ${timestampMs} is more than ${config.messageTimestampBeforeMaxMs} ms in the past (message.timestamp.before.max.ms).`;
  }
  if (timestampMs - nowMs > config.messageTimestampAfterMaxMs) {
    return `Timestamp ${timestampMs} is more than ${config.messageTimestampAfterMaxMs} ms in the future (message.timestamp.after.max.ms).`;
  }
  return null;
}

/**
 * Sets the broker's time under LogAppendTime. Under CreateTime it clears a LogAppendTime mark that a client set by
 * itself and corrects a largest timestamp that is not that of the records. Returns the header as it is now.
 */
export function ensureTimes(
  records: Buffer,
  checked: CheckedBatch,
  { config, nowMs }: AppendContext,
): BatchHeader {
  const { header, maxTimestampMs } = checked;
  const { position, sizeBytes } = header;
  if (config.messageTimestampType === 'LogAppendTime') {
    setLogAppendTime(records, position, sizeBytes, nowMs);
    return readBatchHeader(records, position);
  }
  if (!header.isLogAppendTime && maxTimestampMs === header.maxTimestampMs) return header;
  records.writeInt16BE(
    attributesAt(records, position) & ~LOG_APPEND_TIME_FLAG,
    position + ATTRIBUTES_POSITION,
  );
  writeSafeInt64(records, position + MAX_TIMESTAMP_POSITION, maxTimestampMs);
  setCrc(records, position, sizeBytes);
  return readBatchHeader(records, position);
}

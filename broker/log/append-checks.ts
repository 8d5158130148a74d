/**
 * What a batch must satisfy before it is stored, as far as its header and its bytes as a whole tell (Kafka's ProduceRequest.validateRecords,
 * UnifiedLog.analyzeAndValidateRecords and LogValidator.validateBatch): sizes, magic, checksum, counts, no control batches from clients. The records inside are
 * the business of record-checks.ts.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  BATCH_HEADER_BYTES,
  crcIsValid,
  LOG_OVERHEAD_BYTES,
  magicAt,
  MAGIC_V2,
  RECOGNISABLE_BYTES,
  type BatchHeader,
} from '../../protocol/records/record-batch.ts';
import type { AppendOrigin, RecordError } from '../replication/replica-requests.ts';
import { headerOrProblem } from './batch-check.ts';
import type { LogConfig } from './log-config.ts';

export interface AppendRefusal {
  readonly errorCode: number;
  readonly errorMessage: string;
  readonly recordErrors?: readonly RecordError[];
}

/** Plain data: it may be sent to another thread. */
export interface AppendContext {
  readonly config: LogConfig;
  readonly nowMs: number;
  readonly origin: AppendOrigin;
}

export interface CheckedBatch {
  /** With the batch's position in the records that were checked. */
  readonly header: BatchHeader;
  /** The largest timestamp of its records, where they were looked at; otherwise what the header says. */
  readonly maxTimestampMs: number;
}

/** What may be appended. */
export interface CheckedRecords {
  readonly records: Buffer;
  readonly batches: readonly CheckedBatch[];
}

export function isRefusal(outcome: object): outcome is AppendRefusal {
  return 'errorCode' in outcome;
}

export function refuse(
  errorCode: number,
  errorMessage: string,
  recordErrors?: readonly RecordError[],
): AppendRefusal {
  return recordErrors === undefined ? { errorCode, errorMessage } : { errorCode, errorMessage, recordErrors };
}

/** The headers of the batches in `records`, or why none of them is stored. */
export function checkBatches(
  records: Buffer,
  context: AppendContext,
): readonly BatchHeader[] | AppendRefusal {
  const headers: BatchHeader[] = [];
  let position = 0;
  while (position < records.length) {
    const header = checkBatchAt(records, position, context);
    if (isRefusal(header)) return header;
    headers.push(header);
    position += header.sizeBytes;
    if (context.origin === 'client' && position < records.length) {
      return refuse(
        ErrorCode.INVALID_RECORD,
        'A produce request carries exactly one record batch per partition.',
      );
    }
  }
  if (headers.length === 0) return refuse(ErrorCode.INVALID_RECORD, 'There is no record batch to store.');
  return segmentProblem(records, context.config) ?? headers;
}

/** Also asked again after a conversion. */
export function segmentProblem(records: Buffer, { segmentBytes }: LogConfig): AppendRefusal | null {
  if (records.length <= segmentBytes) return null;
  return refuse(
    ErrorCode.RECORD_LIST_TOO_LARGE,
    `${records.length} bytes do not fit into a segment of ${segmentBytes} (segment.bytes).`,
  );
}

/** Also asked again after a conversion. */
export function sizeProblem(sizeBytes: number, { maxMessageBytes }: LogConfig): AppendRefusal | null {
  if (sizeBytes <= maxMessageBytes) return null;
  return refuse(
    ErrorCode.MESSAGE_TOO_LARGE,
    `The record batch has ${sizeBytes} bytes; the topic takes ${maxMessageBytes} (max.message.bytes).`,
  );
}

function checkBatchAt(
  records: Buffer,
  position: number,
  context: AppendContext,
): BatchHeader | AppendRefusal {
  const { config, origin } = context;
  const rest = records.length - position;
  if (rest < RECOGNISABLE_BYTES) return refuse(ErrorCode.INVALID_RECORD, 'A record batch is cut off.');
  const sizeBytes = records.readInt32BE(position + 8) + LOG_OVERHEAD_BYTES;
  // Shorter than any message ever was, or a format that nobody knows: this is no cut-off batch, it is none.
  if (sizeBytes < SMALLEST_ENTRY_BYTES)
    return refuse(ErrorCode.CORRUPT_MESSAGE, `A record batch says that it has ${sizeBytes} bytes.`);
  const magic = magicAt(records, position);
  if (magic < 0 || magic > MAGIC_V2)
    return refuse(ErrorCode.CORRUPT_MESSAGE, `There is no record format ${magic}.`);
  if (magic !== MAGIC_V2)
    return refuse(ErrorCode.INVALID_RECORD, `Record format ${magic} is not taken here; 2 is.`);
  if (sizeBytes > rest)
    return refuse(ErrorCode.INVALID_RECORD, 'A record batch is cut off: it says more bytes than came.');
  const tooLarge = sizeProblem(sizeBytes, config);
  if (tooLarge !== null) return tooLarge;
  if (sizeBytes < BATCH_HEADER_BYTES)
    return refuse(ErrorCode.CORRUPT_MESSAGE, `A record batch of ${sizeBytes} bytes is too short.`);
  if (!crcIsValid(records, position, sizeBytes))
    return refuse(ErrorCode.CORRUPT_MESSAGE, 'The checksum of the record batch does not match its content.');
  const header = headerOrProblem(records, position);
  const problem = typeof header === 'string' ? header : contentProblem(header, origin);
  if (problem !== null) return refuse(ErrorCode.INVALID_RECORD, `The record batch is not valid: ${problem}.`);
  return header as BatchHeader;
}

/** Offset, size, and the smallest message of magic 0. */
const SMALLEST_ENTRY_BYTES = 26;

function contentProblem(header: BatchHeader, origin: AppendOrigin): string | null {
  const span = header.lastOffsetDelta + 1;
  if (header.recordsCount !== span) return `${header.recordsCount} records for ${span} offsets`;
  if (origin !== 'client') return null;
  if (header.baseOffset !== 0) return `its base offset is ${header.baseOffset} instead of 0`;
  if (header.isControl) return 'clients may not write control batches';
  if (header.isTransactional && header.producerId < 0) return 'a transaction without a producer id';
  if (header.producerId < -1) return `producer id ${header.producerId}`;
  if (header.producerId >= 0 && header.baseSequence < 0) return 'a producer id without a sequence number';
  if (header.producerId >= 0 && header.producerEpoch < 0) return 'a producer id without an epoch';
  return null;
}

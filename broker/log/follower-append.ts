/**
 * Appends what a follower fetched (Kafka's UnifiedLog.appendAsFollower): batches keep the offsets and the leader epoch
 * that the leader gave them, and all that is known of a log (epochs, producers, indexes) grows from their headers. The
 * records inside are the leader's business.
 *
 * Nothing is stored of what came unless every batch in it is whole and good: its checksum matches, it begins at or
 * behind the log end (compaction leaves gaps), and its epoch is none that the leader could not know. What the leader cut
 * off at the end of its answer is left out.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  BATCH_LENGTH_POSITION,
  crcIsValid,
  LOG_OVERHEAD_BYTES,
  RECOGNISABLE_BYTES,
  type BatchHeader,
} from '../../protocol/records/record-batch.ts';
import { isRefusal, refuse, type AppendRefusal } from './append-checks.ts';
import { headerOrProblem } from './batch-check.ts';
import { storeBatches } from './log-append.ts';
import type { LogCore } from './log-core.ts';
import { offline, refused, type LogAppendResult } from './log-requests.ts';
import { restartAt } from './log-trimming.ts';
import { MAX_RELATIVE_OFFSET } from './segment.ts';

/** `leaderEpoch`: of the leader that sent them. Nothing of the buffer is kept. */
export function appendFetched(log: LogCore, records: Buffer, leaderEpoch: number): LogAppendResult {
  if (!log.health.isGood) return refused(offline(log.name));
  const headers = readFetched(log, records, leaderEpoch);
  if (isRefusal(headers)) return refused(headers);
  const nowMs = log.platform.clock.wallMs();
  const logStartOffset = beginWithin(log, headers);
  let result: LogAppendResult | null = null;
  for (const part of partsOf(headers, log.config.segmentBytes)) {
    const stored = storeBatches(log, bytesOf(records, part), rebased(part), nowMs, false);
    if (stored.errorCode !== 0) return stored;
    result =
      result === null
        ? stored
        : {
            ...stored,
            baseOffset: result.baseOffset,
            recordCount: result.recordCount + stored.recordCount,
          };
  }
  log.logStartOffset = Math.max(log.logStartOffset, logStartOffset);
  return result ?? refused(refuse(ErrorCode.CORRUPT_MESSAGE, 'There is no whole record batch.'));
}

/** The headers of all whole batches, or what is wrong with one of them. */
function readFetched(
  log: LogCore,
  records: Buffer,
  leaderEpoch: number,
): readonly BatchHeader[] | AppendRefusal {
  const headers: BatchHeader[] = [];
  let position = 0;
  let nextOffset = log.logEndOffset;
  while (records.length - position >= RECOGNISABLE_BYTES) {
    const sizeBytes = records.readInt32BE(position + BATCH_LENGTH_POSITION) + LOG_OVERHEAD_BYTES;
    if (sizeBytes > records.length - position) break;
    const header = headerOrProblem(records, position);
    if (typeof header === 'string') return refuse(ErrorCode.CORRUPT_MESSAGE, header);
    if (!crcIsValid(records, position, sizeBytes))
      return refuse(
        ErrorCode.CORRUPT_MESSAGE,
        `the checksum of the batch at offset ${header.baseOffset} does not match its content`,
      );
    if (header.baseOffset < nextOffset && !(headers.length === 0 && mayBeginWithin(log, header)))
      return refuse(
        ErrorCode.INVALID_RECORD,
        `a batch at offset ${header.baseOffset} came, but the log already reaches ${nextOffset}`,
      );
    if (header.partitionLeaderEpoch > leaderEpoch)
      return refuse(
        ErrorCode.INVALID_RECORD,
        `the batch at offset ${header.baseOffset} is of epoch ${header.partitionLeaderEpoch}, its leader of epoch ${leaderEpoch}`,
      );
    headers.push(header);
    nextOffset = header.lastOffset + 1;
    position += sizeBytes;
  }
  return headers.length === 0 ? refuse(ErrorCode.CORRUPT_MESSAGE, 'there is no whole record batch') : headers;
}

/** The leader's log may begin within a batch, of which an empty log takes all. */
function mayBeginWithin(log: LogCore, { baseOffset, lastOffset }: BatchHeader): boolean {
  const { logStartOffset, logEndOffset } = log;
  return logStartOffset === logEndOffset && baseOffset < logEndOffset && lastOffset >= logEndOffset;
}

/** Makes room for a first batch that begins before the empty log does; gives where the log begins for readers. */
function beginWithin(log: LogCore, headers: readonly BatchHeader[]): number {
  const { logStartOffset, logEndOffset } = log;
  const [first] = headers;
  if (first !== undefined && first.baseOffset < logEndOffset) restartAt(log, first.baseOffset);
  return logStartOffset;
}

/** As many batches as fit into a segment at a time; one that does not fit alone was good enough for the leader. */
function* partsOf(headers: readonly BatchHeader[], segmentBytes: number): Iterable<readonly BatchHeader[]> {
  const last = headers.at(-1);
  const first = headers[0];
  if (first === undefined || last === undefined) return;
  const bytes = last.position + last.sizeBytes - first.position;
  if (bytes <= segmentBytes && last.lastOffset - first.baseOffset <= MAX_RELATIVE_OFFSET) {
    yield headers;
    return;
  }
  let part: BatchHeader[] = [];
  let partBytes = 0;
  for (const header of headers) {
    const isTooFar = header.lastOffset - (part[0]?.baseOffset ?? header.baseOffset) > MAX_RELATIVE_OFFSET;
    if (part.length > 0 && (partBytes + header.sizeBytes > segmentBytes || isTooFar)) {
      yield part;
      part = [];
      partBytes = 0;
    }
    part.push(header);
    partBytes += header.sizeBytes;
  }
  yield part;
}

function bytesOf(records: Buffer, part: readonly BatchHeader[]): Buffer {
  const from = part[0]?.position ?? 0;
  const last = part.at(-1);
  const to = last === undefined ? from : last.position + last.sizeBytes;
  return from === 0 && to === records.length ? records : records.subarray(from, to);
}

/** With positions in the part's own bytes. */
function rebased(part: readonly BatchHeader[]): readonly BatchHeader[] {
  const from = part[0]?.position ?? 0;
  return from === 0 ? part : part.map((header) => ({ ...header, position: header.position - from }));
}

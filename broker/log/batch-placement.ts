/**
 * Gives batches their place in the log: offsets, leader epoch and, where the topic or the records say another, time;
 * set in place in the bytes. What comes from a leader has its place already; it only must not lie before the end of
 * what is here.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  ATTRIBUTES_POSITION,
  attributesAt,
  LOG_APPEND_TIME_FLAG,
  MAX_TIMESTAMP_POSITION,
  readBatchHeader,
  setBaseOffset,
  setCrc,
  setLogAppendTime,
  setPartitionLeaderEpoch,
  writeSafeInt64,
  type BatchHeader,
} from '../../protocol/records/record-batch.ts';
import type { AppendContext, AppendRefusal, CheckedBatch, CheckedRecords } from './append-checks.ts';

/** The headers as they are stored, from `logEndOffset` on. */
export function placeBatches(
  { records, batches }: CheckedRecords,
  logEndOffset: number,
  leaderEpoch: number,
  context: AppendContext,
): readonly BatchHeader[] | AppendRefusal {
  const headers: BatchHeader[] = [];
  let offset = logEndOffset;
  for (const batch of batches) {
    const found = batch.header;
    if (context.origin === 'replication') {
      if (found.baseOffset < offset) {
        const errorMessage = `A batch at offset ${found.baseOffset} came, but the log already reaches ${offset}.`;
        return { errorCode: ErrorCode.INVALID_RECORD, errorMessage };
      }
      headers.push(found);
      offset = found.lastOffset + 1;
      continue;
    }
    const timed = ensureTimes(records, batch, context);
    setBaseOffset(records, found.position, offset);
    setPartitionLeaderEpoch(records, found.position, leaderEpoch);
    const lastOffset = offset + found.lastOffsetDelta;
    headers.push({ ...timed, baseOffset: offset, lastOffset, partitionLeaderEpoch: leaderEpoch });
    offset = lastOffset + 1;
  }
  return headers;
}

/**
 * Sets the broker's time under LogAppendTime. Under CreateTime it clears a LogAppendTime mark that a client set by
 * itself and corrects a largest timestamp that is not that of the records. Returns the header as it is now.
 */
function ensureTimes(records: Buffer, checked: CheckedBatch, { config, nowMs }: AppendContext): BatchHeader {
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

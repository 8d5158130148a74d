/**
 * Gives batches their place in the log: offsets, leader epoch and, where the topic or the records say another, time;
 * set in place in the bytes. What comes from a leader has its place already, see follower-append.ts.
 */
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
import type { AppendContext, CheckedBatch, CheckedRecords } from './append-checks.ts';

/** The headers as they are stored, from `logEndOffset` on. */
export function placeBatches(
  { records, batches }: CheckedRecords,
  logEndOffset: number,
  leaderEpoch: number,
  context: AppendContext,
): readonly BatchHeader[] {
  const headers: BatchHeader[] = [];
  let offset = logEndOffset;
  for (const batch of batches) {
    const found = batch.header;
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

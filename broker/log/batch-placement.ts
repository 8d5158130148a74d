/**
 * Gives batches their place in the log: offsets and leader epoch, set in place in the bytes. What comes from a
 * leader has its place already; it only must not lie before the end of what is here.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  setBaseOffset,
  setPartitionLeaderEpoch,
  type BatchHeader,
} from '../../protocol/records/record-batch.ts';
import { ensureTimes, type AppendContext, type AppendRefusal, type CheckedBatch } from './append-checks.ts';

/** The headers as they are stored, from `logEndOffset` on. */
export function placeBatches(
  records: Buffer,
  checked: readonly CheckedBatch[],
  logEndOffset: number,
  leaderEpoch: number,
  context: AppendContext,
): readonly BatchHeader[] | AppendRefusal {
  const headers: BatchHeader[] = [];
  let offset = logEndOffset;
  for (const batch of checked) {
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

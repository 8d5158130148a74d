/**
 * Which part of the bytes read from a segment may be handed out: whole batches with matching checksums that begin
 * below the limit. Kafka leaves the checksum to the client; here a damaged disk is noticed by the broker first, and
 * that costs more than all else that is done with a batch on its way out.
 *
 * Of a header only what the checksum does not cover is looked at, and what the walk needs: the rest was checked when
 * the batch came, and is what it was when the checksum matches.
 */
import {
  BATCH_HEADER_BYTES,
  BATCH_LENGTH_POSITION,
  crcIsValid,
  LAST_OFFSET_DELTA_POSITION,
  LOG_OVERHEAD_BYTES,
  MAGIC_POSITION,
  MAGIC_V2,
  readRoundedInt64,
} from '../../protocol/records/record-batch.ts';

export interface GoodBatches {
  /** Bytes from the start that may be handed out. */
  readonly endBytes: number;
  /** Offset after the last of them; -1 when there is none. */
  readonly nextOffset: number;
  /** Set when the walk ended at a damaged batch; a batch that is merely cut off by the window is no problem. */
  readonly problem: string | null;
}

/**
 * The checksum does not cover a batch's base offset, so offsets are checked against one another: they rise, and none
 * reaches `endOffset`, where the log or its next segment begins.
 */
export function takeGoodBatches(bytes: Buffer, maxOffset: number, endOffset: number): GoodBatches {
  let position = 0;
  let nextOffset = -1;
  const end = (problem: string | null): GoodBatches => ({ endBytes: position, nextOffset, problem });
  while (bytes.length - position >= BATCH_HEADER_BYTES) {
    const sizeBytes = bytes.readInt32BE(position + BATCH_LENGTH_POSITION) + LOG_OVERHEAD_BYTES;
    const baseOffset = readRoundedInt64(bytes, position);
    const lastOffset = baseOffset + bytes.readInt32BE(position + LAST_OFFSET_DELTA_POSITION);
    if (bytes[position + MAGIC_POSITION] !== MAGIC_V2)
      return end(`record format ${String(bytes[position + MAGIC_POSITION])} is not 2`);
    if (sizeBytes < BATCH_HEADER_BYTES) return end(`a batch of ${sizeBytes} bytes is too small`);
    if (baseOffset < 0 || baseOffset > Number.MAX_SAFE_INTEGER) return end(`base offset ${baseOffset}`);
    if (baseOffset >= maxOffset || position + sizeBytes > bytes.length) break;
    if (baseOffset < nextOffset || lastOffset < baseOffset || lastOffset >= endOffset)
      return end(`its offsets ${baseOffset} to ${lastOffset} do not fit`);
    // After a gap in the offsets, as compaction leaves them, the batch behind is the witness; without it ask again from here.
    if (nextOffset >= 0 && baseOffset > nextOffset && !beginsAfter(bytes, position + sizeBytes, lastOffset))
      break;
    if (!crcIsValid(bytes, position, sizeBytes)) return end('the checksum does not match');
    position += sizeBytes;
    nextOffset = lastOffset + 1;
  }
  return end(null);
}

function beginsAfter(bytes: Buffer, position: number, lastOffset: number): boolean {
  return bytes.length - position >= BATCH_HEADER_BYTES && readRoundedInt64(bytes, position) > lastOffset;
}

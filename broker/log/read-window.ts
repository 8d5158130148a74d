/**
 * Which part of the bytes read from a segment may be handed out: whole batches with matching checksums that begin
 * below the limit. Kafka leaves the checksum to the client; here it costs microseconds and a damaged disk is
 * noticed by the broker first.
 */
import { BATCH_HEADER_BYTES, crcIsValid } from '../../protocol/records/record-batch.ts';
import { headerOrProblem } from './batch-check.ts';

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
  while (bytes.length - position >= BATCH_HEADER_BYTES) {
    const header = headerOrProblem(bytes, position);
    if (typeof header === 'string') return { endBytes: position, nextOffset, problem: header };
    if (header.baseOffset >= maxOffset || position + header.sizeBytes > bytes.length) break;
    if (header.baseOffset < nextOffset || header.lastOffset >= endOffset) {
      return {
        endBytes: position,
        nextOffset,
        problem: `its offsets ${header.baseOffset} to ${header.lastOffset} do not fit`,
      };
    }
    if (!crcIsValid(bytes, position, header.sizeBytes)) {
      return { endBytes: position, nextOffset, problem: 'the checksum does not match' };
    }
    position += header.sizeBytes;
    nextOffset = header.lastOffset + 1;
  }
  return { endBytes: position, nextOffset, problem: null };
}

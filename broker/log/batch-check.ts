/**
 * Reading a batch header that may be damage: the problem comes back as words instead of an exception, because to the
 * log a bad header is an expected thing (a torn tail) that it answers by cutting.
 */
import {
  BATCH_HEADER_BYTES,
  readBatchHeader,
  type BatchHeader,
} from '../../protocol/records/record-batch.ts';

/** The header at `position`, or what is wrong with it. Its batch may reach beyond the buffer. */
export function headerOrProblem(buffer: Buffer, position: number): BatchHeader | string {
  if (buffer.length - position < BATCH_HEADER_BYTES) return 'a batch header is cut off';
  try {
    const header = readBatchHeader(buffer, position);
    return header.baseOffset < 0 ? `base offset ${header.baseOffset}` : header;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

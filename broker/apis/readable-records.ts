/** What a reader of Fetch below 10 can make something of: batches up to the first with zstd (KIP-110). Pure. */
import { forEachBatch } from '../../protocol/records/record-batch.ts';

/** A reader gets what it understands, and the error when it comes to the rest. */
export function beforeZstd(records: Buffer): Buffer {
  let end = records.length;
  forEachBatch(records, ({ compression, position }) => {
    if (compression !== 'zstd') return true;
    end = position;
    return false;
  });
  return records.subarray(0, end);
}

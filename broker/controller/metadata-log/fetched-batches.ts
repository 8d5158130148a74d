/**
 * Looks at what a leader sent before it goes into the log: whole batches that continue it without a gap, of epochs up to the
 * leader's that do not fall, with good checksums. Anything else is as if no answer had come.
 */
import { crcIsValid, forEachBatch } from '../../../protocol/records/record-batch.ts';
import { ProtocolError } from '../../../protocol/wire/protocol-error.ts';

/** As much as is whole; null when something is wrong. */
export function fetchedBatches(records: Buffer, fetchOffset: number, leaderEpoch: number): Buffer | null {
  let offset = fetchOffset;
  let epoch = 0;
  let isGood = true;
  try {
    const endPosition = forEachBatch(records, (header) => {
      isGood =
        header.baseOffset === offset &&
        header.partitionLeaderEpoch >= epoch &&
        header.partitionLeaderEpoch <= leaderEpoch &&
        crcIsValid(records, header.position, header.sizeBytes);
      offset = header.lastOffset + 1;
      epoch = header.partitionLeaderEpoch;
      return isGood;
    });
    return isGood && endPosition > 0 ? records.subarray(0, endPosition) : null;
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}

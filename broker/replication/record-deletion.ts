/** DeleteRecords over one local partition (KIP-107): its log start moves up, what lies before may go. */
import { ErrorCode } from '../../protocol/errors.ts';
import { isInternalTopic } from '../controller/topic-name.ts';
import type { PartitionLookup } from './local-partition.ts';
import type { DeleteRecordsResult } from './replica-requests.ts';

/** Offset -1 means the high watermark. `onMoved`: write the new start down. */
export function deleteRecords(
  partitions: PartitionLookup,
  {
    topic,
    partition,
    offset,
  }: { readonly topic: string; readonly partition: number; readonly offset: number },
  onMoved: () => void,
): DeleteRecordsResult {
  const failed = (errorCode: number): DeleteRecordsResult => ({ errorCode, lowWatermark: -1 });
  const local = partitions.get(topic, partition);
  if (local === undefined) return failed(partitions.missingError(topic, partition));
  if (isInternalTopic(topic)) return failed(ErrorCode.INVALID_TOPIC_EXCEPTION);
  const errorCode = local.leaderError(-1);
  if (errorCode !== 0) return failed(errorCode);
  // A log that only compacts keeps the last record of every key: nobody may cut its start.
  if (!local.log.config.cleanupDelete) return failed(ErrorCode.POLICY_VIOLATION);
  const wanted = offset === -1 ? local.highWatermark : offset;
  if (wanted < 0 || wanted > local.highWatermark) return failed(ErrorCode.OFFSET_OUT_OF_RANGE);
  if (local.log.advanceLogStart(wanted)) {
    local.log.applyRetention(local.highWatermark);
    onMoved();
  }
  return { errorCode: 0, lowWatermark: local.logStartOffset };
}

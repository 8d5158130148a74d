/**
 * Where a follower cuts its log when its leader says that the two have parted (KIP-101, KIP-279; Kafka's
 * AbstractFetcherThread.getOffsetTruncationState). Pure.
 *
 * The leader was told the follower's last epoch and answers with the largest epoch not above it that it knows, and where that
 * one ended there. If the follower knows that epoch too, both logs are the same up to the earlier of its two ends.
 * If it does not, everything above the follower's own next smaller epoch is cut, and the leader is asked again: the
 * next fetch does that by itself.
 *
 * Cutting at the high watermark instead, as was done before KIP-101, loses records that were acknowledged or keeps
 * others than the leader's: a high watermark is known late.
 */

export interface EpochEndOffset {
  readonly epoch: number;
  /** Exclusive. */
  readonly endOffset: number;
}

export interface FollowerLogEnds {
  readonly logEndOffset: number;
  /** The largest own epoch not above `epoch` and where it ended; epoch and offset -1 when all are larger, or none is known. */
  endOf(epoch: number): EpochEndOffset;
}

/** Never behind the log end. */
export function truncationOffset(leader: EpochEndOffset, log: FollowerLogEnds): number {
  const own = log.endOf(leader.epoch);
  if (own.endOffset < 0) return Math.min(leader.endOffset, log.logEndOffset);
  if (own.epoch !== leader.epoch) return Math.min(own.endOffset, log.logEndOffset);
  return Math.min(own.endOffset, leader.endOffset, log.logEndOffset);
}

/**
 * Which segments may go (Kafka's UnifiedLog.deleteOldSegments): pure decisions over sizes, times and offsets.
 *
 * Oldest first, stopping at the first that must stay; only segments wholly below the high watermark. A compacted
 * topic without "delete" loses nothing by time or size, only what lies below its log start offset.
 */
import type { LogConfig } from './log-config.ts';

export interface SegmentFacts {
  readonly baseOffset: number;
  /** Base offset of the segment after it, or the log end. */
  readonly nextBaseOffset: number;
  readonly sizeBytes: number;
  /** Asked only when retention by time applies: it may cost a read. */
  readonly retentionTimestampMs: () => number;
}

export interface RetentionSituation {
  readonly config: LogConfig;
  readonly nowMs: number;
  readonly highWatermark: number;
  readonly logStartOffset: number;
}

/** How many segments from the oldest on may go, and why, for the log line. All of them = the active one must be rolled first. */
export function segmentsToDelete(
  segments: readonly SegmentFacts[],
  situation: RetentionSituation,
): { readonly count: number; readonly reason: string } {
  const { config, nowMs, highWatermark, logStartOffset } = situation;
  const totalBytes = segments.reduce((sum, segment) => sum + segment.sizeBytes, 0);
  const byTime = config.cleanupDelete && config.retentionMs >= 0;
  const bySize = config.cleanupDelete && config.retentionBytes >= 0;
  let excessBytes = bySize ? totalBytes - config.retentionBytes : 0;
  let reason = '';
  let count = 0;
  for (const segment of segments) {
    const isEmptyActive = count === segments.length - 1 && segment.sizeBytes === 0;
    if (isEmptyActive || segment.nextBaseOffset > highWatermark) break;
    if (count < segments.length - 1 && segment.nextBaseOffset <= logStartOffset) {
      reason ||= `below the log start offset ${logStartOffset}`;
    } else if (byTime && nowMs - segment.retentionTimestampMs() > config.retentionMs) {
      reason ||= `older than retention.ms ${config.retentionMs}`;
    } else if (bySize && excessBytes - segment.sizeBytes >= 0) {
      reason ||= `beyond retention.bytes ${config.retentionBytes}`;
    } else {
      break;
    }
    excessBytes -= segment.sizeBytes;
    count++;
  }
  return { count, reason };
}

/** When a log begins a new segment (Kafka's LogSegment.shouldRoll): size, age, full index, or an offset too far from the base. */
import type { BatchHeader } from '../../protocol/records/record-batch.ts';
import type { LogConfig } from './log-config.ts';

export interface SegmentForRoll {
  readonly sizeBytes: number;
  readonly createdMs: number;
  readonly firstBatchTimestampMs: number | null;
  indexesAreFull(maxBytes: number): boolean;
  fitsOffset(offset: number): boolean;
}

export interface IncomingBatches {
  readonly firstOffset: number;
  readonly bytes: number;
  readonly lastOffset: number;
  readonly maxTimestampMs: number;
}

export function describeIncoming(headers: readonly BatchHeader[], bytes: number): IncomingBatches {
  return {
    firstOffset: headers[0]?.baseOffset ?? 0,
    lastOffset: headers.at(-1)?.lastOffset ?? 0,
    maxTimestampMs: headers.reduce((max, header) => Math.max(max, header.maxTimestampMs), -1),
    bytes,
  };
}

/** `maxAgeMs` is segment.ms less this segment's jitter. */
export function isRollDue(
  segment: SegmentForRoll,
  incoming: IncomingBatches,
  config: LogConfig,
  maxAgeMs: number,
  nowMs: number,
): boolean {
  if (!segment.fitsOffset(incoming.lastOffset)) return true;
  if (segment.sizeBytes === 0) return false;
  if (segment.sizeBytes + incoming.bytes > config.segmentBytes) return true;
  // Age goes by record time, so that the same records give the same segments again; without times by the clock.
  const firstMs = segment.firstBatchTimestampMs;
  const ageMs = firstMs === null ? nowMs - segment.createdMs : incoming.maxTimestampMs - firstMs;
  return ageMs > maxAgeMs || segment.indexesAreFull(config.segmentIndexBytes);
}

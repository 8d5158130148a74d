/**
 * From a time to an offset: the time index finds the batch, the batch's records say which of them it is.
 */
import { decodeRecords } from '../../protocol/records/decode-records.ts';
import type { LogSegment } from './segment.ts';

export interface TimestampedOffset {
  readonly timestampMs: number;
  readonly offset: number;
}

/** Records of one batch that may be decompressed for a lookup. */
const MAX_DECOMPRESSED_BYTES = 67_108_864;

/** The first record from `startOffset` on whose timestamp is `timestampMs` or later. */
export function findByTime(
  segments: readonly LogSegment[],
  timestampMs: number,
  startOffset: number,
): TimestampedOffset | null {
  for (const [index, segment] of segments.entries()) {
    const nextBase = segments[index + 1]?.baseOffset ?? Number.MAX_SAFE_INTEGER;
    if (nextBase <= startOffset || segment.maxTimestampMs < timestampMs) continue;
    const location = segment.locateTime(timestampMs, startOffset);
    if (location === null) continue;
    for (const record of decodeRecords(segment.readBatch(location), undefined, LIMITS)) {
      if (record.timestampMs >= timestampMs && record.offset >= startOffset) {
        return { timestampMs: record.timestampMs, offset: record.offset };
      }
    }
    // The header promised such a record and compaction took it: look on behind this batch.
    return findByTime(segments, timestampMs, location.header.lastOffset + 1);
  }
  return null;
}

/** The record with the largest timestamp of the log, the earliest of several. */
export function findMaxTime(segments: readonly LogSegment[]): TimestampedOffset | null {
  let best: LogSegment | null = null;
  for (const segment of segments) {
    if (segment.maxTimestampMs > (best?.maxTimestampMs ?? -1)) best = segment;
  }
  if (best === null) return null;
  const location = best.locate(best.offsetOfMaxTimestamp);
  if (location === null) return null;
  for (const record of decodeRecords(best.readBatch(location), undefined, LIMITS)) {
    if (record.timestampMs >= best.maxTimestampMs)
      return { timestampMs: record.timestampMs, offset: record.offset };
  }
  return { timestampMs: best.maxTimestampMs, offset: best.offsetOfMaxTimestamp };
}

const LIMITS = { maxOutputBytes: MAX_DECOMPRESSED_BYTES };

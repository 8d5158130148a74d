/**
 * How much of a log may be compacted and how badly it needs it (Kafka's LogCleanerManager): pure decisions over offsets,
 * sizes and times.
 *
 * Never touched: the active segment, anything from the last stable offset on, anything not yet forced to the device
 * (a record must not go for the sake of one that a power cut could still take), and from the first segment on that has
 * a record younger than min.compaction.lag.ms. Whole segments only.
 */
export interface CleanableSegment {
  readonly baseOffset: number;
  readonly sizeBytes: number;
  /** Asked only when a lag is configured: they may cost a read. */
  readonly maxTimestampMs: number;
  readonly firstBatchTimestampMs: number | null;
}

export interface CleanableSituation {
  /** All of the log, the last one active. */
  readonly segments: readonly CleanableSegment[];
  readonly logStartOffset: number;
  readonly logEndOffset: number;
  /** No transaction is open and nothing is unreplicated below it. */
  readonly lastStableOffset: number;
  /** All below it is on the device. */
  readonly recoveryPoint: number;
  /** Where the last round ended; null when the log was never compacted. */
  readonly checkpoint: number | null;
  readonly nowMs: number;
  readonly minCompactionLagMs: number;
  readonly maxCompactionLagMs: number;
}

export interface CleanableRange {
  /** All before it holds each key once. */
  readonly firstDirtyOffset: number;
  /** Base offset of the first segment that may not be touched. */
  readonly firstUncleanableOffset: number;
  readonly cleanBytes: number;
  readonly cleanableBytes: number;
  /** 0 to 1: dirty bytes among all that may be touched. */
  readonly dirtyRatio: number;
  /** For how long the oldest dirty record has been past max.compaction.lag.ms; 0 when it is not. */
  readonly overdueMs: number;
}

export function cleanableRange(situation: CleanableSituation): CleanableRange {
  const { segments, logStartOffset, logEndOffset, checkpoint } = situation;
  const isUsable = checkpoint !== null && checkpoint >= logStartOffset && checkpoint <= logEndOffset;
  const firstDirtyOffset = isUsable ? checkpoint : logStartOffset;
  const firstUncleanable = firstUncleanableIndex(situation, firstDirtyOffset);
  const touchable = segments.slice(0, firstUncleanable);
  const firstDirty = touchable.findLastIndex(({ baseOffset }) => baseOffset <= firstDirtyOffset);
  const firstUncleanableOffset = segments[firstUncleanable]?.baseOffset ?? logEndOffset;
  // What lies before the dirty offset in the same segment counts as dirty, as in Kafka; a fully clean log has none.
  const dirtyFrom = firstDirtyOffset >= firstUncleanableOffset ? touchable.length : Math.max(0, firstDirty);
  const cleanBytes = sumOf(touchable.slice(0, dirtyFrom));
  const cleanableBytes = sumOf(touchable.slice(dirtyFrom));
  const total = cleanBytes + cleanableBytes;
  return {
    firstDirtyOffset,
    firstUncleanableOffset,
    cleanBytes,
    cleanableBytes,
    dirtyRatio: total === 0 ? 0 : cleanableBytes / total,
    overdueMs: overdueMs(situation, firstDirtyOffset),
  };
}

function sumOf(segments: readonly CleanableSegment[]): number {
  return segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** Index of the first segment that may not be touched: at most that of the active one. */
function firstUncleanableIndex(situation: CleanableSituation, firstDirtyOffset: number): number {
  const { segments, lastStableOffset, recoveryPoint, minCompactionLagMs, nowMs } = situation;
  const limit = Math.min(lastStableOffset, recoveryPoint);
  let index = 0;
  for (; index < segments.length - 1; index++) {
    const segment = segments[index];
    const nextBase = segments[index + 1]?.baseOffset ?? 0;
    if (segment === undefined || nextBase > limit) break;
    const isDirty = nextBase > firstDirtyOffset;
    if (minCompactionLagMs > 0 && isDirty && segment.maxTimestampMs > nowMs - minCompactionLagMs) break;
  }
  return index;
}

function overdueMs(situation: CleanableSituation, firstDirtyOffset: number): number {
  const { segments, maxCompactionLagMs, nowMs } = situation;
  const cleanUntilMs = nowMs - maxCompactionLagMs;
  if (cleanUntilMs <= 0) return 0;
  let earliestMs = Number.POSITIVE_INFINITY;
  for (const [index, segment] of segments.slice(0, -1).entries()) {
    if ((segments[index + 1]?.baseOffset ?? 0) <= firstDirtyOffset) continue;
    const timestampMs = segment.firstBatchTimestampMs ?? -1;
    if (timestampMs > 0) earliestMs = Math.min(earliestMs, timestampMs);
  }
  return earliestMs < cleanUntilMs ? cleanUntilMs - earliestMs : 0;
}

/** The dirtiest of the logs that need it: enough dirt, or dirt that is overdue. */
export function chooseDirtiest<Log extends { readonly range: CleanableRange }>(
  logs: readonly Log[],
  minDirtyRatioOf: (log: Log) => number,
): Log | null {
  let best: Log | null = null;
  for (const log of logs) {
    const { cleanableBytes, dirtyRatio, overdueMs: overdue } = log.range;
    if (cleanableBytes === 0) continue;
    if (overdue <= 0 && dirtyRatio <= minDirtyRatioOf(log)) continue;
    if (best === null || dirtyRatio > best.range.dirtyRatio) best = log;
  }
  return best;
}

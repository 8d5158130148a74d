/**
 * Taking records away at the ends of one partition's log: the log start moves up (DeleteRecords, retention).
 */
import type { LogCore } from './log-core.ts';
import { segmentsToDelete } from './retention.ts';

/** Never down, never beyond the end. True if it moved. */
export function advanceLogStart(log: LogCore, offset: number): boolean {
  if (offset <= log.logStartOffset || offset > log.logEndOffset) return false;
  log.logStartOffset = offset;
  if (log.epochs.truncateStart(offset)) log.sideFiles.saveEpochs(log.epochs.entries);
  return true;
}

/** Takes away what retention says, below the high watermark; gives the number of segments that went. */
export function applyRetention(log: LogCore, highWatermark: number): number {
  if (!log.health.isGood) return 0;
  const { segments } = log;
  const { count, reason } = segmentsToDelete(segments.facts(log.logEndOffset), {
    config: log.config,
    nowMs: log.platform.clock.wallMs(),
    highWatermark,
    logStartOffset: log.logStartOffset,
  });
  if (count === 0) return 0;
  try {
    if (count === segments.all.length) log.roll(log.logEndOffset);
    // The start moves first: a reader is then told "out of range" and never finds a file gone.
    advanceLogStart(log, segments.all[count]?.baseOffset ?? log.logEndOffset);
    segments.dropOldest(count, log.config.fileDeleteDelayMs);
    log.flusher.noteNames();
  } catch (error) {
    log.health.writeFailed(error, segments.active.isTorn);
    return 0;
  }
  log.logger.info(
    `${log.name}: ${count} segments deleted (${reason}), the log starts at ${log.logStartOffset}`,
  );
  return count;
}

/**
 * Taking records away at the ends of one partition's log: the log start moves up (DeleteRecords, retention), the log
 * end moves down (a follower whose leader does not have what it has, KIP-101).
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

/** Cuts the log at `offset`, on a batch's boundary. False when it ends there or before. Throws LogOfflineError. */
export function truncateTo(log: LogCore, offset: number): boolean {
  log.health.assertGood();
  if (offset >= log.logEndOffset) {
    if (log.epochs.truncateEnd(offset)) log.sideFiles.saveEpochs(log.epochs.entries);
    return false;
  }
  if (offset < (log.segments.all[0]?.baseOffset ?? 0)) {
    restartAt(log, offset);
    return true;
  }
  const { logEndOffset } = log;
  cut(log, () => log.segments.truncateTo(offset, log.config.fileDeleteDelayMs));
  log.noteCut(offset);
  log.logger.info(`${log.name}: cut from offset ${logEndOffset} to ${offset}`);
  return true;
}

/** Takes everything away: the log begins and ends at `offset`. Throws LogOfflineError. */
export function restartAt(log: LogCore, offset: number): void {
  log.health.assertGood();
  cut(log, () => log.segments.restartAt(offset, log.config.fileDeleteDelayMs));
  log.logStartOffset = offset;
  log.noteCut(offset);
  log.epochs.clear();
  log.sideFiles.saveEpochs(log.epochs.entries);
  log.logger.info(`${log.name}: emptied, it begins anew at offset ${offset}`);
}

/** Whatever fails here leaves a log of which nobody knows where it ends; the next start finds out. */
function cut(log: LogCore, run: () => void): void {
  try {
    run();
  } catch (error) {
    log.health.fail(error);
    log.health.assertGood();
  }
}

/**
 * Which aborted transactions reach into a range of offsets, for readers of committed records (KIP-98): from the
 * indexes of the segments, the first that holds the range's start and those after it. A damaged index is built again.
 */
import type { LogCore } from './log-core.ts';
import { CorruptLogError } from './log-errors.ts';
import { rebuildTransactionIndex } from './producer-loading.ts';
import type { LogSegment } from './segment.ts';
import type { AbortedTransactionEntry } from './txn-index.ts';

/** By the offset of their markers. `toOffset` is exclusive. Throws CorruptLogError or DiskError. */
export function abortedTransactionsBetween(
  log: LogCore,
  fromOffset: number,
  toOffset: number,
): AbortedTransactionEntry[] {
  const found: AbortedTransactionEntry[] = [];
  for (const segment of log.segments.from(fromOffset)) {
    const { aborted, isComplete } = abortedIn(log, segment, fromOffset, toOffset);
    found.push(...aborted);
    if (isComplete) break;
  }
  return found;
}

function abortedIn(
  log: LogCore,
  segment: LogSegment,
  fromOffset: number,
  toOffset: number,
): ReturnType<LogSegment['transactions']['abortedBetween']> {
  try {
    return segment.transactions.abortedBetween(fromOffset, toOffset);
  } catch (error) {
    if (!(error instanceof CorruptLogError)) throw error;
    log.logger.warn(`${error.message}: it is built again from the log`);
    rebuildTransactionIndex(log.segments.all, segment, log.logEndOffset, log.logger);
    return segment.transactions.abortedBetween(fromOffset, toOffset);
  }
}

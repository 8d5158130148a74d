/**
 * Producers read back when a log is opened or was cut: from the newest good snapshot, then from the batches behind it.
 * On the way the aborted transactions of segments whose indexes are made anew are written again.
 */
import { readBatchHeader } from '../../protocol/records/record-batch.ts';
import type { Logger } from '../platform/logger.ts';
import { CorruptLogError } from './log-errors.ts';
import { ProducerSnapshots } from './producer-snapshots.ts';
import { ProducerState } from './producer-state.ts';
import type { BatchLocation, LogSegment, SegmentEnvironment } from './segment.ts';
import {
  isTransactionControl,
  readTransactionMarker,
  type EndTransactionMarker,
} from './transaction-marker.ts';

export interface ProducerReplay {
  readonly segments: readonly LogSegment[];
  /** Batches that end before it are passed over. */
  readonly fromOffset: number;
  readonly logEndOffset: number;
  /** Segments from this base on get their transaction index anew; null: none. */
  readonly rebuiltFrom: number | null;
  readonly logger: Logger;
}

/** Fills `state`, which must be empty; gives the offset of the snapshot that it began with, -1 without one. */
export function loadProducers(
  state: ProducerState,
  environment: SegmentEnvironment,
  log: Omit<ProducerReplay, 'fromOffset' | 'logger'> & { readonly logStartOffset: number },
): number {
  const { disk, directory, logger } = environment;
  const { segments, logStartOffset, logEndOffset, rebuiltFrom } = log;
  const snapshots = new ProducerSnapshots(disk, directory, logger);
  snapshots.dropBeyond(logEndOffset);
  const snapshotOffset = snapshots.load(state, rebuiltFrom ?? logEndOffset) ?? -1;
  const fromOffset = Math.max(snapshotOffset, logStartOffset);
  replayProducers(state, { segments, fromOffset, logEndOffset, rebuiltFrom, logger });
  return snapshotOffset;
}

function replayProducers(state: ProducerState, replay: ProducerReplay): void {
  const { segments, fromOffset, logEndOffset, rebuiltFrom, logger } = replay;
  for (const [index, segment] of segments.entries()) {
    const isRebuilt = rebuiltFrom !== null && segment.baseOffset >= rebuiltFrom;
    if (isRebuilt) segment.transactions.reset();
    const nextBase = segments[index + 1]?.baseOffset ?? logEndOffset;
    if (nextBase <= fromOffset) continue;
    segment.visitFrom(Math.max(fromOffset, segment.baseOffset), (header, position) => {
      if (header.lastOffset < fromOffset) return;
      const marker = isTransactionControl(header) ? markerAt(segment, { header, position }, logger) : null;
      const aborted = state.update(header, marker);
      if (isRebuilt && aborted !== null) segment.transactions.append(aborted);
    });
  }
}

function markerAt(
  segment: LogSegment,
  location: Pick<BatchLocation, 'header' | 'position'>,
  logger: Logger,
): EndTransactionMarker | null {
  try {
    const bytes = segment.readBatch(location);
    return readTransactionMarker(bytes, readBatchHeader(bytes));
  } catch (error) {
    if (!(error instanceof CorruptLogError)) throw error;
    logger.error(`${error.message}: what this marker says of its transaction is lost`);
    return null;
  }
}

/** The aborted transactions of one segment, from the log instead of from the damaged index. */
export function rebuildTransactionIndex(
  segments: readonly LogSegment[],
  damaged: LogSegment,
  logEndOffset: number,
  logger: Logger,
): void {
  const upTo = segments.slice(0, segments.indexOf(damaged) + 1);
  const nextBase = segments[upTo.length]?.baseOffset ?? logEndOffset;
  replayProducers(new ProducerState(), {
    segments: upTo,
    fromOffset: 0,
    logEndOffset: nextBase,
    rebuiltFrom: damaged.baseOffset,
    logger,
  });
}

/**
 * The segments of one log in order, the last one active: rolling to a new one, finding the one that holds an
 * offset, putting a compacted one in the place of several, and taking old ones away (renamed to `.deleted` now, removed
 * after file.delete.delay.ms, as Kafka does).
 */
import { forEachBatch } from '../../protocol/records/record-batch.ts';
import type { Timers } from '../platform/platform.ts';
import { renameSegmentFiles } from './cleaner/swap-files.ts';
import type { SegmentFacts } from './retention.ts';
import { LogSegment, type ReadLimits, type SegmentEnvironment } from './segment.ts';
import {
  DELETED_SUFFIX,
  SEGMENT_SUFFIXES,
  segmentFile,
  SWAP_SUFFIX,
  TRANSACTION_INDEX_SUFFIX,
} from './segment-files.ts';

/** True for no bytes, too: there is nothing more to be had then. */
function holdsRecords(batches: Buffer): boolean {
  let found = batches.length === 0;
  // Nearly always the first batch answers it.
  forEachBatch(batches, ({ recordsCount }) => {
    found = recordsCount > 0;
    return !found;
  });
  return found;
}

function endOffsetOf(batches: Buffer): number {
  let endOffset = 0;
  forEachBatch(batches, ({ lastOffset }) => {
    endOffset = lastOffset + 1;
  });
  return endOffset;
}

export class SegmentList {
  readonly #environment: SegmentEnvironment;
  readonly #timers: Timers;
  #segments: readonly LogSegment[];

  constructor(environment: SegmentEnvironment, timers: Timers, segments: readonly LogSegment[]) {
    this.#environment = environment;
    this.#timers = timers;
    this.#segments = segments;
  }

  get all(): readonly LogSegment[] {
    return this.#segments;
  }

  get active(): LogSegment {
    const last = this.#segments.at(-1);
    if (last === undefined) throw new Error('a log has at least one segment');
    return last;
  }

  get sizeBytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.sizeBytes, 0);
  }

  /** The segments from the one that may hold `offset` on. */
  from(offset: number): readonly LogSegment[] {
    if (this.active.baseOffset <= offset) return this.#segments.slice(-1);
    return this.#segments.slice(
      Math.max(
        0,
        this.#segments.findLastIndex((segment) => segment.baseOffset <= offset),
      ),
    );
  }

  /**
   * Whole batches from the one that holds `offset` on; `limits.endOffset` is the log end. What compaction has left empty
   * comes together with the next batch that holds records: there are clients that ask for the same offset again for
   * ever when all they get is a batch without records.
   */
  read(offset: number, limits: ReadLimits): Buffer {
    const first = this.#readOnce(offset, limits);
    if (holdsRecords(first)) return first;
    const parts = [first];
    for (let last = first; !holdsRecords(last);) {
      last = this.#readOnce(endOffsetOf(last), { ...limits, minOneBatch: true });
      parts.push(last);
    }
    return Buffer.concat(parts);
  }

  #readOnce(offset: number, limits: ReadLimits): Buffer {
    const segments = this.from(offset);
    for (const [index, segment] of segments.entries()) {
      const endOffset = segments[index + 1]?.baseOffset ?? limits.endOffset;
      const bytes = segment.read(offset, { ...limits, endOffset });
      if (bytes.length > 0) return bytes;
      // Nothing in this segment: either the next batch is too large, or compaction emptied the segment's end.
      if (segment.locate(offset) !== null) return bytes;
    }
    return Buffer.alloc(0);
  }

  /** What retention decides on. */
  facts(logEndOffset: number): SegmentFacts[] {
    return this.#segments.map((segment, index) => ({
      baseOffset: segment.baseOffset,
      nextBaseOffset: this.#segments[index + 1]?.baseOffset ?? logEndOffset,
      sizeBytes: segment.sizeBytes,
      retentionTimestampMs: () => segment.retentionTimestampMs,
    }));
  }

  times(logStartOffset: number): { readonly baseOffset: number; readonly modifiedMs: number }[] {
    return this.#segments.map((segment) => ({
      baseOffset: Math.max(segment.baseOffset, logStartOffset),
      modifiedMs: segment.lastModifiedMs,
    }));
  }

  /** Makes a new active segment; throws DiskError with nothing changed. */
  roll(baseOffset: number): void {
    const { disk, directory } = this.#environment;
    const paths = SEGMENT_SUFFIXES.map((suffix) => segmentFile(directory, baseOffset, suffix));
    let next: LogSegment;
    try {
      next = new LogSegment(this.#environment, baseOffset, { create: true });
    } catch (error) {
      for (const path of paths) if (disk.exists(path)) disk.removeFile(path);
      throw error;
    }
    this.#segments = [...this.#segments, next];
  }

  /** Takes the oldest `count` away; they can no longer be found from here on. */
  dropOldest(count: number, removalDelayMs: number): void {
    const dropped = this.#segments.slice(0, count);
    this.#segments = this.#segments.slice(count);
    for (const segment of dropped) {
      segment.closeFiles();
      this.#removeLater(segment, removalDelayMs);
    }
  }

  /** Takes away all from `offset` on, the newest first, so that a crash leaves a log without holes. Throws DiskError. */
  truncateTo(offset: number, removalDelayMs: number): void {
    while (this.#segments.length > 1 && this.active.baseOffset > offset) this.#dropNewest(removalDelayMs);
    this.active.truncateTo(offset);
  }

  /** Takes everything away and begins anew at `offset`. Throws DiskError. */
  restartAt(offset: number, removalDelayMs: number): void {
    while (this.#segments.length > 0) this.#dropNewest(removalDelayMs);
    this.roll(offset);
  }

  #dropNewest(removalDelayMs: number): void {
    const newest = this.active;
    this.#segments = this.#segments.slice(0, -1);
    newest.closeFiles();
    this.#removeLater(newest, removalDelayMs);
  }

  /**
   * The compacted files `<base>.*.swap` take the place of `old`, neighbours that begin with that base (step 3 of
   * cleaner/swap-files.ts). Throws DiskError with the list as it was.
   */
  replaceBySwap(old: readonly LogSegment[], removalDelayMs: number): void {
    const [first] = old;
    if (first === undefined) return;
    const next = new LogSegment(this.#environment, first.baseOffset, { create: false, suffix: SWAP_SUFFIX });
    this.#segments = this.#segments.flatMap((segment) => {
      if (segment === first) return [next];
      return old.includes(segment) ? [] : [segment];
    });
    for (const segment of old) {
      segment.closeFiles();
      this.#removeLater(segment, removalDelayMs);
    }
  }

  /** A compacted segment gets its own name (step 4). Throws DiskError; it can be done again then. */
  settleSwap(swapped: LogSegment): void {
    const { disk, directory } = this.#environment;
    const { baseOffset, suffix } = swapped;
    swapped.closeFiles();
    const transactions = segmentFile(directory, baseOffset, TRANSACTION_INDEX_SUFFIX) + suffix;
    if (disk.exists(transactions) && disk.stat(transactions).sizeBytes === 0) disk.removeFile(transactions);
    renameSegmentFiles(disk, directory, baseOffset, suffix, '');
    const next = new LogSegment(this.#environment, baseOffset, { create: false });
    this.#segments = this.#segments.map((segment) => (segment === swapped ? next : segment));
  }

  #removeLater({ baseOffset, suffix }: LogSegment, delayMs: number): void {
    const { disk, directory, logger } = this.#environment;
    const renamed: string[] = [];
    for (const kind of SEGMENT_SUFFIXES) {
      const path = segmentFile(directory, baseOffset, kind) + suffix;
      if (!disk.exists(path)) continue;
      disk.rename(path, path + DELETED_SUFFIX);
      renamed.push(path + DELETED_SUFFIX);
    }
    this.#timers.after(delayMs, () => {
      for (const path of renamed) {
        try {
          if (disk.exists(path)) disk.removeFile(path);
        } catch (error) {
          logger.warn(`${path} could not be removed and is tried again at the next start: ${String(error)}`);
        }
      }
    });
  }
}

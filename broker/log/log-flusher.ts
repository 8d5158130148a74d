/**
 * Forces a log to the device, one flush at a time: callers that come while one runs share the next. The recovery
 * point (all before it is on the device) moves only when every file was forced.
 *
 * A failed sync is final. The page cache may have dropped what it could not write, and a second sync would report
 * success for lost bytes, so the log goes offline instead.
 */
import { join } from 'node:path';
import type { CancelTimer, Disk, Timers } from '../platform/platform.ts';
import type { LogSegment } from './segment.ts';
import { PARTITION_METADATA } from './segment-files.ts';

export interface FlushTarget {
  readonly disk: Disk;
  readonly directory: string;
  /** Forces the directory in which it is. */
  readonly syncParent: () => Promise<void>;
  nowMs(): number;
  readonly onFlushed: ((tookMs: number) => void) | undefined;
  logEndOffset(): number;
  segments(): readonly LogSegment[];
  /** Resolves when the small files beside the segments say what they have to. */
  sideFilesWritten(): Promise<void>;
}

export class LogFlusher {
  readonly #target: FlushTarget;
  #recoveryPoint: number;
  /** How far the log was cut since the running flush began. */
  #cutTo = Number.POSITIVE_INFINITY;
  #hasUnforcedCut = false;
  #running: Promise<void> | null = null;
  #namesChanged: boolean;
  #folderIsNew: boolean;
  #isAsOpened = true;
  /** The indexes of segments with a lower base are on the device; those of the active one never count. */
  #indexesForcedTo: number;

  /** `folderIsNew`: the folder may not have been forced since it and its files were made, nor its own name above it. */
  constructor(target: FlushTarget, recoveryPoint: number, folderIsNew: boolean) {
    this.#target = target;
    this.#recoveryPoint = recoveryPoint;
    this.#namesChanged = folderIsNew;
    this.#folderIsNew = folderIsNew;
    // Recovery makes those of the segment before the recovery point anew.
    this.#indexesForcedTo = recoveryPoint - 1;
  }

  get recoveryPoint(): number {
    return this.#recoveryPoint;
  }

  /**
   * The log was cut, and a power cut could bring back what was cut off. Nothing may be written where that was: it could come
   * back between the new batches, each of them whole.
   */
  get hasUnforcedCut(): boolean {
    return this.#hasUnforcedCut;
  }

  /** It was not cut, and no file was made, renamed or removed. */
  get isAsOpened(): boolean {
    return this.#isAsOpened;
  }

  /** The log was cut: its segments from `offset` on are no longer on the device as they are now. */
  lower(offset: number): void {
    this.#isAsOpened = false;
    this.#recoveryPoint = Math.min(this.#recoveryPoint, offset);
    this.#indexesForcedTo = Math.min(this.#indexesForcedTo, offset);
    this.#cutTo = Math.min(this.#cutTo, offset);
    this.#hasUnforcedCut = true;
  }

  /** A file was made or renamed: the folder itself must be forced too. */
  noteNames(): void {
    this.#isAsOpened = false;
    this.#namesChanged = true;
  }

  /** Rejects with the DiskError of the first file that could not be forced. */
  async flush(): Promise<void> {
    const wanted = this.#target.logEndOffset();
    while (this.#running !== null) await this.#running;
    if (this.#recoveryPoint >= wanted && !this.#namesChanged && !this.#hasUnforcedCut) return;
    this.#running = this.#flushNow().finally(() => {
      this.#running = null;
    });
    await this.#running;
  }

  async #flushNow(): Promise<void> {
    this.#cutTo = Number.POSITIVE_INFINITY;
    const beganMs = this.#target.nowMs();
    const endOffset = this.#target.logEndOffset();
    const segments = this.#target.segments();
    const active = segments.at(-1);
    // Also a segment whose batches were all forced while it was active, if its indexes were not.
    const from = Math.min(this.#recoveryPoint, this.#indexesForcedTo);
    const first = Math.max(
      0,
      segments.findLastIndex((segment) => segment.baseOffset <= from),
    );
    for (const segment of segments.slice(first)) {
      try {
        await segment.sync(segment !== active);
      } catch (error) {
        // Deleted by retention meanwhile: there is nothing left to force.
        if (this.#target.segments().includes(segment)) throw error;
      }
    }
    if (this.#folderIsNew) await this.#forceTopicId();
    if (this.#namesChanged) {
      this.#namesChanged = false;
      await this.#target.disk.syncDirectory(this.#target.directory);
    }
    if (this.#folderIsNew) {
      this.#folderIsNew = false;
      await this.#target.syncParent();
    }
    // Recovery begins at the recovery point: what it finds out about leader epochs before is in their file only.
    await this.#target.sideFilesWritten();
    this.#hasUnforcedCut = this.#cutTo !== Number.POSITIVE_INFINITY;
    // What was cut off meanwhile may have been written anew, and not been forced.
    this.#indexesForcedTo = Math.min(active?.baseOffset ?? 0, this.#cutTo);
    this.#recoveryPoint = Math.max(this.#recoveryPoint, Math.min(endOffset, this.#cutTo));
    this.#target.onFlushed?.(this.#target.nowMs() - beganMs);
  }

  /** Without it nobody could tell whether the log is of this topic or of an earlier one with its name. */
  async #forceTopicId(): Promise<void> {
    const { disk, directory } = this.#target;
    const path = join(directory, PARTITION_METADATA);
    if (!disk.exists(path)) return;
    const file = disk.open(path, { create: false });
    try {
      await file.sync();
    } finally {
      file.close();
    }
  }
}

/** A flush.ms beyond this means never. */
const NEVER_MS = 365 * 86_400_000;

/** flush.ms: forces a log at the latest so long after an append. Armed by the first append after a flush. */
export class FlushTimer {
  readonly #timers: Timers;
  readonly #flush: () => Promise<void>;
  #cancel: CancelTimer | null = null;

  constructor(timers: Timers, flush: () => Promise<void>) {
    this.#timers = timers;
    this.#flush = flush;
  }

  arm(flushMs: number): void {
    if (this.#cancel !== null || flushMs >= NEVER_MS) return;
    this.#cancel = this.#timers.after(flushMs, () => {
      this.#cancel = null;
      // A failure takes the log offline by itself.
      void this.#flush().catch(() => undefined);
    });
  }

  cancel(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}

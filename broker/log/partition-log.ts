/**
 * The log of one partition: segments, leader epochs, producers and the two ends (Kafka's UnifiedLog).
 *
 * Invariants: offsets rise and are never given twice; what `append` acknowledged is in the file; what it refused or
 * could not write left no trace; `read` hands out whole, checked batches between log start and log end. A disk
 * failure that cannot be undone takes the log offline for good: then nothing is acknowledged and nothing is read.
 *
 * This is the public face; what it is made of is in log-core.ts. The high watermark is not known here: who asks for
 * something that depends on it says what it is. Legacy formats are converted before they get here.
 */
import type { LeaderEpochs } from './leader-epochs.ts';
import type { CheckedRecords } from './append-checks.ts';
import { abortedTransactionsBetween } from './aborted-transactions.ts';
import { appendFetched } from './follower-append.ts';
import { appendBatches, appendEndTransactionMarker } from './log-append.ts';
import type { LogConfig } from './log-config.ts';
import { LogCore } from './log-core.ts';
import { OffsetOutOfRangeError } from './log-errors.ts';
import type {
  AppendOptions,
  EndTransactionRequest,
  LogAppendResult,
  LogReadRequest,
  PartitionLogOptions,
} from './log-requests.ts';
import { advanceLogStart, applyRetention, restartAt, truncateTo } from './log-trimming.ts';
import type { ProducerState } from './producer-state.ts';
import type { LogSegment } from './segment.ts';
import type { SegmentList } from './segment-list.ts';
import { findByTime, findMaxTime, type TimestampedOffset } from './time-lookup.ts';
import type { AbortedTransactionEntry } from './txn-index.ts';

export type { AppendOptions, LogAppendResult, LogReadRequest, PartitionLogOptions } from './log-requests.ts';

const DAY_MS = 86_400_000;

export class PartitionLog {
  readonly topic: string;
  readonly partition: number;
  readonly directory: string;
  readonly #core: LogCore;

  /** Opens or creates the log, recovering it if it was not closed cleanly. Throws DiskError if the folder is unusable. */
  static open(options: PartitionLogOptions): PartitionLog {
    return new PartitionLog(options);
  }

  private constructor(options: PartitionLogOptions) {
    this.topic = options.topic;
    this.partition = options.partition;
    this.directory = options.directory;
    this.#core = new LogCore(options);
    this.expireProducers(options.producerIdExpirationMs ?? DAY_MS);
  }

  get name(): string {
    return this.#core.name;
  }

  get config(): LogConfig {
    return this.#core.config;
  }

  get logStartOffset(): number {
    return this.#core.logStartOffset;
  }

  /** Offset that the next record gets. */
  get logEndOffset(): number {
    return this.#core.logEndOffset;
  }

  /** All before it has been forced to the device. */
  get recoveryPoint(): number {
    return this.#core.flusher.recoveryPoint;
  }

  get sizeBytes(): number {
    return this.#core.segments.sizeBytes;
  }

  /** Oldest first, the last is the active one. A snapshot: take it anew after every await. */
  get segments(): readonly LogSegment[] {
    return this.#core.segments.all;
  }

  get segmentCount(): number {
    return this.segments.length;
  }

  get isOffline(): boolean {
    return this.#core.health.isOffline;
  }

  get leaderEpochs(): LeaderEpochs {
    return this.#core.epochs;
  }

  get producers(): ProducerState {
    return this.#core.producers;
  }

  /** flush.messages is reached: whoever acknowledges must flush first. */
  get isFlushDue(): boolean {
    return this.logEndOffset - this.recoveryPoint >= this.config.flushMessages;
  }

  updateConfig(config: LogConfig): void {
    this.#core.config = config;
  }

  /** Notes that the leader of `epoch` begins to write at the log end. */
  beginLeaderEpoch(epoch: number): void {
    this.#core.beginEpoch(epoch, this.logEndOffset);
  }

  /** Synchronous; the buffer is stored with offsets and leader epoch set in place. Expected failures are error codes. */
  append(records: Buffer | CheckedRecords, options: AppendOptions): LogAppendResult {
    return appendBatches(this.#core, records, options);
  }

  /**
   * What a follower fetched from the leader of `leaderEpoch`: offsets and epochs are the leader's. Nothing is stored of what is
   * damaged or does not continue the log (CORRUPT_MESSAGE, INVALID_RECORD); the log end says how far a failing disk came.
   * Nothing of the buffer is kept.
   */
  appendFetched(records: Buffer, leaderEpoch: number): LogAppendResult {
    return appendFetched(this.#core, records, leaderEpoch);
  }

  /**
   * Ends a producer's transaction with a COMMIT or ABORT marker, whether or not one is open here. Refused with
   * INVALID_PRODUCER_EPOCH or TRANSACTION_COORDINATOR_FENCED when a newer producer or coordinator was here before.
   */
  appendEndTransactionMarker(request: EndTransactionRequest): LogAppendResult {
    return appendEndTransactionMarker(this.#core, request);
  }

  /** The high watermark has moved: transactions whose marker lies below it are decided for readers. */
  noteHighWatermark(highWatermark: number): void {
    this.producers.transactions.noteHighWatermark(highWatermark);
  }

  /** Readers of committed records stop here: at the high watermark or at the first offset that is undecided below it. */
  lastStableOffset(highWatermark: number): number {
    const unstable = this.producers.transactions.firstUnstable(highWatermark);
    if (unstable === null) return highWatermark;
    return Math.min(highWatermark, Math.max(unstable, this.logStartOffset));
  }

  /** Those that reach into `fromOffset` to `toOffset` (exclusive). Throws CorruptLogError or LogOfflineError. */
  abortedTransactions(fromOffset: number, toOffset: number): readonly AbortedTransactionEntry[] {
    this.#core.health.assertGood();
    return abortedTransactionsBetween(this.#core, fromOffset, toOffset);
  }

  /** Whole batches from the one that holds `offset` on; empty at the end. Throws OffsetOutOfRangeError, CorruptLogError or LogOfflineError. */
  read(request: LogReadRequest): Buffer {
    this.#core.health.assertGood();
    const { logStartOffset, logEndOffset } = this;
    const { offset, maxBytes } = request;
    const maxOffset = Math.min(request.maxOffset ?? logEndOffset, logEndOffset);
    if (offset < logStartOffset || offset > logEndOffset) {
      throw new OffsetOutOfRangeError(this.name, offset, logStartOffset, logEndOffset);
    }
    const { tail, segments } = this.#core;
    if (offset >= maxOffset) {
      tail.noteReader();
      return Buffer.alloc(0);
    }
    const limits = {
      maxBytes,
      maxOffset,
      endOffset: logEndOffset,
      minOneBatch: request.minOneBatch ?? false,
    };
    const recent = tail.read(offset, limits);
    if (recent !== null) return recent;
    const bytes = segments.read(offset, limits);
    // What did not fill half of the window ended where the log does: the reader comes back for what is next.
    if (bytes.length * 2 < maxBytes) tail.noteReader();
    return bytes;
  }

  /** The first record at `timestampMs` or later, or null. */
  offsetByTime(timestampMs: number): TimestampedOffset | null {
    this.#core.health.assertGood();
    return findByTime(this.segments, timestampMs, this.logStartOffset);
  }

  /** The record with the largest timestamp, or null in an empty log. */
  offsetOfMaxTime(): TimestampedOffset | null {
    this.#core.health.assertGood();
    return findMaxTime(this.segments);
  }

  /** Base offsets of the segments with the times they were last written, oldest first (ListOffsets v0). */
  segmentTimes(): { readonly baseOffset: number; readonly modifiedMs: number }[] {
    return this.#core.segments.times(this.logStartOffset);
  }

  /** Moves the log start up (DeleteRecords, or a leader's word); never down, never beyond the end. True if it moved. */
  advanceLogStart(offset: number): boolean {
    return advanceLogStart(this.#core, offset);
  }

  /**
   * Takes away the records from `offset` on, a boundary between batches: they are not the leader's. Producers and epochs
   * are as they were there. False when the log ends there or before. Throws LogOfflineError. Whoever cuts must `flush` before
   * anything is appended: a power cut could else leave old records behind the new ones.
   */
  truncateTo(offset: number): boolean {
    return truncateTo(this.#core, offset);
  }

  /** Takes all records away; the log begins and ends at `offset`, the leader's first. Throws LogOfflineError. To be followed by `flush`. */
  restartAt(offset: number): void {
    restartAt(this.#core, offset);
  }

  /** Applies retention below the high watermark; gives the number of segments that went. */
  applyRetention(highWatermark: number): number {
    return applyRetention(this.#core, highWatermark);
  }

  /**
   * Runs `replace`, which puts a cleaned segment in the place of `old`. False, and nothing was run, when the log is
   * closed or offline or no longer holds all of `old` as sealed segments (retention was there first): the caller then
   * throws its work away. `replace` must be synchronous. If it throws, the files are neither the old ones nor the new
   * one, and only a start can say which they are: the log goes offline.
   */
  replaceSegments(old: readonly LogSegment[], replace: (segments: SegmentList) => void): boolean {
    const { health, segments, flusher } = this.#core;
    const sealed = segments.all.slice(0, -1);
    if (!health.isGood || old.some((segment) => !sealed.includes(segment))) return false;
    try {
      replace(segments);
      flusher.noteNames();
    } catch (error) {
      health.fail(error);
      throw error;
    }
    return true;
  }

  /** A write beside the log failed and left no trace. Full disks pass; after anything else the device is not trusted. */
  noteFailedWrite(error: unknown): void {
    this.#core.health.writeFailed(error, false);
  }

  expireProducers(expirationMs: number): void {
    this.producers.expire(this.#core.platform.clock.wallMs() - expirationMs);
  }

  /** It was cut and not forced since: whoever appends waits for a `flush`. */
  get hasUnforcedCut(): boolean {
    return this.#core.flusher.hasUnforcedCut;
  }

  /** Forces everything appended so far to the device. A rejection means the log is offline from now on. */
  flush(): Promise<void> {
    return this.#core.flush();
  }

  /** Flushes, writes the producer snapshot and closes the files. */
  async close(): Promise<void> {
    const { health, flushTimer, flusher, segments, sideFiles } = this.#core;
    if (health.isClosed) return;
    flushTimer.cancel();
    if (!health.isOffline && !this.#core.isAsOpened) {
      const { active } = segments;
      if (!this.#core.isBare) {
        if (!active.hasIndexFiles) flusher.noteNames();
        active.seal();
        // A clean start trusts the indexes.
        await active.sync(true);
      }
      await this.flush();
      this.#core.saveDueEpochs();
      this.#core.saveProducers();
    }
    if (!health.isOffline) await sideFiles.written();
    this.abandon();
  }

  /** Closes the files as they are: the log is about to be deleted, or its disk has failed. */
  abandon(): void {
    const { health, flushTimer, segments, sideFiles } = this.#core;
    health.close();
    sideFiles.abandon();
    flushTimer.cancel();
    for (const segment of segments.all) segment.closeFiles();
  }

  /** The disk under this log has failed elsewhere. */
  takeOffline(cause: unknown): void {
    this.#core.health.takeOffline(cause);
  }
}

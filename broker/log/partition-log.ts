/**
 * The log of one partition: segments, leader epochs, producers and the two ends (Kafka's UnifiedLog).
 *
 * Invariants: offsets rise and are never given twice; what `append` acknowledged is in the file; what it refused or
 * could not write left no trace; `read` hands out whole, checked batches between log start and log end. A disk
 * failure that cannot be undone takes the log offline for good: then nothing is acknowledged and nothing is read.
 *
 * The high watermark is not known here. Legacy formats are converted before they get here, compaction and the
 * transaction index work on the same SegmentList.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import type { BatchHeader } from '../../protocol/records/record-batch.ts';
import type { Logger } from '../platform/logger.ts';
import type { Platform } from '../platform/platform.ts';
import { checkBatches, isRefusal, type AppendContext, type AppendRefusal } from './append-checks.ts';
import { placeBatches } from './batch-placement.ts';
import type { LeaderEpochs } from './leader-epochs.ts';
import type { LogConfig } from './log-config.ts';
import { LogOfflineError, OffsetOutOfRangeError } from './log-errors.ts';
import { FlushTimer, LogFlusher } from './log-flusher.ts';
import { loadLog, type LoadedLog } from './log-loading.ts';
import { OpenFiles } from './open-files.ts';
import { checkProducer } from './producer-history.ts';
import {
  offline,
  refused,
  type AppendOptions,
  type LogAppendResult,
  type LogReadRequest,
  type PartitionLogOptions,
} from './log-requests.ts';
import { LogSideFiles } from './log-side-files.ts';
import type { ProducerState } from './producer-state.ts';
import { segmentsToDelete } from './retention.ts';
import { describeIncoming, isRollDue } from './roll-decision.ts';
import type { SegmentEnvironment } from './segment.ts';
import { SegmentList } from './segment-list.ts';
import { findByTime, findMaxTime, type TimestampedOffset } from './time-lookup.ts';

export type { AppendOptions, LogAppendResult, LogReadRequest, PartitionLogOptions } from './log-requests.ts';

const DAY_MS = 86_400_000;
/** Failures that pass by themselves; after any other the device is not trusted again. */
const PASSING_CODES: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE']);

export class PartitionLog {
  readonly topic: string;
  readonly partition: number;
  readonly directory: string;
  readonly #platform: Platform;
  readonly #logger: Logger;
  readonly #segments: SegmentList;
  readonly #epochs: LeaderEpochs;
  readonly #producers: ProducerState;
  readonly #sideFiles: LogSideFiles;
  readonly #flusher: LogFlusher;
  readonly #onFailure: ((cause: unknown) => void) | undefined;
  #config: LogConfig;
  #logStartOffset: number;
  #logEndOffset: number;
  #rollJitterMs: number;
  #failure: { readonly cause: unknown } | null = null;
  #closed = false;
  readonly #flushTimer: FlushTimer;

  /** Opens or creates the log, recovering it if it was not closed cleanly. Throws DiskError if the folder is unusable. */
  static open(options: PartitionLogOptions): PartitionLog {
    const { platform, directory } = options;
    let log: PartitionLog | null = null;
    const environment: SegmentEnvironment = {
      disk: platform.disk,
      clock: platform.clock,
      logger: options.logger,
      files: options.files ?? new OpenFiles(platform.disk),
      directory,
      indexIntervalBytes: () => log?.config.indexIntervalBytes ?? options.config.indexIntervalBytes,
    };
    const recoveryPoint = options.recoveryPoint ?? 0;
    const loaded = loadLog({
      environment,
      cleanShutdown: options.cleanShutdown ?? false,
      recoveryPoint,
      logStartOffset: options.logStartOffset ?? 0,
      allowsGaps: options.config.cleanupCompact,
    });
    log = new PartitionLog(options, environment, loaded);
    return log;
  }

  private constructor(options: PartitionLogOptions, environment: SegmentEnvironment, loaded: LoadedLog) {
    const { platform, logger, directory } = options;
    this.topic = options.topic;
    this.partition = options.partition;
    this.directory = directory;
    this.#platform = platform;
    this.#logger = logger;
    this.#config = options.config;
    this.#onFailure = options.onFailure;
    this.#segments = new SegmentList(environment, platform.timers, loaded.segments);
    this.#logStartOffset = loaded.logStartOffset;
    this.#logEndOffset = loaded.logEndOffset;
    this.#epochs = loaded.epochs;
    this.#producers = loaded.producers;
    this.#sideFiles = new LogSideFiles(platform.disk, directory, logger, loaded.snapshotOffset);
    const onDevice = options.cleanShutdown === true ? loaded.logEndOffset : (options.recoveryPoint ?? 0);
    const target = {
      disk: platform.disk,
      directory,
      logEndOffset: () => this.#logEndOffset,
      segments: () => this.#segments.all,
    };
    // After a crash nobody knows whether the last process came to force the names that it made.
    const folderIsNew = loaded.isNew || options.cleanShutdown !== true;
    this.#flusher = new LogFlusher(target, Math.min(onDevice, loaded.logEndOffset), folderIsNew);
    this.#flushTimer = new FlushTimer(platform.timers, () => this.flush());
    this.#rollJitterMs = platform.random.below(options.config.segmentJitterMs);
    this.expireProducers(options.producerIdExpirationMs ?? DAY_MS);
  }

  get name(): string {
    return `${this.topic}-${this.partition}`;
  }

  get config(): LogConfig {
    return this.#config;
  }

  get logStartOffset(): number {
    return this.#logStartOffset;
  }

  /** Offset that the next record gets. */
  get logEndOffset(): number {
    return this.#logEndOffset;
  }

  /** All before it has been forced to the device. */
  get recoveryPoint(): number {
    return this.#flusher.recoveryPoint;
  }

  get sizeBytes(): number {
    return this.#segments.sizeBytes;
  }

  get segmentCount(): number {
    return this.#segments.all.length;
  }

  get isOffline(): boolean {
    return this.#failure !== null;
  }

  get leaderEpochs(): LeaderEpochs {
    return this.#epochs;
  }

  get producers(): ProducerState {
    return this.#producers;
  }

  /** flush.messages is reached: whoever acknowledges must flush first. */
  get isFlushDue(): boolean {
    return this.#logEndOffset - this.#flusher.recoveryPoint >= this.#config.flushMessages;
  }

  updateConfig(config: LogConfig): void {
    this.#config = config;
  }

  /** Notes that the leader of `epoch` begins to write at the log end. */
  beginLeaderEpoch(epoch: number): void {
    this.#noteEpoch(epoch, this.#logEndOffset);
  }

  /** Synchronous; the buffer is stored with offsets and leader epoch set in place. Expected failures are error codes. */
  append(records: Buffer, options: AppendOptions): LogAppendResult {
    if (this.#closed || this.#failure !== null) return refused(offline(this.name));
    const context: AppendContext = {
      config: this.#config,
      nowMs: this.#platform.clock.wallMs(),
      origin: options.origin,
    };
    const checked = checkBatches(records, context);
    if (isRefusal(checked)) return refused(checked);
    const verdict =
      options.origin === 'client'
        ? checkProducer(this.#producers, this.#segments.all, checked[0]?.header)
        : null;
    if (verdict?.kind === 'refused') return refused(verdict);
    if (verdict?.kind === 'duplicate') {
      const { baseOffset, lastOffset } = verdict;
      return { errorCode: 0, duplicate: true, baseOffset, lastOffset, logAppendTimeMs: -1, recordCount: 0 };
    }
    const headers = placeBatches(records, checked, this.#logEndOffset, options.leaderEpoch, context);
    if (isRefusal(headers)) return refused(headers);
    try {
      this.#rollIfDue(headers, records.length, context.nowMs);
      this.#segments.active.append(records, headers);
    } catch (error) {
      return refused(this.#appendFailed(error));
    }
    return this.#noteAppended(headers, context);
  }

  #rollIfDue(headers: readonly BatchHeader[], incomingBytes: number, nowMs: number): void {
    const incoming = describeIncoming(headers, incomingBytes);
    const maxAgeMs = this.#config.segmentMs - this.#rollJitterMs;
    if (isRollDue(this.#segments.active, incoming, this.#config, maxAgeMs, nowMs))
      this.#roll(incoming.firstOffset);
  }

  #roll(baseOffset: number): void {
    const old = this.#segments.active;
    this.#segments.roll(baseOffset);
    this.#flusher.noteNames();
    this.#rollJitterMs = this.#platform.random.below(this.#config.segmentJitterMs);
    try {
      old.seal();
    } catch (error) {
      // Only the time index's last entry is missing then; lookups look at the batches behind it.
      this.#logger.warn(`${old.path}: its time index could not be completed: ${String(error)}`);
    }
    this.#saveProducers();
    // Kafka flushes a segment that was rolled in the background too; a failure takes the log offline by itself.
    void this.flush().catch(() => undefined);
  }

  /** As they are now, at the log end. */
  #saveProducers(): void {
    if (this.#logEndOffset === 0) return;
    const keepFrom = this.#segments.all.at(-2)?.baseOffset ?? 0;
    this.#sideFiles.saveProducers(this.#logEndOffset, this.#producers.entries(), keepFrom);
  }

  #appendFailed(error: unknown): AppendRefusal {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'EIO';
    const text = error instanceof Error ? error.message : String(error);
    if (this.#segments.active.isTorn || !PASSING_CODES.has(code)) this.#fail(error);
    else this.#logger.error(`${this.name}: an append was refused and left no trace: ${text}`);
    return {
      errorCode: ErrorCode.KAFKA_STORAGE_ERROR,
      errorMessage: `The broker could not write the batch (${code}).`,
    };
  }

  #noteAppended(headers: readonly BatchHeader[], context: AppendContext): LogAppendResult {
    const baseOffset = headers[0]?.baseOffset ?? this.#logEndOffset;
    let recordCount = 0;
    for (const header of headers) {
      this.#noteEpoch(header.partitionLeaderEpoch, header.baseOffset);
      this.#producers.update(header);
      this.#logEndOffset = header.lastOffset + 1;
      recordCount += header.recordsCount;
    }
    this.#flushTimer.arm(this.#config.flushMs);
    const stampsTime =
      context.origin !== 'replication' && context.config.messageTimestampType === 'LogAppendTime';
    return {
      errorCode: 0,
      duplicate: false,
      baseOffset,
      lastOffset: this.#logEndOffset - 1,
      logAppendTimeMs: stampsTime ? context.nowMs : -1,
      recordCount,
    };
  }

  /** Whole batches from the one that holds `offset` on; empty at the end. Throws OffsetOutOfRangeError, CorruptLogError or LogOfflineError. */
  read(request: LogReadRequest): Buffer {
    this.#assertOnline();
    const { offset, maxBytes } = request;
    const maxOffset = Math.min(request.maxOffset ?? this.#logEndOffset, this.#logEndOffset);
    if (offset < this.#logStartOffset || offset > this.#logEndOffset) {
      throw new OffsetOutOfRangeError(this.name, offset, this.#logStartOffset, this.#logEndOffset);
    }
    if (offset >= maxOffset) return Buffer.alloc(0);
    return this.#segments.read(offset, {
      maxBytes,
      maxOffset,
      endOffset: this.#logEndOffset,
      minOneBatch: request.minOneBatch ?? false,
    });
  }

  /** The first record at `timestampMs` or later, or null. */
  offsetByTime(timestampMs: number): TimestampedOffset | null {
    this.#assertOnline();
    return findByTime(this.#segments.all, timestampMs, this.#logStartOffset);
  }

  /** The record with the largest timestamp, or null in an empty log. */
  offsetOfMaxTime(): TimestampedOffset | null {
    this.#assertOnline();
    return findMaxTime(this.#segments.all);
  }

  /** Base offsets of the segments with the times they were last written, oldest first (ListOffsets v0). */
  segmentTimes(): { readonly baseOffset: number; readonly modifiedMs: number }[] {
    return this.#segments.times(this.#logStartOffset);
  }

  /** Moves the log start up (DeleteRecords, or a leader's word); never down, never beyond the end. True if it moved. */
  advanceLogStart(offset: number): boolean {
    if (offset <= this.#logStartOffset || offset > this.#logEndOffset) return false;
    this.#logStartOffset = offset;
    if (this.#epochs.truncateStart(offset)) this.#sideFiles.saveEpochs(this.#epochs.entries);
    return true;
  }

  /** Applies retention below the high watermark; gives the number of segments that went. */
  applyRetention(highWatermark: number): number {
    if (this.#closed || this.#failure !== null) return 0;
    const { count, reason } = segmentsToDelete(this.#segments.facts(this.#logEndOffset), {
      config: this.#config,
      nowMs: this.#platform.clock.wallMs(),
      highWatermark,
      logStartOffset: this.#logStartOffset,
    });
    if (count === 0) return 0;
    try {
      if (count === this.segmentCount) this.#roll(this.#logEndOffset);
      // The start moves first: a reader is then told "out of range" and never finds a file gone.
      this.advanceLogStart(this.#segments.all[count]?.baseOffset ?? this.#logEndOffset);
      this.#segments.dropOldest(count, this.#config.fileDeleteDelayMs);
      this.#flusher.noteNames();
    } catch (error) {
      this.#appendFailed(error);
      return 0;
    }
    this.#logger.info(
      `${this.name}: ${count} segments deleted (${reason}), the log starts at ${this.#logStartOffset}`,
    );
    return count;
  }

  expireProducers(expirationMs: number): void {
    this.#producers.expire(this.#platform.clock.wallMs() - expirationMs);
  }

  /** Forces everything appended so far to the device. A rejection means the log is offline from now on. */
  async flush(): Promise<void> {
    this.#assertOnline();
    try {
      await this.#flusher.flush();
    } catch (error) {
      if (this.#closed) return;
      this.#fail(error);
      throw new LogOfflineError(this.name, error);
    }
  }

  /** Flushes, writes the producer snapshot and closes the files. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#flushTimer.cancel();
    if (this.#failure === null) {
      this.#segments.active.seal();
      await this.flush();
      this.#saveProducers();
      await this.#sideFiles.written();
    }
    this.abandon();
  }

  /** Closes the files as they are: the log is about to be deleted, or its disk has failed. */
  abandon(): void {
    this.#closed = true;
    this.#sideFiles.abandon();
    this.#flushTimer.cancel();
    for (const segment of this.#segments.all) segment.closeFiles();
  }

  /** Takes the log offline; the first cause is kept. */
  #fail(cause: unknown): void {
    if (this.#failure !== null || this.#closed) return;
    this.#failure = { cause };
    this.#logger.error(`${this.name} goes offline after a disk failure in ${this.directory}`, cause);
    this.#onFailure?.(cause);
  }

  /** The disk under this log has failed elsewhere. */
  takeOffline(cause: unknown): void {
    this.#failure ??= { cause };
  }

  #assertOnline(): void {
    if (this.#failure !== null) throw new LogOfflineError(this.name, this.#failure.cause);
    if (this.#closed) throw new LogOfflineError(this.name, 'it was closed');
  }

  #noteEpoch(epoch: number, startOffset: number): void {
    if (this.#epochs.assign(epoch, startOffset)) this.#sideFiles.saveEpochs(this.#epochs.entries);
  }
}

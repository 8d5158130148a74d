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
import { join } from 'node:path';
import { ErrorCode } from '../../protocol/errors.ts';
import { setBaseOffset, setPartitionLeaderEpoch, type BatchHeader } from '../../protocol/records/record-batch.ts';
import type { Logger } from '../platform/logger.ts';
import type { Platform } from '../platform/platform.ts';
import type { AppendOrigin, RecordError } from '../replication/replica-requests.ts';
import { checkBatches, ensureTimes, isRefusal, type AppendContext, type AppendRefusal } from './append-checks.ts';
import { leaderEpochsText } from './checkpoint-files.ts';
import type { LeaderEpochs } from './leader-epochs.ts';
import type { LogConfig } from './log-config.ts';
import { LogOfflineError, OffsetOutOfRangeError } from './log-errors.ts';
import { LogFlusher } from './log-flusher.ts';
import { LEADER_EPOCH_FILE, loadLog, type LoadedLog } from './log-loading.ts';
import { OpenFiles } from './open-files.ts';
import { batchesInLog } from './producer-history.ts';
import { ProducerSnapshots } from './producer-snapshots.ts';
import type { ProducerState, ProducerVerdict } from './producer-state.ts';
import { segmentsToDelete } from './retention.ts';
import { isRollDue } from './roll-decision.ts';
import type { SegmentEnvironment } from './segment.ts';
import { SegmentList } from './segment-list.ts';
import { findByTime, findMaxTime, type TimestampedOffset } from './time-lookup.ts';

export interface PartitionLogOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  /** The partition's own folder, `<log.dir>/<topic>-<partition>`; made if it is not there. */
  readonly directory: string;
  readonly topic: string;
  readonly partition: number;
  readonly config: LogConfig;
  /** True when the log directory was closed cleanly: nothing is scanned then. Default false: everything from `recoveryPoint` on is checked. */
  readonly cleanShutdown?: boolean;
  /** All before it is known to be on the device. Default 0. */
  readonly recoveryPoint?: number;
  /** From the log-start-offset checkpoint. Default 0. */
  readonly logStartOffset?: number;
  /** Shared among the logs of a process; default: a pool of its own. */
  readonly files?: OpenFiles;
  /** producer.id.expiration.ms; default one day. */
  readonly producerIdExpirationMs?: number;
  /** Called once, when the log goes offline. */
  readonly onFailure?: (cause: unknown) => void;
}

export interface AppendOptions {
  readonly leaderEpoch: number;
  readonly origin: AppendOrigin;
}

/** `errorCode` 0: appended, or a repeated idempotent batch (`duplicate`) whose original offsets are given. */
export interface LogAppendResult {
  readonly errorCode: number;
  readonly errorMessage?: string;
  readonly recordErrors?: readonly RecordError[];
  readonly duplicate: boolean;
  /** -1 after an error. */
  readonly baseOffset: number;
  readonly lastOffset: number;
  /** -1 unless the topic uses LogAppendTime. */
  readonly logAppendTimeMs: number;
  readonly recordCount: number;
}

export interface LogReadRequest {
  readonly offset: number;
  readonly maxBytes: number;
  /** Exclusive; batches that begin at it or later are left out. Default: the log end. */
  readonly maxOffset?: number;
  /** Give the first batch even if it is larger than maxBytes. Default false. */
  readonly minOneBatch?: boolean;
}

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
  readonly #snapshots: ProducerSnapshots;
  readonly #flusher: LogFlusher;
  readonly #onFailure: ((cause: unknown) => void) | undefined;
  #config: LogConfig;
  #logStartOffset: number;
  #logEndOffset: number;
  #rollJitterMs: number;
  /** Of the newest producer snapshot on disk, -1 without one. */
  #snapshotOffset: number;
  #failure: { readonly cause: unknown } | null = null;
  #closed = false;
  /** Small files are written one after another, and waited for at close. */
  #fileWrites: Promise<void> = Promise.resolve();
  #cancelFlushTimer: (() => void) | null = null;

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
    this.#snapshots = new ProducerSnapshots(platform.disk, directory, logger);
    const onDevice = options.cleanShutdown === true ? loaded.logEndOffset : (options.recoveryPoint ?? 0);
    const target = {
      disk: platform.disk,
      directory,
      logEndOffset: () => this.#logEndOffset,
      segments: () => this.#segments.all,
    };
    this.#flusher = new LogFlusher(target, Math.min(onDevice, loaded.logEndOffset), loaded.isNew);
    this.#snapshotOffset = loaded.snapshotOffset;
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
    const verdict = options.origin === 'client' ? this.#checkProducer(checked) : null;
    if (verdict?.kind === 'refused') return refused(verdict);
    if (verdict?.kind === 'duplicate') {
      const { baseOffset, lastOffset } = verdict;
      return { errorCode: 0, duplicate: true, baseOffset, lastOffset, logAppendTimeMs: -1, recordCount: 0 };
    }
    const headers = this.#place(records, checked, options.leaderEpoch, context);
    if (isRefusal(headers)) return refused(headers);
    try {
      this.#rollIfDue(headers, records.length, context.nowMs);
      this.#segments.active.append(records, headers);
    } catch (error) {
      return refused(this.#appendFailed(error));
    }
    return this.#noteAppended(headers, context);
  }

  #checkProducer(headers: readonly BatchHeader[]): ProducerVerdict | null {
    const header = headers[0];
    if (header === undefined) return null;
    const verdict = this.#producers.check(header);
    if (verdict.kind !== 'refused' || !this.#producers.needsHistory(header)) return verdict;
    const entry = this.#producers.get(header.producerId);
    if (entry !== undefined) this.#producers.restore(batchesInLog(this.#segments.all, entry));
    return this.#producers.check(header);
  }

  /** Gives the batches their offsets; batches from a leader keep theirs, which must follow ours. */
  #place(
    records: Buffer,
    checked: readonly BatchHeader[],
    leaderEpoch: number,
    context: AppendContext,
  ): readonly BatchHeader[] | AppendRefusal {
    let offset = this.#logEndOffset;
    const headers: BatchHeader[] = [];
    for (const found of checked) {
      if (context.origin === 'replication') {
        if (found.baseOffset < offset) {
          const errorMessage = `Batch at offset ${found.baseOffset}, but the log of ${this.name} already reaches ${offset}.`;
          return { errorCode: ErrorCode.INVALID_RECORD, errorMessage };
        }
        headers.push(found);
        offset = found.lastOffset + 1;
        continue;
      }
      const timed = ensureTimes(records, found, context);
      setBaseOffset(records, found.position, offset);
      setPartitionLeaderEpoch(records, found.position, leaderEpoch);
      const lastOffset = offset + found.lastOffsetDelta;
      headers.push({ ...timed, baseOffset: offset, lastOffset, partitionLeaderEpoch: leaderEpoch });
      offset = lastOffset + 1;
    }
    return headers;
  }

  #rollIfDue(headers: readonly BatchHeader[], incomingBytes: number, nowMs: number): void {
    const first = headers[0];
    const last = headers.at(-1);
    if (first === undefined || last === undefined) return;
    const incoming = {
      bytes: incomingBytes,
      lastOffset: last.lastOffset,
      maxTimestampMs: headers.reduce((max, header) => Math.max(max, header.maxTimestampMs), -1),
    };
    const maxAgeMs = this.#config.segmentMs - this.#rollJitterMs;
    if (isRollDue(this.#segments.active, incoming, this.#config, maxAgeMs, nowMs)) this.#roll(first.baseOffset);
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
    this.#takeSnapshot(baseOffset);
    // Kafka flushes a segment that was rolled in the background too; a failure takes the log offline by itself.
    void this.flush().catch(() => undefined);
  }

  /** Producers as they are now, at the log end `offset`; older snapshots than those of the newest two segments go. */
  #takeSnapshot(offset: number): void {
    const entries = [...this.#producers.entries()];
    const keepFrom = this.#segments.all.at(-2)?.baseOffset ?? 0;
    this.#snapshotOffset = offset;
    this.#writeSmallFile('the producer snapshot', async () => {
      await this.#snapshots.write(offset, entries);
      this.#snapshots.prune(keepFrom);
    });
  }

  #appendFailed(error: unknown): AppendRefusal {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'EIO';
    const text = error instanceof Error ? error.message : String(error);
    if (this.#segments.active.isTorn || !PASSING_CODES.has(code)) this.#fail(error);
    else this.#logger.error(`${this.name}: an append was refused and left no trace: ${text}`);
    return { errorCode: ErrorCode.KAFKA_STORAGE_ERROR, errorMessage: `The broker could not write the batch (${code}).` };
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
    this.#armFlushTimer();
    const stampsTime = context.origin !== 'replication' && context.config.messageTimestampType === 'LogAppendTime';
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
    const segments = this.#segments.from(offset);
    for (const [index, segment] of segments.entries()) {
      const endOffset = segments[index + 1]?.baseOffset ?? this.#logEndOffset;
      const bytes = segment.read(offset, { maxBytes, maxOffset, endOffset, minOneBatch: request.minOneBatch ?? false });
      if (bytes.length > 0) return bytes;
      // Nothing in this segment: either the next batch is too large, or compaction emptied the segment's end.
      if (segment.locate(offset) !== null) return bytes;
    }
    return Buffer.alloc(0);
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
    return this.#segments.all.map((segment) => ({
      baseOffset: Math.max(segment.baseOffset, this.#logStartOffset),
      modifiedMs: segment.lastModifiedMs,
    }));
  }

  /** Moves the log start up (DeleteRecords, or a leader's word); never down, never beyond the end. True if it moved. */
  advanceLogStart(offset: number): boolean {
    if (offset <= this.#logStartOffset || offset > this.#logEndOffset) return false;
    this.#logStartOffset = offset;
    if (this.#epochs.truncateStart(offset)) this.#saveEpochs();
    return true;
  }

  /** Applies retention below the high watermark; gives the number of segments that went. */
  applyRetention(highWatermark: number): number {
    if (this.#closed || this.#failure !== null) return 0;
    const all = this.#segments.all;
    const facts = all.map((segment, index) => ({
      baseOffset: segment.baseOffset,
      nextBaseOffset: all[index + 1]?.baseOffset ?? this.#logEndOffset,
      sizeBytes: segment.sizeBytes,
      retentionTimestampMs: () => segment.retentionTimestampMs,
    }));
    const { count, reason } = segmentsToDelete(facts, {
      config: this.#config,
      nowMs: this.#platform.clock.wallMs(),
      highWatermark,
      logStartOffset: this.#logStartOffset,
    });
    if (count === 0) return 0;
    try {
      if (count === all.length) this.#roll(this.#logEndOffset);
      // The start moves first: a reader is then told "out of range" and never finds a file gone.
      this.advanceLogStart(this.#segments.all[count]?.baseOffset ?? this.#logEndOffset);
      this.#segments.dropOldest(count, this.#config.fileDeleteDelayMs);
      this.#flusher.noteNames();
    } catch (error) {
      this.#appendFailed(error);
      return 0;
    }
    this.#logger.info(`${this.name}: ${count} segments deleted (${reason}), the log starts at ${this.#logStartOffset}`);
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
    this.#cancelFlushTimer?.();
    if (this.#failure === null) {
      this.#segments.active.seal();
      await this.flush();
      if (this.#logEndOffset > 0 && this.#snapshotOffset !== this.#logEndOffset) this.#takeSnapshot(this.#logEndOffset);
      await this.#fileWrites;
    }
    this.abandon();
  }

  /** Closes the files as they are: the log is about to be deleted, or its disk has failed. */
  abandon(): void {
    this.#closed = true;
    this.#cancelFlushTimer?.();
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
    if (this.#epochs.assign(epoch, startOffset)) this.#saveEpochs();
  }

  #saveEpochs(): void {
    const text = leaderEpochsText(this.#epochs.entries);
    const path = join(this.directory, LEADER_EPOCH_FILE);
    this.#writeSmallFile('the leader epochs', () => this.#platform.disk.replaceFile(path, text));
  }

  /** These files can be had again from the log, so a failure to write one is a warning. */
  #writeSmallFile(what: string, write: () => Promise<void>): void {
    this.#fileWrites = this.#fileWrites.then(write).catch((error: unknown) => {
      if (!this.#closed) this.#logger.warn(`${this.name}: ${what} could not be written: ${String(error)}`);
    });
  }

  #armFlushTimer(): void {
    if (this.#cancelFlushTimer !== null || this.#config.flushMs >= DAY_MS * 365) return;
    this.#cancelFlushTimer = this.#platform.timers.after(this.#config.flushMs, () => {
      this.#cancelFlushTimer = null;
      void this.flush().catch(() => undefined);
    });
  }
}

function offline(name: string): AppendRefusal {
  return { errorCode: ErrorCode.KAFKA_STORAGE_ERROR, errorMessage: `The log of ${name} is offline.` };
}

function refused(refusal: AppendRefusal): LogAppendResult {
  const { errorCode, errorMessage, recordErrors } = refusal;
  const answer = { errorCode, errorMessage, duplicate: false, baseOffset: -1, lastOffset: -1, logAppendTimeMs: -1, recordCount: 0 };
  return recordErrors === undefined ? answer : { ...answer, recordErrors };
}

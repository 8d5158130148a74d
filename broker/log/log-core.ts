/**
 * What the parts of one partition's log share: its segments, its two ends, leader epochs, producers, and the steps
 * that more than one of them takes. The public face is partition-log.ts; appending is in log-append.ts, taking
 * records away at either end in log-trimming.ts.
 *
 * Everything here is synchronous, so that each call of a part sees and leaves the log whole: between two awaits
 * nobody else changes it. That is the only lock there is.
 */
import { dirname } from 'node:path';
import type { BatchHeader } from '../../protocol/records/record-batch.ts';
import type { Logger } from '../platform/logger.ts';
import type { Platform } from '../platform/platform.ts';
import type { LeaderEpochs } from './leader-epochs.ts';
import type { LogConfig } from './log-config.ts';
import { FlushTimer, LogFlusher } from './log-flusher.ts';
import { LogHealth } from './log-health.ts';
import { loadLog } from './log-loading.ts';
import { LogSideFiles } from './log-side-files.ts';
import type { PartitionLogOptions } from './log-requests.ts';
import { OpenFiles } from './open-files.ts';
import { loadProducers } from './producer-loading.ts';
import { MAX_PRODUCERS, type ProducerState } from './producer-state.ts';
import type { SegmentEnvironment } from './segment.ts';
import { SegmentList } from './segment-list.ts';
import { LogTail, TailCache } from './tail-cache.ts';
import type { EndTransactionMarker } from './transaction-marker.ts';

export class LogCore {
  readonly name: string;
  readonly directory: string;
  readonly platform: Platform;
  readonly logger: Logger;
  readonly segments: SegmentList;
  readonly tail: LogTail;
  readonly epochs: LeaderEpochs;
  readonly producers: ProducerState;
  readonly sideFiles: LogSideFiles;
  readonly flusher: LogFlusher;
  readonly flushTimer: FlushTimer;
  readonly health: LogHealth;
  config: LogConfig;
  logStartOffset: number;
  /** Offset that the next record gets. */
  logEndOffset: number;
  readonly #environment: SegmentEnvironment;
  readonly #endAtOpen: number;
  readonly #isOpenedClean: boolean;
  #rollJitterMs: number;
  /** Began since they were last written; without a batch they are not to be. */
  #epochsBegan = false;
  /** Their file does not say what the log says. */
  #epochsDue = false;

  /** Opens or creates the log; throws DiskError if the folder is unusable. */
  constructor(options: PartitionLogOptions) {
    const { platform, logger, directory } = options;
    this.name = `${options.topic}-${options.partition}`;
    this.directory = directory;
    this.platform = platform;
    this.logger = logger;
    this.config = options.config;
    const environment = (this.#environment = {
      disk: platform.disk,
      clock: platform.clock,
      logger,
      files: options.files ?? new OpenFiles(platform.disk),
      directory,
      indexIntervalBytes: () => this.config.indexIntervalBytes,
    });
    const recoveryPoint = options.recoveryPoint ?? 0;
    const loaded = loadLog({
      environment,
      cleanShutdown: options.cleanShutdown ?? false,
      recoveryPoint,
      logStartOffset: options.logStartOffset ?? 0,
      folderIsNew: options.folderIsNew ?? false,
      allowsGaps: options.config.cleanupCompact,
    });
    this.segments = new SegmentList(environment, platform.timers, loaded.segments);
    this.tail = new LogTail(options.tailCache ?? new TailCache());
    this.logStartOffset = loaded.logStartOffset;
    this.logEndOffset = loaded.logEndOffset;
    this.epochs = loaded.epochs;
    this.producers = loaded.producers;
    this.sideFiles = new LogSideFiles(platform.disk, directory, logger, loaded);
    this.#epochsDue = loaded.epochsDiffer;
    if (options.cleanShutdown === true) this.saveDueEpochs();
    this.health = new LogHealth({ name: this.name, directory, logger, onFailure: options.onFailure });
    const onDevice = options.cleanShutdown === true ? loaded.logEndOffset : recoveryPoint;
    const target = {
      disk: platform.disk,
      directory,
      syncParent: options.syncParent ?? (() => platform.disk.syncDirectory(dirname(directory))),
      nowMs: () => platform.clock.monotonicMs(),
      onFlushed: options.onFlushed,
      logEndOffset: () => this.logEndOffset,
      segments: () => this.segments.all,
      sideFilesWritten: () => {
        this.saveDueEpochs();
        return this.sideFiles.written();
      },
    };
    // After a crash nobody knows whether the last process came to force the names that it made.
    const folderIsNew = loaded.isNew || options.cleanShutdown !== true;
    this.#endAtOpen = loaded.logEndOffset;
    this.#isOpenedClean = options.cleanShutdown === true && loaded.isAsLeft;
    this.flusher = new LogFlusher(target, Math.min(onDevice, loaded.logEndOffset), folderIsNew);
    this.flushTimer = new FlushTimer(platform.timers, () => this.flush());
    this.#rollJitterMs = this.#newJitterMs();
  }

  /** segment.ms less this segment's jitter; what is to be compacted soon must not stay in the active segment for long. */
  get maxSegmentAgeMs(): number {
    const { segmentMs, cleanupCompact, maxCompactionLagMs } = this.config;
    const maxAgeMs =
      cleanupCompact && maxCompactionLagMs > 0 ? Math.min(maxCompactionLagMs, segmentMs) : segmentMs;
    return maxAgeMs - this.#rollJitterMs;
  }

  #newJitterMs(): number {
    const { segmentMs, segmentJitterMs } = this.config;
    return this.platform.random.below(Math.min(segmentJitterMs, segmentMs));
  }

  /**
   * The leader of `epoch` begins here. The file says so once a batch of it has been forced to the device: an epoch
   * without records means nothing after a restart, and a broker that starts begins one for each of its partitions; and
   * what was not forced is read again after a crash, with its epochs.
   */
  beginEpoch(epoch: number, startOffset: number): void {
    if (this.epochs.assign(epoch, startOffset)) this.#epochsBegan = true;
  }

  /** To be called before the recovery point passes batches of an epoch that the file does not know, and at a clean stop. */
  saveDueEpochs(): void {
    if (!this.#epochsDue || (this.isBare && !this.sideFiles.hasEpochsFile)) return;
    this.#epochsDue = false;
    this.sideFiles.saveEpochs(
      this.epochs.entries.filter(({ startOffset }) => startOffset < this.logEndOffset),
    );
  }

  /** So small that a start reads all of it, and finds out by that what other logs have files for. */
  get isBare(): boolean {
    return this.segments.all.length === 1 && this.segments.active.isBare;
  }

  /** Nothing was taken in or away since it was made, or opened after a clean stop: what is there needs no forcing. */
  get isAsOpened(): boolean {
    return this.#isOpenedClean && this.logEndOffset === this.#endAtOpen && this.flusher.isAsOpened;
  }

  /** A batch of `epoch` is in the log. */
  noteEpoch(epoch: number, startOffset: number): void {
    this.beginEpoch(epoch, startOffset);
    if (!this.#epochsBegan) return;
    this.#epochsBegan = false;
    this.#epochsDue = true;
  }

  /** A batch is in the log; `marker` is what it says when it ends a transaction. */
  noteProducer(header: BatchHeader, marker: EndTransactionMarker | null): void {
    const hadEvicted = this.producers.evictedCount > 0;
    const aborted = this.producers.update(header, marker);
    if (aborted !== null) this.segments.active.transactions.append(aborted);
    if (!hadEvicted && this.producers.evictedCount > 0)
      this.logger.warn(
        `${this.name} has more than ${MAX_PRODUCERS} idempotent producers: from now on those that were silent for longest are forgotten before their time`,
      );
  }

  /** Begins a new active segment; throws DiskError with nothing changed. */
  roll(baseOffset: number): void {
    const old = this.segments.active;
    this.segments.roll(baseOffset);
    this.tail.clear();
    this.flusher.noteNames();
    this.#rollJitterMs = this.#newJitterMs();
    try {
      old.seal();
    } catch (error) {
      // Only the time index's last entry is missing then; lookups look at the batches behind it.
      this.logger.warn(`${old.path}: its time index could not be completed: ${String(error)}`);
    }
    this.saveProducers();
    // Kafka flushes a segment that was rolled in the background too; a failure takes the log offline by itself.
    void this.flush().catch(() => undefined);
  }

  /** The segments have been cut: the log now ends at `endOffset`, and begins there at the latest. */
  noteCut(endOffset: number): void {
    this.tail.clear();
    this.logEndOffset = endOffset;
    this.logStartOffset = Math.min(this.logStartOffset, endOffset);
    // The cut itself must be forced too: after a power cut the old end would overlap what was written behind it.
    this.flusher.lower(this.segments.active.baseOffset);
    this.flusher.noteNames();
    if (this.epochs.truncateEnd(endOffset)) this.sideFiles.saveEpochs(this.epochs.entries);
    this.producers.clear();
    const snapshotOffset = loadProducers(this.producers, this.#environment, {
      segments: this.segments.all,
      logStartOffset: this.logStartOffset,
      logEndOffset: endOffset,
      rebuiltFrom: null,
    });
    this.sideFiles.noteCut(endOffset, snapshotOffset);
  }

  /** As they are now, at the log end. */
  saveProducers(): void {
    if (this.logEndOffset === 0) return;
    if (this.isBare && this.producers.size === 0 && !this.sideFiles.hasSnapshot) return;
    const keepFrom = this.segments.all.at(-2)?.baseOffset ?? 0;
    this.sideFiles.saveProducers(this.logEndOffset, this.producers.entries(), keepFrom);
  }

  /** Forces everything appended so far to the device. A rejection means the log is offline from now on. */
  async flush(): Promise<void> {
    this.health.assertGood();
    try {
      await this.flusher.flush();
    } catch (error) {
      if (this.health.isClosed) return;
      this.health.fail(error);
      this.health.assertGood();
    }
  }
}

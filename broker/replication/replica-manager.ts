/**
 * The partitions that live on this broker (Kafka's ReplicaManager): follows the metadata image, appends and waits
 * for the in-sync replicas, fetches and waits for data, answers offset queries, and runs the timers of retention
 * and checkpoints.
 *
 * A shell: which batch is good is decided in log/, who is in sync in partition-state.ts, what a reader may have in
 * partition-reader.ts. Appends and reads are synchronous steps, so within one partition everything happens in the
 * order of the calls.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import type { MetadataDelta, MetadataImage } from '../controller/image.ts';
import { isInternalTopic } from '../controller/topic-name.ts';
import { partitionKey } from '../log/checkpoint-files.ts';
import type { LogConfig } from '../log/log-config.ts';
import type { LogDirectories } from '../log/log-directories.ts';
import { LogManager, type ManagedLog } from '../log/log-manager.ts';
import type { Logger } from '../platform/logger.ts';
import type { CancelTimer, Platform } from '../platform/platform.ts';
import type { LegacyMagic } from '../../protocol/records/legacy-message.ts';
import { inlineRecordWork, type RecordWork } from '../record-work/record-work.ts';
import { DelayedFetches } from './delayed-fetches.ts';
import { HighWatermarkWaiters } from './high-watermark-waiters.ts';
import type { LocalPartition, PartitionView } from './local-partition.ts';
import { LocalPartitions } from './local-partitions.ts';
import { queryLegacyOffsets, queryOffset } from './offset-queries.ts';
import { PartitionAppender } from './partition-appender.ts';
import { readPartitions, type FetchPass } from './partition-reader.ts';
import type {
  AppendRequest,
  AppendResult,
  DeleteRecordsResult,
  EndOfEpochRequest,
  EndOfEpochResult,
  EndTransactionInPartition,
  FetchPartitionResult,
  FetchRequestParameters,
  ListOffsetsPartitionRequest,
  ListOffsetsPartitionResult,
  LogDirectoryDescription,
} from './replica-requests.ts';

export type { PartitionView } from './local-partition.ts';

/** Counts what goes in and out; BrokerMetrics fits. */
export interface TrafficMeter {
  recordIn(topic: string, messages: number, bytes: number): void;
  recordOut(topic: string, bytes: number): void;
  /** `topic` is null when there is no such topic: what clients make up is not counted by name. */
  failedProduce?(topic: string | null): void;
  failedFetch?(topic: string | null): void;
}

export interface ReplicaManagerSettings {
  /** log.retention.check.interval.ms; the first check comes after at most 30 s. */
  readonly retentionCheckIntervalMs: number;
  /** replica.high.watermark.checkpoint.interval.ms */
  readonly highWatermarkCheckpointIntervalMs: number;
  /** log.flush.offset.checkpoint.interval.ms */
  readonly recoveryPointCheckpointIntervalMs: number;
  /** log.flush.start.offset.checkpoint.interval.ms */
  readonly logStartOffsetCheckpointIntervalMs: number;
  /** producer.id.expiration.ms */
  readonly producerIdExpirationMs: number;
  /** A fetch waits at most so long whatever it asks for. */
  readonly maxFetchWaitMs: number;
  /** More parked fetches than this are answered at once. */
  readonly maxParkedFetches: number;
}

const DEFAULT_SETTINGS: ReplicaManagerSettings = {
  retentionCheckIntervalMs: 300_000,
  highWatermarkCheckpointIntervalMs: 5_000,
  recoveryPointCheckpointIntervalMs: 60_000,
  logStartOffsetCheckpointIntervalMs: 60_000,
  producerIdExpirationMs: 86_400_000,
  maxFetchWaitMs: 300_000,
  maxParkedFetches: 100_000,
};

const FIRST_RETENTION_CHECK_MS = 30_000;

export interface ReplicaManagerOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly brokerId: number;
  readonly logDirectories: LogDirectories;
  /** The topic's configuration now; asked when a partition is opened and again after a config change. */
  readonly logConfigOf: (topic: string) => LogConfig;
  readonly settings?: Partial<ReplicaManagerSettings>;
  /** Files of all logs that may be open at one time. */
  readonly maxOpenFiles?: number;
  readonly meter?: TrafficMeter;
  /** Checks and converts records; default: at once, on this thread. */
  readonly recordWork?: RecordWork;
  /** A log directory has failed and its partitions answer KAFKA_STORAGE_ERROR from now on. */
  readonly onDirectoryFailure?: (path: string, cause: unknown) => void;
}

export class ReplicaManager {
  readonly #options: ReplicaManagerOptions;
  readonly #settings: ReplicaManagerSettings;
  readonly #logs: LogManager;
  readonly #partitions: LocalPartitions;
  readonly #fetches: DelayedFetches;
  readonly #waiters: HighWatermarkWaiters;
  readonly #recordWork: RecordWork;
  readonly #appender: PartitionAppender;
  #timers: CancelTimer[] = [];

  constructor(options: ReplicaManagerOptions) {
    this.#options = options;
    const { platform } = options;
    this.#settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.#recordWork = options.recordWork ?? inlineRecordWork;
    this.#logs = new LogManager({
      platform,
      logger: options.logger.named(`LogManager id=${options.brokerId}`),
      logDirectories: options.logDirectories,
      logConfigOf: options.logConfigOf,
      producerIdExpirationMs: this.#settings.producerIdExpirationMs,
      maxOpenFiles: options.maxOpenFiles,
      onDirectoryFailure: (path, cause) => {
        this.#partitions.noteDirectoryFailure(path);
        options.onDirectoryFailure?.(path, cause);
      },
    });
    this.#fetches = new DelayedFetches(platform.timers, this.#settings.maxParkedFetches);
    this.#waiters = new HighWatermarkWaiters(platform.timers);
    this.#partitions = new LocalPartitions({
      brokerId: options.brokerId,
      logs: this.#logs,
      clock: platform.clock,
      logger: options.logger.named(`ReplicaManager id=${options.brokerId}`),
      logConfigOf: options.logConfigOf,
      onChange: (key, writable) => {
        this.#fetches.noteChange(key);
        if (!writable) this.#waiters.endAll(key);
      },
    });
    this.#appender = new PartitionAppender({
      clock: platform.clock,
      recordWork: this.#recordWork,
      waiters: this.#waiters,
      partitions: this.#partitions,
      meter: options.meter,
      onAppended: (local, bytes) => this.#advance(local, bytes),
    });
  }

  /** Opens (and where needed recovers) every log in the directories and starts the timers. Call before the first image. */
  start(): Promise<void> {
    this.#logs.openAll();
    const { timers } = this.#options.platform;
    const settings = this.#settings;
    const checkRetention = (): void =>
      this.#logs.applyRetention((managed) => this.#partitions.highWatermarkOf(managed));
    this.#timers = [
      timers.after(Math.min(FIRST_RETENTION_CHECK_MS, settings.retentionCheckIntervalMs), checkRetention),
      timers.every(settings.retentionCheckIntervalMs, checkRetention),
      timers.every(settings.highWatermarkCheckpointIntervalMs, () => {
        this.#partitions.makeMissing();
        void this.#logs.checkpointHighWatermarks((managed) => this.#partitions.highWatermarkOf(managed));
      }),
      timers.every(
        settings.recoveryPointCheckpointIntervalMs,
        () => void this.#logs.checkpointRecoveryPoints(),
      ),
      timers.every(settings.logStartOffsetCheckpointIntervalMs, () => void this.#logs.checkpointLogStarts()),
    ];
    return Promise.resolve();
  }

  /**
   * Stops the timers, answers what is parked, flushes and closes all logs. Gives the directories whose logs were all
   * closed cleanly. They stay locked: close them after, with this answer.
   */
  async stop(): Promise<ReadonlySet<string>> {
    for (const cancel of this.#timers.splice(0)) cancel();
    this.#fetches.endAll();
    this.#waiters.stop();
    await this.#recordWork.stop();
    return this.#logs.closeAll((managed) => this.#partitions.highWatermarkOf(managed));
  }

  /** Creates, deletes and updates local partitions. Synchronous: when it returns, new partitions can be written to. */
  applyImage(image: MetadataImage, delta: MetadataDelta): void {
    this.#partitions.applyImage(image, delta);
  }

  /**
   * Appends and waits as `acks` says. Never rejects for an expected failure. The append itself happens synchronously within the
   * call unless a client's records take long to check; appends to one partition keep the order of the calls.
   */
  append(request: AppendRequest): Promise<AppendResult> {
    return this.#appender.append(request);
  }

  /** Stored batches as readers of old versions take them; null if they cannot be read. */
  toMessageSet(
    batches: Buffer,
    magic: LegacyMagic,
    startOffset: number,
  ): Buffer | null | Promise<Buffer | null> {
    return this.#recordWork.toMessageSet(batches, magic, startOffset);
  }

  /** Ends a producer's transaction in one partition; answered when all in-sync replicas have the marker. */
  endTransaction(request: EndTransactionInPartition): Promise<AppendResult> {
    return this.#appender.endTransaction(request);
  }

  /** After an append or a follower's progress: moves the high watermark and wakes who waited for it. */
  #advance(local: LocalPartition, bytes: number, move = () => local.state.advance(local.logEndOffset)): void {
    const { highWatermark: before, lastStableOffset: stableBefore } = local;
    if (!move()) return;
    local.log.noteHighWatermark(local.highWatermark);
    const key = partitionKey(local.topic, local.partition);
    this.#waiters.noteHighWatermark(key, local.highWatermark);
    // What a transaction held back comes in one piece, whose size nobody counted.
    const committedBytes = stableBefore < before ? Number.POSITIVE_INFINITY : bytes;
    this.#fetches.noteBytes(key, bytes, local.lastStableOffset === stableBefore ? 0 : committedBytes);
  }

  /** Answers at once or when minBytes have come, maxWaitMs have passed, or `closed` fires. Results in the order asked. */
  async fetch(parameters: FetchRequestParameters): Promise<FetchPartitionResult[]> {
    const first = this.#readPass(parameters);
    // More than maxBytes can never come, and nothing at all for no partition.
    const wantedBytes = parameters.partitions.length === 0 ? 0 : parameters.minBytes;
    const missingBytes = Math.min(wantedBytes, parameters.maxBytes) - first.bytes;
    if (missingBytes <= 0 || first.isFinal || parameters.maxWaitMs <= 0) return this.#counted(first);
    await this.#fetches.wait({
      keys: parameters.partitions.map(({ topic, partition }) => partitionKey(topic, partition)),
      missingBytes,
      committedOnly: parameters.isolationLevel === 'readCommitted',
      maxWaitMs: Math.min(parameters.maxWaitMs, this.#settings.maxFetchWaitMs),
      closed: parameters.closed,
    });
    if (parameters.closed.aborted) return [];
    return this.#counted(this.#readPass(parameters));
  }

  #readPass(parameters: FetchRequestParameters): FetchPass {
    const { replicaId } = parameters;
    return readPartitions(parameters, this.#partitions, (local, fetchOffset) =>
      this.#noteFollower(local, replicaId, fetchOffset),
    );
  }

  #noteFollower(local: LocalPartition, followerId: number, fetchOffset: number): void {
    const nowMs = this.#options.platform.clock.wallMs();
    const move = () => local.state.noteFollowerFetch(followerId, fetchOffset, local.logEndOffset, nowMs);
    // Readers of this partition get what all replicas have now, however many bytes that is.
    this.#advance(local, Number.POSITIVE_INFINITY, move);
  }

  #counted(pass: FetchPass): FetchPartitionResult[] {
    const { meter } = this.#options;
    for (const { topic, partition, errorCode, records } of pass.results) {
      if (errorCode !== 0)
        meter?.failedFetch?.(this.partition(topic, partition) === undefined ? null : topic);
      else if (records.length > 0) meter?.recordOut(topic, records.length);
    }
    return pass.results;
  }

  listOffsets(request: ListOffsetsPartitionRequest): ListOffsetsPartitionResult {
    return queryOffset(this.#partitions, request);
  }

  /** ListOffsets v0: at most `maxOffsets` offsets, newest first. */
  legacyOffsets(
    request: ListOffsetsPartitionRequest,
    maxOffsets: number,
  ): { errorCode: number; offsets: number[] } {
    return queryLegacyOffsets(this.#partitions, request, maxOffsets, this.#options.platform.clock.wallMs());
  }

  /** Where a leader epoch ended in one partition (KIP-101): its follower cuts off what lies behind. */
  endOfEpoch({ topic, partition, currentLeaderEpoch, leaderEpoch }: EndOfEpochRequest): EndOfEpochResult {
    const local = this.#partitions.get(topic, partition);
    const unknown = { epoch: -1, endOffset: -1 };
    if (local === undefined)
      return { errorCode: this.#partitions.missingError(topic, partition), ...unknown };
    const errorCode = local.leaderError(currentLeaderEpoch);
    return errorCode === 0 ? { errorCode, ...local.endOfEpoch(leaderEpoch) } : { errorCode, ...unknown };
  }

  /** Moves the log start offset up; offset -1 means the high watermark. */
  deleteRecords(topic: string, partition: number, offset: number): DeleteRecordsResult {
    const failed = (errorCode: number): DeleteRecordsResult => ({ errorCode, lowWatermark: -1 });
    const local = this.#partitions.get(topic, partition);
    if (local === undefined) return failed(this.#partitions.missingError(topic, partition));
    if (isInternalTopic(topic)) return failed(ErrorCode.INVALID_TOPIC_EXCEPTION);
    const errorCode = local.leaderError(-1);
    if (errorCode !== 0) return failed(errorCode);
    // A log that only compacts keeps the last record of every key: nobody may cut its start (KIP-107).
    if (!local.log.config.cleanupDelete) return failed(ErrorCode.POLICY_VIOLATION);
    const wanted = offset === -1 ? local.highWatermark : offset;
    if (wanted < 0 || wanted > local.highWatermark) return failed(ErrorCode.OFFSET_OUT_OF_RANGE);
    if (local.log.advanceLogStart(wanted)) {
      local.log.applyRetention(local.highWatermark);
      // Written now: after a crash within the usual minute the records would come back.
      void this.#logs.checkpointLogStarts();
    }
    return { errorCode: 0, lowWatermark: local.logStartOffset };
  }

  /** All partitions, or the named ones only. */
  describeLogDirs(filter: ((topic: string, partition: number) => boolean) | null): LogDirectoryDescription[] {
    const { disk } = this.#options.platform;
    return this.#logs.directories.map(({ path, failed }) => {
      if (failed) {
        const errorCode = ErrorCode.KAFKA_STORAGE_ERROR;
        return { path, errorCode, partitions: [], totalBytes: -1, usableBytes: -1 };
      }
      const partitions = [];
      for (const { managed, topic, partition, sizeBytes } of this.#partitions.all()) {
        if (managed.directory.path !== path || filter?.(topic, partition) === false) continue;
        partitions.push({ topic, partition, sizeBytes, offsetLag: 0, isFuture: false });
      }
      return { path, errorCode: 0, partitions, ...disk.space(path) };
    });
  }

  /** Undefined unless this broker holds a replica. */
  partition(topic: string, partition: number): PartitionView | undefined {
    return this.#partitions.get(topic, partition);
  }

  partitions(): Iterable<PartitionView> {
    return this.#partitions.all();
  }

  /** What the log cleaner works on; it must not go beyond a log's last stable offset, null when it must not touch it. */
  logs(): Iterable<ManagedLog> {
    return this.#logs.logs();
  }

  lastStableOffsetOf(managed: ManagedLog): number | null {
    return this.#partitions.lastStableOffsetOf(managed);
  }

  /** Fetches that are parked at the moment. */
  get parkedFetches(): number {
    return this.#fetches.size;
  }

  /**
   * Committed batches from `offset` on, for coordinators that load their state: whole batches up to the high
   * watermark, empty at its end. Null when this broker does not lead the partition. Throws CorruptLogError.
   */
  readCommitted(topic: string, partition: number, offset: number, maxBytes: number): Buffer | null {
    const local = this.#partitions.get(topic, partition);
    if (local?.isLeader !== true) return null;
    const from = Math.max(offset, local.logStartOffset);
    return local.log.read({ offset: from, maxBytes, maxOffset: local.highWatermark, minOneBatch: true });
  }
}

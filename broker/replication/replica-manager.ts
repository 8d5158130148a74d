/**
 * The partitions that live on this broker (Kafka's ReplicaManager): follows the metadata image, appends and waits
 * for the in-sync replicas, fetches and waits for data, answers offset queries, and runs the timers of retention
 * and checkpoints.
 *
 * A shell: which batch is good is decided in log/, who is in sync in partition-state.ts, what a reader may have in
 * partition-reader.ts. Appends and reads are synchronous steps, so within one partition everything happens in the
 * order of the calls.
 */
import type { LegacyMagic } from '../../protocol/records/legacy-message.ts';
import type { MetadataDelta, MetadataImage } from '../controller/image.ts';
import { partitionKey } from '../log/checkpoint-files.ts';
import type { LogConfig } from '../log/log-config.ts';
import type { LogDirectories } from '../log/log-directories.ts';
import { LogManager, type ManagedLog, type PlaceOf } from '../log/log-manager.ts';
import type { Logger } from '../platform/logger.ts';
import type { CancelTimer, Platform } from '../platform/platform.ts';
import { inlineRecordWork, type RecordWork } from '../record-work/record-work.ts';
import { committedSinceElection, type LedPartition, readCommitted } from './committed-records.ts';
import { DelayedFetches } from './delayed-fetches.ts';
import { FetchService } from './fetch-service.ts';
import { SessionCache } from './fetch-sessions/session-cache.ts';
import { FollowerFetchers } from './follower/follower-fetchers.ts';
import { HighWatermarkWaiters } from './high-watermark-waiters.ts';
import { IsrChanges } from './isr-changes.ts';
import { IsrUpkeep } from './isr-upkeep.ts';
import type { LocalPartition, PartitionView } from './local-partition.ts';
import { LocalPartitions } from './local-partitions.ts';
import { describeLogDirs, type PartitionFilter } from './log-directory-view.ts';
import { queryEndOfEpoch, queryLegacyOffsets, queryOffset } from './offset-queries.ts';
import { PartitionAppender } from './partition-appender.ts';
import { CHANGED, LOOK_AGAIN, PartitionEvents } from './partition-events.ts';
import { PartitionProgress } from './partition-progress.ts';
import { deleteRecords } from './record-deletion.ts';
import { ReplicaReads } from './replica-reads.ts';
import {
  type AppendRequest,
  type AppendResult,
  type DeleteRecordsResult,
  type EndOfEpochRequest,
  type EndOfEpochResult,
  type EndTransactionInPartition,
  type FetchAnswer,
  type FetchRequestParameters,
  type ListOffsetsPartitionRequest,
  type ListOffsetsPartitionResult,
  type LogDirectoryDescription,
} from './replica-requests.ts';
import {
  type ClusterLink,
  DEFAULT_REPLICA_SETTINGS,
  isRegistered,
  type ReplicaManagerSettings,
  type TrafficMeter,
} from './replica-settings.ts';
import type { ReplicationThrottle } from './throttle.ts';
import { producersIn, type ProducersInPartition } from './producer-view.ts';
import { type VerificationOptions, type VerifiedAppends, verifiedAppends } from './verified-appends.ts';

export type { PartitionView } from './local-partition.ts';

export type { ClusterLink, ReplicaManagerSettings, TrafficMeter } from './replica-settings.ts';

const FIRST_RETENTION_CHECK_MS = 30_000;

export interface ReplicaManagerOptions extends VerificationOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly brokerId: number;
  readonly logDirectories: LogDirectories;
  /** The topic's configuration now; asked when a partition is opened and again after a config change. */
  readonly logConfigOf: (topic: string) => LogConfig;
  readonly settings?: Partial<ReplicaManagerSettings>;
  /** Without it this broker follows nobody and changes no in-sync replicas. */
  readonly cluster?: ClusterLink;
  /** What holds replication of chosen partitions down, by leaders and by followers (KIP-73). */
  readonly throttles?: { readonly leader: ReplicationThrottle; readonly follower: ReplicationThrottle };
  /** A follower is about to take records from `offset` on away. */
  readonly onCut?: (local: LocalPartition, offset: number) => Promise<void> | void;
  /** Files of all logs that may be open at one time. */
  readonly maxOpenFiles?: number;
  readonly meter?: TrafficMeter;
  /** Checks and converts records; default: at once, on this thread. */
  readonly recordWork?: RecordWork;
  /** A log directory has failed and its partitions answer KAFKA_STORAGE_ERROR from now on. */
  readonly onDirectoryFailure?: (path: string, cause: unknown) => void;
}

export class ReplicaManager {
  /** Of what clients write in transactions. */
  readonly verified: VerifiedAppends;
  readonly #options: ReplicaManagerOptions;
  readonly #settings: ReplicaManagerSettings;
  readonly #logs: LogManager;
  readonly #partitions: LocalPartitions;
  readonly #events = new PartitionEvents();
  readonly #delayed: DelayedFetches;
  readonly #waiters: HighWatermarkWaiters;
  readonly #progress: PartitionProgress;
  readonly #recordWork: RecordWork;
  readonly #appender: PartitionAppender;
  readonly #sessions: SessionCache;
  readonly #fetches: FetchService;
  readonly #isr: IsrUpkeep;
  readonly #fetchers: FollowerFetchers | null;
  #image: MetadataImage | null = null;
  #timers: CancelTimer[] = [];

  constructor(options: ReplicaManagerOptions) {
    this.#options = options;
    const { platform, meter } = options;
    const { clock, timers, random } = platform;
    this.#settings = { ...DEFAULT_REPLICA_SETTINGS, ...options.settings };
    this.#recordWork = options.recordWork ?? inlineRecordWork;
    this.#logs = this.#newLogManager();
    this.#delayed = new DelayedFetches(timers, this.#settings.maxParkedFetches);
    this.#waiters = new HighWatermarkWaiters(timers);
    this.#progress = new PartitionProgress(this.#waiters, this.#events);
    this.#fetchers = this.#newFetchers();
    this.#partitions = this.#newPartitions();
    const partitions = this.#partitions;
    this.#isr = this.#newIsrUpkeep();
    this.#appender = new PartitionAppender({
      ...{ clock, partitions, meter },
      recordWork: this.#recordWork,
      waiters: this.#waiters,
      onAppended: (local, bytes) => this.#noteAppended(local, bytes),
    });
    const append = (request: AppendRequest): Promise<AppendResult> => this.#appender.append(request);
    this.verified = verifiedAppends(append, partitions, options);
    const topicName = (topicId: string): string | undefined => partitions.topicName(topicId);
    const events = this.#events;
    this.#sessions = new SessionCache({
      maxSlots: this.#settings.fetchSessionSlots,
      onEvicted: () => meter?.fetchSessionEvicted?.(),
      random,
      events,
      topicName,
    });
    this.#fetches = new FetchService({
      ...{ clock, events, topicName, delayed: this.#delayed, sessions: this.#sessions },
      maxWaitMs: this.#settings.maxFetchWaitMs,
      reads: new ReplicaReads({
        ...{ clock, partitions, meter, isr: this.#isr, progress: this.#progress },
        brokers: () => this.#image?.brokers ?? new Map(),
        rackAware: this.#settings.rackAwareReads,
        throttle: options.throttles?.leader,
      }),
    });
  }

  #newLogManager(): LogManager {
    const { platform, logger, brokerId, logDirectories, logConfigOf, maxOpenFiles, onDirectoryFailure } =
      this.#options;
    return new LogManager({
      ...{ platform, logDirectories, logConfigOf, maxOpenFiles },
      logger: logger.named(`LogManager id=${brokerId}`),
      producerIdExpirationMs: this.#settings.producerIdExpirationMs,
      onFlushed: (tookMs) => this.#options.meter?.flushed?.(tookMs),
      onDirectoryFailure: (path, cause) => {
        this.#partitions.noteDirectoryFailure(path);
        onDirectoryFailure?.(path, cause);
      },
    });
  }

  #newFetchers(): FollowerFetchers | null {
    const { platform, logger, brokerId, cluster, meter, throttles, onCut } = this.#options;
    if (cluster === undefined) return null;
    const { brokerEpoch, followerSettings, interBrokerListenerName } = cluster;
    return new FollowerFetchers({
      ...{ platform, logger, brokerId, brokerEpoch },
      ...(followerSettings === undefined ? {} : { settings: followerSettings }),
      ...(meter === undefined ? {} : { meter }),
      ...(throttles === undefined ? {} : { throttle: throttles.follower }),
      ...(onCut === undefined ? {} : { onCut }),
      addressOf: (id) => {
        const endpoints = this.#image?.brokers.get(id)?.endpoints ?? [];
        return endpoints.find(({ listenerName }) => listenerName === interBrokerListenerName) ?? null;
      },
      onProgress: (local, { appendedBytes, highWatermarkBefore, stableBefore }) =>
        this.#progress.moved(local, appendedBytes, highWatermarkBefore, stableBefore),
    });
  }

  #newPartitions(): LocalPartitions {
    const { platform, logger, brokerId, logConfigOf, cluster } = this.#options;
    return new LocalPartitions({
      ...{ brokerId, logConfigOf },
      logs: this.#logs,
      clock: platform.clock,
      logger: logger.named(`ReplicaManager id=${brokerId}`),
      maxLagMs: () => this.#settings.replicaLagTimeMaxMs,
      isInService: ({ brokers }) => isRegistered(brokers.get(brokerId), cluster?.brokerEpoch()),
      fetchers: this.#fetchers,
      onProgress: (local, move) => this.#progress.run(local, 0, move),
      onChange: (key, writable) => {
        this.#events.tell(key, CHANGED);
        if (!writable) this.#waiters.endAll(key);
      },
      onIsrChange: (key) => this.#events.tell(key, LOOK_AGAIN),
    });
  }

  #newIsrUpkeep(): IsrUpkeep {
    const { platform, logger, brokerId, cluster, meter } = this.#options;
    const { clock, timers } = platform;
    const own = logger.named(`ReplicaManager id=${brokerId}`);
    const changes =
      cluster === undefined
        ? null
        : new IsrChanges({
            ...{ timers, brokerId, logger: own },
            channel: cluster.controllerChannel,
            brokerEpoch: cluster.brokerEpoch,
          });
    return new IsrUpkeep({
      ...{ changes, clock, timers, meter, logger: own },
      partitions: () => this.#partitions.all(),
      maxLagMs: () => this.#settings.replicaLagTimeMaxMs,
      onCommitted: (local, commit) => {
        this.#progress.run(local, 0, () => void commit());
        this.#events.tell(partitionKey(local.topic, local.partition), LOOK_AGAIN);
      },
    });
  }

  /** Opens (and where needed recovers) every log in the directories and starts the timers. Call before the first image. */
  start(placeOf?: PlaceOf): Promise<void> {
    this.#logs.openAll(placeOf);
    const { timers } = this.#options.platform;
    const settings = this.#settings;
    const checkRetention = (): void => this.#applyRetention();
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
    this.#isr.start();
    return Promise.resolve();
  }

  /** Followers and other readers are told where their partitions begin now. */
  #applyRetention(): void {
    const before = new Map([...this.#partitions.all()].map((local) => [local, local.logStartOffset]));
    this.#logs.applyRetention((managed) => this.#partitions.highWatermarkOf(managed));
    for (const [{ topic, partition, logStartOffset }, start] of before)
      if (logStartOffset !== start) this.#events.tell(partitionKey(topic, partition), LOOK_AGAIN);
  }

  /**
   * Stops the timers, answers what is parked, flushes and closes all logs. Gives the directories whose logs were all
   * closed cleanly. They stay locked: close them after, with this answer.
   */
  async stop(): Promise<ReadonlySet<string>> {
    for (const cancel of this.#timers.splice(0)) cancel();
    this.#isr.stop();
    await this.#fetchers?.stop();
    this.#sessions.closeAll();
    this.#delayed.endAll();
    this.#waiters.stop();
    await this.#recordWork.stop();
    return this.#logs.closeAll((managed) => this.#partitions.highWatermarkOf(managed));
  }

  /** Creates, deletes and updates local partitions. Synchronous: when it returns, new partitions can be written to. */
  applyImage(image: MetadataImage, delta: MetadataDelta): void {
    this.#image = image;
    this.#partitions.applyImage(image, delta);
    if (delta.changedBrokers.length > 0) this.#partitions.onBrokersChanged();
    this.#isr.onImage(delta);
  }

  /** See PartitionAppender.append, and VerifiedAppends for what belongs to a transaction. */
  append(request: AppendRequest): Promise<AppendResult> {
    return this.verified.append(request);
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

  #noteAppended(local: LocalPartition, bytes: number): void {
    const nowMs = this.#options.platform.clock.monotonicMs();
    this.#progress.run(local, bytes, () => void local.state.advance(local.logEndOffset, nowMs));
  }

  /** Answers at once or when minBytes have come, maxWaitMs have passed, or `closed` fires. Results in the order asked. */
  fetch(parameters: FetchRequestParameters): Promise<FetchAnswer> {
    return this.#fetches.fetch(parameters);
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
  endOfEpoch(request: EndOfEpochRequest): EndOfEpochResult {
    return queryEndOfEpoch(this.#partitions, request);
  }

  /** Moves the log start offset up; offset -1 means the high watermark. */
  deleteRecords(topic: string, partition: number, offset: number): DeleteRecordsResult {
    // Written now: after a crash within the usual minute the records would come back.
    const onMoved = (): void => {
      void this.#logs.checkpointLogStarts();
      this.#events.tell(partitionKey(topic, partition), LOOK_AGAIN);
    };
    return deleteRecords(this.#partitions, { topic, partition, offset }, onMoved);
  }

  /** What this replica, leader or not, remembers of who writes to the partition. */
  describeProducers(topic: string, partition: number): ProducersInPartition {
    return producersIn(this.#partitions, topic, partition);
  }

  /** All partitions, or the named ones only. */
  describeLogDirs(filter: PartitionFilter | null): LogDirectoryDescription[] {
    return describeLogDirs(this.#logs, () => this.#partitions.all(), this.#options.platform.disk, filter);
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

  get parkedFetches(): number {
    return this.#delayed.size;
  }

  get waitingAppends(): number {
    return this.#waiters.size;
  }

  /** Fetch sessions and the partitions in them (FetchSessionCache). */
  get fetchSessions(): SessionCache {
    return this.#sessions;
  }

  /** Copies of what other brokers lead; null without other brokers. */
  get fetchers(): FollowerFetchers | null {
    return this.#fetchers;
  }

  /** Replicas of this broker that cannot be used (OfflineReplicaCount). */
  get offlineReplicas(): number {
    let count = this.#partitions.missingCount;
    for (const local of this.#partitions.all()) if (local.isOffline) count += 1;
    return count;
  }

  /** Resolves with true when all that earlier leaders may have acknowledged is committed; false without the leadership. */
  committedSinceElection(place: LedPartition): Promise<boolean> {
    return committedSinceElection(this.#partitions, this.#waiters, place);
  }

  /** Committed batches from `offset` on, for coordinators that load their state; null without the leadership. */
  readCommitted(place: LedPartition, offset: number, maxBytes: number): Buffer | null {
    return readCommitted(this.#partitions, place, offset, maxBytes);
  }
}

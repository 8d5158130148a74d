/** Signatures first; the bodies follow in a moment. */
import type { MetadataDelta, MetadataImage } from '../controller/image.ts';
import type { LogConfig } from '../log/log-config.ts';
import type { LogDirectories } from '../log/log-directories.ts';
import type { Logger } from '../platform/logger.ts';
import type { Platform } from '../platform/platform.ts';
import type {
  AppendRequest,
  AppendResult,
  DeleteRecordsResult,
  FetchPartitionResult,
  FetchRequestParameters,
  ListOffsetsPartitionRequest,
  ListOffsetsPartitionResult,
  LogDirectoryDescription,
} from './replica-requests.ts';

/** Counts what goes in and out; BrokerMetrics fits. */
export interface TrafficMeter {
  recordIn(topic: string, messages: number, bytes: number): void;
  recordOut(topic: string, bytes: number): void;
  failedProduce?(topic: string): void;
  failedFetch?(topic: string): void;
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

export interface ReplicaManagerOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly brokerId: number;
  readonly logDirectories: LogDirectories;
  /** The topic's configuration now; asked when a partition is opened and again after a config change. */
  readonly logConfigOf: (topic: string) => LogConfig;
  readonly settings?: Partial<ReplicaManagerSettings>;
  readonly meter?: TrafficMeter;
  /** A log directory has failed and its partitions answer KAFKA_STORAGE_ERROR from now on. */
  readonly onDirectoryFailure?: (path: string, cause: unknown) => void;
}

/** What callers may see of a local partition. */
export interface PartitionView {
  readonly topic: string;
  readonly partition: number;
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly isLeader: boolean;
  readonly logStartOffset: number;
  readonly logEndOffset: number;
  readonly highWatermark: number;
  readonly sizeBytes: number;
  readonly inSyncReplicas: readonly number[];
  readonly replicas: readonly number[];
}

export declare class ReplicaManager {
  constructor(options: ReplicaManagerOptions);

  /** Opens (and where needed recovers) every log in the directories and starts the timers. Call before the first image. */
  start(): Promise<void>;

  /** Stops the timers, answers what is parked, flushes and closes all logs. The directories stay locked: close them after. */
  stop(): Promise<void>;

  /** Creates, deletes and updates local partitions. Synchronous: when it returns, new partitions can be written to. */
  applyImage(image: MetadataImage, delta: MetadataDelta): void;

  /** Appends and waits as `acks` says. Never rejects for an expected failure. The append itself happens synchronously within the call. */
  append(request: AppendRequest): Promise<AppendResult>;

  /** Answers at once or when minBytes have come, maxWaitMs have passed, or `closed` fires. Results in the order asked. */
  fetch(parameters: FetchRequestParameters): Promise<FetchPartitionResult[]>;

  listOffsets(request: ListOffsetsPartitionRequest): ListOffsetsPartitionResult;

  /** ListOffsets v0: at most `maxOffsets` offsets, newest first. */
  legacyOffsets(request: ListOffsetsPartitionRequest, maxOffsets: number): { errorCode: number; offsets: number[] };

  /** Moves the log start offset up; offset -1 means the high watermark. */
  deleteRecords(topic: string, partition: number, offset: number): DeleteRecordsResult;

  /** All partitions, or the named ones only. */
  describeLogDirs(filter: ((topic: string, partition: number) => boolean) | null): LogDirectoryDescription[];

  /** Undefined unless this broker holds a replica. */
  partition(topic: string, partition: number): PartitionView | undefined;
  partitions(): Iterable<PartitionView>;

  /**
   * Committed batches from `offset` on, for coordinators that load their state: whole batches up to the high
   * watermark, empty at its end. Null when this broker does not lead the partition. Throws CorruptLogError.
   */
  readCommitted(topic: string, partition: number, offset: number, maxBytes: number): Buffer | null;
}

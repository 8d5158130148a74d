/**
 * All partition logs of this broker, over all its log directories (Kafka's LogManager): opening them at start,
 * making new ones, deleting (rename now, remove later), retention, flushing at stop, and the checkpoint files.
 *
 * A directory that fails takes its logs offline; the others go on. The metadata log is the controller's and is
 * left alone here.
 */
import { dirname, join } from 'node:path';
import type { Logger } from '../platform/logger.ts';
import type { Platform } from '../platform/platform.ts';
import {
  partitionKey,
  readOffsetCheckpoint,
  readTopicId,
  topicIdText,
  writeOffsetCheckpoint,
} from './checkpoint-files.ts';
import type { LogConfig } from './log-config.ts';
import type { LogDirectories, LogDirectory } from './log-directories.ts';
import { OpenFiles } from './open-files.ts';
import { PARTITION_METADATA } from './segment-files.ts';
import { deletedName, isDeletedName, parsePartitionName, strayName } from './partition-names.ts';
import { PartitionLog } from './partition-log.ts';
import { TailCache } from './tail-cache.ts';

export const METADATA_TOPIC = '__cluster_metadata';
const RECOVERY_POINTS = 'recovery-point-offset-checkpoint';
const LOG_STARTS = 'log-start-offset-checkpoint';
const HIGH_WATERMARKS = 'replication-offset-checkpoint';

export interface LogManagerOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly logDirectories: LogDirectories;
  readonly logConfigOf: (topic: string) => LogConfig;
  readonly producerIdExpirationMs: number;
  readonly onDirectoryFailure?: (path: string, cause: unknown) => void;
}

export interface ManagedLog {
  readonly log: PartitionLog;
  readonly directory: LogDirectory;
  /** From partition.metadata; null in folders of other brokers' making that lack it. */
  readonly topicId: string | null;
  /** From the checkpoint at start: consumers had seen everything below it. */
  readonly checkpointedHighWatermark: number;
}

interface DirectoryState {
  readonly directory: LogDirectory;
  failed: boolean;
}

export class LogManager {
  readonly #options: LogManagerOptions;
  readonly #directories: DirectoryState[];
  readonly #logs = new Map<string, ManagedLog>();
  readonly #files: OpenFiles;
  readonly #tailCache = new TailCache();
  /** Checkpoints are written one after another, so that an older one never replaces a newer one. */
  #checkpoints: Promise<void> = Promise.resolve();

  constructor(options: LogManagerOptions) {
    this.#options = options;
    this.#directories = options.logDirectories.directories.map((directory) => ({ directory, failed: false }));
    this.#files = new OpenFiles(options.platform.disk);
  }

  get directories(): readonly { readonly directory: LogDirectory; readonly failed: boolean }[] {
    return this.#directories;
  }

  logs(): Iterable<ManagedLog> {
    return this.#logs.values();
  }

  get(topic: string, partition: number): ManagedLog | undefined {
    return this.#logs.get(partitionKey(topic, partition));
  }

  /** Opens every log found; unclean directories are recovered. */
  openAll(): void {
    for (const state of this.#directories) {
      try {
        this.#openDirectory(state);
      } catch (error) {
        this.#fail(state, error);
      }
    }
    this.#forgetDeleted();
  }

  /** A topic of the same name must not come up with the checkpoints of the one that was deleted. */
  #forgetDeleted(): void {
    void this.checkpointRecoveryPoints();
    void this.checkpointLogStarts();
  }

  #openDirectory(state: DirectoryState): void {
    const { disk, clock } = this.#options.platform;
    const { path, wasCleanShutdown } = state.directory;
    const startedMs = clock.monotonicMs();
    const checkpoint = (name: string): Map<string, number> =>
      readOffsetCheckpoint(disk, join(path, name)) ?? new Map<string, number>();
    const points = checkpoint(RECOVERY_POINTS);
    const starts = checkpoint(LOG_STARTS);
    const highs = checkpoint(HIGH_WATERMARKS);
    let count = 0;
    for (const name of disk.list(path)) {
      if (!disk.stat(join(path, name)).isDirectory) continue;
      if (isDeletedName(name)) {
        disk.removeTree(join(path, name));
        continue;
      }
      const found = parsePartitionName(name);
      if (found === null || found.topic === METADATA_TOPIC) continue;
      const key = partitionKey(found.topic, found.partition);
      this.#open(state, found.topic, found.partition, {
        cleanShutdown: wasCleanShutdown,
        recoveryPoint: points.get(key) ?? 0,
        logStartOffset: starts.get(key) ?? 0,
        highWatermark: highs.get(key) ?? 0,
      });
      count++;
    }
    const tookMs = Math.round(clock.monotonicMs() - startedMs);
    const how = wasCleanShutdown ? 'opened' : 'opened and checked';
    this.#options.logger.info(`${count} logs in ${path} ${how} in ${tookMs} ms`);
  }

  #open(
    state: DirectoryState,
    topic: string,
    partition: number,
    from: { cleanShutdown: boolean; recoveryPoint: number; logStartOffset: number; highWatermark: number },
  ): ManagedLog {
    const { platform, logger } = this.#options;
    const directory = join(state.directory.path, `${topic}-${partition}`);
    const log = PartitionLog.open({
      platform,
      logger,
      directory,
      topic,
      partition,
      config: this.#options.logConfigOf(topic),
      cleanShutdown: from.cleanShutdown,
      recoveryPoint: from.recoveryPoint,
      logStartOffset: from.logStartOffset,
      files: this.#files,
      tailCache: this.#tailCache,
      producerIdExpirationMs: this.#options.producerIdExpirationMs,
      onFailure: (cause) => this.#fail(state, cause),
    });
    const topicId = readTopicId(platform.disk, join(directory, PARTITION_METADATA));
    const managed = {
      log,
      directory: state.directory,
      topicId,
      checkpointedHighWatermark: from.highWatermark,
    };
    this.#logs.set(partitionKey(topic, partition), managed);
    return managed;
  }

  /** Makes an empty log in the directory with the fewest; throws DiskError, or an Error when no directory is left. */
  create(topic: string, partition: number, topicId: string): ManagedLog {
    const state = this.#leastUsedDirectory();
    const { disk } = this.#options.platform;
    const directory = join(state.directory.path, `${topic}-${partition}`);
    disk.makeDirectory(directory);
    const metadata = disk.open(join(directory, PARTITION_METADATA), { create: true });
    metadata.write([topicIdText(topicId)], 0);
    metadata.close();
    return this.#open(state, topic, partition, {
      cleanShutdown: true,
      recoveryPoint: 0,
      logStartOffset: 0,
      highWatermark: 0,
    });
  }

  #leastUsedDirectory(): DirectoryState {
    let best: { readonly state: DirectoryState; readonly count: number } | null = null;
    for (const state of this.#directories) {
      if (state.failed) continue;
      let count = 0;
      for (const managed of this.#logs.values()) if (managed.directory === state.directory) count++;
      if (best === null || count < best.count) best = { state, count };
    }
    if (best === null) throw new Error('Every log directory has failed: see the earlier lines of this log.');
    return best.state;
  }

  /** The partition is gone for clients at once; its files go after file.delete.delay.ms, or at the next start. */
  delete(topic: string, partition: number): void {
    const { timers, random, disk } = this.#options.platform;
    const moved = this.#moveAway(topic, partition, (name) =>
      deletedName(name, random.bytes(16).toString('hex')),
    );
    if (moved === null) return;
    this.#forgetDeleted();
    const remove = async (): Promise<void> => {
      try {
        // The new name first: a power cut must not leave the old one with half of what it held.
        await disk.syncDirectory(dirname(moved.path));
        disk.removeTree(moved.path);
      } catch (error) {
        this.#options.logger.warn(
          `${moved.path} could not be removed and is tried again at the next start: ${String(error)}`,
        );
      }
    };
    timers.after(moved.delayMs, () => void remove());
  }

  /** A log that belongs to no partition of this broker is kept under another name, for its owner to look at. */
  setStray(topic: string, partition: number): void {
    const { random } = this.#options.platform;
    const moved = this.#moveAway(topic, partition, (name) =>
      strayName(name, random.bytes(16).toString('hex')),
    );
    if (moved !== null) {
      this.#options.logger.warn(
        `The log ${topic}-${partition} belongs to no topic of this cluster: kept as ${moved.path}`,
      );
    }
  }

  #moveAway(
    topic: string,
    partition: number,
    rename: (name: string) => string,
  ): { path: string; delayMs: number } | null {
    const key = partitionKey(topic, partition);
    const managed = this.#logs.get(key);
    if (managed === undefined) return null;
    this.#logs.delete(key);
    managed.log.abandon();
    const path = join(managed.directory.path, rename(`${topic}-${partition}`));
    try {
      this.#options.platform.disk.rename(managed.log.directory, path);
    } catch (error) {
      const state = this.#directories.find((candidate) => candidate.directory === managed.directory);
      if (state !== undefined) this.#fail(state, error);
      return null;
    }
    return { path, delayMs: managed.log.config.fileDeleteDelayMs };
  }

  /** Below each log's high watermark, as `highWatermarkOf` says; null leaves a log alone. */
  applyRetention(highWatermarkOf: (managed: ManagedLog) => number | null): void {
    for (const managed of this.#logs.values()) {
      const highWatermark = highWatermarkOf(managed);
      if (highWatermark === null) continue;
      managed.log.applyRetention(highWatermark);
      managed.log.expireProducers(this.#options.producerIdExpirationMs);
    }
  }

  async checkpointRecoveryPoints(): Promise<void> {
    await this.#checkpoint(RECOVERY_POINTS, ({ log }) => log.recoveryPoint);
  }

  /** Only where it says more than the first segment's name. */
  async checkpointLogStarts(): Promise<void> {
    await this.#checkpoint(LOG_STARTS, ({ log }) => (log.logStartOffset > 0 ? log.logStartOffset : null));
  }

  async checkpointHighWatermarks(highWatermarkOf: (managed: ManagedLog) => number | null): Promise<void> {
    await this.#checkpoint(HIGH_WATERMARKS, highWatermarkOf);
  }

  async #checkpoint(name: string, offsetOf: (managed: ManagedLog) => number | null): Promise<void> {
    this.#checkpoints = this.#checkpoints.then(() => this.#writeCheckpoint(name, offsetOf));
    await this.#checkpoints;
  }

  async #writeCheckpoint(name: string, offsetOf: (managed: ManagedLog) => number | null): Promise<void> {
    for (const state of this.#directories) {
      if (state.failed) continue;
      const offsets = new Map<string, number>();
      for (const [key, managed] of this.#logs) {
        const offset = managed.directory === state.directory ? offsetOf(managed) : null;
        if (offset !== null) offsets.set(key, offset);
      }
      try {
        await writeOffsetCheckpoint(this.#options.platform.disk, join(state.directory.path, name), offsets);
      } catch (error) {
        this.#options.logger.warn(
          `${join(state.directory.path, name)} could not be written: ${String(error)}`,
        );
      }
    }
  }

  /** Flushes and closes all logs and writes the last checkpoints. False when some log could not be closed cleanly. */
  async closeAll(highWatermarkOf: (managed: ManagedLog) => number | null): Promise<boolean> {
    await this.checkpointHighWatermarks(highWatermarkOf);
    const closed = await Promise.allSettled([...this.#logs.values()].map(({ log }) => log.close()));
    await this.checkpointRecoveryPoints();
    await this.checkpointLogStarts();
    const isClean =
      closed.every(({ status }) => status === 'fulfilled') &&
      this.#directories.every(({ failed }) => !failed);
    return isClean;
  }

  #fail(state: DirectoryState, cause: unknown): void {
    if (state.failed) return;
    state.failed = true;
    this.#options.logger.error(
      `Log directory ${state.directory.path} has failed: its partitions are offline`,
      cause,
    );
    for (const managed of this.#logs.values()) {
      if (managed.directory === state.directory) managed.log.takeOffline(cause);
    }
    this.#options.onDirectoryFailure?.(state.directory.path, cause);
  }
}

/**
 * All partition logs of this broker, over all its log directories (Kafka's LogManager): opening them at start,
 * making new ones, deleting (rename now, remove later), retention, flushing at stop, and the checkpoint files.
 *
 * A directory that fails takes its logs offline; the others go on. The metadata log is the controller's and is
 * left alone here.
 */
import { join } from 'node:path';
import type { Logger } from '../platform/logger.ts';
import type { Platform } from '../platform/platform.ts';
import { StartFailure } from '../start-failure.ts';
import { partitionKey, readTopicId, topicIdText } from './checkpoint-files.ts';
import { LogCheckpoints, type CheckpointKind } from './log-checkpoints.ts';
import type { LogConfig } from './log-config.ts';
import type { LogDirectories, LogDirectory } from './log-directories.ts';
import { isDeviceFailure } from './log-health.ts';
import { LogRemoval } from './log-removal.ts';
import { OpenFiles } from './open-files.ts';
import { PARTITION_METADATA } from './segment-files.ts';
import { isDeletedName, parsePartitionName } from './partition-names.ts';
import { PartitionLog } from './partition-log.ts';
import { sharedSync } from './shared-sync.ts';
import { TailCache } from './tail-cache.ts';

export const METADATA_TOPIC = '__cluster_metadata';

export interface LogManagerOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly logDirectories: LogDirectories;
  readonly logConfigOf: (topic: string) => LogConfig;
  readonly producerIdExpirationMs: number;
  /** Files of all logs that may be open at one time; default: that of OpenFiles. */
  readonly maxOpenFiles?: number | undefined;
  /** A log was forced to its device, and that took so long. */
  readonly onFlushed?: ((tookMs: number) => void) | undefined;
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

/**
 * Where the cluster says that this broker's replica of a partition lies: a directory id, 'unknown' while nobody has told, or
 * null when this broker has no such replica.
 */
export type PlaceOf = (topic: string, partition: number) => string | null;

interface DirectoryState {
  readonly path: string;
  /** Null when it could not be used from the start. */
  readonly directory: LogDirectory | null;
  readonly sync: () => Promise<void>;
  failed: boolean;
}

/** One that logs can be in. */
type UsableDirectory = DirectoryState & { readonly directory: LogDirectory };

export class LogManager {
  readonly #options: LogManagerOptions;
  readonly #directories: DirectoryState[];
  readonly #logs = new Map<string, ManagedLog>();
  readonly #files: OpenFiles;
  readonly #tailCache = new TailCache();
  readonly #checkpoints: LogCheckpoints;
  readonly #removal: LogRemoval;

  constructor(options: LogManagerOptions) {
    this.#options = options;
    const { logDirectories, platform, logger } = options;
    const good = logDirectories.directories.map((directory) => ({
      path: directory.path,
      directory,
      sync: sharedSync(platform.disk, directory.path),
      failed: false,
    }));
    const bad = logDirectories.unusable.map(({ path }) => ({
      ...{ path, directory: null, failed: true },
      sync: () => Promise.resolve(),
    }));
    this.#directories = [...good, ...bad];
    this.#files = new OpenFiles(platform.disk, options.maxOpenFiles);
    this.#checkpoints = new LogCheckpoints(platform.disk, logger, (path, cause) => {
      const state = this.#directories.find((each) => each.path === path);
      if (state !== undefined) this.#fail(state, cause);
    });
    this.#removal = new LogRemoval(platform, logger);
  }

  get directories(): readonly { readonly path: string; readonly failed: boolean }[] {
    return this.#directories;
  }

  /** Logs may exist that nobody can see: what is missing must not be made anew. */
  get hasFailedDirectory(): boolean {
    return this.#directories.some(({ failed }) => failed);
  }

  logs(): Iterable<ManagedLog> {
    return this.#logs.values();
  }

  get(topic: string, partition: number): ManagedLog | undefined {
    return this.#logs.get(partitionKey(topic, partition));
  }

  /**
   * Opens every log found; unclean directories are recovered. Throws StartFailure when a log is there twice and `placeOf`
   * does not say which one counts.
   */
  openAll(placeOf: PlaceOf = () => 'unknown'): void {
    for (const state of this.#directories) {
      if (!isUsable(state)) continue;
      try {
        this.#openDirectory(state, placeOf);
      } catch (error) {
        if (error instanceof StartFailure) throw error;
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

  #openDirectory(state: UsableDirectory, placeOf: PlaceOf): void {
    const { disk, clock } = this.#options.platform;
    const { path, directoryId, wasCleanShutdown } = state.directory;
    const startedMs = clock.monotonicMs();
    const offsets = this.#checkpoints.read(path);
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
      const twin = this.#logs.get(key);
      const place = placeOf(found.topic, found.partition);
      if (
        twin !== undefined &&
        place !== null &&
        place !== directoryId &&
        place !== twin.directory.directoryId
      )
        throw new StartFailure(
          `The log ${name} is in ${twin.directory.path} and in ${path}: move away the one that is out of date.`,
        );
      if (twin !== undefined && place === directoryId) this.setStray(found.topic, found.partition);
      this.#open(state, found.topic, found.partition, {
        cleanShutdown: wasCleanShutdown,
        recoveryPoint: offsets.recoveryPoint.get(key) ?? 0,
        logStartOffset: offsets.logStart.get(key) ?? 0,
        highWatermark: offsets.highWatermark.get(key) ?? 0,
      });
      if (twin !== undefined && place !== directoryId) {
        this.setStray(found.topic, found.partition);
        this.#logs.set(key, twin);
      }
      count++;
    }
    const tookMs = Math.round(clock.monotonicMs() - startedMs);
    const how = wasCleanShutdown ? 'opened' : 'opened and checked';
    this.#options.logger.info(`${count} logs in ${path} ${how} in ${tookMs} ms`);
  }

  #open(
    state: UsableDirectory,
    topic: string,
    partition: number,
    from: { cleanShutdown: boolean; recoveryPoint: number; logStartOffset: number; highWatermark: number },
    made: { readonly topicId: string; readonly folderIsNew: boolean } | null = null,
  ): ManagedLog {
    const { platform, logger } = this.#options;
    const directory = join(state.path, `${topic}-${partition}`);
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
      folderIsNew: made?.folderIsNew ?? false,
      files: this.#files,
      syncParent: state.sync,
      tailCache: this.#tailCache,
      producerIdExpirationMs: this.#options.producerIdExpirationMs,
      onFlushed: this.#options.onFlushed,
      onFailure: (cause) => this.#fail(state, cause),
    });
    const topicId = made?.topicId ?? readTopicId(platform.disk, join(directory, PARTITION_METADATA));
    const managed = {
      log,
      directory: state.directory,
      topicId,
      checkpointedHighWatermark: from.highWatermark,
    };
    this.#logs.set(partitionKey(topic, partition), managed);
    return managed;
  }

  /**
   * Makes an empty log in the directory with the fewest; one whose disk fails at that is given up for the next. Throws
   * DiskError when the disk is full, an Error when no directory is left.
   */
  create(topic: string, partition: number, topicId: string): ManagedLog {
    for (;;) {
      const state = this.#leastUsedDirectory();
      try {
        return this.#createIn(state, topic, partition, topicId);
      } catch (error) {
        if (!isDeviceFailure(error)) throw error;
        this.#fail(state, error);
      }
    }
  }

  #createIn(state: UsableDirectory, topic: string, partition: number, topicId: string): ManagedLog {
    const { disk } = this.#options.platform;
    const directory = join(state.path, `${topic}-${partition}`);
    const folderIsNew = !disk.exists(directory);
    disk.makeDirectory(directory);
    const metadata = disk.open(join(directory, PARTITION_METADATA), { create: true });
    metadata.write([topicIdText(topicId)], 0);
    metadata.close();
    const from = { cleanShutdown: true, recoveryPoint: 0, logStartOffset: 0, highWatermark: 0 };
    return this.#open(state, topic, partition, from, { topicId, folderIsNew });
  }

  #leastUsedDirectory(): UsableDirectory {
    const [first, ...others] = this.#directories.filter(isUsable);
    if (first === undefined)
      throw new Error('Every log directory has failed: see the earlier lines of this log.');
    if (others.length === 0) return first;
    const counts = new Map<string, number>();
    for (const { directory } of this.#logs.values())
      counts.set(directory.path, (counts.get(directory.path) ?? 0) + 1);
    const count = ({ path }: DirectoryState): number => counts.get(path) ?? 0;
    return others.reduce((best, state) => (count(state) < count(best) ? state : best), first);
  }

  /** The partition is gone for clients at once; its files go after file.delete.delay.ms, or at the next start. */
  delete(topic: string, partition: number): void {
    const managed = this.#take(topic, partition);
    if (managed === null) return;
    if (this.#moved(managed, () => this.#removal.delete(managed.log))) this.#forgetDeleted();
  }

  /** A log that belongs to no partition of this broker is kept under another name, for its owner to look at. */
  setStray(topic: string, partition: number): void {
    const managed = this.#take(topic, partition);
    if (managed !== null) this.#moved(managed, () => this.#removal.keepAside(managed.log));
  }

  /** The log is nobody's from now on. */
  #take(topic: string, partition: number): ManagedLog | null {
    const key = partitionKey(topic, partition);
    const managed = this.#logs.get(key);
    if (managed === undefined) return null;
    this.#logs.delete(key);
    managed.log.abandon();
    return managed;
  }

  #moved({ directory }: ManagedLog, move: () => void): boolean {
    try {
      move();
      return true;
    } catch (error) {
      const state = this.#directories.find((candidate) => candidate.directory === directory);
      if (state !== undefined) this.#fail(state, error);
      return false;
    }
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

  checkpointRecoveryPoints(): Promise<void> {
    return this.#checkpoint('recoveryPoint', ({ log }) => log.recoveryPoint);
  }

  /** Also where the first segment's name says the same: a power cut may bring older segments' names back. */
  checkpointLogStarts(): Promise<void> {
    return this.#checkpoint('logStart', ({ log }) => (log.logStartOffset > 0 ? log.logStartOffset : null));
  }

  checkpointHighWatermarks(highWatermarkOf: (managed: ManagedLog) => number | null): Promise<void> {
    return this.#checkpoint('highWatermark', highWatermarkOf);
  }

  #checkpoint(kind: CheckpointKind, offsetOf: (managed: ManagedLog) => number | null): Promise<void> {
    return this.#checkpoints.write(kind, () => {
      const byDirectory = new Map<string, Map<string, number>>();
      for (const { path, failed } of this.#directories) if (!failed) byDirectory.set(path, new Map());
      for (const [key, managed] of this.#logs) {
        const offset = offsetOf(managed);
        if (offset !== null) byDirectory.get(managed.directory.path)?.set(key, offset);
      }
      return byDirectory;
    });
  }

  /** Flushes and closes all logs and writes the last checkpoints. Gives the directories whose logs were all closed cleanly. */
  async closeAll(highWatermarkOf: (managed: ManagedLog) => number | null): Promise<ReadonlySet<string>> {
    await this.checkpointHighWatermarks(highWatermarkOf);
    const logs = [...this.#logs.values()];
    const closed = await Promise.allSettled(logs.map(({ log }) => log.close()));
    await this.checkpointRecoveryPoints();
    await this.checkpointLogStarts();
    const clean = new Set(this.#directories.filter(({ failed }) => !failed).map(({ path }) => path));
    for (const [index, { directory }] of logs.entries())
      if (closed[index]?.status === 'rejected') clean.delete(directory.path);
    return clean;
  }

  #fail(state: DirectoryState, cause: unknown): void {
    if (state.failed) return;
    state.failed = true;
    this.#options.logger.error(`Log directory ${state.path} has failed: its partitions are offline`, cause);
    for (const managed of this.#logs.values()) {
      if (managed.directory === state.directory) managed.log.takeOffline(cause);
    }
    this.#options.onDirectoryFailure?.(state.path, cause);
  }
}

function isUsable(state: DirectoryState): state is UsableDirectory {
  return !state.failed && state.directory !== null;
}

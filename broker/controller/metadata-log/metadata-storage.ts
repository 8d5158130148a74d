/**
 * What a member of the metadata quorum has on its disk, `__cluster_metadata-0` in the first log directory: an ordinary
 * partition log, `quorum-state`, and snapshots. The quorum core sees it as a QuorumLog.
 *
 * - Writes are in the page cache until `sync`, which forces log and election state together.
 * - The log begins at a snapshot, or at 0. Two snapshots are kept: a follower that is a little behind then still finds the
 *   records that it wants, and need not take a whole snapshot.
 * - A fetched snapshot takes the log's place under its final name first, and the log begins anew after that; `open`
 *   completes what a crash left in between.
 */
import { join } from 'node:path';
import { ErrorCode } from '../../../protocol/errors.ts';
import { readBatchHeader } from '../../../protocol/records/record-batch.ts';
import type { LogDirectory } from '../../log/log-directories.ts';
import { defaultLogConfig, type LogConfig } from '../../log/log-config.ts';
import { LEADER_EPOCH_FILE } from '../../log/log-loading.ts';
import { type LogAppendResult, PartitionLog } from '../../log/partition-log.ts';
import { TailCache } from '../../log/tail-cache.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Platform } from '../../platform/platform.ts';
import { StartFailure } from '../../start-failure.ts';
import type { ElectionState, QuorumLog } from '../quorum/quorum-effects.ts';
import type { OffsetAndEpoch } from '../quorum/quorum-messages.ts';
import { METADATA_TOPIC } from '../topic-name.ts';
import type { MetadataSnapshotId } from './metadata-log.ts';
import {
  QUORUM_STATE_FILE,
  readQuorumState,
  type StoredQuorumState,
  writeQuorumState,
} from './quorum-state-file.ts';
import { listSnapshots, removeParts, settlePart, snapshotPath } from './snapshot-files.ts';

export interface MetadataStorageOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly directory: Pick<LogDirectory, 'path' | 'wasCleanShutdown'>;
}

const KEPT_SNAPSHOTS = 2;
const TAIL_BYTES = 4_194_304;
const ANY_EPOCH = 0x7fff_ffff;

/** Largest piece that is appended at once. */
export const MAX_APPEND_BYTES = 67_108_864;

const CONFIG: LogConfig = {
  ...defaultLogConfig,
  cleanupDelete: false,
  retentionMs: -1,
  segmentBytes: MAX_APPEND_BYTES,
  // Only clients and coordinators are held to max.message.bytes.
  maxMessageBytes: MAX_APPEND_BYTES,
  // Read from a snapshot on or at the end: small indexes will do, which are allocated in full while a segment grows.
  segmentIndexBytes: 262_144,
};

/** Nothing was written for want of room; it may be tried again. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom';
}

export class MetadataStorage implements QuorumLog {
  readonly log: PartitionLog;
  readonly #platform: Platform;
  readonly #statePath: string;
  #state: StoredQuorumState | null;
  #isStateWritten = true;
  #isLogForced = true;
  /** Oldest first; the log begins at the first. */
  #snapshots: readonly MetadataSnapshotId[] = [];

  /** Throws StartFailure, CorruptLogError or DiskError. */
  static async open({ platform, logger, directory }: MetadataStorageOptions): Promise<MetadataStorage> {
    const { disk } = platform;
    const folder = join(directory.path, `${METADATA_TOPIC}-0`);
    disk.makeDirectory(folder);
    removeParts(disk, folder);
    // After a crash the epochs are read from the records themselves: elections and truncation depend on them.
    const epochsPath = join(folder, LEADER_EPOCH_FILE);
    if (!directory.wasCleanShutdown && disk.exists(epochsPath)) disk.removeFile(epochsPath);
    const log = PartitionLog.open({
      ...{ platform, logger, topic: METADATA_TOPIC, partition: 0, config: CONFIG },
      directory: folder,
      cleanShutdown: directory.wasCleanShutdown,
      tailCache: new TailCache(TAIL_BYTES),
    });
    const storage = new MetadataStorage(platform, log);
    await storage.#settleStart();
    return storage;
  }

  private constructor(platform: Platform, log: PartitionLog) {
    this.#platform = platform;
    this.log = log;
    this.#statePath = join(log.directory, QUORUM_STATE_FILE);
    this.#state = readQuorumState(platform.disk, this.#statePath);
  }

  /** Null when this directory never took part in an election. */
  get state(): StoredQuorumState | null {
    return this.#state;
  }

  get newestSnapshot(): MetadataSnapshotId | null {
    return this.#snapshots.at(-1) ?? null;
  }

  // What the quorum core sees.

  startOffset(): number {
    return this.log.logStartOffset;
  }

  endOffset(): number {
    return this.log.logEndOffset;
  }

  lastEpoch(): number {
    const snapshotEpoch = this.snapshotAtStart()?.epoch ?? 0;
    return this.endOffset() === this.startOffset() ? snapshotEpoch : this.log.leaderEpochs.latestEpoch;
  }

  endOfEpoch(epoch: number): OffsetAndEpoch {
    const { entries } = this.log.leaderEpochs;
    const index = entries.findLastIndex((entry) => entry.epoch <= epoch);
    const found = entries[index];
    if (found === undefined || this.endOffset() === this.startOffset()) {
      return { offset: this.startOffset(), epoch: this.snapshotAtStart()?.epoch ?? 0 };
    }
    return { epoch: found.epoch, offset: entries[index + 1]?.startOffset ?? this.endOffset() };
  }

  snapshotAtStart(): OffsetAndEpoch | null {
    return this.#snapshots[0] ?? null;
  }

  latestSnapshot(): OffsetAndEpoch | null {
    return this.newestSnapshot;
  }

  /** Of the record before `offset`; null when that is not in the log. */
  epochBefore(offset: number): number | null {
    const isStart = offset === this.startOffset();
    if (isStart) return this.snapshotAtStart()?.epoch ?? null;
    if (offset < this.startOffset() || offset > this.endOffset()) return null;
    return this.log.leaderEpochs.epochAt(offset - 1);
  }

  /** Largest time stamp of the batch that ends at `offset`; null when that is not in the log. */
  timestampBefore(offset: number): number | null {
    if (offset <= this.startOffset() || offset > this.endOffset()) return null;
    const batch = this.log.read({ offset: offset - 1, maxBytes: 1, minOneBatch: true });
    return readBatchHeader(batch).maxTimestampMs;
  }

  // Writing: nothing of it is on the device before `sync`.

  persist(election: ElectionState, isJoining: boolean): void {
    this.#state = { election, isJoining };
    this.#isStateWritten = false;
  }

  /** Whole batches, without offsets and epoch. All or nothing; throws NoRoom, or whatever took the log offline. */
  append(batches: Buffer, epoch: number): void {
    this.#noteAppended(this.log.append(batches, { leaderEpoch: epoch, origin: 'coordinator' }));
  }

  /** Batches of a leader as they are, which were looked at before. As `append`. */
  appendFetched(batches: Buffer): void {
    this.#noteAppended(this.log.appendFetched(batches, ANY_EPOCH));
  }

  #noteAppended({ errorCode, errorMessage }: LogAppendResult): void {
    if (errorCode === 0) {
      this.#isLogForced = false;
      return;
    }
    const problem = errorMessage ?? `error ${String(errorCode)}`;
    if (errorCode === ErrorCode.KAFKA_STORAGE_ERROR && !this.log.isOffline) throw new NoRoom(problem);
    throw new Error(`The metadata log cannot be written: ${problem}`);
  }

  truncateTo(endOffset: number): void {
    this.log.truncateTo(endOffset);
    this.#isLogForced = false;
  }

  /** The snapshot's part is whole and on the device. The log begins and ends behind it. */
  async installSnapshot(id: MetadataSnapshotId): Promise<void> {
    const { disk } = this.#platform;
    await settlePart(disk, this.log.directory, id);
    this.log.restartAt(id.offset);
    await this.log.flush();
    const old = this.#snapshots.filter((known) => known.offset !== id.offset || known.epoch !== id.epoch);
    this.#snapshots = [id];
    for (const one of old) disk.removeFile(snapshotPath(this.log.directory, one));
  }

  /** Everything written so far is on the device when it resolves. Throws NoRoom for the election state only. */
  async sync(): Promise<void> {
    const tasks: Promise<void>[] = [];
    if (!this.#isLogForced) tasks.push(this.#forceLog());
    if (!this.#isStateWritten) tasks.push(this.#writeState());
    await Promise.all(tasks);
  }

  async #forceLog(): Promise<void> {
    await this.log.flush();
    this.#isLogForced = true;
  }

  async #writeState(): Promise<void> {
    const state = this.#state;
    if (state === null) return;
    try {
      await writeQuorumState(this.#platform.disk, this.#statePath, state);
    } catch (error) {
      if (isFull(error)) throw new NoRoom(`${this.#statePath}: ${error.message}`);
      throw error;
    }
    if (this.#state === state) this.#isStateWritten = true;
  }

  /** A snapshot of all before `id.offset` has its name: older ones, and the log behind the one before it, may go. */
  snapshotWritten(id: MetadataSnapshotId): void {
    const { disk } = this.#platform;
    const snapshots = [...this.#snapshots, id];
    this.#snapshots = snapshots.slice(-KEPT_SNAPSHOTS);
    this.log.advanceLogStart(this.#snapshots[0]?.offset ?? 0);
    this.log.applyRetention(this.startOffset());
    for (const one of snapshots.slice(0, -KEPT_SNAPSHOTS)) {
      disk.removeFile(snapshotPath(this.log.directory, one));
    }
  }

  close(): Promise<void> {
    return this.log.close();
  }

  /** Which snapshots count, and where the log begins; completes what a crash left half done. */
  async #settleStart(): Promise<void> {
    const { log } = this;
    const { disk } = this.#platform;
    const found = listSnapshots(disk, log.directory);
    const newest = found.at(-1);
    if (newest === undefined) {
      if (log.logStartOffset > 0) throw lostBeginning(log);
      return;
    }
    if (newest.offset < log.logStartOffset) throw lostBeginning(log);
    const isContinued =
      newest.offset === log.logStartOffset ||
      (newest.offset <= log.logEndOffset && log.leaderEpochs.epochAt(newest.offset - 1) === newest.epoch);
    if (!isContinued) {
      log.restartAt(newest.offset);
      await log.flush();
    }
    const usable = found.filter(({ offset }) => offset >= log.logStartOffset);
    this.#snapshots = usable.slice(-KEPT_SNAPSHOTS);
    log.advanceLogStart(this.#snapshots[0]?.offset ?? 0);
    for (const one of found) {
      if (!this.#snapshots.includes(one)) disk.removeFile(snapshotPath(log.directory, one));
    }
  }
}

function lostBeginning(log: PartitionLog): StartFailure {
  return new StartFailure(
    `${log.directory} begins at offset ${String(log.logStartOffset)}, and the snapshot of what was before is missing: restore it, or move the log directory away, and this node gets its data from the others.`,
  );
}

function isFull(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

/**
 * The three offset checkpoints of each log directory: recovery points, log starts and high watermarks (Kafka's
 * OffsetCheckpointFile). Written one after another, so that an older one never replaces a newer one.
 */
import { join } from 'node:path';
import type { Logger } from '../platform/logger.ts';
import type { Disk } from '../platform/platform.ts';
import { readOffsetCheckpoint, writeOffsetCheckpoint } from './checkpoint-files.ts';

const FILES = {
  recoveryPoint: 'recovery-point-offset-checkpoint',
  logStart: 'log-start-offset-checkpoint',
  highWatermark: 'replication-offset-checkpoint',
} as const;
export type CheckpointKind = keyof typeof FILES;

/** What a start does without the file. */
const WITHOUT: Record<CheckpointKind, string> = {
  recoveryPoint: 'logs that were not closed cleanly are checked from their beginning',
  logStart: 'logs begin with their first segment',
  highWatermark: 'high watermarks begin at the start of the logs',
};

/** By partitionKey. */
export type CheckpointedOffsets = Record<CheckpointKind, ReadonlyMap<string, number>>;

export class LogCheckpoints {
  readonly #disk: Disk;
  readonly #logger: Logger;
  readonly #onMissingDirectory: (directory: string, cause: unknown) => void;
  #writing: Promise<void> = Promise.resolve();
  /** Writes whose turn has not come: what is asked for meanwhile is among what they will write. */
  readonly #waiting = new Map<CheckpointKind, Promise<void>>();

  /** `onMissingDirectory` is told of a directory that is not there any more: removed, or its disk was. */
  constructor(
    disk: Disk,
    logger: Logger,
    onMissingDirectory: (directory: string, cause: unknown) => void = () => undefined,
  ) {
    this.#disk = disk;
    this.#logger = logger;
    this.#onMissingDirectory = onMissingDirectory;
  }

  /** Of one directory. Throws DiskError. */
  read(directory: string): CheckpointedOffsets {
    const one = (kind: CheckpointKind): Map<string, number> => {
      const path = join(directory, FILES[kind]);
      return readOffsetCheckpoint(this.#disk, path, (problem) =>
        this.#logger.warn(`${path} ${problem}: it counts as absent, ${WITHOUT[kind]}`),
      );
    };
    return {
      recoveryPoint: one('recoveryPoint'),
      logStart: one('logStart'),
      highWatermark: one('highWatermark'),
    };
  }

  /** `offsets` gives, when its turn comes, what to write by directory. A file that cannot be written stays as it is. */
  write(
    kind: CheckpointKind,
    offsets: () => ReadonlyMap<string, ReadonlyMap<string, number>>,
  ): Promise<void> {
    const waiting = this.#waiting.get(kind);
    if (waiting !== undefined) return waiting;
    const turn = this.#writing.then(async () => {
      this.#waiting.delete(kind);
      for (const [directory, ofDirectory] of offsets()) {
        const path = join(directory, FILES[kind]);
        try {
          await writeOffsetCheckpoint(this.#disk, path, ofDirectory);
        } catch (error) {
          this.#logger.warn(`${path} could not be written: ${String(error)}`);
          // Files that are open go on being written, into nothing that a restart would find.
          if (this.#isMissing(directory)) this.#onMissingDirectory(directory, error);
        }
      }
    });
    this.#waiting.set(kind, turn);
    this.#writing = turn;
    return turn;
  }

  /** A disk that does not even tell is not one whose directory was removed. */
  #isMissing(directory: string): boolean {
    try {
      return !this.#disk.exists(directory);
    } catch {
      return false;
    }
  }
}

/**
 * How far each log has been compacted: `cleaner-offset-checkpoint` in every log directory, in Kafka's layout.
 *
 * Offsets are kept per log, not per name: a topic that was deleted and made anew begins without one. A checkpoint is
 * never ahead of the truth: it is written after the segments are in place, and lowered before anything else when
 * a log is cut back.
 */
import { join } from 'node:path';
import type { Logger } from '../../platform/logger.ts';
import type { Disk } from '../../platform/platform.ts';
import { partitionKey, readOffsetCheckpoint, writeOffsetCheckpoint } from '../checkpoint-files.ts';
import type { ManagedLog } from '../log-manager.ts';
import type { PartitionLog } from '../partition-log.ts';

export const CLEANER_CHECKPOINT_FILE = 'cleaner-offset-checkpoint';

export class CleanerCheckpoints {
  readonly #disk: Disk;
  readonly #logger: Logger;
  readonly #offsets = new Map<PartitionLog, { readonly directory: string; offset: number }>();

  /** Reads what the directories of `logs` say of them. */
  constructor(disk: Disk, logger: Logger, logs: Iterable<ManagedLog>) {
    this.#disk = disk;
    this.#logger = logger;
    const files = new Map<string, ReadonlyMap<string, number>>();
    for (const { log, directory } of logs) {
      const { path } = directory;
      let file = files.get(path);
      if (file === undefined) files.set(path, (file = this.#read(path)));
      const offset = file.get(partitionKey(log.topic, log.partition));
      if (offset !== undefined) this.#offsets.set(log, { directory: path, offset });
    }
  }

  get(log: PartitionLog): number | null {
    return this.#offsets.get(log)?.offset ?? null;
  }

  async set({ log, directory }: ManagedLog, offset: number): Promise<void> {
    this.#offsets.set(log, { directory: directory.path, offset });
    await this.#write(directory.path);
  }

  /** The log was cut back to `offset`: what follows is new. */
  async lower({ log, directory }: ManagedLog, offset: number): Promise<void> {
    const known = this.#offsets.get(log);
    if (known === undefined || known.offset <= offset) return;
    known.offset = offset;
    await this.#write(directory.path);
  }

  /** Forgets the logs that are gone. */
  async keepOnly(logs: ReadonlySet<PartitionLog>): Promise<void> {
    const directories = new Set<string>();
    for (const [log, { directory }] of this.#offsets) {
      if (logs.has(log)) continue;
      this.#offsets.delete(log);
      directories.add(directory);
    }
    for (const directory of directories) await this.#write(directory);
  }

  #read(directory: string): ReadonlyMap<string, number> {
    const path = join(directory, CLEANER_CHECKPOINT_FILE);
    try {
      return readOffsetCheckpoint(this.#disk, path, (problem) =>
        this.#logger.warn(`${path} ${problem}: all of its logs count as never compacted`),
      );
    } catch (error) {
      this.#logger.warn(`${path} cannot be read, all of its logs count as never compacted: ${String(error)}`);
      return new Map();
    }
  }

  async #write(directory: string): Promise<void> {
    const offsets = new Map<string, number>();
    for (const [log, known] of this.#offsets) {
      if (known.directory === directory) offsets.set(partitionKey(log.topic, log.partition), known.offset);
    }
    const path = join(directory, CLEANER_CHECKPOINT_FILE);
    try {
      await writeOffsetCheckpoint(this.#disk, path, offsets);
    } catch (error) {
      // The next round does the same work again, that is all.
      this.#logger.warn(`${path} could not be written: ${String(error)}`);
    }
  }
}

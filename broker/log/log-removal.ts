/**
 * Folders of logs that are nobody's any more: renamed at once, so that the name is free and no start takes them for a
 * log, and removed after file.delete.delay.ms, or kept for their owner (Kafka's LogManager.asyncDelete and stray logs).
 */
import { dirname, join } from 'node:path';
import type { Logger } from '../platform/logger.ts';
import type { Platform } from '../platform/platform.ts';
import { deletedName, strayName } from './partition-names.ts';
import type { PartitionLog } from './partition-log.ts';

export class LogRemoval {
  readonly #platform: Platform;
  readonly #logger: Logger;

  constructor(platform: Platform, logger: Logger) {
    this.#platform = platform;
    this.#logger = logger;
  }

  /** Throws DiskError when the folder cannot be renamed. */
  delete(log: PartitionLog): void {
    const { disk, timers } = this.#platform;
    const path = this.#rename(log, deletedName);
    const remove = async (): Promise<void> => {
      try {
        // The new name first: a power cut must not leave the old one with half of what it held.
        await disk.syncDirectory(dirname(path));
        disk.removeTree(path);
      } catch (error) {
        this.#logger.warn(
          `${path} could not be removed and is tried again at the next start: ${String(error)}`,
        );
      }
    };
    timers.after(log.config.fileDeleteDelayMs, () => void remove());
  }

  /** Throws DiskError when the folder cannot be renamed. */
  keepAside(log: PartitionLog): void {
    const path = this.#rename(log, strayName);
    this.#logger.warn(`The log ${log.directory} is none that this cluster has here: kept as ${path}`);
  }

  #rename(log: PartitionLog, newName: (name: string, hex: string) => string): string {
    const { disk, random } = this.#platform;
    const path = join(dirname(log.directory), newName(log.name, random.bytes(16).toString('hex')));
    disk.rename(log.directory, path);
    return path;
  }
}

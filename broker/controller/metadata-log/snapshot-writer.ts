/**
 * Writes a snapshot of what has been committed and lets go of the log behind it. One at a time; what comes meanwhile, or is older
 * than what there is, is left out.
 */
import type { Logger } from '../../platform/logger.ts';
import type { Platform } from '../../platform/platform.ts';
import type { MetadataSnapshotId } from './metadata-log.ts';
import type { MetadataStorage } from './metadata-storage.ts';
import { settlePart, snapshotBatches, SnapshotPart } from './snapshot-files.ts';

export interface SnapshotWriterOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly storage: MetadataStorage;
}

export class SnapshotWriter {
  readonly #options: SnapshotWriterOptions;
  #running: Promise<boolean> | null = null;

  constructor(options: SnapshotWriterOptions) {
    this.#options = options;
  }

  /** False when it was left out. Rejects with DiskError; nothing is lost then. */
  async write(
    id: MetadataSnapshotId,
    records: Iterable<readonly Buffer[]>,
    isStopped: () => boolean,
  ): Promise<boolean> {
    if (this.#running !== null || this.#isOld(id) || isStopped()) return false;
    this.#running = this.#write(id, records, isStopped);
    try {
      return await this.#running;
    } finally {
      this.#running = null;
    }
  }

  /** Resolves when nothing is being written. */
  async stop(): Promise<void> {
    await this.#running?.catch(() => undefined);
  }

  #isOld(id: MetadataSnapshotId): boolean {
    const { newestSnapshot } = this.#options.storage;
    return newestSnapshot !== null && newestSnapshot.offset >= id.offset;
  }

  async #write(
    id: MetadataSnapshotId,
    records: Iterable<readonly Buffer[]>,
    isStopped: () => boolean,
  ): Promise<boolean> {
    const { platform, logger, storage } = this.#options;
    const { disk, clock } = platform;
    const { directory } = storage.log;
    const timestampMs = clock.wallMs();
    const lastTimestampMs = storage.timestampBefore(id.offset) ?? timestampMs;
    const part = new SnapshotPart(disk, directory, id);
    try {
      for (const batch of snapshotBatches({ id, lastTimestampMs, timestampMs, records })) part.add(batch);
      await part.finish();
      // Another one came from the leader meanwhile, and took the log's place.
      if (isStopped() || this.#isOld(id)) {
        part.discard();
        return false;
      }
      await settlePart(disk, directory, id);
    } catch (error) {
      part.discard();
      throw error;
    }
    if (isStopped() || this.#isOld(id)) return false;
    storage.snapshotWritten(id);
    logger.info(
      `Wrote a snapshot of the metadata at offset ${String(id.offset)}, ${String(part.sizeBytes)} bytes.`,
    );
    return true;
  }
}

/**
 * The small files beside the segments: leader epochs and producer snapshots. They are written in the background, one
 * after another, and waited for at close. Both can be had again from the log, so a failure to write one is a warning.
 */
import { join } from 'node:path';
import type { Logger } from '../platform/logger.ts';
import type { Disk } from '../platform/platform.ts';
import { leaderEpochsText, type LeaderEpochStart } from './checkpoint-files.ts';
import { LEADER_EPOCH_FILE } from './log-loading.ts';
import { ProducerSnapshots } from './producer-snapshots.ts';
import type { ProducerEntry } from './producer-state.ts';

export class LogSideFiles {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #logger: Logger;
  readonly #snapshots: ProducerSnapshots;
  /** Of the newest producer snapshot, -1 without one. */
  #snapshotOffset: number;
  #hasEpochsFile: boolean;
  #writes: Promise<void> = Promise.resolve();
  #abandoned = false;

  constructor(
    disk: Disk,
    directory: string,
    logger: Logger,
    found: { readonly snapshotOffset: number; readonly hasEpochsFile: boolean },
  ) {
    this.#disk = disk;
    this.#directory = directory;
    this.#logger = logger;
    this.#snapshots = new ProducerSnapshots(disk, directory, logger);
    this.#snapshotOffset = found.snapshotOffset;
    this.#hasEpochsFile = found.hasEpochsFile;
  }

  /** It is there, or about to be written. */
  get hasEpochsFile(): boolean {
    return this.#hasEpochsFile;
  }

  get hasSnapshot(): boolean {
    return this.#snapshotOffset >= 0;
  }

  saveEpochs(epochs: readonly LeaderEpochStart[]): void {
    this.#hasEpochsFile = true;
    const text = leaderEpochsText(epochs);
    this.#write(LEADER_EPOCH_FILE, () =>
      this.#disk.replaceFile(join(this.#directory, LEADER_EPOCH_FILE), text),
    );
  }

  /** `entries` are taken now, as the state at `offset`; snapshots below `keepFrom` go once this one is there. */
  saveProducers(offset: number, entries: Iterable<ProducerEntry>, keepFrom: number): void {
    if (offset === this.#snapshotOffset) return;
    this.#snapshotOffset = offset;
    const taken = [...entries];
    this.#write('the producer snapshot', async () => {
      await this.#snapshots.write(offset, taken);
      this.#snapshots.prune(keepFrom);
    });
  }

  /** The log was cut: snapshots beyond `endOffset`, also those that are being written, speak of what is gone. */
  noteCut(endOffset: number, snapshotOffset: number): void {
    this.#snapshotOffset = snapshotOffset;
    this.#write('the removal of producer snapshots', () => {
      this.#snapshots.dropBeyond(endOffset);
      return Promise.resolve();
    });
  }

  /** Resolves when all that was saved so far is on the disk, or has failed. */
  written(): Promise<void> {
    return this.#writes;
  }

  /** The folder is going away: failures from now on mean nothing. */
  abandon(): void {
    this.#abandoned = true;
  }

  #write(what: string, write: () => Promise<void>): void {
    this.#writes = this.#writes.then(write).catch((error: unknown) => {
      if (!this.#abandoned)
        this.#logger.warn(`${this.#directory}: ${what} could not be written: ${String(error)}`);
    });
  }
}

/**
 * The producer snapshot files of one partition: written at each roll and at a clean stop, read at start, pruned to
 * those of the newest two segments and the log end (as Kafka does).
 *
 * A snapshot is a short cut and never the truth: one that is damaged or lies beyond the log end is removed, and an
 * older one or the log itself takes its place.
 */
import type { Logger } from '../platform/logger.ts';
import type { Disk } from '../platform/platform.ts';
import { decodeProducerSnapshot, encodeProducerSnapshot } from './producer-snapshot.ts';
import type { ProducerEntry, ProducerState } from './producer-state.ts';
import { offsetOfFile, PRODUCER_SNAPSHOT_SUFFIX, segmentFile } from './segment-files.ts';

export class ProducerSnapshots {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #logger: Logger;

  constructor(disk: Disk, directory: string, logger: Logger) {
    this.#disk = disk;
    this.#directory = directory;
    this.#logger = logger;
  }

  /** Removes those that speak of records which the log does not have. */
  dropBeyond(logEndOffset: number): void {
    for (const offset of this.#offsets()) {
      if (offset > logEndOffset) this.#drop(offset, `lies beyond the log end ${logEndOffset}`);
    }
  }

  /** Fills `state` from the newest good snapshot at or below `maxOffset` and gives its offset; null when there is none. */
  load(state: ProducerState, maxOffset: number): number | null {
    for (const offset of this.#offsets().reverse()) {
      if (offset > maxOffset) continue;
      const entries = decodeProducerSnapshot(this.#disk.readFile(this.#path(offset)));
      if (entries === null) {
        this.#drop(offset, 'is damaged');
        continue;
      }
      for (const entry of entries) state.restore(entry);
      return offset;
    }
    return null;
  }

  #path(offset: number): string {
    return segmentFile(this.#directory, offset, PRODUCER_SNAPSHOT_SUFFIX);
  }

  #drop(offset: number, reason: string): void {
    this.#logger.warn(`${this.#path(offset)} ${reason}: removed, the log is read instead`);
    this.#disk.removeFile(this.#path(offset));
  }

  /** `entries` are taken now, written later. */
  async write(offset: number, entries: Iterable<ProducerEntry>): Promise<void> {
    await this.#disk.replaceFile(this.#path(offset), encodeProducerSnapshot(entries));
  }

  /** Removes those below `offset`. */
  prune(offset: number): void {
    for (const old of this.#offsets()) {
      if (old < offset) this.#disk.removeFile(this.#path(old));
    }
  }

  /** Ascending. */
  #offsets(): number[] {
    return this.#disk
      .list(this.#directory)
      .map((name) => offsetOfFile(name, PRODUCER_SNAPSHOT_SUFFIX))
      .filter((offset) => offset !== null);
  }
}

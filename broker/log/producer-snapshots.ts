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

  /** Fills `state` from the newest good snapshot at or below `logEndOffset` and gives its offset; null when there is none. */
  load(state: ProducerState, logEndOffset: number): number | null {
    for (const offset of this.#offsets().reverse()) {
      const path = segmentFile(this.#directory, offset, PRODUCER_SNAPSHOT_SUFFIX);
      const entries = offset > logEndOffset ? null : decodeProducerSnapshot(this.#disk.readFile(path));
      if (entries === null) {
        this.#logger.warn(`${path} is damaged or lies beyond the log end ${logEndOffset}: removed`);
        this.#disk.removeFile(path);
        continue;
      }
      for (const entry of entries) state.restore(entry);
      return offset;
    }
    return null;
  }

  /** `entries` are taken now, written later. */
  async write(offset: number, entries: Iterable<ProducerEntry>): Promise<void> {
    await this.#disk.replaceFile(
      segmentFile(this.#directory, offset, PRODUCER_SNAPSHOT_SUFFIX),
      encodeProducerSnapshot(entries),
    );
  }

  /** Removes those below `offset`. */
  prune(offset: number): void {
    for (const old of this.#offsets()) {
      if (old < offset) this.#disk.removeFile(segmentFile(this.#directory, old, PRODUCER_SNAPSHOT_SUFFIX));
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

/**
 * `.timeindex` files: entries of 12 bytes, the largest timestamp so far and the last offset of the batch that holds it, relative
 * to the base offset. Timestamps rise strictly. A file that is still in use has zeros behind its entries.
 */
import { CommandError } from '../command-error.ts';
import { explained, recordsOf } from './dump-log.ts';
import type { DumpOptions } from './dump-options.ts';
import { absolutePathOf, baseOffsetOf, siblingOf } from './file-names.ts';
import type { Findings } from './findings.ts';
import { LogFile } from './log-file.ts';
import { INDEX_READ_AHEAD_BYTES, LOOKUP_READ_AHEAD_BYTES, OffsetIndexFile } from './offset-index-file.ts';
import { lastOffsetOf, storedBatches, type StoredBatch } from './stored-batches.ts';

const ENTRY_BYTES = 12;
const NO_TIMESTAMP = -1n;

interface TimestampOffset {
  readonly timestampMs: bigint;
  readonly offset: bigint;
}

class TimeIndexFile {
  readonly file: LogFile;
  readonly baseOffset: bigint;
  readonly entries: number;

  constructor(file: LogFile, baseOffset: bigint) {
    this.file = file;
    this.baseOffset = baseOffset;
    this.entries = Math.floor(file.sizeBytes / ENTRY_BYTES);
  }

  entry(index: number): TimestampOffset {
    const bytes = this.file.read(index * ENTRY_BYTES, ENTRY_BYTES);
    return { timestampMs: bytes.readBigInt64BE(0), offset: this.baseOffset + BigInt(bytes.readInt32BE(8)) };
  }

  /** What a broker asks at its start before it trusts the index. Throws CommandError. */
  sanityCheck(): void {
    const { path: name, sizeBytes } = this.file;
    if (this.entries > 0) {
      const first = this.entry(0);
      const last = this.entry(this.entries - 1);
      const start = `Corrupt time index found, time index file (${name}) has non-zero size but the last`;
      if (last.timestampMs < first.timestampMs) {
        throw new CommandError(
          `${start} timestamp is ${String(last.timestampMs)} which is less than the first timestamp ${String(first.timestampMs)}`,
        );
      }
      if (last.offset < this.baseOffset) {
        throw new CommandError(
          `${start} offset is ${String(last.offset)} which is less than the first offset ${String(this.baseOffset)}`,
        );
      }
    }
    if (sizeBytes % ENTRY_BYTES !== 0) {
      throw new CommandError(
        `Time index file ${name} is corrupt, found ${String(sizeBytes)} bytes which is neither positive nor a multiple of ${String(ENTRY_BYTES)}`,
      );
    }
  }
}

/** Text with line ends. Throws CommandError where an index or the log cannot be read. */
export function* dumpTimeIndex(file: string, options: DumpOptions, findings: Findings): Generator<string> {
  const baseOffset = baseOffsetOf(file);
  yield* LogFile.with(siblingOf(file, '.log'), LOOKUP_READ_AHEAD_BYTES, function* (log) {
    yield* LogFile.with(siblingOf(file, '.index'), LOOKUP_READ_AHEAD_BYTES, function* (indexFile) {
      yield* LogFile.with(absolutePathOf(file), INDEX_READ_AHEAD_BYTES, function* (timeFile) {
        const timeIndex = new TimeIndexFile(timeFile, baseOffset);
        if (options.indexSanityOnly) {
          timeIndex.sanityCheck();
          yield `${file} passed sanity check.\n`;
          return;
        }
        const check = new EntryCheck(
          log,
          new OffsetIndexFile(indexFile, baseOffset),
          findings,
          timeFile.path,
        );
        for (let number = 0; number < timeIndex.entries; number += 1) {
          const entry = timeIndex.entry(number);
          if (entry.offset === baseOffset && number > 0) return;
          check.look(entry);
          if (!options.verifyIndexOnly)
            yield `timestamp: ${String(entry.timestampMs)} offset: ${String(entry.offset)}\n`;
        }
      });
    });
  });
}

/** Compares the entries, one after another, with the log. */
class EntryCheck {
  readonly #log: LogFile;
  readonly #index: OffsetIndexFile;
  readonly #findings: Findings;
  readonly #name: string;
  #previousMs = NO_TIMESTAMP;
  #logIsWhole = false;

  constructor(log: LogFile, index: OffsetIndexFile, findings: Findings, name: string) {
    this.#log = log;
    this.#index = index;
    this.#findings = findings;
    this.#name = name;
  }

  look(entry: TimestampOffset): void {
    const batch = this.#batchOf(entry.offset);
    const lastOffset = batch === null ? -1n : lastOffsetOf(this.#log, batch);
    if (batch === null || lastOffset !== entry.offset) {
      this.#findings.offsetNotFound(this.#name, entry.offset, lastOffset);
    } else {
      const maxTimestampMs = this.#maxTimestampOf(batch);
      if (maxTimestampMs !== entry.timestampMs)
        this.#findings.timestampMismatch(this.#name, entry.timestampMs, maxTimestampMs);
      if (this.#previousMs >= entry.timestampMs)
        this.#findings.timestampOutOfOrder(this.#name, entry.timestampMs, this.#previousMs);
    }
    this.#previousMs = entry.timestampMs;
  }

  /** The first batch, from where the offset index points, that reaches the offset. */
  #batchOf(offset: bigint): StoredBatch | null {
    const { position } = this.#index.lookup(offset);
    if (position < 0 || position > this.#log.sizeBytes) {
      throw new CommandError(
        `${this.#log.path} has ${String(this.#log.sizeBytes)} bytes; its index points at position ${String(position)}.`,
      );
    }
    this.#requireWholeLog(position);
    for (const batch of storedBatches(this.#log, position, this.#log.sizeBytes))
      if (lastOffsetOf(this.#log, batch) >= offset) return batch;
    return null;
  }

  /** Kafka's tool reads on to the end of the log for each entry and fails where it cannot. Once is enough. */
  #requireWholeLog(position: number): void {
    if (this.#logIsWhole) return;
    for (const batch of storedBatches(this.#log, position, this.#log.sizeBytes)) void batch;
    this.#logIsWhole = true;
  }

  #maxTimestampOf(batch: StoredBatch): bigint {
    let max = NO_TIMESTAMP;
    try {
      for (const { timestampMs } of recordsOf(this.#log, batch)) if (timestampMs > max) max = timestampMs;
    } catch (error) {
      throw explained(error, this.#log, batch);
    }
    return max;
  }
}

/**
 * `.index` files: entries of 8 bytes, the offset of a batch's last record relative to the segment's base offset and the
 * position at which the batch begins. A file that is still in use has zeros behind its entries.
 */
import { CommandError } from '../command-error.ts';
import type { DumpOptions } from './dump-options.ts';
import { absolutePathOf, baseOffsetOf, siblingOf } from './file-names.ts';
import type { Findings } from './findings.ts';
import { LogFile } from './log-file.ts';
import { lastOffsetOf, storedBatches } from './stored-batches.ts';

export const INDEX_READ_AHEAD_BYTES = 65_536;
/** Index checks look at single batches here and there. */
export const LOOKUP_READ_AHEAD_BYTES = 4_096;
const ENTRY_BYTES = 8;
/** The end of an index that Kafka's lookup searches first. */
const WARM_ENTRIES = 1_024;

export interface OffsetPosition {
  readonly offset: bigint;
  readonly position: number;
}

export class OffsetIndexFile {
  readonly #file: LogFile;
  readonly #baseOffset: bigint;
  readonly entries: number;

  constructor(file: LogFile, baseOffset: bigint) {
    this.#file = file;
    this.#baseOffset = baseOffset;
    this.entries = Math.floor(file.sizeBytes / ENTRY_BYTES);
  }

  entry(index: number): OffsetPosition {
    const bytes = this.#file.read(index * ENTRY_BYTES, ENTRY_BYTES);
    return { offset: this.#baseOffset + BigInt(bytes.readInt32BE(0)), position: bytes.readInt32BE(4) };
  }

  /** The last entry whose offset is not above `offset`, searched for as class AbstractIndex does. */
  lookup(offset: bigint): OffsetPosition {
    const before: OffsetPosition = { offset: this.#baseOffset, position: 0 };
    if (this.entries === 0) return before;
    const firstWarm = Math.max(0, this.entries - 1 - WARM_ENTRIES);
    if (this.entry(firstWarm).offset < offset) return this.#search(offset, firstWarm, this.entries - 1);
    return this.entry(0).offset > offset ? before : this.#search(offset, 0, firstWarm);
  }

  #search(offset: bigint, from: number, to: number): OffsetPosition {
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      const found = this.entry(middle);
      if (found.offset === offset) return found;
      if (found.offset > offset) high = middle - 1;
      else low = middle;
    }
    return this.entry(low);
  }

  /** What a broker asks at its start before it trusts the index. Throws CommandError. */
  sanityCheck(): void {
    const { path, sizeBytes } = this.#file;
    const last = this.entry(this.entries - 1);
    if (last.offset < this.#baseOffset) {
      throw new CommandError(
        `Corrupt index found, index file ${path} has non-zero size but the last offset is ${String(last.offset)} ` +
          `which is less than the base offset ${String(this.#baseOffset)}`,
      );
    }
    if (sizeBytes % ENTRY_BYTES !== 0) {
      throw new CommandError(
        `Index file ${path} is corrupt, found ${String(sizeBytes)} bytes which is neither positive nor a multiple of ${String(ENTRY_BYTES)}`,
      );
    }
  }
}

/** Text with line ends. Throws CommandError where index or log cannot be read. */
export function* dumpOffsetIndex(file: string, options: DumpOptions, findings: Findings): Generator<string> {
  const baseOffset = baseOffsetOf(file);
  yield* LogFile.with(siblingOf(file, '.log'), LOOKUP_READ_AHEAD_BYTES, function* (log) {
    yield* LogFile.with(absolutePathOf(file), INDEX_READ_AHEAD_BYTES, function* (indexFile) {
      const index = new OffsetIndexFile(indexFile, baseOffset);
      if (index.entries === 0) {
        yield `${file} is empty.\n`;
      } else if (options.indexSanityOnly) {
        index.sanityCheck();
        yield `${file} passed sanity check.\n`;
      } else
        yield* indexLines(index, log, baseOffset, options, (offset, logOffset) =>
          findings.offsetMismatch(indexFile.path, offset, logOffset),
        );
    });
  });
}

function* indexLines(
  index: OffsetIndexFile,
  log: LogFile,
  baseOffset: bigint,
  options: DumpOptions,
  onMismatch: (indexOffset: bigint, logOffset: bigint) => void,
): Generator<string> {
  for (let number = 0; number < index.entries; number += 1) {
    const { offset, position } = index.entry(number);
    if (offset === baseOffset && number > 0) return;
    const logOffset = lastOffsetAt(log, position, options.maxMessageSizeBytes);
    if (logOffset === null) {
      throw new CommandError(
        `${log.path}: no whole batch begins at position ${String(position)}, where the index has offset ${String(offset)}.`,
      );
    }
    if (logOffset !== offset) onMismatch(offset, logOffset);
    if (!options.verifyIndexOnly) yield `offset: ${String(offset)} position: ${String(position)}\n`;
  }
}

/** The last offset of the batch at `position`, or null when none of up to `maxBytes` begins there. */
function lastOffsetAt(log: LogFile, position: number, maxBytes: number): bigint | null {
  if (position < 0 || position > log.sizeBytes) return null;
  const end = Math.min(log.sizeBytes, position + maxBytes);
  for (const batch of storedBatches(log, position, end)) return lastOffsetOf(log, batch);
  return null;
}

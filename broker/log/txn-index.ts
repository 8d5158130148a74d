/**
 * `.txnindex`: the aborted transactions whose marker lies in one segment (Kafka's TransactionIndex). Entries of 34
 * bytes, (version 0, producer id, first offset, last offset = offset of the ABORT marker, last stable offset when the
 * marker was written), by last offset. Most segments have none: the file is made by the first abort.
 *
 * An entry that cannot be written now is kept in memory and written with the next one or when the segment is sealed;
 * a log whose entries never got to the disk cannot be closed cleanly, and the next start reads them from the log.
 */
import { readSafeInt64, writeSafeInt64 } from '../../protocol/records/record-batch.ts';
import type { Logger } from '../platform/logger.ts';
import type { Disk } from '../platform/platform.ts';
import { CorruptLogError } from './log-errors.ts';
import type { OpenFiles, PooledFile } from './open-files.ts';

export const TXN_INDEX_ENTRY_BYTES = 34;
const VERSION = 0;
/** So many entries are read at a time. */
const ENTRIES_PER_READ = 1024;

export interface AbortedTransactionEntry {
  readonly producerId: number;
  /** Of the transaction's first batch. */
  readonly firstOffset: number;
  /** Of the ABORT marker. */
  readonly lastOffset: number;
  /** The first offset that was undecided right after the marker: a reader that stops below it needs no later entry. */
  readonly lastStableOffset: number;
}

export interface TransactionIndexEnvironment {
  readonly disk: Disk;
  readonly files: OpenFiles;
  readonly logger: Logger;
}

export class TransactionIndex {
  readonly path: string;
  readonly #environment: TransactionIndexEnvironment;
  readonly #file: PooledFile;
  /** Entries in the file; null until the file is first asked for. */
  #count: number | null = null;
  #pending: AbortedTransactionEntry[] = [];

  constructor(environment: TransactionIndexEnvironment, path: string) {
    this.#environment = environment;
    this.path = path;
    this.#file = environment.files.file(path, { create: false });
  }

  /** To be forced to the device and closed with the segment; empty unless there is a file that this process has touched. */
  get files(): readonly PooledFile[] {
    return this.#count === null || this.#count === 0 ? [] : [this.#file];
  }

  /** Nothing was added, and nothing is in the file as far as this process knows. */
  get isUntouched(): boolean {
    return this.files.length === 0 && this.#pending.length === 0;
  }

  /** Takes note of an abort; entries come with rising last offsets. A write that fails is made good later, see `seal`. */
  append(entry: AbortedTransactionEntry): void {
    this.#pending.push(entry);
    try {
      this.seal();
    } catch (error) {
      this.#environment.logger.warn(`${this.path} could not be written and is tried again: ${String(error)}`);
    }
  }

  /** Writes what could not be written before; throws DiskError. */
  seal(): void {
    if (this.#pending.length === 0) return;
    const count = this.#load();
    if (count === 0) this.#environment.files.file(this.path, { create: true }).close();
    const bytes = Buffer.alloc(this.#pending.length * TXN_INDEX_ENTRY_BYTES);
    for (const [index, entry] of this.#pending.entries())
      writeEntry(bytes, index * TXN_INDEX_ENTRY_BYTES, entry);
    this.#file.write([bytes], count * TXN_INDEX_ENTRY_BYTES);
    this.#count = count + this.#pending.length;
    this.#pending = [];
  }

  /**
   * The aborted transactions that reach into `fromOffset` (inclusive) to `toOffset` (exclusive). `isComplete`: no later
   * segment can add one. Throws CorruptLogError when the file is damaged.
   */
  abortedBetween(
    fromOffset: number,
    toOffset: number,
  ): { readonly aborted: AbortedTransactionEntry[]; readonly isComplete: boolean } {
    const aborted: AbortedTransactionEntry[] = [];
    for (const entry of this.entries()) {
      if (entry.lastOffset >= fromOffset && entry.firstOffset < toOffset) aborted.push(entry);
      if (entry.lastStableOffset >= toOffset) return { aborted, isComplete: true };
    }
    return { aborted, isComplete: false };
  }

  /** All, by last offset. Throws CorruptLogError when the file is damaged. */
  *entries(): Generator<AbortedTransactionEntry> {
    const count = this.#load();
    let lastOffset = -1;
    for (let first = 0; first < count; first += ENTRIES_PER_READ) {
      const bytes = Buffer.alloc(Math.min(ENTRIES_PER_READ, count - first) * TXN_INDEX_ENTRY_BYTES);
      const read = this.#file.read(bytes, first * TXN_INDEX_ENTRY_BYTES);
      if (read < bytes.length) throw this.#damaged(first, 'it is shorter than it was');
      for (let at = 0; at < bytes.length; at += TXN_INDEX_ENTRY_BYTES) {
        const entry = readEntry(bytes, at);
        if (entry === null || entry.lastOffset <= lastOffset)
          throw this.#damaged(first + at / TXN_INDEX_ENTRY_BYTES, 'an entry makes no sense');
        lastOffset = entry.lastOffset;
        yield entry;
      }
    }
    yield* this.#pending;
  }

  /** Takes away the transactions that end at `offset` or later; throws DiskError or CorruptLogError. */
  truncateTo(offset: number): void {
    let keep = 0;
    for (const { lastOffset } of this.entries()) if (lastOffset < offset) keep++;
    const count = this.#load();
    this.#pending = this.#pending.slice(0, Math.max(0, keep - count));
    if (keep >= count) return;
    this.#file.truncate(keep * TXN_INDEX_ENTRY_BYTES);
    this.#count = keep;
  }

  /** Empties it, whatever it holds: it is about to be filled from the log again. */
  reset(): void {
    const { disk } = this.#environment;
    this.#file.close();
    if (disk.exists(this.path)) disk.removeFile(this.path);
    this.#count = 0;
    this.#pending = [];
  }

  #load(): number {
    if (this.#count !== null) return this.#count;
    const { disk } = this.#environment;
    const sizeBytes = disk.exists(this.path) ? disk.stat(this.path).sizeBytes : 0;
    const count = sizeBytes / TXN_INDEX_ENTRY_BYTES;
    if (!Number.isInteger(count)) throw this.#damaged(Math.floor(count), 'its last entry is cut off');
    this.#count = count;
    return count;
  }

  #damaged(entry: number, problem: string): CorruptLogError {
    return new CorruptLogError(this.path, entry * TXN_INDEX_ENTRY_BYTES, problem);
  }
}

function writeEntry(bytes: Buffer, at: number, entry: AbortedTransactionEntry): void {
  bytes.writeInt16BE(VERSION, at);
  writeSafeInt64(bytes, at + 2, entry.producerId);
  writeSafeInt64(bytes, at + 10, entry.firstOffset);
  writeSafeInt64(bytes, at + 18, entry.lastOffset);
  writeSafeInt64(bytes, at + 26, entry.lastStableOffset);
}

/** Null when no broker writes such an entry. */
function readEntry(bytes: Buffer, at: number): AbortedTransactionEntry | null {
  if (bytes.readInt16BE(at) !== VERSION) return null;
  try {
    const [producerId, firstOffset, lastOffset, lastStableOffset] = [2, 10, 18, 26].map((field) =>
      readSafeInt64(bytes, at + field),
    ) as [number, number, number, number];
    // A marker lies behind what it ends; zeros, which a lost page leaves, say otherwise.
    const isSane = producerId >= 0 && firstOffset >= 0 && lastOffset > firstOffset && lastStableOffset >= 0;
    return isSane ? { producerId, firstOffset, lastOffset, lastStableOffset } : null;
  } catch {
    return null;
  }
}

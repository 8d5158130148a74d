/**
 * The file under an index: entries of one size, one after another. The newest wait in memory and are written together,
 * because a system call for eight bytes costs as much as the batch that they point to.
 *
 * What waits is lost with the process, and may be: after an unclean stop the indexes of every segment that was not
 * forced to the device are built again from the log. Whoever seals or forces a segment calls `flush` before.
 *
 * Reading goes by pages, through one page that all indexes of the process share: a lookup reads a handful of them.
 */
import type { DiskFile } from '../platform/platform.ts';

/** A bound of what waits per index, so that thousands of partitions that are written to cost little memory. */
const MAX_PENDING_BYTES = 1_536;
/** While an index is built anew nobody waits for it, and there are many entries. */
const MAX_PENDING_BYTES_OF_REBUILD = 131_072;
const FIRST_PENDING_BYTES = 96;
const PAGE_BYTES = 4_096;

const page = Buffer.alloc(PAGE_BYTES);
let pageOwner: IndexEntries | null = null;
let pageNumber = -1;
let pageFilledBytes = 0;

export class IndexEntries {
  readonly #file: DiskFile;
  readonly #entryBytes: number;
  readonly #entriesOfPage: number;
  #writtenCount: number;
  #pending: Buffer | null = null;
  #pendingBytes = 0;
  #maxPendingBytes = MAX_PENDING_BYTES;

  constructor(file: DiskFile, entryBytes: number, sizeBytes: number) {
    this.#file = file;
    this.#entryBytes = entryBytes;
    this.#entriesOfPage = Math.floor(PAGE_BYTES / entryBytes);
    this.#writtenCount = Math.floor(sizeBytes / entryBytes);
  }

  get count(): number {
    return this.#writtenCount + this.#pendingBytes / this.#entryBytes;
  }

  /** Many entries come now and none is asked for: larger pieces, until the next `flush`. */
  expectMany(): void {
    this.#maxPendingBytes = MAX_PENDING_BYTES_OF_REBUILD;
  }

  /** Copies the entry. Throws DiskError, with nothing added, when those before it had to be written and could not. */
  append(entry: Buffer): void {
    if (this.#pendingBytes + entry.length > this.#maxPendingBytes) this.#write();
    let pending = this.#pending;
    if (pending === null || this.#pendingBytes + entry.length > pending.length) {
      const grown = Buffer.alloc(Math.max(FIRST_PENDING_BYTES, (pending?.length ?? 0) * 2));
      pending?.copy(grown, 0, 0, this.#pendingBytes);
      this.#pending = pending = grown;
    }
    entry.copy(pending, this.#pendingBytes);
    this.#pendingBytes += entry.length;
  }

  /** Calls `read` with the bytes that hold the entry and its position in them; they are good during the call only. */
  read<T>(index: number, read: (bytes: Buffer, position: number) => T): T {
    if (index >= this.#writtenCount && this.#pending !== null)
      return read(this.#pending, (index - this.#writtenCount) * this.#entryBytes);
    const wanted = Math.floor(index / this.#entriesOfPage);
    if (pageOwner !== this || pageNumber !== wanted) {
      pageOwner = null;
      pageFilledBytes = this.#file.read(page, wanted * this.#entriesOfPage * this.#entryBytes);
      pageNumber = wanted;
      // eslint-disable-next-line @typescript-eslint/no-this-alias -- says whose entries the shared page holds
      pageOwner = this;
    }
    const position = (index % this.#entriesOfPage) * this.#entryBytes;
    // The file is shorter than it was: the entry reads as zeros, and the segment notices that it does not fit.
    if (position + this.#entryBytes > pageFilledBytes) page.fill(0, pageFilledBytes);
    return read(page, position);
  }

  /** Keeps the first `count` entries. Throws DiskError. */
  truncate(count: number): void {
    if (count < this.#writtenCount) {
      this.#file.truncate(count * this.#entryBytes);
      this.#writtenCount = count;
      this.#forgetPage();
    }
    this.#pendingBytes = Math.min(this.#pendingBytes, (count - this.#writtenCount) * this.#entryBytes);
  }

  /** Writes what waits, and needs no memory until more comes. Throws DiskError; nothing is lost then. */
  flush(): void {
    this.#write();
    this.#pending = null;
    this.#maxPendingBytes = MAX_PENDING_BYTES;
  }

  #write(): void {
    if (this.#pending === null || this.#pendingBytes === 0) return;
    this.#file.write([this.#pending.subarray(0, this.#pendingBytes)], this.#writtenCount * this.#entryBytes);
    this.#writtenCount += this.#pendingBytes / this.#entryBytes;
    this.#pendingBytes = 0;
    this.#forgetPage();
  }

  #forgetPage(): void {
    if (pageOwner === this) pageOwner = null;
  }
}

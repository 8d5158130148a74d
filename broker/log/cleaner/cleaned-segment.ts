/**
 * The segment that compaction writes: batches collected in a buffer and appended in large pieces to `.cleaned` files,
 * with both indexes and the transaction index, and then brought to the device.
 */
import { readBatchHeader, type BatchHeader } from '../../../protocol/records/record-batch.ts';
import { LogSegment, type SegmentEnvironment } from '../segment.ts';
import { CLEANED_SUFFIX, SWAP_SUFFIX } from '../segment-files.ts';
import type { AbortedTransactionEntry } from '../txn-index.ts';
import { removeSegmentFiles, renameSegmentFiles } from './swap-files.ts';

/** Unfinished output stays behind; another round over the same log could mix the two up. */
export class LeftoverError extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'LeftoverError';
  }
}

export class CleanedSegment {
  readonly #environment: SegmentEnvironment;
  readonly #segment: LogSegment;
  readonly #buffer: Buffer;
  #headers: BatchHeader[] = [];
  #bufferedBytes = 0;

  /** Throws DiskError. What an earlier attempt left is removed. */
  constructor(environment: SegmentEnvironment, baseOffset: number, bufferBytes: number) {
    this.#environment = environment;
    removeSegmentFiles(environment.disk, environment.directory, baseOffset, CLEANED_SUFFIX);
    this.#segment = new LogSegment(environment, baseOffset, { create: true, suffix: CLEANED_SUFFIX });
    // It is there even when it stays empty: whoever completes the replacement then knows that an old one is old.
    environment.disk.open(this.#segment.transactions.path, { create: true }).close();
    this.#buffer = Buffer.allocUnsafe(bufferBytes);
  }

  get baseOffset(): number {
    return this.#segment.baseOffset;
  }

  /** Takes a copy of one whole batch; gives the bytes that went to the file because of it. */
  add(batch: Buffer): number {
    let writtenBytes = 0;
    if (this.#bufferedBytes + batch.length > this.#buffer.length) writtenBytes += this.#writeOut();
    const header = readBatchHeader(batch);
    if (batch.length > this.#buffer.length) {
      this.#segment.append(batch, [header]);
      return writtenBytes + batch.length;
    }
    batch.copy(this.#buffer, this.#bufferedBytes);
    this.#bufferedBytes += batch.length;
    this.#headers.push(header);
    return writtenBytes;
  }

  keepAborted(aborted: AbortedTransactionEntry): void {
    this.#segment.transactions.append(aborted);
  }

  /** Completes the files and forces them and their names to the device. Gives their size in bytes. */
  async finish(): Promise<number> {
    const { disk, directory } = this.#environment;
    this.#writeOut();
    this.#segment.seal();
    await this.#segment.sync(true);
    this.#segment.closeFiles();
    await disk.syncDirectory(directory);
    return this.#segment.sizeBytes;
  }

  /** From here on a start makes the new segment good (step 2 of swap-files.ts). */
  async makeSwap(): Promise<void> {
    const { disk, directory } = this.#environment;
    renameSegmentFiles(disk, directory, this.baseOffset, CLEANED_SUFFIX, SWAP_SUFFIX);
    await disk.syncDirectory(directory);
  }

  /** Takes the files away again, after `cause`. Throws LeftoverError when it cannot: only a start may sort them out then. */
  discard(cause: unknown): void {
    const { disk, directory } = this.#environment;
    this.#segment.closeFiles();
    try {
      for (const suffix of [SWAP_SUFFIX, CLEANED_SUFFIX]) {
        removeSegmentFiles(disk, directory, this.baseOffset, suffix);
      }
    } catch (error) {
      throw new LeftoverError(`${this.#segment.path} cannot be removed (${String(error)})`, cause);
    }
  }

  #writeOut(): number {
    const bytes = this.#buffer.subarray(0, this.#bufferedBytes);
    if (bytes.length > 0) this.#segment.append(bytes, this.#headers);
    this.#headers = [];
    this.#bufferedBytes = 0;
    return bytes.length;
  }
}

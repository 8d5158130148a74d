/**
 * Walks the batches of a sealed segment with their bytes, each checked before it is given out: what compaction copies
 * must not spread damage. Reads in large pieces through a file handle of its own, which stays good when retention
 * renames the file meanwhile.
 */
import { BATCH_HEADER_BYTES, crcIsValid, type BatchHeader } from '../../../protocol/records/record-batch.ts';
import type { Disk, DiskFile } from '../../platform/platform.ts';
import { headerOrProblem } from '../batch-check.ts';
import { CorruptLogError } from '../log-errors.ts';

export interface ReadBatch {
  readonly header: BatchHeader;
  /** Valid until the next one is read. */
  readonly bytes: Buffer;
  /** Nothing follows it in the file. */
  readonly isLast: boolean;
}

export interface BatchReaderOptions {
  readonly path: string;
  /** Position of a batch. */
  readonly from: number;
  readonly sizeBytes: number;
  readonly bufferBytes: number;
}

export class BatchReader {
  readonly #path: string;
  readonly #file: DiskFile;
  readonly #sizeBytes: number;
  #buffer: Buffer;
  /** Where in the file the buffer's first byte stands, and how many of its bytes are good. */
  #bufferStart = 0;
  #bufferedBytes = 0;
  #position: number;
  #nextOffset = 0;

  constructor(disk: Disk, { path, from, sizeBytes, bufferBytes }: BatchReaderOptions) {
    this.#path = path;
    this.#file = disk.open(path, { create: false });
    this.#position = from;
    this.#sizeBytes = sizeBytes;
    this.#buffer = Buffer.allocUnsafe(Math.max(BATCH_HEADER_BYTES, bufferBytes));
  }

  /** Null at the end. Throws CorruptLogError. */
  next(): ReadBatch | null {
    if (this.#position >= this.#sizeBytes) return null;
    this.#fill(BATCH_HEADER_BYTES);
    const header = headerOrProblem(this.#buffer, this.#position - this.#bufferStart);
    if (typeof header === 'string') return this.#corrupt(header);
    if (header.baseOffset < this.#nextOffset) {
      return this.#corrupt(`base offset ${header.baseOffset} where ${this.#nextOffset} or later must follow`);
    }
    this.#fill(header.sizeBytes);
    const start = this.#position - this.#bufferStart;
    if (!crcIsValid(this.#buffer, start, header.sizeBytes)) {
      return this.#corrupt('the checksum does not match');
    }
    this.#position += header.sizeBytes;
    this.#nextOffset = header.lastOffset + 1;
    return {
      header: { ...header, position: 0 },
      bytes: this.#buffer.subarray(start, start + header.sizeBytes),
      isLast: this.#position >= this.#sizeBytes,
    };
  }

  close(): void {
    this.#file.close();
  }

  /** Makes the buffer hold `count` bytes from the position on. */
  #fill(count: number): void {
    if (this.#position + count > this.#sizeBytes) {
      this.#corrupt(`a batch of which only ${this.#sizeBytes - this.#position} bytes are there`);
    }
    const offset = this.#position - this.#bufferStart;
    if (offset >= 0 && offset + count <= this.#bufferedBytes) return;
    if (count > this.#buffer.length) this.#buffer = Buffer.allocUnsafe(count);
    this.#bufferStart = this.#position;
    const wanted = Math.min(this.#buffer.length, this.#sizeBytes - this.#position);
    this.#bufferedBytes = this.#file.read(this.#buffer.subarray(0, wanted), this.#position);
    if (this.#bufferedBytes < count) this.#corrupt('the file is shorter than it was');
  }

  #corrupt(problem: string): never {
    throw new CorruptLogError(this.#path, this.#position, problem);
  }
}

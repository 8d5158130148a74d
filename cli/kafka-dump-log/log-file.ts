/**
 * A file that is read in pieces, so that a segment of any size takes a bounded part of memory. `read` gives a view
 * that is valid until the next `read`; reading ahead makes a walk through the file few system calls.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { CommandError } from '../command-error.ts';

export class LogFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly #descriptor: number;
  readonly #readAheadBytes: number;
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;
  #windowBytes = 0;

  private constructor(path: string, descriptor: number, readAheadBytes: number) {
    this.path = path;
    this.#descriptor = descriptor;
    this.#readAheadBytes = readAheadBytes;
    this.sizeBytes = fstatSync(descriptor).size;
  }

  /** Runs `work` with the file open. Throws CommandError when it cannot be read. */
  static *with<T>(path: string, readAheadBytes: number, work: (file: LogFile) => Generator<T>): Generator<T> {
    const descriptor = openForReading(path);
    try {
      yield* work(new LogFile(path, descriptor, readAheadBytes));
    } finally {
      closeSync(descriptor);
    }
  }

  /** The bytes from `position` on: `length` of them, fewer only at the end of the file. */
  read(position: number, length: number): Buffer {
    const wanted = Math.max(0, Math.min(length, this.sizeBytes - position));
    const from = position - this.#windowStart;
    if (from < 0 || from + wanted > this.#windowBytes) {
      this.#fill(position, wanted);
      return this.#window.subarray(0, Math.min(wanted, this.#windowBytes));
    }
    return this.#window.subarray(from, from + wanted);
  }

  #fill(position: number, wanted: number): void {
    const size = Math.max(wanted, this.#readAheadBytes);
    // A window that one huge batch made huge is given back by the next read.
    if (this.#window.length !== size) this.#window = Buffer.allocUnsafe(size);
    this.#windowStart = position;
    this.#windowBytes = 0;
    while (this.#windowBytes < size) {
      const at = position + this.#windowBytes;
      const count = readSync(this.#descriptor, this.#window, this.#windowBytes, size - this.#windowBytes, at);
      if (count === 0) return;
      this.#windowBytes += count;
    }
  }
}

function openForReading(path: string): number {
  try {
    const descriptor = openSync(path, 'r');
    if (fstatSync(descriptor).isFile()) return descriptor;
    closeSync(descriptor);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    if (error.code === 'ENOENT') throw new CommandError(`${path}: there is no such file`);
    throw new CommandError(`${path} cannot be read: ${error.message}`);
  }
  throw new CommandError(`${path} is not a file`);
}

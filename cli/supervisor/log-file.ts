/**
 * One process's log file, turned over by size: NAME.log is the newest, NAME.log.1 the one before it, and so on. Whole
 * chunks are written; the size may be passed by the last one.
 */
import { closeSync, fstatSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';

export const logBytesMax = 8 * 1024 * 1024;
export const oldLogsKept = 4;

export class LogFile {
  readonly path: string;
  readonly #bytesMax: number;
  #file: number;
  #size: number;

  constructor(path: string, bytesMax: number = logBytesMax) {
    this.path = path;
    this.#bytesMax = bytesMax;
    this.#file = openSync(path, 'a', 0o600);
    this.#size = fstatSync(this.#file).size;
  }

  /** A full disk must not stop the product: what cannot be written is dropped. */
  write(chunk: string | Uint8Array): void {
    try {
      if (this.#size >= this.#bytesMax) this.#turnOver();
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      this.#size += writeSync(this.#file, bytes);
    } catch (error) {
      if (!['ENOSPC', 'EDQUOT', 'EIO', 'EBADF'].includes((error as NodeJS.ErrnoException).code ?? ''))
        throw error;
    }
  }

  #turnOver(): void {
    closeSync(this.#file);
    rmSync(`${this.path}.${oldLogsKept}`, { force: true });
    for (let age = oldLogsKept; age >= 1; age -= 1) {
      const from = age === 1 ? this.path : `${this.path}.${age - 1}`;
      try {
        renameSync(from, `${this.path}.${age}`);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
    this.#file = openSync(this.path, 'a', 0o600);
    this.#size = 0;
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** The end of a log, for the message that says why something did not start. */
export function lastLines(path: string, count: number): string {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  } catch {
    return '';
  }
}

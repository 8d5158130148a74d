/**
 * The real disk, over node:fs. Reads and writes are synchronous (they reach the page cache, see platform.ts), forcing
 * to the device is asynchronous and runs on libuv's threads.
 *
 * Every failure leaves here as a DiskError with the system's code and the path, also where Node names no path.
 */
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import type { Disk, DiskError, DiskFile } from '../platform.ts';
import { takeProcessLock } from './process-lock.ts';

/** Turns what node:fs threw into a DiskError of the given path. */
export function asDiskError(cause: unknown, path: string): DiskError {
  const code =
    cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'EIO';
  const message = cause instanceof Error ? cause.message : String(cause);
  const text = message.includes(path) ? message : `${message} (${path})`;
  return Object.assign(new Error(text, { cause }), { code, path });
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw asDiskError(error, path);
  }
}

/** Step by step: Node's own recursive form never returns where a file system refuses new names with ENOENT (/proc). */
function makeDirectories(path: string): void {
  const found = fs.statSync(path, { throwIfNoEntry: false });
  if (found !== undefined) {
    if (found.isDirectory()) return;
    throw Object.assign(new Error(`${path} is not a directory`), { code: 'ENOTDIR' });
  }
  for (let isParentThere = false; ; isParentThere = true) {
    try {
      fs.mkdirSync(path);
      return;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : null;
      if (code === 'EEXIST') return;
      if (code !== 'ENOENT' || isParentThere) throw error;
    }
    makeDirectories(dirname(path));
  }
}

class NodeDiskFile implements DiskFile {
  readonly path: string;
  readonly #fd: number;
  #syncsRunning = 0;
  #closeWanted = false;

  constructor(path: string, fd: number) {
    this.path = path;
    this.#fd = fd;
  }

  size(): number {
    return attempt(this.path, () => fs.fstatSync(this.#fd).size);
  }

  write(buffers: readonly Uint8Array[], position: number): void {
    try {
      const total = bytesOf(buffers);
      let written = writeOnce(this.#fd, buffers, position);
      while (written < total) {
        const more = writeOnce(this.#fd, afterBytes(buffers, written), position + written);
        if (more === 0) throw Object.assign(new Error('the file takes no more bytes'), { code: 'EIO' });
        written += more;
      }
    } catch (error) {
      throw asDiskError(error, this.path);
    }
  }

  read(target: Uint8Array, position: number): number {
    try {
      let filled = 0;
      while (filled < target.length) {
        const count = fs.readSync(this.#fd, target, filled, target.length - filled, position + filled);
        if (count === 0) break;
        filled += count;
      }
      return filled;
    } catch (error) {
      throw asDiskError(error, this.path);
    }
  }

  truncate(sizeBytes: number): void {
    attempt(this.path, () => fs.ftruncateSync(this.#fd, sizeBytes));
  }

  sync(): Promise<void> {
    this.#syncsRunning++;
    return new Promise((resolve, reject) => {
      fs.fdatasync(this.#fd, (error) => {
        this.#syncsRunning--;
        if (this.#closeWanted && this.#syncsRunning === 0) fs.closeSync(this.#fd);
        if (error) reject(asDiskError(error, this.path));
        else resolve();
      });
    });
  }

  /** A descriptor with a sync under way is closed when that has ended: its number must not be given away before. */
  close(): void {
    if (this.#closeWanted) return;
    this.#closeWanted = true;
    if (this.#syncsRunning === 0) attempt(this.path, () => fs.closeSync(this.#fd));
  }
}

function bytesOf(buffers: readonly Uint8Array[]): number {
  let total = 0;
  for (const buffer of buffers) total += buffer.length;
  return total;
}

/** One system call; gives the bytes that it took. A single buffer, the common case, needs no vector. */
function writeOnce(fd: number, buffers: readonly Uint8Array[], position: number): number {
  const [first] = buffers;
  if (first !== undefined && buffers.length === 1) return fs.writeSync(fd, first, 0, first.length, position);
  return fs.writevSync(fd, buffers, position);
}

/** What is left of the buffers after their first `count` bytes. */
function afterBytes(buffers: readonly Uint8Array[], count: number): Uint8Array[] {
  const rest: Uint8Array[] = [];
  let skip = count;
  for (const buffer of buffers) {
    if (skip < buffer.length) rest.push(skip === 0 ? buffer : buffer.subarray(skip));
    skip = Math.max(0, skip - buffer.length);
  }
  return rest;
}

export class NodeDisk implements Disk {
  #temporaryNumber = 0;

  open(path: string, options: { readonly create: boolean }): DiskFile {
    const flags = fs.constants.O_RDWR | (options.create ? fs.constants.O_CREAT : 0);
    return new NodeDiskFile(
      path,
      attempt(path, () => fs.openSync(path, flags, 0o644)),
    );
  }

  exists(path: string): boolean {
    return fs.existsSync(path);
  }

  list(directory: string): string[] {
    return attempt(directory, () => fs.readdirSync(directory).sort());
  }

  stat(path: string): {
    readonly sizeBytes: number;
    readonly modifiedMs: number;
    readonly isDirectory: boolean;
  } {
    const found = attempt(path, () => fs.statSync(path));
    return { sizeBytes: found.size, modifiedMs: Math.floor(found.mtimeMs), isDirectory: found.isDirectory() };
  }

  makeDirectory(path: string): void {
    attempt(path, () => {
      makeDirectories(path);
    });
  }

  rename(from: string, to: string): void {
    attempt(from, () => fs.renameSync(from, to));
  }

  removeFile(path: string): void {
    attempt(path, () => fs.unlinkSync(path));
  }

  removeTree(path: string): void {
    attempt(path, () => fs.rmSync(path, { recursive: true, force: true }));
  }

  readFile(path: string): Buffer {
    return attempt(path, () => fs.readFileSync(path));
  }

  async replaceFile(path: string, content: Uint8Array): Promise<void> {
    // Kafka ignores and removes names that end in .tmp; the number keeps two writers of one file apart.
    const temporary = `${path}.${process.pid}-${++this.#temporaryNumber}.tmp`;
    try {
      const handle = await fs.promises.open(temporary, 'w', 0o644);
      try {
        await handle.writeFile(content);
        await handle.datasync();
      } finally {
        await handle.close();
      }
      await fs.promises.rename(temporary, path);
    } catch (error) {
      await fs.promises.rm(temporary, { force: true }).catch(() => undefined);
      throw asDiskError(error, path);
    }
    await this.syncDirectory(dirname(path));
  }

  async syncDirectory(path: string): Promise<void> {
    try {
      const handle = await fs.promises.open(path, 'r');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw asDiskError(error, path);
    }
  }

  space(directory: string): { readonly totalBytes: number; readonly usableBytes: number } {
    try {
      const found = fs.statfsSync(directory);
      return { totalBytes: found.blocks * found.bsize, usableBytes: found.bavail * found.bsize };
    } catch {
      return { totalBytes: -1, usableBytes: -1 };
    }
  }

  lock(path: string): { readonly release: () => void } | { readonly heldBy: string } {
    this.makeDirectory(dirname(path));
    return attempt(path, () => takeProcessLock(path, join(dirname(path), `.lock-broken-by-${process.pid}`)));
  }
}

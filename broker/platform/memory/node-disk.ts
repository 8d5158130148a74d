/**
 * A memory disk as one process holds it: when that process has ended, nothing that it left behind reaches the disk any
 * more, neither through open files nor by opening, renaming or removing. What would take time then takes forever.
 *
 * It can end the process at the n-th change that it makes, in the middle of it: a write is torn there.
 */
import type { Disk, DiskFile } from '../platform.ts';
import { diskError } from './fault-plan.ts';
import type { MemoryDisk } from './memory-disk.ts';

export interface NodeDiskOptions {
  readonly disk: MemoryDisk;
  readonly isAlive: () => boolean;
  /** Every change of what is in this directory fails; null: of none. */
  readonly failingDirectory?: () => string | null;
  /** Ends the process, now. */
  readonly crash: () => void;
}

export class NodeDisk implements Disk {
  readonly #options: NodeDiskOptions;
  readonly #disk: MemoryDisk;
  #changesToCrash = Number.POSITIVE_INFINITY;

  constructor(options: NodeDiskOptions) {
    this.#options = options;
    this.#disk = options.disk;
  }

  /** 1: at the next one. Infinity: never. */
  crashAtChange(nth: number): void {
    this.#changesToCrash = nth;
  }

  open(path: string, options: { readonly create: boolean }): DiskFile {
    if (options.create && !this.#disk.exists(path)) this.#change(path);
    else this.#mustLive(path);
    return this.#file(this.#disk.open(path, options));
  }

  #file(file: DiskFile): DiskFile {
    const { path } = file;
    return {
      path,
      size: () => this.#living(path, () => file.size()),
      write: (buffers, position) => {
        this.#change(path, () => {
          const bytes = Buffer.concat(buffers);
          file.write([bytes.subarray(0, bytes.length >> 1)], position);
        });
        file.write(buffers, position);
      },
      read: (target, position) => this.#living(path, () => file.read(target, position)),
      truncate: (sizeBytes) => {
        this.#change(path);
        file.truncate(sizeBytes);
      },
      sync: () => this.#lasting(path, () => file.sync()),
      close: () => {
        if (this.#options.isAlive()) file.close();
      },
    };
  }

  exists(path: string): boolean {
    return this.#living(path, () => this.#disk.exists(path));
  }

  list(directory: string): string[] {
    return this.#living(directory, () => this.#disk.list(directory));
  }

  stat(path: string): ReturnType<Disk['stat']> {
    return this.#living(path, () => this.#disk.stat(path));
  }

  makeDirectory(path: string): void {
    this.#change(path);
    this.#disk.makeDirectory(path);
  }

  rename(from: string, to: string): void {
    this.#change(from);
    this.#disk.rename(from, to);
  }

  removeFile(path: string): void {
    this.#change(path);
    this.#disk.removeFile(path);
  }

  removeTree(path: string): void {
    this.#change(path);
    this.#disk.removeTree(path);
  }

  readFile(path: string): Buffer {
    return this.#living(path, () => this.#disk.readFile(path));
  }

  replaceFile(path: string, content: Uint8Array): Promise<void> {
    return this.#lasting(path, () => this.#disk.replaceFile(path, content));
  }

  syncDirectory(path: string): Promise<void> {
    return this.#lasting(path, () => this.#disk.syncDirectory(path));
  }

  space(directory: string): ReturnType<Disk['space']> {
    return this.#living(directory, () => this.#disk.space());
  }

  lock(path: string): ReturnType<Disk['lock']> {
    return this.#living(path, () => this.#disk.lock(path));
  }

  #mustLive(path: string): void {
    if (!this.#options.isAlive()) throw diskError('EIO', path);
  }

  #living<T>(path: string, act: () => T): T {
    this.#mustLive(path);
    return act();
  }

  #lasting(path: string, act: () => Promise<void>): Promise<void> {
    if (!this.#options.isAlive()) return new Promise(() => undefined);
    try {
      this.#change(path);
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
    return act();
  }

  #change(path: string, doneBefore: () => void = () => undefined): void {
    this.#mustLive(path);
    const failing = this.#options.failingDirectory?.() ?? null;
    if (failing !== null && (path === failing || path.startsWith(`${failing}/`)))
      throw diskError('EIO', path);
    if (--this.#changesToCrash > 0) return;
    doneBefore();
    this.#options.crash();
    throw diskError('EIO', path);
  }
}

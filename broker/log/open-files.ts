/**
 * A bounded number of open files for any number of logs: a file is opened when it is first used, and the one unused
 * for longest is closed when there are too many. Thousands of partitions then cost no descriptors while they rest.
 *
 * All use is synchronous but `sync`; a file whose sync runs is not closed under it (DiskFile.close waits for that).
 */
import type { Disk, DiskFile } from '../platform/platform.ts';

export const DEFAULT_MAX_OPEN_FILES = 1000;

export class OpenFiles {
  readonly #disk: Disk;
  readonly #limit: number;
  /** Insertion order is order of last use. */
  readonly #open = new Map<PooledFile, DiskFile>();

  constructor(disk: Disk, limit: number = DEFAULT_MAX_OPEN_FILES) {
    this.#disk = disk;
    this.#limit = limit;
  }

  get openCount(): number {
    return this.#open.size;
  }

  /** The file need not exist until it is used; with `create` it is made now, or by its first use. */
  file(path: string, options: { readonly create: boolean | 'when used' }): PooledFile {
    const pooled = new PooledFile(this, path);
    if (options.create === 'when used') pooled.isUnmade = true;
    else if (options.create) this.#keep(pooled, this.#disk.open(path, { create: true }));
    return pooled;
  }

  use(pooled: PooledFile): DiskFile {
    const open = this.#open.get(pooled);
    if (open === undefined) {
      const opened = this.#disk.open(pooled.path, { create: pooled.isUnmade });
      pooled.isUnmade = false;
      return this.#keep(pooled, opened);
    }
    this.#open.delete(pooled);
    this.#open.set(pooled, open);
    return open;
  }

  release(pooled: PooledFile): void {
    const open = this.#open.get(pooled);
    if (open === undefined) return;
    this.#open.delete(pooled);
    open.close();
  }

  #keep(pooled: PooledFile, open: DiskFile): DiskFile {
    this.#open.set(pooled, open);
    if (this.#open.size > this.#limit) {
      const oldest = this.#open.keys().next().value;
      if (oldest !== undefined && oldest !== pooled) this.release(oldest);
    }
    return open;
  }
}

/** A file by its path, open only while it is in use. `close` may be followed by further use. */
export class PooledFile implements DiskFile {
  readonly path: string;
  /** Its first use makes it. */
  isUnmade = false;
  readonly #files: OpenFiles;

  constructor(files: OpenFiles, path: string) {
    this.#files = files;
    this.path = path;
  }

  size(): number {
    return this.#files.use(this).size();
  }

  write(buffers: readonly Uint8Array[], position: number): void {
    this.#files.use(this).write(buffers, position);
  }

  read(target: Uint8Array, position: number): number {
    return this.#files.use(this).read(target, position);
  }

  truncate(sizeBytes: number): void {
    this.#files.use(this).truncate(sizeBytes);
  }

  async sync(): Promise<void> {
    await this.#files.use(this).sync();
  }

  close(): void {
    this.#files.release(this);
  }
}

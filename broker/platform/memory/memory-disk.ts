/**
 * A disk in memory that keeps two contents per file: what was written and what was forced to the device.
 *
 * `crash()` ends every open file and goes back to the forced content, or keeps a torn part of the rest. Names
 * (create, rename, remove) survive at once, as on a journalling file system. Faults come from a FaultPlan, and
 * `capacityBytes` makes the disk fill up in the way a real one does: the write that no longer fits is cut short.
 */
import { dirname } from 'node:path';
import type { Disk, DiskFile, Random } from '../platform.ts';
import { diskError, FaultPlan } from './fault-plan.ts';

interface FileContent {
  written: Buffer;
  size: number;
  synced: Buffer;
  modifiedMs: number;
}

export interface CrashOptions {
  /** With it, a random part of the un-synced bytes of each file survives, the last of them possibly damaged. */
  readonly tear?: Random;
}

export class MemoryDisk implements Disk {
  readonly faults = new FaultPlan();
  capacityBytes = Number.POSITIVE_INFINITY;
  readonly #files = new Map<string, FileContent>();
  readonly #directories = new Set<string>(['/']);
  readonly #locks = new Set<string>();
  readonly #wallMs: () => number;
  /** Files opened before the last crash are dead. */
  #generation = 0;
  openFiles = 0;

  constructor(wallMs: () => number) {
    this.#wallMs = wallMs;
  }

  /** Power off and on again. */
  crash(options: CrashOptions = {}): void {
    this.#generation++;
    this.openFiles = 0;
    this.#locks.clear();
    this.faults.clear();
    for (const file of this.#files.values()) {
      const after = options.tear === undefined ? file.synced : tornContent(file, options.tear);
      file.written = Buffer.from(after);
      file.size = after.length;
      file.synced = Buffer.from(after);
    }
  }

  get usedBytes(): number {
    let sum = 0;
    for (const file of this.#files.values()) sum += file.size;
    return sum;
  }

  open(path: string, options: { readonly create: boolean }): DiskFile {
    this.faults.check('open', path);
    let file = this.#files.get(path);
    if (file === undefined) {
      if (!options.create) throw diskError('ENOENT', path);
      if (!this.#directories.has(dirname(path))) throw diskError('ENOENT', path);
      this.faults.check('create', path);
      file = { written: Buffer.alloc(0), size: 0, synced: Buffer.alloc(0), modifiedMs: this.#wallMs() };
      this.#files.set(path, file);
    }
    this.openFiles++;
    return this.#handle(path, file);
  }

  #handle(path: string, file: FileContent): DiskFile {
    const generation = this.#generation;
    let open = true;
    const live = (): FileContent => {
      if (!open || generation !== this.#generation) throw diskError('EBADF', path);
      return file;
    };
    return {
      path,
      size: () => live().size,
      write: (buffers, position) => this.#write(path, live(), Buffer.concat(buffers), position),
      read: (target, position) => {
        const { written, size } = live();
        this.faults.check('read', path);
        const count = Math.max(0, Math.min(target.length, size - position));
        target.set(written.subarray(position, position + count));
        return count;
      },
      truncate: (sizeBytes) => {
        this.faults.check('truncate', path);
        this.#resize(live(), sizeBytes);
      },
      sync: async () => {
        const content = live();
        this.faults.check('sync', path);
        content.synced = Buffer.from(content.written.subarray(0, content.size));
        await Promise.resolve();
      },
      close: () => {
        if (!open) return;
        open = false;
        if (generation === this.#generation) this.openFiles--;
      },
    };
  }

  #write(path: string, file: FileContent, bytes: Buffer, position: number): void {
    const growth = Math.max(0, position + bytes.length - file.size);
    const room = this.capacityBytes - this.usedBytes;
    const fault = this.faults.next('write', path, bytes.length);
    const fits = growth > room ? Math.max(0, bytes.length - (growth - room)) : bytes.length;
    const count = fault === null ? fits : Math.min(fits, fault.bytesDone);
    if (count > 0) {
      this.#resize(file, Math.max(file.size, position + count));
      bytes.copy(file.written, position, 0, count);
      file.modifiedMs = this.#wallMs();
    }
    if (fault !== null && fault.error !== null) throw fault.error;
    // A short write alone is no failure: the rest is written by the next call.
    if (fault !== null && count < bytes.length) {
      this.#write(path, file, bytes.subarray(count), position + count);
      return;
    }
    if (count < bytes.length) throw diskError('ENOSPC', path);
  }

  #resize(file: FileContent, size: number): void {
    if (size > file.written.length) {
      const bigger = Buffer.alloc(Math.max(size, file.written.length * 2, 256));
      file.written.copy(bigger, 0, 0, file.size);
      file.written = bigger;
    }
    if (size < file.size) file.written.fill(0, size, file.size);
    file.size = size;
  }

  exists(path: string): boolean {
    return this.#files.has(path) || this.#directories.has(path);
  }

  list(directory: string): string[] {
    if (!this.#directories.has(directory)) throw diskError('ENOENT', directory);
    this.faults.check('list', directory);
    const prefix = directory === '/' ? '/' : `${directory}/`;
    const names = new Set<string>();
    for (const path of [...this.#files.keys(), ...this.#directories]) {
      if (path.startsWith(prefix) && path.length > prefix.length) {
        names.add(path.slice(prefix.length).split('/')[0] ?? '');
      }
    }
    return [...names].sort();
  }

  stat(path: string): {
    readonly sizeBytes: number;
    readonly modifiedMs: number;
    readonly isDirectory: boolean;
  } {
    if (this.#directories.has(path)) return { sizeBytes: 0, modifiedMs: 0, isDirectory: true };
    const file = this.#files.get(path);
    if (file === undefined) throw diskError('ENOENT', path);
    return { sizeBytes: file.size, modifiedMs: file.modifiedMs, isDirectory: false };
  }

  makeDirectory(path: string): void {
    this.faults.check('makeDirectory', path);
    for (let at = path; at !== '/' && at !== '.'; at = dirname(at)) this.#directories.add(at);
  }

  rename(from: string, to: string): void {
    this.faults.check('rename', from);
    const file = this.#files.get(from);
    if (file !== undefined) {
      this.#files.delete(from);
      this.#files.set(to, file);
      return;
    }
    if (!this.#directories.has(from)) throw diskError('ENOENT', from);
    if (this.exists(to)) throw diskError('ENOTEMPTY', to);
    const moved = (path: string): string => (path === from ? to : to + path.slice(from.length));
    const inside = (path: string): boolean => path === from || path.startsWith(`${from}/`);
    for (const path of [...this.#directories].filter(inside)) {
      this.#directories.delete(path);
      this.#directories.add(moved(path));
    }
    for (const [path, content] of [...this.#files].filter(([name]) => inside(name))) {
      this.#files.delete(path);
      this.#files.set(moved(path), content);
    }
  }

  removeFile(path: string): void {
    this.faults.check('remove', path);
    if (!this.#files.delete(path)) throw diskError('ENOENT', path);
  }

  removeTree(path: string): void {
    this.faults.check('remove', path);
    for (const name of [...this.#files.keys(), ...this.#directories]) {
      if (name === path || name.startsWith(`${path}/`)) {
        this.#files.delete(name);
        this.#directories.delete(name);
      }
    }
  }

  readFile(path: string): Buffer {
    this.faults.check('read', path);
    const file = this.#files.get(path);
    if (file === undefined) throw diskError('ENOENT', path);
    return Buffer.from(file.written.subarray(0, file.size));
  }

  async replaceFile(path: string, content: Uint8Array): Promise<void> {
    await Promise.resolve();
    this.faults.check('replace', path);
    if (!this.#directories.has(dirname(path))) throw diskError('ENOENT', path);
    const bytes = Buffer.from(content);
    this.#files.set(path, { written: bytes, size: bytes.length, synced: bytes, modifiedMs: this.#wallMs() });
  }

  async syncDirectory(path: string): Promise<void> {
    await Promise.resolve();
    if (!this.#directories.has(path)) throw diskError('ENOENT', path);
  }

  space(): { readonly totalBytes: number; readonly usableBytes: number } {
    if (!Number.isFinite(this.capacityBytes)) return { totalBytes: -1, usableBytes: -1 };
    return { totalBytes: this.capacityBytes, usableBytes: Math.max(0, this.capacityBytes - this.usedBytes) };
  }

  lock(path: string): { readonly release: () => void } | { readonly heldBy: string } {
    if (this.#locks.has(path)) return { heldBy: 'this simulation' };
    this.#locks.add(path);
    this.makeDirectory(dirname(path));
    return { release: () => void this.#locks.delete(path) };
  }
}

/** The forced content and a random part of what came after; with luck of the draw the last kept byte is wrong. */
function tornContent(file: FileContent, random: Random): Buffer {
  const written = file.written.subarray(0, file.size);
  const grown = written.length - file.synced.length;
  if (grown <= 0) return random.below(2) === 0 ? file.synced : Buffer.from(written);
  const kept = Buffer.from(written.subarray(0, file.synced.length + random.below(grown + 1)));
  if (kept.length > file.synced.length && random.below(3) === 0) {
    const at = file.synced.length + random.below(kept.length - file.synced.length);
    kept[at] = (kept[at] ?? 0) ^ (1 << random.below(8));
  }
  return kept;
}

/**
 * A disk in memory that tells what was written from what was forced to the device, for contents (memory-file.ts) and for
 * names (memory-tree.ts) alike.
 *
 * `crash()` ends every open file and every lock: as a killed process does (everything written stays, and is still not
 * forced), or as a power cut does (what was forced stays, of the rest nothing or a random part). Faults come from a
 * FaultPlan, and `capacityBytes` makes the disk fill up in the way a real one does: the write that no longer fits is cut
 * short.
 */
import { dirname } from 'node:path';
import type { Disk, DiskFile } from '../platform.ts';
import { diskError, FaultPlan, type DiskOperation } from './fault-plan.ts';
import { MemoryFile } from './memory-file.ts';
import { SeededRandom } from './memory-time.ts';
import { MemoryTree } from './memory-tree.ts';

export interface CrashOptions {
  /** `everything`: the process was killed. `nothing`, `random`: the power was cut. Default `nothing`. */
  readonly keep?: 'nothing' | 'everything' | 'random';
  /** For `random`: the same seed after the same changes leaves the same disk. */
  readonly seed?: number;
  /** For `random`: of the changes to names the first so many stay, as on a journalling file system. Default false: any of them. */
  readonly namesInOrder?: boolean;
}

export class MemoryDisk implements Disk {
  readonly faults = new FaultPlan();
  capacityBytes = Number.POSITIVE_INFINITY;
  readonly #tree = new MemoryTree();
  readonly #locks = new Set<string>();
  readonly #wallMs: () => number;
  /** Files opened before the last crash are dead. */
  #generation = 0;
  #temporaryNumber = 0;
  openFiles = 0;
  /** How long the device takes to force something, in virtual time; null: no time at all. */
  deviceDelay: (() => Promise<void>) | null = null;

  constructor(wallMs: () => number) {
    this.#wallMs = wallMs;
  }

  /** Ends the process that used the disk. */
  crash({ keep = 'nothing', seed = 1, namesInOrder = false }: CrashOptions = {}): void {
    this.#generation++;
    this.openFiles = 0;
    this.#locks.clear();
    this.faults.clear();
    if (keep === 'everything') return;
    this.#tree.powerCut(keep === 'random' ? new SeededRandom(seed) : null, namesInOrder);
  }

  get usedBytes(): number {
    let sum = 0;
    for (const file of this.#tree.files()) sum += file.size;
    return sum;
  }

  open(path: string, options: { readonly create: boolean }): DiskFile {
    this.faults.check('open', path);
    let file = this.#tree.file(path);
    if (file === null) {
      if (!options.create || this.#tree.directory(dirname(path)) === null) throw diskError('ENOENT', path);
      this.faults.check('create', path);
      file = new MemoryFile(this.#wallMs());
      this.#tree.addFile(path, file);
    }
    this.openFiles++;
    return this.#handle(path, file);
  }

  #handle(path: string, file: MemoryFile): DiskFile {
    const generation = this.#generation;
    let open = true;
    const live = (): MemoryFile => {
      if (!open || generation !== this.#generation) throw diskError('EBADF', path);
      return file;
    };
    return {
      path,
      size: () => live().size,
      write: (buffers, position) => this.#write(path, live(), Buffer.concat(buffers), position),
      read: (target, position) => {
        const bytes = live().view();
        this.faults.check('read', path);
        const count = Math.max(0, Math.min(target.length, bytes.length - position));
        target.set(bytes.subarray(position, position + count));
        return count;
      },
      truncate: (sizeBytes) => {
        const content = live();
        this.faults.check('truncate', path);
        content.truncate(sizeBytes);
      },
      sync: () => this.#sync(path, live()),
      close: () => {
        if (!open) return;
        open = false;
        if (generation === this.#generation) this.openFiles--;
      },
    };
  }

  /** It covers what was written before it began, and is nothing if the power goes before it ends. */
  async #sync(path: string, file: MemoryFile): Promise<void> {
    const mark = file.mark();
    const generation = this.#generation;
    try {
      await this.#toDevice('sync', path);
    } catch (error) {
      // A crash is no failure of the device: a killed process leaves the changes to be forced by another.
      if (generation === this.#generation && !this.faults.hasHalted) file.forcingFailed(mark);
      throw error;
    }
    file.forced(mark);
  }

  async #toDevice(operation: DiskOperation, path: string): Promise<void> {
    const generation = this.#generation;
    this.faults.check(operation, path);
    await (this.deviceDelay === null ? Promise.resolve() : this.deviceDelay());
    if (generation !== this.#generation || this.faults.hasHalted) throw diskError('EIO', path);
  }

  #write(path: string, file: MemoryFile, bytes: Buffer, position: number): void {
    const fault = this.faults.next('write', path, bytes.length);
    const fits = this.#fitting(file, bytes.length, position);
    const count = fault === null ? fits : Math.min(fits, fault.bytesDone);
    if (count > 0) {
      file.write(bytes.subarray(0, count), position);
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

  #fitting(file: MemoryFile, count: number, position: number): number {
    if (!Number.isFinite(this.capacityBytes)) return count;
    const growth = Math.max(0, position + count - file.size);
    const room = this.capacityBytes - this.usedBytes;
    return growth > room ? Math.max(0, count - (growth - room)) : count;
  }

  exists(path: string): boolean {
    return this.#tree.find(path) !== null;
  }

  list(directory: string): string[] {
    const found = this.#tree.directory(directory);
    if (found === null) throw diskError('ENOENT', directory);
    this.faults.check('list', directory);
    return [...found.names.keys()].sort();
  }

  stat(path: string): {
    readonly sizeBytes: number;
    readonly modifiedMs: number;
    readonly isDirectory: boolean;
  } {
    const node = this.#tree.find(path);
    if (node === null) throw diskError('ENOENT', path);
    if (node.kind === 'directory') return { sizeBytes: 0, modifiedMs: 0, isDirectory: true };
    return { sizeBytes: node.size, modifiedMs: node.modifiedMs, isDirectory: false };
  }

  makeDirectory(path: string): void {
    const missing: string[] = [];
    for (let at = path; !this.exists(at); at = dirname(at)) missing.unshift(at);
    for (const at of missing) {
      this.faults.check('makeDirectory', at);
      this.#tree.addDirectory(at);
    }
  }

  rename(from: string, to: string): void {
    this.faults.check('rename', from);
    if (this.#tree.directory(from) !== null && this.exists(to)) throw diskError('ENOTEMPTY', to);
    this.#tree.rename(from, to);
  }

  removeFile(path: string): void {
    this.faults.check('remove', path);
    if (this.#tree.file(path) === null) throw diskError('ENOENT', path);
    this.#tree.remove(path);
  }

  /** What it holds goes first, one name after the other. */
  removeTree(path: string): void {
    const directory = this.#tree.directory(path);
    for (const name of [...(directory?.names.keys() ?? [])].sort()) this.removeTree(`${path}/${name}`);
    if (!this.exists(path)) return;
    this.faults.check('remove', path);
    this.#tree.remove(path);
  }

  readFile(path: string): Buffer {
    this.faults.check('read', path);
    const file = this.#tree.file(path);
    if (file === null) throw diskError('ENOENT', path);
    return Buffer.from(file.view());
  }

  async replaceFile(path: string, content: Uint8Array): Promise<void> {
    const generation = this.#generation;
    await Promise.resolve();
    if (generation !== this.#generation) throw diskError('EIO', path);
    this.faults.check('replace', path);
    const temporary = `${path}.${++this.#temporaryNumber}.tmp`;
    try {
      const file = this.open(temporary, { create: true });
      try {
        file.write([content], 0);
        await file.sync();
      } finally {
        file.close();
      }
      this.rename(temporary, path);
    } catch (error) {
      // Who was killed tidies up no more.
      const isAlive = generation === this.#generation && !this.faults.hasHalted;
      if (isAlive && this.#tree.file(temporary) !== null) this.removeFile(temporary);
      throw error;
    }
    await this.syncDirectory(dirname(path));
  }

  async syncDirectory(path: string): Promise<void> {
    const directory = this.#tree.directory(path);
    if (directory === null) throw diskError('ENOENT', path);
    await this.#toDevice('syncDirectory', path);
    this.#tree.force(directory);
  }

  space(): { readonly totalBytes: number; readonly usableBytes: number } {
    if (!Number.isFinite(this.capacityBytes)) return { totalBytes: -1, usableBytes: -1 };
    return { totalBytes: this.capacityBytes, usableBytes: Math.max(0, this.capacityBytes - this.usedBytes) };
  }

  lock(path: string): { readonly release: () => void } | { readonly heldBy: string } {
    if (this.#locks.has(path)) return { heldBy: 'this simulation' };
    this.makeDirectory(dirname(path));
    this.#locks.add(path);
    const generation = this.#generation;
    return {
      release: () => {
        if (generation === this.#generation) this.#locks.delete(path);
      },
    };
  }
}

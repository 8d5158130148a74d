/**
 * File systems that a test may fill, break and cut the power of: a small tmpfs, and an ext4 in an image file behind a loop
 * device. Everything is unmounted and removed at the end of the test that made it, whatever has it open.
 *
 * A copy of the image, taken while the file system is mounted and in use, is what a power cut at that moment leaves: what was
 * forced is in the image, what only the page cache has is not, and the journal is replayed at the next mount.
 */
import {
  closeSync,
  copyFileSync,
  constants,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { EXT4_SWITCHES, runProgram } from './abilities.ts';

function run(name: string, args: readonly string[]): void {
  const problem = runProgram(name, args);
  if (problem !== null) throw new Error(problem);
}

/** A directory of the test's own, removed with all that is mounted in it. */
export function testDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'aquila-faults-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Mounts in `directory` and unmounts at the end, even if something is still open there. */
function mount(directory: string, args: readonly string[]): void {
  run('mount', [...args, directory]);
  onTestFinished(() => void runProgram('umount', ['-l', directory]));
}

export function mountTmpfs(megabytes: number): string {
  const directory = testDirectory();
  mount(directory, ['-t', 'tmpfs', '-o', `size=${String(megabytes)}m`, 'tmpfs']);
  return directory;
}

export class LoopDisk {
  /** Where it is mounted. */
  readonly directory: string;
  readonly #images: string;
  #image: string;
  #cuts = 0;

  constructor(megabytes: number) {
    this.directory = testDirectory();
    this.#images = testDirectory();
    this.#image = join(this.#images, 'disk.img');
    const file = openSync(this.#image, 'w');
    ftruncateSync(file, megabytes * 1_048_576);
    closeSync(file);
    run('mkfs.ext4', ['-q', '-F', this.#image]);
    this.#mount();
  }

  #mount(): void {
    // What breaks the file system makes it read-only at once, as most systems are set up.
    mount(this.directory, ['-o', 'loop,errors=remount-ro', this.#image]);
  }

  /** Takes what the device has now; whoever uses the file system must not run (SIGSTOP) while this is done. */
  capture(): void {
    const cut = join(this.#images, `cut-${String(++this.#cuts)}.img`);
    copyFileSync(this.#image, cut, constants.COPYFILE_FICLONE);
    this.#image = cut;
  }

  /** Puts what `capture` took in the place of the file system. Nobody may use it any more. */
  powerOn(): void {
    run('umount', [this.directory]);
    this.#mount();
  }

  /** A file's content; throws when there is none, or nothing in it. */
  read(path: string): Buffer {
    const content = readFileSync(path);
    if (content.length === 0) throw new Error(`${path} is empty`);
    return content;
  }

  /** The device reports an error: the file system goes read-only under all that is open. */
  breakDown(): void {
    const device = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' '))
      .find(([, directory]) => directory === this.directory)?.[0];
    writeFileSync(join(EXT4_SWITCHES, basename(device ?? ''), 'trigger_fs_error'), '1');
  }
}

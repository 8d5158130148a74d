/**
 * What this machine lets a test do to a disk, found out by trying: mounting, loop devices with an ext4 in them, and failing
 * another process's system calls with strace, moving a process's clock with libfaketime. A test that needs what is not there is skipped and says what was missing;
 * nothing is installed here, and nothing but Node is needed for the tests to be skipped.
 */
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    skipReason?: string;
  }
}

export type Ability =
  'mounts' | 'loop devices' | 'failing file systems' | 'failing system calls' | 'jumping clocks';

/** Below it, per mounted ext4, `trigger_fs_error`: what is written there is taken for an error of the device. */
export const EXT4_SWITCHES = '/sys/fs/ext4';
const TRIAL_BYTES = 4_194_304;
const TRIAL_LIMIT_MS = 10_000;

/** The program's path, or null. Where administrators' programs are is often not in PATH. */
export function programPath(name: string): string | null {
  const places = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  for (const place of places) {
    const path = join(place, name);
    try {
      if (place !== '') accessSync(path, constants.X_OK);
      else continue;
      return path;
    } catch {
      // Not here.
    }
  }
  return null;
}

/** What went wrong in one line, or null when the program ended well. */
export function runProgram(name: string, args: readonly string[]): string | null {
  const path = programPath(name);
  if (path === null) return `${name} is not installed`;
  const { status, error, stderr } = spawnSync(path, args, { timeout: TRIAL_LIMIT_MS, encoding: 'utf8' });
  if (error !== undefined) return `${name}: ${error.message}`;
  if (status === 0) return null;
  return `${name} ended with ${String(status)}: ${stderr.trim().split('\n')[0] ?? ''}`;
}

function tryMount(type: 'tmpfs' | 'ext4'): string | null {
  const directory = mkdtempSync(join(tmpdir(), 'aquila-ability-'));
  const image = `${directory}.img`;
  try {
    const options = type === 'tmpfs' ? ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs'] : ['-o', 'loop', image];
    if (type === 'ext4') {
      const file = openSync(image, 'w');
      ftruncateSync(file, TRIAL_BYTES);
      closeSync(file);
      const made = runProgram('mkfs.ext4', ['-q', '-F', image]);
      if (made !== null) return made;
    }
    const mounted = runProgram('mount', [...options, directory]);
    if (mounted !== null) return mounted;
    return runProgram('umount', [directory]);
  } finally {
    rmSync(image, { force: true });
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Where Debian, Fedora and a build from source put it. */
const FAKETIME = ['x86_64-linux-gnu', 'aarch64-linux-gnu', '', '../lib64', '../local/lib']
  .map((place) => join('/usr/lib', place, 'faketime', 'libfaketime.so.1'))
  .find((path) => existsSync(path));

/**
 * The environment of a process whose wall clock is what the file says: `+0`, `-3600` (seconds off), `@2038-02-01 00:00:00`.
 * Time that only ever goes on is left alone, and with it timers.
 */
export function clockFrom(file: string): Readonly<Record<string, string>> {
  return {
    LD_PRELOAD: FAKETIME ?? '',
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    TZ: 'UTC',
  };
}

function tryClock(): string | null {
  if (FAKETIME === undefined) return 'libfaketime is not installed';
  const directory = mkdtempSync(join(tmpdir(), 'aquila-ability-'));
  try {
    const file = join(directory, 'clock');
    writeFileSync(file, '@2038-02-01 00:00:00\n');
    const program = 'console.log(new Date().getUTCFullYear(), performance.now() < 60000)';
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], {
      ...{ timeout: TRIAL_LIMIT_MS, encoding: 'utf8', env: { ...process.env, ...clockFrom(file) } },
    });
    if (stdout.trim() === '2038 true') return null;
    return `under libfaketime a program says: ${`${stdout}${stderr}`.trim().split('\n')[0] ?? ''}`;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function findOut(ability: Ability): string | null {
  if (process.platform !== 'linux') return `needs Linux, this is ${process.platform}`;
  switch (ability) {
    case 'failing system calls': {
      const trial = [
        '-f',
        '-o',
        '/dev/null',
        '-e',
        'trace=fsync',
        '-e',
        'inject=fsync:error=EIO',
        process.execPath,
      ];
      return runProgram('strace', [...trial, '--version']);
    }
    case 'jumping clocks':
      return tryClock();
    case 'failing file systems':
      return existsSync(EXT4_SWITCHES) ? null : `there is no ${EXT4_SWITCHES}`;
    case 'mounts':
    case 'loop devices':
      if (process.getuid?.() !== 0) return 'needs root';
      return tryMount(ability === 'mounts' ? 'tmpfs' : 'ext4');
  }
}

const found = new Map<Ability, string | null>();

/** Skips the test, with the reason, unless the machine can do all of this. To be called first. */
export function needs(context: TestContext, ...abilities: readonly Ability[]): void {
  for (const ability of abilities) {
    if (!found.has(ability)) found.set(ability, findOut(ability));
    const missing = found.get(ability) ?? null;
    if (missing === null) continue;
    context.task.meta.skipReason = `cannot use ${ability} here: ${missing}`;
    context.skip(context.task.meta.skipReason);
  }
}

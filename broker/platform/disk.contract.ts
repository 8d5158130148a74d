/**
 * What every Disk must do, run against the real one and against the one in memory, so that a test on the latter
 * says something about the former. A new form of Disk passes this before anything else is said about it.
 */
import { expect, it } from 'vitest';
import type { Disk } from './platform.ts';

export interface DiskUnderTest {
  readonly disk: Disk;
  /** An empty directory of its own. */
  readonly root: string;
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
  return 'nothing was thrown';
}

export function describeDiskContract(setUp: () => DiskUnderTest): void {
  it('writes several buffers one after another and reads them back from any position', () => {
    const { disk, root } = setUp();
    const file = disk.open(`${root}/a`, { create: true });
    file.write([Buffer.from('hello '), Buffer.alloc(0), Buffer.from('world')], 0);
    expect(file.size()).toBe(11);
    const target = Buffer.alloc(20);
    expect(file.read(target, 6)).toBe(5);
    expect(target.subarray(0, 5).toString()).toBe('world');
    expect(file.read(target, 11)).toBe(0);
    file.close();
    expect(disk.readFile(`${root}/a`).toString()).toBe('hello world');
  });

  it('fills a gap left by a write beyond the end with zeros, and cuts', () => {
    const { disk, root } = setUp();
    const file = disk.open(`${root}/a`, { create: true });
    file.write([Buffer.from('x')], 3);
    expect(disk.readFile(`${root}/a`)).toEqual(Buffer.from([0, 0, 0, 120]));
    file.truncate(2);
    file.truncate(4);
    expect(disk.readFile(`${root}/a`)).toEqual(Buffer.alloc(4));
    file.close();
  });

  it('says ENOENT with the path for what is not there', () => {
    const { disk, root } = setUp();
    expect(codeOf(() => disk.open(`${root}/none`, { create: false }))).toBe('ENOENT');
    expect(codeOf(() => disk.open(`${root}/no/dir`, { create: true }))).toBe('ENOENT');
    expect(codeOf(() => disk.readFile(`${root}/none`))).toBe('ENOENT');
    expect(codeOf(() => disk.stat(`${root}/none`))).toBe('ENOENT');
    expect(codeOf(() => disk.removeFile(`${root}/none`))).toBe('ENOENT');
    expect(codeOf(() => disk.rename(`${root}/none`, `${root}/b`))).toBe('ENOENT');
    expect(codeOf(() => disk.list(`${root}/none`))).toBe('ENOENT');
    expect(() => disk.removeTree(`${root}/none`)).not.toThrow();
  });

  it('lists names sorted, tells directories from files, renames and removes trees', () => {
    const { disk, root } = setUp();
    disk.makeDirectory(`${root}/d/deep`);
    disk.makeDirectory(`${root}/d/deep`);
    disk.open(`${root}/d/deep/f`, { create: true }).close();
    disk.open(`${root}/c`, { create: true }).close();
    expect(disk.list(root)).toEqual(['c', 'd']);
    expect(disk.stat(`${root}/d`).isDirectory).toBe(true);
    expect(disk.stat(`${root}/c`)).toMatchObject({ isDirectory: false, sizeBytes: 0 });
    disk.rename(`${root}/d`, `${root}/e`);
    expect(disk.exists(`${root}/e/deep/f`)).toBe(true);
    expect(disk.exists(`${root}/d`)).toBe(false);
    disk.removeTree(`${root}/e`);
    expect(disk.list(root)).toEqual(['c']);
  });

  describeReplacement(setUp);
  describeOpenFiles(setUp);
}

function describeReplacement(setUp: () => DiskUnderTest): void {
  it('renames over an existing file and replaces a file as a whole', async () => {
    const { disk, root } = setUp();
    await disk.replaceFile(`${root}/a`, Buffer.from('one'));
    await disk.replaceFile(`${root}/a`, Buffer.from('three'));
    expect(disk.readFile(`${root}/a`).toString()).toBe('three');
    await disk.replaceFile(`${root}/b`, Buffer.from('two'));
    disk.rename(`${root}/a`, `${root}/b`);
    expect(disk.readFile(`${root}/b`).toString()).toBe('three');
    expect(disk.list(root)).toEqual(['b']);
  });

  it('gives a lock to one holder at a time', () => {
    const { disk, root } = setUp();
    const first = disk.lock(`${root}/.lock`);
    expect(first).toHaveProperty('release');
    expect(disk.lock(`${root}/.lock`)).toHaveProperty('heldBy');
    if ('release' in first) first.release();
    const again = disk.lock(`${root}/.lock`);
    expect(again).toHaveProperty('release');
    if ('release' in again) again.release();
  });
}

function describeOpenFiles(setUp: () => DiskUnderTest): void {
  it('keeps an open file usable after its name is gone', () => {
    const { disk, root } = setUp();
    const file = disk.open(`${root}/a`, { create: true });
    file.write([Buffer.from('kept')], 0);
    disk.rename(`${root}/a`, `${root}/a.deleted`);
    disk.removeFile(`${root}/a.deleted`);
    const target = Buffer.alloc(4);
    expect(file.read(target, 0)).toBe(4);
    expect(target.toString()).toBe('kept');
    file.close();
  });

  it('syncs files and directories, and a close during a sync waits for it', async () => {
    const { disk, root } = setUp();
    const file = disk.open(`${root}/a`, { create: true });
    file.write([Buffer.from('x')], 0);
    const done = file.sync();
    file.close();
    file.close();
    await done;
    await disk.syncDirectory(root);
  });
}

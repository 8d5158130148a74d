/** The disk in memory: the common contract, and what only it can do (crash, fill up, fail on cue). */
import { describe, expect, it } from 'vitest';
import { describeDiskContract } from '../disk.contract.ts';
import { createMemoryPlatform } from './memory-platform.ts';

function setUp() {
  const { disk } = createMemoryPlatform();
  disk.makeDirectory('/data');
  return { disk, root: '/data' };
}

describe('the common contract', () => {
  describeDiskContract(setUp);
});

/** A forced file of four bytes under a forced name, and ten more bytes. */
async function halfForced() {
  const { disk } = setUp();
  const file = disk.open('/data/a', { create: true });
  file.write([Buffer.from('safe')], 0);
  await file.sync();
  await disk.syncDirectory('/data');
  file.write([Buffer.from('1234567890')], 4);
  return { disk, file };
}

describe('a killed process', () => {
  it('leaves all that it wrote, not yet forced, and nothing of it open', async () => {
    const { disk, file } = await halfForced();
    disk.lock('/data/.lock');
    disk.crash({ keep: 'everything' });
    expect(disk.readFile('/data/a').toString()).toBe('safe1234567890');
    expect(() => file.size()).toThrow('EBADF');
    expect(disk.lock('/data/.lock')).toHaveProperty('release');
    disk.crash();
    expect(disk.readFile('/data/a').toString()).toBe('safe');
  });
});

describe('a power cut', () => {
  it('loses what was not forced to the device and ends open files', async () => {
    const { disk, file } = await halfForced();
    disk.crash();
    expect(disk.readFile('/data/a').toString()).toBe('safe');
    expect(() => file.size()).toThrow('EBADF');
  });

  it('loses a forced file whose name was not, and a folder with all it holds', async () => {
    const { disk } = setUp();
    disk.makeDirectory('/data/d');
    const file = disk.open('/data/d/a', { create: true });
    await file.sync();
    await disk.syncDirectory('/data/d');
    disk.crash();
    expect(disk.list('/data')).toEqual([]);
  });

  it('brings back a name that was taken away or replaced and not forced', async () => {
    const { disk } = await halfForced();
    disk.rename('/data/a', '/data/b');
    disk.removeFile('/data/b');
    disk.crash();
    expect(disk.readFile('/data/a').toString()).toBe('safe');
  });

  it('keeps what a sync had begun with only when that has ended', async () => {
    for (const ends of [false, true]) {
      const { disk, file } = await halfForced();
      const forcing = file.sync();
      if (ends) await forcing;
      disk.crash();
      expect(disk.readFile('/data/a')).toHaveLength(ends ? 14 : 4);
      if (!ends) await expect(forcing).rejects.toThrow('EIO');
    }
  });

  it('replaces a file as a whole or not at all, at each of its steps', async () => {
    const seen = new Set<string>();
    for (let step = 0; step < 6; step++) {
      for (let seed = 1; seed < 20; seed++) {
        const { disk } = setUp();
        await disk.replaceFile('/data/a', Buffer.from('old'));
        disk.faults.haltAfter(step);
        await disk.replaceFile('/data/a', Buffer.from('new')).catch(() => undefined);
        disk.crash({ keep: 'random', seed });
        const content = disk.readFile('/data/a').toString();
        expect(['old', 'new']).toContain(content);
        if (step < 3) expect(content).toBe('old');
        if (step === 5) expect(content).toBe('new');
        seen.add(disk.list('/data').join());
      }
    }
    expect([...seen].sort()).toEqual(['a', 'a,a.2.tmp']);
  });

  it('keeps a random part when asked, never less than the forced bytes, the same for the same seed', async () => {
    const left = new Set<string>();
    for (let seed = 1; seed <= 60; seed++) {
      const once = await halfForced();
      const again = await halfForced();
      for (const { disk } of [once, again]) disk.crash({ keep: 'random', seed });
      const after = once.disk.readFile('/data/a');
      expect(after.subarray(0, 4).toString()).toBe('safe');
      expect(again.disk.readFile('/data/a')).toEqual(after);
      left.add(after.toString('hex'));
    }
    expect(left.size).toBeGreaterThan(10);
  });

  it('keeps any sectors of a long write and loses others', async () => {
    const patterns = new Set<string>();
    for (let seed = 1; seed <= 100; seed++) {
      const { disk, file } = await halfForced();
      file.write([Buffer.alloc(2048, 1)], 0);
      disk.crash({ keep: 'random', seed });
      const after = disk.readFile('/data/a');
      patterns.add([0, 600, 1100, 1600].map((at) => after[at] ?? '-').join());
    }
    // The first sector is as it was, the second came, the third did not and reads as zeros, the fourth came.
    expect(patterns).toContain(`${String('s'.charCodeAt(0))},1,0,1`);
    expect(patterns.size).toBeGreaterThan(8);
  });
});

describe('faults', () => {
  it('fails the nth write after a part of it, once', () => {
    const { disk } = setUp();
    const file = disk.open('/data/a', { create: true });
    disk.faults.add({ operation: 'write', nth: 2, code: 'EIO', bytesDone: 2 });
    file.write([Buffer.from('aaaa')], 0);
    expect(() => file.write([Buffer.from('bbbb')], 4)).toThrow('EIO');
    expect(disk.readFile('/data/a').toString()).toBe('aaaabb');
    file.write([Buffer.from('cccc')], 4);
    expect(disk.readFile('/data/a').toString()).toBe('aaaacccc');
  });

  it('continues a short write', () => {
    const { disk } = setUp();
    const file = disk.open('/data/a', { create: true });
    disk.faults.add({ operation: 'write', nth: 1, code: null, bytesDone: 1 });
    file.write([Buffer.from('abcd')], 0);
    expect(disk.readFile('/data/a').toString()).toBe('abcd');
  });

  it('fills up and takes writes again when there is room', () => {
    const { disk } = setUp();
    disk.capacityBytes = 6;
    const file = disk.open('/data/a', { create: true });
    file.write([Buffer.from('abcd')], 0);
    expect(() => file.write([Buffer.from('efgh')], 4)).toThrow('ENOSPC');
    expect(disk.usedBytes).toBe(6);
    disk.capacityBytes = 100;
    file.write([Buffer.from('efgh')], 4);
    expect(disk.readFile('/data/a').toString()).toBe('abcdefgh');
  });

  it('halts after so many changes', () => {
    const { disk } = setUp();
    disk.faults.haltAfter(2);
    const file = disk.open('/data/a', { create: true });
    file.write([Buffer.from('a')], 0);
    expect(() => file.write([Buffer.from('b')], 1)).toThrow('EIO');
    expect(() => disk.rename('/data/a', '/data/b')).toThrow('EIO');
    disk.crash({ keep: 'everything' });
    expect(disk.readFile('/data/a').toString()).toBe('a');
  });

  it('never writes what a failed sync was to force, though later syncs succeed', async () => {
    const { disk, file } = await halfForced();
    disk.faults.add({ operation: 'sync', nth: 1, code: 'EIO' });
    await expect(file.sync()).rejects.toThrow('EIO');
    expect(disk.readFile('/data/a')).toHaveLength(14);
    await file.sync();
    disk.crash();
    expect(disk.readFile('/data/a').toString()).toBe('safe');
  });
});

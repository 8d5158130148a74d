/** The disk in memory: the common contract, and what only it can do (crash, fill up, fail on cue). */
import { describe, expect, it } from 'vitest';
import { describeDiskContract } from '../disk.contract.ts';
import { createMemoryPlatform } from './memory-platform.ts';
import { SeededRandom } from './memory-time.ts';

function setUp() {
  const { disk } = createMemoryPlatform();
  disk.makeDirectory('/data');
  return { disk, root: '/data' };
}

describe('the common contract', () => {
  describeDiskContract(setUp);
});

describe('a crash', () => {
  it('loses what was not forced to the device and ends open files', async () => {
    const { disk } = setUp();
    const file = disk.open('/data/a', { create: true });
    file.write([Buffer.from('safe')], 0);
    await file.sync();
    file.write([Buffer.from(' lost')], 4);
    disk.crash();
    expect(disk.readFile('/data/a').toString()).toBe('safe');
    expect(() => file.size()).toThrow('EBADF');
  });

  it('keeps a torn part when asked, never less than the forced bytes', async () => {
    const lengths = new Set<number>();
    for (let seed = 1; seed <= 50; seed++) {
      const { disk } = setUp();
      const file = disk.open('/data/a', { create: true });
      file.write([Buffer.from('safe')], 0);
      await file.sync();
      file.write([Buffer.from('1234567890')], 4);
      disk.crash({ tear: new SeededRandom(seed) });
      const after = disk.readFile('/data/a');
      expect(after.subarray(0, 4).toString()).toBe('safe');
      lengths.add(after.length);
    }
    expect(lengths.size).toBeGreaterThan(5);
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
    disk.crash();
    expect(disk.list('/data')).toEqual(['a']);
  });
});

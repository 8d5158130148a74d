import { describe, expect, it } from 'vitest';
import { createMemoryPlatform } from '../platform/memory/memory-platform.ts';
import { IndexEntries } from './index-entries.ts';
import { OffsetIndex } from './offset-index.ts';

const PATH = '/data/0.index';
const ENTRY_BYTES = 8;

function open(entriesInFile = 0) {
  const { disk } = createMemoryPlatform();
  disk.makeDirectory('/data');
  const file = disk.open(PATH, { create: true });
  for (let index = 0; index < entriesInFile; index++) file.write([entry(index)], index * ENTRY_BYTES);
  return {
    disk,
    file,
    entries: new IndexEntries(file, ENTRY_BYTES, entriesInFile * ENTRY_BYTES),
    sizeBytes: () => disk.stat(PATH).sizeBytes,
  };
}

function entry(value: number): Buffer {
  const bytes = Buffer.alloc(ENTRY_BYTES);
  bytes.writeInt32BE(value, 0);
  return bytes;
}

const valueAt = (entries: IndexEntries, index: number): number =>
  entries.read(index, (bytes, position) => bytes.readInt32BE(position));

describe('entries of an index', () => {
  it('are found whether they wait in memory or lie in the file', () => {
    const { entries, sizeBytes } = open(700);
    for (let index = 700; index < 1_500; index++) entries.append(entry(index));
    expect(entries.count).toBe(1_500);
    expect(sizeBytes()).toBeLessThan(1_500 * ENTRY_BYTES);
    for (let index = 0; index < 1_500; index++) expect(valueAt(entries, index)).toBe(index);
    entries.flush();
    expect(sizeBytes()).toBe(1_500 * ENTRY_BYTES);
    for (let index = 1_499; index >= 0; index--) expect(valueAt(entries, index)).toBe(index);
  });

  it('are cut off in memory, and in the file', () => {
    const { entries, sizeBytes } = open(10);
    for (let index = 10; index < 15; index++) entries.append(entry(index));
    entries.truncate(12);
    expect(entries.count).toBe(12);
    expect(sizeBytes()).toBe(10 * ENTRY_BYTES);
    expect(valueAt(entries, 5)).toBe(5);
    entries.truncate(6);
    expect(sizeBytes()).toBe(6 * ENTRY_BYTES);
    entries.append(entry(60));
    entries.flush();
    expect(entries.count).toBe(7);
    expect(valueAt(entries, 6)).toBe(60);
    expect(valueAt(entries, 5)).toBe(5);
  });

  it('stay when they cannot be written, and are written later', () => {
    const { disk, entries, sizeBytes } = open();
    entries.append(entry(1));
    disk.faults.add({ operation: 'write', nth: 1, code: 'ENOSPC', bytesDone: 3, pathEnd: '.index' });
    expect(() => entries.flush()).toThrow('ENOSPC');
    expect(valueAt(entries, 0)).toBe(1);
    entries.flush();
    expect(sizeBytes()).toBe(ENTRY_BYTES);
    expect(valueAt(entries, 0)).toBe(1);
  });

  it('do not mix up what two indexes hold, though they read through one page', () => {
    const [one, other] = [open(3), open(3)];
    one.entries.truncate(1);
    one.entries.append(entry(77));
    one.entries.flush();
    expect([0, 1].map((index) => valueAt(one.entries, index))).toEqual([0, 77]);
    expect([0, 1, 2].map((index) => valueAt(other.entries, index))).toEqual([0, 1, 2]);
    expect(valueAt(one.entries, 1)).toBe(77);
  });
});

it('an offset is looked up among thousands of entries with a handful of reads', () => {
  const { file } = open();
  let reads = 0;
  const counted = Object.assign(Object.create(file) as typeof file, {
    read: (target: Uint8Array, position: number) => {
      reads++;
      return file.read(target, position);
    },
    write: file.write.bind(file),
  });
  const index = new OffsetIndex(counted, 1_000, 0);
  index.expectMany();
  for (let batch = 1; batch <= 100_000; batch++) index.append(1_000 + batch * 10, batch * 4_096);
  index.flush();
  reads = 0;
  expect(index.floor(1_000 + 43_215)).toEqual({ offset: 1_000 + 43_210, position: 4_321 * 4_096 });
  expect(reads).toBeLessThan(12);
});

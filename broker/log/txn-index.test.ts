/** The index of aborted transactions: layout, lookup, a full disk, damage. */
import { describe, expect, it } from 'vitest';
import { createMemoryPlatform } from '../platform/memory/memory-platform.ts';
import { CorruptLogError } from './log-errors.ts';
import { RememberingLogger } from './log-test-kit.ts';
import { OpenFiles } from './open-files.ts';
import { TransactionIndex, type AbortedTransactionEntry } from './txn-index.ts';

const PATH = '/data/00000000000000000000.txnindex';

function emptyIndex() {
  const { disk } = createMemoryPlatform();
  disk.makeDirectory('/data');
  const environment = { disk, files: new OpenFiles(disk), logger: new RememberingLogger() };
  return { disk, environment, index: new TransactionIndex(environment, PATH) };
}

function entry(firstOffset: number, lastOffset: number, lastStableOffset: number): AbortedTransactionEntry {
  return { producerId: 7, firstOffset, lastOffset, lastStableOffset };
}

it('has no file before the first abort, then entries of 34 bytes', () => {
  const { disk, index } = emptyIndex();
  expect(index.abortedBetween(0, 100)).toEqual({ aborted: [], isComplete: false });
  expect(disk.exists(PATH)).toBe(false);
  expect(index.files).toEqual([]);
  index.append({ producerId: 4_000_000_007, firstOffset: 1, lastOffset: 0x1_0000_0002, lastStableOffset: 3 });
  const bytes = disk.readFile(PATH);
  expect(bytes.toString('hex')).toBe(
    '0000' + '00000000ee6b2807' + '0000000000000001' + '0000000100000002' + '0000000000000003',
  );
  expect(index.files).toHaveLength(1);
});

it('finds what reaches into a range, and knows when later segments have nothing to add', () => {
  const { index, environment } = emptyIndex();
  const entries = [entry(0, 10, 11), entry(5, 15, 12), entry(12, 20, 21), entry(40, 50, 51)];
  for (const one of entries) index.append(one);
  for (const one of [index, new TransactionIndex(environment, PATH)]) {
    expect(one.abortedBetween(0, 5)).toEqual({ aborted: [entries[0]], isComplete: true });
    expect(one.abortedBetween(0, 12)).toEqual({ aborted: entries.slice(0, 2), isComplete: true });
    expect(one.abortedBetween(11, 13)).toEqual({ aborted: entries.slice(1, 3), isComplete: true });
    expect(one.abortedBetween(16, 41)).toEqual({ aborted: entries.slice(2), isComplete: true });
    expect(one.abortedBetween(51, 60)).toEqual({ aborted: [], isComplete: false });
  }
});

it('is cut at an offset, and emptied', () => {
  const { disk, index } = emptyIndex();
  for (const one of [entry(0, 10, 11), entry(5, 15, 16), entry(16, 20, 21)]) index.append(one);
  index.truncateTo(15);
  expect([...index.entries()]).toEqual([entry(0, 10, 11)]);
  expect(disk.readFile(PATH)).toHaveLength(34);
  index.append(entry(17, 18, 19));
  expect([...index.entries()]).toEqual([entry(0, 10, 11), entry(17, 18, 19)]);
  index.reset();
  expect([...index.entries()]).toEqual([]);
  expect(disk.exists(PATH)).toBe(false);
});

describe('a disk that is full', () => {
  it('loses no entry: it is written with the next, and sealing says when it still is not', () => {
    const { disk, environment, index } = emptyIndex();
    index.append(entry(0, 1, 2));
    disk.faults.add({ operation: 'write', nth: 1, code: 'ENOSPC', bytesDone: 20 });
    index.append(entry(2, 3, 4));
    expect(environment.logger.lines.join()).toContain('tried again');
    expect([...index.entries()]).toEqual([entry(0, 1, 2), entry(2, 3, 4)]);
    disk.faults.add({ operation: 'write', nth: 1, code: 'ENOSPC' });
    expect(() => index.seal()).toThrow('ENOSPC');
    index.append(entry(4, 5, 6));
    const again = new TransactionIndex(environment, PATH);
    expect([...again.entries()]).toEqual([entry(0, 1, 2), entry(2, 3, 4), entry(4, 5, 6)]);
  });

  it('cuts entries that are not written yet too', () => {
    const { disk, index } = emptyIndex();
    index.append(entry(0, 1, 2));
    disk.faults.add({ operation: 'write', nth: 1, code: 'ENOSPC' });
    index.append(entry(2, 3, 4));
    index.truncateTo(3);
    index.seal();
    expect([...index.entries()]).toEqual([entry(0, 1, 2)]);
  });
});

it('says when it is damaged: cut off, of another version, or out of order', () => {
  const { disk, environment, index } = emptyIndex();
  index.append(entry(0, 10, 11));
  index.append(entry(5, 15, 16));
  const good = disk.readFile(PATH);
  const damages: ((bytes: Buffer) => Buffer)[] = [
    (bytes) => bytes.subarray(0, 40),
    (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]),
    (bytes) => bytes.fill(1, 0, 2),
    (bytes) => bytes.fill(0xff, 36, 44),
    (bytes) => Buffer.concat([bytes.subarray(34), bytes.subarray(0, 34)]),
  ];
  for (const damage of damages) {
    const file = disk.open(PATH, { create: false });
    file.truncate(0);
    file.write([damage(Buffer.from(good))], 0);
    file.close();
    expect(() => [...new TransactionIndex(environment, PATH).entries()]).toThrow(CorruptLogError);
  }
});

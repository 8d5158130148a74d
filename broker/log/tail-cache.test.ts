import { describe, expect, it } from 'vitest';
import { readBatchHeader } from '../../protocol/records/record-batch.ts';
import { append, batchOf, openLog, readHeaders, TEST_DIRECTORY } from './log-test-kit.ts';
import { LogTail, TailCache } from './tail-cache.ts';

const ALL = { maxBytes: 1_048_576, maxOffset: Number.MAX_SAFE_INTEGER, minOneBatch: true };

/** A batch in memory of its own, placed at `baseOffset`. */
function placed(baseOffset: number, count: number, valueBytes = 100) {
  const encoded = batchOf(count, { baseOffset, valueBytes });
  const records = Buffer.allocUnsafeSlow(encoded.length);
  encoded.copy(records);
  return { records, headers: [readBatchHeader(records)] };
}

function tailOf(cache = new TailCache()) {
  const tail = new LogTail(cache);
  tail.noteReader();
  const add = (baseOffset: number, count: number, valueBytes?: number) => {
    const { records, headers } = placed(baseOffset, count, valueBytes);
    tail.add(records, headers);
    return records;
  };
  return { cache, tail, add };
}

describe('the tail of a log', () => {
  it('gives the bytes that came, from the batch that holds the offset on', () => {
    const { tail, add } = tailOf();
    const batches = [add(10, 5), add(15, 1), add(16, 10)];
    expect(tail.read(16, ALL)?.buffer).toBe(batches[2]?.buffer);
    expect(tail.read(12, ALL)).toEqual(Buffer.concat(batches));
    expect(tail.read(25, ALL)).toEqual(batches[2]);
    expect(tail.read(9, ALL)).toBeNull();
    expect(tail.read(26, ALL)).toBeNull();
  });

  it('keeps to the limits of a read', () => {
    const { tail, add } = tailOf();
    const [first, second] = [add(0, 5), add(5, 5)];
    expect(tail.read(0, { ...ALL, maxOffset: 5 })).toEqual(first);
    expect(tail.read(5, { ...ALL, maxOffset: 5 })).toHaveLength(0);
    expect(tail.read(0, { ...ALL, maxBytes: first.length + second.length - 1 })).toEqual(first);
    expect(tail.read(0, { ...ALL, maxBytes: 1 })).toEqual(first);
    expect(tail.read(0, { ...ALL, maxBytes: 1, minOneBatch: false })).toHaveLength(0);
  });

  it('keeps nothing for a log that nobody reads at its end', () => {
    const { cache, tail, add } = tailOf();
    for (let offset = 0; offset < 2_000; offset++) add(offset, 1);
    expect(cache.sizeBytes).toBe(0);
    expect(tail.read(1_999, ALL)).toBeNull();
    tail.noteReader();
    add(2_000, 1);
    expect(tail.read(2_000, ALL)).toHaveLength(cache.sizeBytes);
  });

  it('is bounded over all logs by the memory that it keeps alive', () => {
    const cache = new TailCache(20_000);
    const [one, other] = [tailOf(cache), tailOf(cache)];
    for (let offset = 0; offset < 100; offset++) {
      one.add(offset, 1, 1_000);
      other.add(offset, 1, 1_000);
      expect(cache.sizeBytes).toBeLessThanOrEqual(20_000);
    }
    expect(one.tail.read(99, ALL)).not.toBeNull();
    expect(other.tail.read(99, ALL)).not.toBeNull();
    expect(one.tail.read(80, ALL)).toBeNull();
    one.tail.clear();
    other.tail.clear();
    expect(cache.sizeBytes).toBe(0);
  });

  it('counts memory once however many batches lie in it, and takes none of a request that is too large', () => {
    const cache = new TailCache(40_000);
    const { tail } = tailOf(cache);
    const frame = Buffer.allocUnsafeSlow(5_000);
    for (const [index, baseOffset] of [0, 5].entries()) {
      const batch = batchOf(5, { baseOffset });
      const records = frame.subarray(index * 1_000, index * 1_000 + batch.length);
      batch.copy(records);
      tail.add(records, [readBatchHeader(records)]);
    }
    expect(cache.sizeBytes).toBe(5_000);
    expect(tail.read(5, ALL)).not.toBeNull();
    const large = Buffer.allocUnsafeSlow(11_000).subarray(0, 1_000);
    tail.add(large, []);
    expect(cache.sizeBytes).toBe(0);
    expect(tail.read(5, ALL)).toBeNull();
  });
});

describe('a log with a reader at its end', () => {
  it('serves what was appended since from memory, and all else from its file', () => {
    const { log, platform } = openLog();
    append(log, batchOf(3, { label: 'early' }));
    const early = log.read({ offset: 0, maxBytes: 1_000_000 });
    log.read({ offset: 3, maxBytes: 1_000_000 });
    append(log, batchOf(2, { label: 'late' }));
    const file = platform.disk.open(`${TEST_DIRECTORY}/${'0'.repeat(20)}.log`, { create: false });
    file.truncate(early.length);
    expect(readHeaders(log).map(({ lastOffset }) => lastOffset)).toEqual([2, 4]);
  });

  it('forgets them when it rolls: compaction may change a sealed segment', () => {
    const { log, platform } = openLog({ segmentBytes: 1_000 });
    log.read({ offset: 0, maxBytes: 1_000_000 });
    for (let index = 0; index < 5; index++) append(log, batchOf(1, { valueBytes: 300 }));
    expect(log.segmentCount).toBeGreaterThan(1);
    platform.disk.open(`${TEST_DIRECTORY}/${'0'.repeat(20)}.log`, { create: false }).truncate(0);
    expect(() => log.read({ offset: 0, maxBytes: 1_000_000 })).toThrow();
  });
});

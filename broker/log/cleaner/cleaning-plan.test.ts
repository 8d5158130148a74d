/** The small decisions before a round: what fits into memory, how far a log may be touched, which segments become one. */
import { describe, expect, it } from 'vitest';
import { cleanableRange, type CleanableSituation } from './cleanable-range.ts';
import { SlicedPace } from './cleaning-pace.ts';
import { BYTES_PER_SLOT, OffsetMap, slotsFor } from './offset-map.ts';
import { groupSegments } from './segment-groups.ts';
import { MemoryTime } from '../../platform/memory/memory-time.ts';

describe('the offset map', () => {
  it('says the last offset of thousands of keys and nothing of others', () => {
    const map = new OffsetMap(slotsFor(5000, 0.9, 1_000_000), 0.9);
    for (let i = 0; i < 10_000; i++) map.put(Buffer.from(`key-${i % 5000}`), i);
    for (let i = 0; i < 5000; i++) expect(map.offsetOf(Buffer.from(`key-${i}`))).toBe(5000 + i);
    expect(map.offsetOf(Buffer.from('key-5000'))).toBe(-1);
    expect([map.size, map.latestOffset]).toEqual([5000, 9999]);
  });

  it('takes no more keys than the load factor allows, and offsets beyond 2^32', () => {
    const map = new OffsetMap(10, 0.5);
    const far = 2 ** 40;
    const taken = Array.from({ length: 8 }, (_, index) => map.put(Buffer.from([index]), far + index));
    expect(taken).toEqual([true, true, true, true, true, false, false, false]);
    expect(map.latestOffset).toBe(far + 4);
    expect(map.offsetOf(Buffer.from([3]))).toBe(far + 3);
    expect(map.offsetOf(Buffer.from([7]))).toBe(-1);
    expect(map.utilization).toBe(0.5);
  });

  it('has room for all keys of the dirty part when memory allows, else for what memory allows', () => {
    expect(slotsFor(90, 0.9, 1_000_000)).toBe(102);
    expect(slotsFor(1_000_000, 0.9, 100 * BYTES_PER_SLOT)).toBe(100);
    expect(slotsFor(1_000_000, 0.9, 0)).toBe(2);
    expect(new OffsetMap(2, 0.9).put(Buffer.from('any'), 1)).toBe(true);
  });
});

const situation: CleanableSituation = {
  segments: [0, 10, 20, 30, 40].map((baseOffset, index) => ({
    ...{
      baseOffset,
      sizeBytes: 100,
      maxTimestampMs: 1000 * (index + 1),
      firstBatchTimestampMs: 1000 * index + 1,
    },
  })),
  ...{ logStartOffset: 0, logEndOffset: 50, lastStableOffset: 50, recoveryPoint: 50, checkpoint: null },
  ...{ nowMs: 10_000, minCompactionLagMs: 0, maxCompactionLagMs: Number.MAX_SAFE_INTEGER },
};

describe('how far a log may be compacted', () => {
  const rows: [string, Partial<CleanableSituation>, number, number, number][] = [
    ['all but the active segment', {}, 0, 40, 1],
    ['from the checkpoint on', { checkpoint: 30 }, 30, 40, 0.25],
    ['a segment that is partly dirty is dirty', { checkpoint: 25 }, 25, 40, 0.5],
    ['nothing when all is clean', { checkpoint: 40 }, 40, 40, 0],
    ['not beyond an open transaction', { lastStableOffset: 39 }, 0, 30, 1],
    ['up to it where a segment begins there', { lastStableOffset: 30 }, 0, 30, 1],
    ['not beyond what is on the device', { recoveryPoint: 20 }, 0, 20, 1],
    ['not from the first young record on', { minCompactionLagMs: 7500 }, 0, 20, 1],
    [
      'the age of what is clean already does not count',
      { minCompactionLagMs: 9500, checkpoint: 20 },
      20,
      20,
      0,
    ],
    [
      'from the log start when the checkpoint lies before it',
      { checkpoint: 5, logStartOffset: 12 },
      12,
      40,
      0.75,
    ],
    ['from the log start when the checkpoint lies beyond the end', { checkpoint: 60 }, 0, 40, 1],
  ];
  it.each(rows)('%s', (_what, changes, firstDirty, firstUncleanable, ratio) => {
    const range = cleanableRange({ ...situation, ...changes });
    expect([range.firstDirtyOffset, range.firstUncleanableOffset, range.dirtyRatio]).toEqual([
      ...[firstDirty, firstUncleanable, ratio],
    ]);
  });

  it('is overdue by the oldest dirty record outside the active segment', () => {
    const overdue = (changes: Partial<CleanableSituation>): number =>
      cleanableRange({ ...situation, ...changes }).overdueMs;
    expect(overdue({ maxCompactionLagMs: 5000 })).toBe(4999);
    expect(overdue({ maxCompactionLagMs: 5000, checkpoint: 20 })).toBe(2999);
    expect(overdue({ maxCompactionLagMs: 5000, checkpoint: 40 })).toBe(0);
    expect(overdue({ maxCompactionLagMs: 9999 })).toBe(0);
  });
});

describe('which segments become one', () => {
  const of = (sizes: readonly number[], spacing = 10, indexBytes = 1) =>
    sizes.map((sizeBytes, index) => ({ baseOffset: index * spacing, sizeBytes, indexBytes }));
  const limits = { segmentBytes: 100, indexBytes: 10, endOffset: 1_000 };
  const sizesOf = (groups: { sizeBytes: number }[][]): number[][] =>
    groups.map((group) => group.map(({ sizeBytes }) => sizeBytes));

  it('as many as fit by size, and each that is too large alone', () => {
    expect(sizesOf(groupSegments(of([40, 60, 1, 99, 1, 500, 20]), limits))).toEqual([
      ...[[40, 60], [1, 99], [1], [500], [20]],
    ]);
    expect(groupSegments([], limits)).toEqual([]);
  });

  it('as many as an index holds', () => {
    expect(sizesOf(groupSegments(of([1, 1, 1, 1, 1], 10, 5), limits))).toEqual([[1, 1], [1, 1], [1]]);
  });

  it('no further than 31 bits of offset', () => {
    const billion = 1_000_000_000;
    expect(sizesOf(groupSegments(of([1, 2, 3, 4], billion), { ...limits, endOffset: 4 * billion }))).toEqual([
      ...[
        [1, 2],
        [3, 4],
      ],
    ]);
  });
});

describe('the pace', () => {
  it('lets the event loop have half of the time, in slices of a few milliseconds', async () => {
    const time = new MemoryTime(0);
    const rests: number[] = [];
    const timers = {
      after: (delayMs: number, task: () => void) => (rests.push(delayMs), time.after(delayMs, task)),
      every: time.every.bind(time),
    };
    const pace = new SlicedPace({
      platform: { clock: time, timers },
      maxBytesPerSecond: () => Number.MAX_VALUE,
      unwanted: () => null,
    });
    let longestMs = 0;
    let sinceMs = time.monotonicMs();
    for (let batch = 0; batch < 100; batch++) {
      await time.advance(1);
      const rest = pace.spend(1_000_000);
      if (rest === null) continue;
      longestMs = Math.max(longestMs, time.monotonicMs() - sinceMs);
      await Promise.all([rest, time.advance(rests.at(-1) ?? 0)]);
      sinceMs = time.monotonicMs();
    }
    expect(rests).toHaveLength(25);
    expect(new Set(rests)).toEqual(new Set([4]));
    expect(longestMs).toBeLessThanOrEqual(4);
  });
});

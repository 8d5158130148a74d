import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { maxRateGapMs, ratePerSecond, totalRatePerSecond } from './rates.ts';

const gap = maxRateGapMs(10_000);

describe('ratePerSecond', () => {
  it.each([
    ['steady', { value: 100, atMs: 0 }, { value: 300, atMs: 10_000 }, 20],
    ['no growth is a known zero', { value: 100, atMs: 0 }, { value: 100, atMs: 10_000 }, 0],
    ['reset', { value: 100, atMs: 0 }, { value: 30, atMs: 10_000 }, null],
    ['no reading before', null, { value: 30, atMs: 10_000 }, null],
    ['no reading now', { value: 30, atMs: 0 }, null, null],
    ['the longest gap that still counts', { value: 0, atMs: 0 }, { value: 30, atMs: 30_000 }, 1],
    ['a longer gap', { value: 0, atMs: 0 }, { value: 30, atMs: 30_001 }, null],
    ['the clock stood still', { value: 0, atMs: 5 }, { value: 30, atMs: 5 }, null],
    ['the clock went back', { value: 0, atMs: 5 }, { value: 30, atMs: 4 }, null],
  ])('%s', (_name, before, now, expected) => {
    expect(ratePerSecond(before, now, gap)).toBe(expected);
  });

  it('is never negative', () => {
    const reading = fc.record({ value: fc.double({ min: 0, noNaN: true }), atMs: fc.nat() });
    fc.assert(
      fc.property(reading, reading, (before, now) => {
        expect(ratePerSecond(before, now, gap) ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('totalRatePerSecond', () => {
  const counters = (...entries: [string, number][]): Map<string, number> => new Map(entries);

  it('adds up the partitions', () => {
    expect(
      totalRatePerSecond(counters(['0', 10], ['1', 20]), 0, counters(['0', 40], ['1', 90]), 10_000, gap),
    ).toBe(10);
  });

  it('does not count what a new partition already held as growth', () => {
    expect(totalRatePerSecond(counters(['0', 10]), 0, counters(['0', 20], ['1', 5_000]), 10_000, gap)).toBe(
      1,
    );
  });

  it.each([
    ['fell', counters(['0', 10], ['1', 20]), counters(['0', 40], ['1', 3])],
    ['vanished', counters(['0', 10], ['1', 20]), counters(['0', 40])],
    ['nothing now', counters(['0', 10]), counters()],
  ])('is unknown when a partition %s', (_name, before, now) => {
    expect(totalRatePerSecond(before, 0, now, 10_000, gap)).toBeNull();
  });
});

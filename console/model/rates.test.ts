import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { maxRateGapMs, ratePerSecond } from './rates.ts';

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

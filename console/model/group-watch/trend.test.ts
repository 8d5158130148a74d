import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trendOf } from './trend.ts';
import { countText, durationText, rateText, recordsText } from './words.ts';

const trend = (values: readonly number[]) => {
  const times = Float64Array.from(values, (_, index) => index * 60);
  return { ...trendOf(times, Float64Array.from(values), 0, values.length) };
};

describe('a trend', () => {
  it('of a line is its slope, for certain', () => {
    expect(trend([0, 600, 1_200, 1_800])).toMatchObject({
      slope: 10,
      certainty: Infinity,
      span: 180,
      last: 1_800,
    });
    expect(trend([3, 2, 1])).toMatchObject({ certainty: -Infinity });
  });

  it('of what stands, or of too few, is none', () => {
    expect(trend([5, 5, 5, 5])).toMatchObject({ slope: 0, certainty: 0 });
    expect(trend([1, 100])).toMatchObject({ slope: 0, certainty: 0 });
    expect(trend([])).toMatchObject({ count: 0, slope: 0, mean: 0, last: 0 });
  });

  it('of teeth is not certain, in any phase', () => {
    for (let phase = 0; phase < 5; phase++) {
      const teeth = Array.from({ length: 10 }, (_, index) => ((index + phase) % 5) * 60_000);
      expect(Math.abs(trend(teeth).certainty)).toBeLessThan(3);
    }
  });

  it('is a number for all numbers', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e12, max: 1e12 }), { maxLength: 20 }), (values) => {
        const { slope, certainty, mean } = trend(values);
        for (const each of [slope, certainty, mean]) expect(each).not.toBeNaN();
      }),
    );
  });
});

describe('words', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1_000, '1,000'],
    [1_234_567, '1,234,567'],
    [-4_000, '-4,000'],
    [0.4, '0'],
  ])('%d is %s', (count, text) => {
    expect(countText(count)).toBe(text);
  });

  it('of durations and amounts', () => {
    expect([0, 119_999, 120_000, 7_199_000, 7_200_000, 172_800_000].map(durationText)).toEqual([
      '0 s',
      '119 s',
      '2 min',
      '119 min',
      '2 h',
      '2 days',
    ]);
    expect([recordsText(1), recordsText(2), rateText(0.25), rateText(1_500)]).toEqual([
      '1 record',
      '2 records',
      '0.25 records/s',
      '1,500 records/s',
    ]);
  });
});

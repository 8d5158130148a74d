/** Whatever is in view is in the document, and never more than a few rows beside it. */
import { describe, expect, it } from 'vitest';
import { rowsInView, rowsThatAre, type View } from './rows-in-view.ts';

const view = (over: Partial<View> = {}): View => ({
  scrolledPx: 0,
  heightPx: 900,
  rowPx: 32,
  count: 10_000,
  around: 8,
  ...over,
});

describe('rowsInView', () => {
  it('has every row that is in view, wherever the view is, and few others', () => {
    for (let scrolledPx = -1_000; scrolledPx < 330_000; scrolledPx += 487) {
      const { first, last } = rowsInView(view({ scrolledPx }));
      const [top, bottom] = [Math.floor(scrolledPx / 32), Math.floor((scrolledPx + 900) / 32)];
      expect(first).toBeLessThanOrEqual(Math.max(0, top - 8));
      expect(last).toBeGreaterThanOrEqual(Math.min(9_999, bottom + 8));
      expect(last - first).toBeLessThan(64);
    }
  });

  it('stays the same from one step to the next', () => {
    const ranges = Array.from({ length: 8 }, (_, row) => rowsInView(view({ scrolledPx: 3_200 + row * 32 })));
    expect(new Set(ranges.map(({ first }) => first)).size).toBeLessThanOrEqual(2);
  });

  it('keeps nothing but what is in view and the step around it when it is told to', () => {
    const { first, last } = rowsInView(view({ scrolledPx: 32_000, around: 0 }));
    expect(first).toBe(1_000);
    expect(last).toBe(1_031);
  });

  it('begins with the first rows when the list begins below the view', () => {
    expect(rowsInView(view({ scrolledPx: -5_000 })).first).toBe(0);
  });
});

describe('rowsThatAre', () => {
  it('ends where the rows end, with a row in it', () => {
    expect(rowsThatAre({ first: 40, last: 80 }, 60)).toEqual({ first: 40, last: 59 });
    expect(rowsThatAre({ first: 40, last: 80 }, 10)).toEqual({ first: 9, last: 9 });
    expect(rowsThatAre({ first: 0, last: 39 }, 0)).toEqual({ first: 0, last: -1 });
  });
});

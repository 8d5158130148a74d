/** The verdicts of the soak, on both sides of each bound. */
import { describe, expect, it } from 'vitest';
import {
  countVerdict,
  growthFloorBytes,
  growthMax,
  heapVerdict,
  mebibytes,
  rateVerdict,
  sizeVerdict,
} from './bounds.ts';

const MIB = 1024 * 1024;
const isKept = (before: number, after: number) => heapVerdict('the page', before * MIB, after * MIB).isKept;

describe('a heap', () => {
  it('may grow by a tenth, and by what a page shows more of', () => {
    expect(isKept(100, 110)).toBe(true);
    expect(isKept(100, 110.1)).toBe(false);
    expect(isKept(10, 12)).toBe(true);
    expect(isKept(10, 12.1)).toBe(false);
    expect(isKept(16.7, 20.3)).toBe(false);
  });

  it('may shrink', () => {
    expect(isKept(20, 5)).toBe(true);
  });

  it('is told with both figures, the growth and what would be bearable', () => {
    expect(heapVerdict('/', 16.7 * MIB, 20.3 * MIB)).toMatchObject({
      name: 'heap of /',
      said: '16.7 MiB to 20.3 MiB (21.6 %; at most 10 % or 2.0 MiB)',
    });
    expect([growthMax * 100, mebibytes(growthFloorBytes)]).toEqual([10, '2.0 MiB']);
  });
});

it('counts what is more, and does not mind what is less', () => {
  expect(countVerdict('descriptors', 40, 50, 10)).toMatchObject({
    isKept: true,
    said: '40 to 50 (at most 10 more)',
  });
  expect(countVerdict('descriptors', 40, 51, 10).isKept).toBe(false);
  expect(countVerdict('descriptors', 40, 3, 10).isKept).toBe(true);
});

it('allows what is bearable in a second for as long as it was watched', () => {
  expect(rateVerdict('requests', 60, 30, 2)).toMatchObject({ isKept: true, said: '60 in 30 s (at most 60)' });
  expect(rateVerdict('requests', 61, 30, 2).isKept).toBe(false);
  // A part of one is one: nobody asks half a time.
  expect(rateVerdict('streams', 1, 0.4, 0.5).isKept).toBe(true);
});

it('holds a size to its bound', () => {
  expect(sizeVerdict('database', 8 * MIB, 8 * MIB)).toMatchObject({
    isKept: true,
    said: '8.0 MiB (at most 8.0 MiB)',
  });
  expect(sizeVerdict('database', 8 * MIB + 1, 8 * MIB).isKept).toBe(false);
});

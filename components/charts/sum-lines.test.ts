import { expect, it } from 'vitest';
import { sumLines } from './sum-lines.ts';

it('adds what all lines say at a moment, and knows no sum where one is silent', () => {
  const first = [
    [0, 1],
    [10, 2],
    [20, null],
    [30, 4],
  ] as const;
  const second = [
    [0, 10],
    [20, 30],
    [30, 40],
  ] as const;
  expect(sumLines([first, second])).toEqual([
    [0, 11],
    [10, null],
    [20, null],
    [30, 44],
  ]);
});

it('leaves out a line that says nothing in the whole window: a broker that was added later is no gap', () => {
  expect(sumLines([[[0, 5]], [[0, null]]])).toEqual([[0, 5]]);
  expect(sumLines([])).toEqual([]);
});

/** Points for the drawing, words for the tooltip: the highest comes first. */
import { expect, it } from 'vitest';
import {
  firstKnownMs,
  largest,
  lonelyPoints,
  readingsAt,
  type ChartSeries,
  valueExtent,
} from './chart-data.ts';

const series = (key: string, points: [number, number | null][]): ChartSeries => ({
  key,
  label: key,
  colour: 'x',
  points,
});

it('finds the values without a neighbour', () => {
  const points = [
    [0, 1],
    [10, 2],
    [20, null],
    [30, 3],
    [40, null],
    [50, null],
    [60, 0],
  ] as const;
  expect(lonelyPoints(points)).toEqual([
    { atMs: 30, value: 3 },
    { atMs: 60, value: 0 },
  ]);
  expect(lonelyPoints([[0, 5]])).toEqual([{ atMs: 0, value: 5 }]);
  expect(lonelyPoints([])).toEqual([]);
});

it('reads values near a moment, highest first, and leaves out who has none', () => {
  const all = [
    series('a', [[100, 1]]),
    series('b', [[102, 7]]),
    series('c', [[100, null]]),
    series('d', [[500, 9]]),
  ];
  expect(readingsAt(all, 101, 10).map((reading) => reading.series.key)).toEqual(['b', 'a']);
});

it('keeps the largest by their last value, in their given order', () => {
  const all = [series('a', [[0, 5]]), series('b', [[0, 1]]), series('c', [[0, 9]])];
  expect(largest(all, 2).map((one) => one.key)).toEqual(['a', 'c']);
  expect(largest(all, 3)).toBe(all);
});

it('scales by what is inside the window', () => {
  const all = [
    series('a', [
      [0, 100],
      [10, 4],
      [20, -2],
    ]),
  ];
  expect(valueExtent(all, 5, 25)).toEqual([-2, 4]);
});

it('begins where the first line of the window has a value', () => {
  const all = [
    series('a', [
      [0, 1],
      [10, null],
      [20, 3],
    ]),
    series('b', [[15, 1]]),
  ];
  expect(firstKnownMs(all, 0)).toBe(0);
  expect(firstKnownMs(all, 5)).toBe(15);
  expect(firstKnownMs(all, 25)).toBeNull();
  expect(firstKnownMs([], 0)).toBeNull();
});

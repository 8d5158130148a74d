/** Who is in the landscape, in which order, and what its cells are. */
import { describe, expect, it } from 'vitest';
import {
  cellsOf,
  landscapeRows,
  levelFrom,
  levelOf,
  LEVELS,
  valueAt,
  type LandscapeLine,
} from './landscape-rows';

const line = (label: string, ...points: [number, number | null][]): LandscapeLine => ({
  key: label,
  label,
  points,
});

describe('levelOf', () => {
  it.each([
    ['seconds', 0, 0],
    ['seconds', 14.9, 0],
    ['seconds', 15, 1],
    ['seconds', 60, 2],
    ['seconds', 86_400, 5],
    ['records', 0, 0],
    ['records', -3, 0],
    ['records', 1, 1],
    ['records', 99_999, 4],
    ['records', 100_000, 5],
  ] as const)('%s %d is %d', (unit, value, level) => {
    expect(levelOf(unit, value)).toBe(level);
  });

  it('begins each level where the legend says', () => {
    for (const unit of ['seconds', 'records'] as const) {
      expect(levelFrom(unit, 0)).toBeNull();
      for (let level = 1; level < LEVELS; level += 1)
        expect(levelOf(unit, levelFrom(unit, level) ?? -1)).toBe(level);
    }
  });
});

describe('landscapeRows', () => {
  it('has the furthest behind first', () => {
    const lines = [
      line('b', [0, 5]),
      line('a', [0, 5]),
      line('worst', [0, 1], [10, 90], [20, 2]),
      line('c', [0, 1]),
    ];
    const rows = landscapeRows(lines, 0);
    expect(rows.map(({ label }) => label)).toEqual(['worst', 'a', 'b', 'c']);
    expect(rows[0]).toMatchObject({
      ...{ worst: { atMs: 10, value: 90 }, firstMs: 0, last: { atMs: 20, value: 2 } },
    });
  });

  it('leaves out of whom nothing is known in the window, and what was before it', () => {
    const lines = [line('silent', [100, null]), line('earlier', [0, 900]), line('seen', [0, 900], [100, 3])];
    const rows = landscapeRows(lines, 50);
    expect(rows.map(({ label, worst }) => [label, worst?.value])).toEqual([['seen', 3]]);
  });
});

describe('cellsOf', () => {
  const frame = { fromMs: 0, toMs: 1_000, width: 100, resolutionMs: 100 };

  it('joins neighbours of one level, and leaves a gap where nothing is known', () => {
    const points = [
      [0, 0],
      [100, 3],
      [200, null],
      [300, 70],
      [400, 4_000],
    ] as const;
    expect(cellsOf(points, 'seconds', frame)).toEqual([
      { x: 0, width: 20, level: 0 },
      { x: 30, width: 10, level: 2 },
      { x: 40, width: 10, level: 4 },
    ]);
  });

  it('does not join over a gap without points', () => {
    const points = [
      [0, 0],
      [500, 0],
    ] as const;
    expect(cellsOf(points, 'seconds', frame)).toEqual([
      { x: 0, width: 10, level: 0 },
      { x: 50, width: 10, level: 0 },
    ]);
  });

  it('stays inside the window, and a cell is never thinner than a pixel', () => {
    const points = [
      [-50, 20],
      [960, 20],
      [2_000, 20],
    ] as const;
    expect(cellsOf(points, 'seconds', frame)).toEqual([
      { x: 0, width: 5, level: 1 },
      { x: 96, width: 4, level: 1 },
    ]);
    expect(cellsOf([[10, 0]], 'seconds', { ...frame, resolutionMs: 1 })).toEqual([
      { x: 1, width: 1, level: 0 },
    ]);
  });
});

describe('valueAt', () => {
  const points = [
    [0, 5],
    [100, null],
    [200, 7],
  ] as const;
  it.each([
    [50, 5],
    [100, null],
    [199, null],
    [200, 7],
    [299, 7],
    [300, null],
    [-1, null],
  ])('at %d it is %s', (atMs, value) => {
    expect(valueAt(points, atMs, 100)).toBe(value);
  });
});

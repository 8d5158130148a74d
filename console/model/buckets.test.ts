import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { fillGrid, GridLine, planGrid, sumLines, type StoredPoint } from './buckets.ts';

const raw = (atMs: number, value: number): StoredPoint => ({ atMs, min: value, max: value, mean: value });

describe('a window that fits', () => {
  it('shows every sample as it is, and a gap as null', () => {
    const grid = planGrid(0, 50_000, 300, 10_000, false);
    expect(fillGrid([raw(0, 1), raw(10_000, 2), raw(40_000, 5)], grid)).toEqual([
      [0, 1],
      [10_000, 2],
      [20_000, null],
      [30_000, null],
      [40_000, 5],
    ]);
  });

  it('begins at whole multiples and covers the end', () => {
    expect(planGrid(15_000, 31_000, 300, 10_000, false)).toEqual({
      startMs: 10_000,
      slotMs: 10_000,
      slots: 3,
      paired: false,
    });
  });
});

describe('a window that does not fit', () => {
  it('keeps the peak and the dip of each bucket in the order in which they came', () => {
    const points = [5, 9, 1, 5, 5, 5, 2, 1, 8, 3].map((value, index) => raw(index * 10_000, value));
    const grid = planGrid(0, 100_000, 4, 10_000, false);
    expect(grid).toEqual({ startMs: 0, slotMs: 30_000, slots: 4, paired: true });
    expect(fillGrid(points, grid).map(([, value]) => value)).toEqual([9, 1, 1, 8]);
  });

  it('leaves an empty bucket null', () => {
    const grid = planGrid(0, 240_000, 8, 10_000, false);
    const values = fillGrid([raw(0, 3), raw(230_000, 4)], grid).map(([, value]) => value);
    expect(values).toEqual([3, 3, null, null, null, null, 4, 4]);
  });

  it('draws a falling rolled-up line downwards', () => {
    const points = [
      { atMs: 0, min: 50, max: 60, mean: 55 },
      { atMs: 60_000, min: 40, max: 50, mean: 45 },
    ];
    const grid = planGrid(0, 120_000, 100, 60_000, true);
    expect(grid.slotMs).toBe(30_000);
    expect(fillGrid(points, grid).map(([, value]) => value)).toEqual([50, 60, 50, 40]);
  });
});

describe('the bucket that time is still in', () => {
  const hour = 3_600_000;
  const values = [raw(16 * hour, 10), raw(16 * hour + 300_000, 70)];
  const grid = planGrid(0, 17 * hour, 20, 10_000, false);

  it('ends where what is known does, with both of its points', () => {
    expect(grid).toMatchObject({ slotMs: hour, paired: true });
    const known = { ...grid, knownToMs: 16 * hour + 310_000 };
    expect(fillGrid(values, known).slice(-2)).toEqual([
      [16 * hour, 10],
      [16 * hour + 310_000, 70],
    ]);
    expect(fillGrid(values.slice(0, 1), { ...grid, knownToMs: 16 * hour }).slice(-2)).toEqual([
      [16 * hour, 10],
      [16 * hour + 1_000, 10],
    ]);
  });

  it('is no other once it is over, and what is wholly to come keeps its times', () => {
    expect(fillGrid(values, { ...grid, knownToMs: 19 * hour })).toEqual(fillGrid(values, grid));
    const early = fillGrid([], { ...grid, knownToMs: 3 * hour }).map(([atMs]) => atMs);
    expect(early).toEqual(fillGrid([], grid).map(([atMs]) => atMs));
  });
});

it('never answers more points than asked, and never loses the extremes', () => {
  const window = fc.record({
    fromMs: fc.integer({ min: 0, max: 2_000_000_000_000 }),
    lengthMs: fc.integer({ min: 1, max: 400 * 86_400_000 }),
    points: fc.integer({ min: 2, max: 2_000 }),
  });
  const positions = fc.array(
    fc.record({ share: fc.double({ min: 0, max: 0.999, noNaN: true }), value: fc.integer() }),
    {
      minLength: 1,
      maxLength: 50,
    },
  );
  fc.assert(
    fc.property(window, positions, fc.boolean(), ({ fromMs, lengthMs, points }, samples, rolledUp) => {
      const resolutionMs = rolledUp ? 60_000 : 10_000;
      const grid = planGrid(fromMs, fromMs + lengthMs, points, resolutionMs, rolledUp);
      expect(grid.slots).toBeLessThanOrEqual(points);
      expect(grid.startMs).toBeLessThanOrEqual(fromMs);
      expect(grid.startMs + grid.slots * grid.slotMs).toBeGreaterThanOrEqual(fromMs + lengthMs);
      const stored = samples
        .map(({ share, value }) => raw(fromMs + Math.floor(share * lengthMs), value))
        .sort((a, b) => a.atMs - b.atMs);
      const known = fillGrid(stored, grid).flatMap(([, value]) => (value === null ? [] : [value]));
      if (!grid.paired) return;
      expect(Math.max(...known)).toBe(Math.max(...stored.map((each) => each.max)));
      expect(Math.min(...known)).toBe(Math.min(...stored.map((each) => each.min)));
    }),
  );
});

it('sums lines where at least one is known', () => {
  expect(
    sumLines([
      [
        [0, 1],
        [10, null],
        [20, null],
      ],
      [
        [0, 2],
        [10, 5],
        [20, null],
      ],
    ]),
  ).toEqual([
    [0, 3],
    [10, 5],
    [20, null],
  ]);
});

it('draws the same line from runs of equal points as from the points', () => {
  const runs = fc.array(
    fc.record({ skipped: fc.nat(4), repeat: fc.nat(40), value: fc.integer({ min: -5, max: 5 }) }),
    { minLength: 1, maxLength: 20 },
  );
  fc.assert(
    fc.property(runs, fc.integer({ min: 2, max: 60 }), fc.boolean(), (list, points, rolledUp) => {
      const grid = planGrid(30_000, 30_000 + 200 * 10_000, points, 10_000, rolledUp);
      const line = new GridLine(grid);
      const one: StoredPoint[] = [];
      let atMs = 0;
      for (const { skipped, repeat, value } of list) {
        atMs += skipped * 10_000;
        line.add(atMs, value - 1, value + 1, value, 10_000, repeat);
        for (let turn = 0; turn <= repeat; turn++) {
          one.push({ atMs: atMs + turn * 10_000, min: value - 1, max: value + 1, mean: value });
        }
        atMs += (repeat + 1) * 10_000;
      }
      expect(line.points()).toEqual(fillGrid(one, grid));
    }),
  );
});

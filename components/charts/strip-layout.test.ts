/** Cells, points and keys of a partition strip agree with each other at every width and count. */
import { describe, expect, it } from 'vitest';
import { cellAfterKey, cellAt, cellPlace, stripLayout } from './strip-layout.ts';

const HOME = 1_392;
const PHONE = 328;

describe('the layout of a strip', () => {
  it.each([
    [3, HOME, 16],
    [500, HOME, 16],
    [1_000, HOME, 12],
    [1_000, PHONE, 6],
    [10_000, HOME, 6],
  ])('draws %d partitions on %d px with cells of %d px', (count, width, cell) => {
    expect(stripLayout(count, width).cell).toBe(cell);
  });

  it('holds ten thousand partitions on one screen', () => {
    expect(stripLayout(10_000, HOME).height).toBeLessThan(400);
  });

  it('is of no height without partitions, and of one column where there is no room', () => {
    expect(stripLayout(0, HOME)).toMatchObject({ rows: 0, height: 0 });
    expect(stripLayout(4, 2)).toMatchObject({ columns: 1, rows: 4 });
  });

  it.each([HOME, PHONE, 40])('stays inside %d px', (width) => {
    const layout = stripLayout(1_000, width);
    for (let index = 0; index < 1_000; index += 1) {
      const { x, y } = cellPlace(layout, index);
      expect(x + layout.cell).toBeLessThanOrEqual(width);
      expect(y + layout.cell).toBeLessThanOrEqual(layout.height);
    }
  });
});

describe('what a point hits', () => {
  it.each([3, 75, 1_000, 10_000])('is the cell that is drawn there, of %d', (count) => {
    const layout = stripLayout(count, HOME);
    for (let index = 0; index < count; index += Math.max(1, Math.floor(count / 97))) {
      const { x, y } = cellPlace(layout, index);
      expect(cellAt(layout, x, y)).toBe(index);
      expect(cellAt(layout, x + layout.cell - 1, y + layout.cell - 1)).toBe(index);
    }
  });

  it('is nothing beside the cells', () => {
    const layout = stripLayout(10, HOME);
    const last = cellPlace(layout, 9);
    expect(cellAt(layout, last.x + layout.step, 0)).toBeNull();
    expect(cellAt(layout, 0, layout.step)).toBeNull();
    expect(cellAt(layout, -1, 0)).toBeNull();
    expect(cellAt(layout, 0, -1)).toBeNull();
    expect(cellAt(stripLayout(0, HOME), 0, 0)).toBeNull();
  });
});

describe('keys', () => {
  const layout = { ...stripLayout(25, HOME), columns: 10, rows: 3 };

  it.each([
    [null, 'ArrowRight', 0],
    [null, 'End', 24],
    [0, 'ArrowLeft', 0],
    [9, 'ArrowRight', 10],
    [3, 'ArrowDown', 13],
    [13, 'ArrowDown', 23],
    [16, 'ArrowDown', 16],
    [3, 'ArrowUp', 3],
    [23, 'ArrowUp', 13],
    [12, 'Home', 0],
    [12, 'End', 24],
    [24, 'ArrowRight', 24],
    // The topic lost partitions while one looked.
    [99, 'ArrowLeft', 24],
  ])('from %s %s leads to %d', (from, key, to) => {
    expect(cellAfterKey(layout, from, key)).toBe(to);
  });

  it('that do not move are left to others', () => {
    expect(cellAfterKey(layout, 3, 'Tab')).toBeNull();
    expect(cellAfterKey(layout, 3, 'a')).toBeNull();
    expect(cellAfterKey(stripLayout(0, HOME), null, 'ArrowRight')).toBeNull();
  });
});

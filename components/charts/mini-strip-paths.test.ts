/** Every cell is drawn once, in its place and in the shape of its state. */
import { expect, it } from 'vitest';
import { stripPaths, stripWidthPx } from './mini-strip-paths.ts';
import type { CellState } from './strip-looks.ts';

const startsOf = (d: string): number[] => [...d.matchAll(/M([\d.]+) /g)].map(([, x]) => Number(x));

it('draws the cells of a state as one path, each a step from the last', () => {
  const states: CellState[] = ['offline', 'under-replicated', 'in-sync', 'in-sync', 'in-sync'];
  const paths = stripPaths(states);
  expect(paths.map(({ state }) => state)).toEqual(['offline', 'under-replicated', 'in-sync']);
  expect(paths.map(({ d }) => startsOf(d))).toEqual([[0], [8], [17, 25, 33]]);
});

it('gives what is not well a shape of its own, inside its cell', () => {
  const [offline, under] = stripPaths(['offline', 'under-replicated']).map(({ d }) => d);
  expect(offline?.match(/L/g)).toHaveLength(11);
  expect(under).toBe('M8 0L14 0L14 6.6000000000000005L11.3 12L8 12z');
});

it('is as wide as its cells with the gaps between them', () => {
  expect(stripWidthPx(5)).toBe(38);
  expect(stripWidthPx(0)).toBe(0);
  expect(stripPaths([])).toEqual([]);
});

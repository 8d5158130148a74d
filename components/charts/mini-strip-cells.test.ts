/** A strip of few cells never hides a partition that is in trouble. */
import { expect, it } from 'vitest';
import { cellsFromCounts } from './mini-strip-cells.ts';

it('draws one cell each while they fit, worst first', () => {
  expect(cellsFromCounts(4, 2, 1, 16)).toEqual(['offline', 'under-replicated', 'in-sync', 'in-sync']);
});

it('shows one bad partition among ten thousand', () => {
  const cells = cellsFromCounts(10_000, 1, 1, 16);
  expect(cells).toHaveLength(16);
  expect(cells.filter((state) => state === 'offline')).toHaveLength(1);
});

it('has no cell for a topic without partitions', () => {
  expect(cellsFromCounts(0, 0, 0, 16)).toEqual([]);
});

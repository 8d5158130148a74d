/** Lines break where nothing is known, and what is below them ends with each piece. */
import { expect, it } from 'vitest';
import type { Point } from './chart-domain.ts';
import { areaPath, linePath } from './line-path.ts';

const scales = { x: (atMs: number) => atMs / 10, y: (value: number) => 100 - value };
const points: Point[] = [
  [0, 1],
  [10, 2.25],
  [20, null],
  [30, null],
  [40, 0],
  [50, 100],
];

it('draws a line and begins anew after a gap', () => {
  expect(linePath(points, scales)).toBe('M0.0 99.0L1.0 97.8M4.0 100.0L5.0 0.0');
  expect(linePath([[0, null]], scales)).toBe('');
  expect(linePath([], scales)).toBe('');
});

it('fills each piece down to the base', () => {
  expect(areaPath(points, scales, 100)).toBe(
    'M0.0 100.0L0.0 99.0L1.0 97.8L1.0 100.0ZM4.0 100.0L4.0 100.0L5.0 0.0L5.0 100.0Z',
  );
  expect(
    areaPath(
      [
        [0, null],
        [10, 1],
        [20, null],
      ],
      scales,
      50,
    ),
  ).toBe('M1.0 50.0L1.0 99.0L1.0 50.0Z');
  expect(areaPath([], scales, 100)).toBe('');
});

/** A line as the path of an SVG. PURE. It breaks at each gap, a point whose value is null. In CSS pixels, to a tenth. */
import type { Point } from './chart-domain.ts';

export interface Scales {
  readonly x: (atMs: number) => number;
  readonly y: (value: number) => number;
}

export function linePath(points: readonly Point[], { x, y }: Scales): string {
  let path = '';
  let isDown = false;
  for (const [atMs, value] of points) {
    if (value !== null) path += `${isDown ? 'L' : 'M'}${x(atMs).toFixed(1)} ${y(value).toFixed(1)}`;
    isDown = value !== null;
  }
  return path;
}

/** What is between the line and `base`, for each piece of it. */
export function areaPath(points: readonly Point[], { x, y }: Scales, base: number): string {
  const level = base.toFixed(1);
  let path = '';
  /** Where the pen is; null between pieces. */
  let penMs: number | null = null;
  const end = (): string => (penMs === null ? '' : `L${x(penMs).toFixed(1)} ${level}Z`);
  for (const [atMs, value] of points) {
    if (value === null) {
      path += end();
      penMs = null;
    } else {
      if (penMs === null) path += `M${x(atMs).toFixed(1)} ${level}`;
      path += `L${x(atMs).toFixed(1)} ${y(value).toFixed(1)}`;
      penMs = atMs;
    }
  }
  return path + end();
}

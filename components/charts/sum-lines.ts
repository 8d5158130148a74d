/**
 * Several lines as their sum. PURE. A moment counts where each line that says anything in the window has a value: a sum of which a part
 * is missing is not known, and would read as a fall.
 */
import type { Point } from './chart-domain.ts';

export function sumLines(lines: readonly (readonly Point[])[]): Point[] {
  const telling = lines.filter((points) => points.some(([, value]) => value !== null));
  const sums = new Map<number, { sum: number; parts: number }>();
  for (const points of telling) {
    for (const [atMs, value] of points) {
      const at = sums.get(atMs) ?? { sum: 0, parts: 0 };
      sums.set(atMs, value === null ? at : { sum: at.sum + value, parts: at.parts + 1 });
    }
  }
  return [...sums]
    .sort(([a], [b]) => a - b)
    .map(([atMs, { sum, parts }]): Point => [atMs, parts === telling.length ? sum : null]);
}

/** From series to what is drawn of them, and to the words of the tooltip and of the summary. PURE. */
import { valueNear, type Point } from './chart-domain.ts';

export interface ChartSeries {
  readonly key: string;
  readonly label: string;
  readonly colour: string;
  readonly points: readonly Point[];
  readonly href?: string | undefined;
}

/** More lines than this cannot be told apart; the largest are drawn. */
export const MOST_SERIES = 6;

/** The biggest by their last known value, at most `most`. Draw order stays the given one. */
export function largest(series: readonly ChartSeries[], most: number): readonly ChartSeries[] {
  if (series.length <= most) return series;
  const ranked = [...series].sort((a, b) => (lastKnown(b)?.[1] ?? 0) - (lastKnown(a)?.[1] ?? 0));
  const kept = new Set(ranked.slice(0, most).map((one) => one.key));
  return series.filter((one) => kept.has(one.key));
}

export function lastKnown(series: ChartSeries): Point | null {
  for (let index = series.points.length - 1; index >= 0; index -= 1) {
    const point = series.points[index];
    if (point !== undefined && point[1] !== null) return point;
  }
  return null;
}

/** The first moment of a window with a value; null where none has one. */
export function firstKnownMs(series: readonly Pick<ChartSeries, 'points'>[], fromMs: number): number | null {
  const firsts = series.flatMap(
    ({ points }) => points.find(([atMs, value]) => value !== null && atMs >= fromMs)?.[0] ?? [],
  );
  return firsts.length === 0 ? null : Math.min(...firsts);
}

export interface LonelyPoint {
  readonly atMs: number;
  readonly value: number;
}

/** Values without a neighbour in their line: as a line they would be invisible. Of points with a null in each gap. */
export function lonelyPoints(points: readonly Point[]): LonelyPoint[] {
  const valueAt = (index: number): number | null => points[index]?.[1] ?? null;
  return points.flatMap(([atMs, value], index) =>
    value === null || valueAt(index - 1) !== null || valueAt(index + 1) !== null ? [] : [{ atMs, value }],
  );
}

export function valueExtent(series: readonly ChartSeries[], fromMs: number, toMs: number): [number, number] {
  let low = 0;
  let high = 0;
  for (const { points } of series) {
    for (const [atMs, value] of points) {
      if (value === null || atMs < fromMs || atMs > toMs) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return [low, high];
}

export interface Reading {
  readonly series: ChartSeries;
  readonly atMs: number;
  readonly value: number;
}

/** What each series says near a moment, highest first. */
export function readingsAt(series: readonly ChartSeries[], atMs: number, reachMs: number): Reading[] {
  const readings: Reading[] = [];
  for (const one of series) {
    const point = valueNear(one.points, atMs, reachMs);
    if (point !== null && point[1] !== null) readings.push({ series: one, atMs: point[0], value: point[1] });
  }
  return readings.sort((a, b) => b.value - a.value);
}

/** Where a series stands and where it was highest; null for one that tells nothing. */
export function courseOf(one: ChartSeries): { last: Point; peak: Point } | null {
  const last = lastKnown(one);
  if (last === null) return null;
  let peak = last;
  for (const point of one.points) if ((point[1] ?? -Infinity) > (peak[1] ?? -Infinity)) peak = point;
  return { last, peak };
}

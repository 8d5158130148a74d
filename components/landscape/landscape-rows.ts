/**
 * What the lag landscape draws, decided apart from drawing it. PURE. A row is a group or a partition, a cell a stretch of time with
 * one value; a stretch without a value stays one, and is not the same as "nothing behind".
 *
 * Levels are fixed, not scaled to what is shown: the same colour means the same lag on every page and on every day.
 */
import type { Point } from '../charts/chart-domain';

export type LandscapeUnit = 'seconds' | 'records';

/** From which value on each level holds; below the first one nobody is behind. */
const LEVELS_FROM: Readonly<Record<LandscapeUnit, readonly number[]>> = {
  // The pace of rounds and commits, and then what people call a while, a problem, an incident.
  seconds: [15, 60, 300, 1_800, 7_200],
  records: [1, 100, 1_000, 10_000, 100_000],
};

export const LEVELS = 6;

/** 0 (keeps up) to 5. */
export function levelOf(unit: LandscapeUnit, value: number): number {
  const from = LEVELS_FROM[unit];
  let level = 0;
  while (level < from.length && value >= (from[level] ?? Infinity)) level += 1;
  return level;
}

/** Where a level begins; null for the lowest. */
export function levelFrom(unit: LandscapeUnit, level: number): number | null {
  return LEVELS_FROM[unit][level - 1] ?? null;
}

export interface LandscapeLine {
  readonly key: string;
  readonly label: string;
  readonly href?: string | undefined;
  readonly points: readonly Point[];
}

export interface LandscapeRow extends LandscapeLine {
  /** The furthest behind in the window, and when; null when nothing is known of it there. */
  readonly worst: { readonly atMs: number; readonly value: number } | null;
  /** The first known moment: before it, the row does not exist. */
  readonly firstMs: number | null;
  /** The newest value that is known in the window. */
  readonly last: { readonly atMs: number; readonly value: number } | null;
}

/** More rows than that are no picture. */
export const LANDSCAPE_ROWS = 30;

/** Those furthest behind in the window first. Of one of which nothing is known there is no row. */
export function landscapeRows(lines: readonly LandscapeLine[], fromMs: number): LandscapeRow[] {
  const known = lines.map((line) => rowOf(line, fromMs)).filter(({ worst }) => worst !== null);
  return known.sort((a, b) => (b.worst?.value ?? 0) - (a.worst?.value ?? 0) || (a.label < b.label ? -1 : 1));
}

function rowOf(line: LandscapeLine, fromMs: number): LandscapeRow {
  let worst: LandscapeRow['worst'] = null;
  let firstMs: number | null = null;
  let last: LandscapeRow['last'] = null;
  for (const [atMs, value] of line.points) {
    if (value === null || atMs < fromMs) continue;
    firstMs ??= atMs;
    last = { atMs, value };
    if (worst === null || value > worst.value) worst = { atMs, value };
  }
  return { ...line, worst, firstMs, last };
}

export interface LandscapeCell {
  readonly x: number;
  readonly width: number;
  readonly level: number;
}

interface Frame {
  readonly fromMs: number;
  readonly toMs: number;
  readonly width: number;
  /** How long one point holds. */
  readonly resolutionMs: number;
}

/** Neighbours of one level are one cell. Whole pixels, so that nothing shines through between two of them. */
export function cellsOf(points: readonly Point[], unit: LandscapeUnit, frame: Frame): LandscapeCell[] {
  const { fromMs, toMs, width, resolutionMs } = frame;
  const xOf = (atMs: number): number =>
    Math.round((Math.min(toMs, Math.max(fromMs, atMs)) - fromMs) * (width / (toMs - fromMs)));
  const cells: LandscapeCell[] = [];
  for (const [atMs, value] of points) {
    if (value === null || atMs + resolutionMs <= fromMs || atMs >= toMs) continue;
    const x = xOf(atMs);
    // What is thinner than a pixel is seen nevertheless.
    const end = Math.max(x + 1, xOf(atMs + resolutionMs));
    const level = levelOf(unit, value);
    const before = cells.at(-1);
    if (before?.level === level && before.x + before.width >= x)
      cells[cells.length - 1] = { ...before, width: Math.max(before.width, end - before.x) };
    else cells.push({ x, width: end - x, level });
  }
  return cells;
}

/** The value that holds at a moment, null where none is known. */
export function valueAt(points: readonly Point[], atMs: number, resolutionMs: number): number | null {
  let found: number | null = null;
  for (const [from, value] of points) {
    if (from > atMs) break;
    if (atMs < from + resolutionMs) found = value;
  }
  return found;
}

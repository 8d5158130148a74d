/**
 * Points of a chart out of samples: a regular grid of times that all lines of one answer share, at most `points` long.
 *
 * Invariants:
 * - A slot without a sample is null, so that a gap stays a gap in the line. Nothing is interpolated.
 * - While the window holds no more slots of the stored resolution than `points`, every sample is shown as it is.
 * - Otherwise each bucket becomes two slots that carry its smallest and its largest value in the order in which they
 *   happened: a peak of one round stays visible at any zoom.
 * Times are epoch milliseconds; slots begin at whole multiples of their width.
 */

/** One stored point. A raw sample has min = max = mean. */
export interface StoredPoint {
  readonly atMs: number;
  readonly min: number;
  readonly max: number;
  /** Mean of all samples behind this point. */
  readonly mean: number;
}

export type ChartPoint = readonly [epochMs: number, value: number | null];

export interface Grid {
  /** Start of the first slot. */
  readonly startMs: number;
  readonly slotMs: number;
  readonly slots: number;
  /** True when two slots make one bucket of smallest and largest. */
  readonly paired: boolean;
}

/** Widths that a person can read on an axis, in seconds. */
const NICE_SECONDS = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
  172_800, 604_800,
];

/**
 * The grid for a window [fromMs, toMs) of points that are `resolutionMs` apart. `points` is at least 2. Rolled-up points
 * carry a smallest and a largest value each, so they always make pairs.
 */
export function planGrid(
  fromMs: number,
  toMs: number,
  points: number,
  resolutionMs: number,
  rolledUp: boolean,
): Grid {
  const whole = slotsBetween(fromMs, toMs, resolutionMs);
  if (!rolledUp && whole.slots <= points) return { ...whole, slotMs: resolutionMs, paired: false };
  const bucketsMax = Math.max(1, Math.floor(points / 2));
  const fits = rolledUp && whole.slots <= bucketsMax;
  const bucketMs = fits ? resolutionMs : niceBucketMs(fromMs, toMs, bucketsMax, resolutionMs);
  if (bucketMs === null) {
    const slotMs = Math.ceil((toMs - fromMs) / bucketsMax / 2);
    return { startMs: fromMs, slotMs, slots: bucketsMax * 2, paired: true };
  }
  const { startMs, slots } = slotsBetween(fromMs, toMs, bucketMs);
  return { startMs, slotMs: bucketMs / 2, slots: slots * 2, paired: true };
}

function slotsBetween(fromMs: number, toMs: number, widthMs: number): { startMs: number; slots: number } {
  const startMs = Math.floor(fromMs / widthMs) * widthMs;
  return { startMs, slots: Math.max(1, Math.ceil((toMs - startMs) / widthMs)) };
}

/** Null where no round width fits: the window is then divided as it is. */
function niceBucketMs(fromMs: number, toMs: number, bucketsMax: number, resolutionMs: number): number | null {
  for (const seconds of NICE_SECONDS) {
    const widthMs = seconds * 1_000;
    if (widthMs < 2 * resolutionMs || widthMs % resolutionMs !== 0) continue;
    if (slotsBetween(fromMs, toMs, widthMs).slots <= bucketsMax) return widthMs;
  }
  return null;
}

/** Lays the points of one line (in time order) onto the grid. */
export function fillGrid(points: readonly StoredPoint[], grid: Grid): ChartPoint[] {
  const values = new Array<number | null>(grid.slots).fill(null);
  if (grid.paired) fillPairs(points, grid, values);
  else {
    for (const point of points) {
      const slot = Math.floor((point.atMs - grid.startMs) / grid.slotMs);
      if (slot >= 0 && slot < grid.slots) values[slot] = point.mean;
    }
  }
  return values.map((value, slot) => [grid.startMs + slot * grid.slotMs, value]);
}

function fillPairs(points: readonly StoredPoint[], grid: Grid, values: (number | null)[]): void {
  const buckets = new Map<number, { min: StoredPoint; max: StoredPoint; falling: boolean }>();
  let before: StoredPoint | null = null;
  for (const point of points) {
    const falling = before !== null && point.mean < before.mean;
    before = point;
    const bucket = Math.floor((point.atMs - grid.startMs) / (2 * grid.slotMs));
    if (bucket < 0 || bucket >= grid.slots / 2) continue;
    const known = buckets.get(bucket);
    if (known === undefined) buckets.set(bucket, { min: point, max: point, falling });
    else {
      if (point.min < known.min.min) known.min = point;
      if (point.max > known.max.max) known.max = point;
    }
  }
  for (const [bucket, { min, max, falling }] of buckets) {
    // Inside one rolled-up point the order is not known: the trend decides, or a falling line would look like a saw.
    const minFirst = min === max ? !falling : min.atMs <= max.atMs;
    values[2 * bucket] = minFirst ? min.min : max.max;
    values[2 * bucket + 1] = minFirst ? max.max : min.min;
  }
}

/** Adds lines up slot by slot: a slot is known where at least one of them is. All lines are of one grid. */
export function sumLines(lines: readonly (readonly ChartPoint[])[]): ChartPoint[] {
  const first = lines[0];
  if (first === undefined) return [];
  return first.map(([atMs], slot) => {
    let sum: number | null = null;
    for (const line of lines) {
      const value = line[slot]?.[1] ?? null;
      if (value !== null) sum = (sum ?? 0) + value;
    }
    return [atMs, sum];
  });
}

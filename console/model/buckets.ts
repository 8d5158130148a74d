/**
 * Points of a chart out of samples: a regular grid of times that all lines of one answer share, at most `points` long.
 *
 * Invariants:
 * - A slot without a sample is null, so that a gap stays a gap in the line. Nothing is interpolated.
 * - While the window holds no more slots of the stored resolution than `points`, every sample is shown as it is.
 * - Otherwise each bucket becomes two slots that carry its smallest and its largest value in the order in which they
 *   happened: a peak of one round stays visible at any zoom.
 * Times are epoch milliseconds; slots begin at whole multiples of their width. The bucket that time is still in ends where what
 * is known does, so that no point stands in what is to come: a peak of five past four is not told as one of five o'clock.
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
  /** Up to when anything can be known; left out where all of the window has been. */
  readonly knownToMs?: number;
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
  const line = new GridLine(grid);
  for (const { atMs, min, max, mean } of points) line.add(atMs, min, max, mean);
  return line.points();
}

/**
 * One line of a chart while its points come in, in the order of time. In arrays of numbers: a chart of many lines goes through
 * tens of thousands of stored points, and an object for each of them is what would take the time.
 */
export class GridLine {
  readonly #grid: Grid;
  readonly #bucketMs: number;
  readonly #buckets: number;
  /** Of each bucket: nothing yet, known, or known and begun downwards. */
  readonly #states: Uint8Array;
  readonly #mins: Float64Array;
  readonly #maxs: Float64Array;
  readonly #minAtMs: Float64Array;
  readonly #maxAtMs: Float64Array;
  #meanBefore = NaN;

  constructor(grid: Grid) {
    this.#grid = grid;
    this.#bucketMs = grid.paired ? 2 * grid.slotMs : grid.slotMs;
    this.#buckets = grid.paired ? Math.ceil(grid.slots / 2) : grid.slots;
    this.#states = new Uint8Array(this.#buckets);
    // In one piece: each piece of memory beside the heap costs the collector of garbage a look.
    const size = this.#buckets;
    const numbers = new Float64Array(4 * size);
    this.#mins = numbers.subarray(0, size);
    this.#maxs = numbers.subarray(size, 2 * size);
    this.#minAtMs = numbers.subarray(2 * size, 3 * size);
    this.#maxAtMs = numbers.subarray(3 * size);
  }

  /** Of points that are equal, `repeat` more follow, each `unitMs` later. */
  add(atMs: number, min: number, max: number, mean: number, unitMs = 0, repeat = 0): void {
    const falling = mean < this.#meanBefore;
    this.#meanBefore = mean;
    this.#addOne(this.#bucketAt(atMs), atMs, min, max, mean, falling);
    // Of the rest each bucket is told once: equal points change nothing in it any more.
    for (let turn = 1; turn <= repeat;) {
      const nextMs = atMs + turn * unitMs;
      const bucket = this.#bucketAt(nextMs);
      this.#addOne(bucket, nextMs, min, max, mean, false);
      const endMs = this.#grid.startMs + (bucket + 1) * this.#bucketMs;
      turn = unitMs > 0 ? Math.max(turn + 1, Math.ceil((endMs - atMs) / unitMs)) : repeat + 1;
    }
  }

  #bucketAt(atMs: number): number {
    return Math.floor((atMs - this.#grid.startMs) / this.#bucketMs);
  }

  #addOne(bucket: number, atMs: number, min: number, max: number, mean: number, falling: boolean): void {
    if (bucket < 0 || bucket >= this.#buckets) return;
    if (!this.#grid.paired) {
      this.#states[bucket] = KNOWN;
      this.#mins[bucket] = mean;
      return;
    }
    const isNew = this.#states[bucket] === NOTHING;
    if (isNew) this.#states[bucket] = falling ? FALLING : KNOWN;
    if (isNew || min < (this.#mins[bucket] ?? 0)) {
      this.#mins[bucket] = min;
      this.#minAtMs[bucket] = atMs;
    }
    if (isNew || max > (this.#maxs[bucket] ?? 0)) {
      this.#maxs[bucket] = max;
      this.#maxAtMs[bucket] = atMs;
    }
  }

  points(): ChartPoint[] {
    const { slots, paired } = this.#grid;
    const points: ChartPoint[] = [];
    for (let slot = 0; slot < slots; slot++) {
      const bucket = paired ? slot >> 1 : slot;
      const state = this.#states[bucket];
      const atMs = slotTime(this.#grid, slot);
      if (state === NOTHING) points.push([atMs, null]);
      else {
        const isFirst = (slot & 1) === 0;
        const takesMin = !paired || this.#minIsFirst(bucket, state === FALLING) === isFirst;
        points.push([atMs, (takesMin ? this.#mins[bucket] : this.#maxs[bucket]) ?? null]);
      }
    }
    return points;
  }

  /** Inside one rolled-up point the order is not known: the trend decides, or a falling line would look like a saw. */
  #minIsFirst(bucket: number, falling: boolean): boolean {
    const [minAtMs = 0, maxAtMs = 0] = [this.#minAtMs[bucket], this.#maxAtMs[bucket]];
    return minAtMs === maxAtMs ? !falling : minAtMs < maxAtMs;
  }
}

/** Where the second half of a bucket begins has not been yet: its point stands at the end of what is known. */
const SECOND_POINT_AFTER_MS = 1_000;

function slotTime({ startMs, slotMs, paired, knownToMs = Infinity }: Grid, slot: number): number {
  const atMs = startMs + slot * slotMs;
  const firstMs = atMs - slotMs;
  if (!paired || (slot & 1) === 0 || atMs <= knownToMs || firstMs > knownToMs) return atMs;
  return Math.min(atMs, Math.max(firstMs + SECOND_POINT_AFTER_MS, knownToMs));
}

const NOTHING = 0;
const KNOWN = 1;
const FALLING = 2;

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

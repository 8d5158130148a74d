/**
 * Whether a row of readings grows: least squares with the slope's own uncertainty, so that noise is not taken for a trend.
 * No allocation: it runs for every lagging partition of every round.
 */
export interface Trend {
  readonly count: number;
  /** Of the values per unit of time. */
  readonly slope: number;
  /** Slope over its standard error; infinite for points that lie on a line, 0 where nothing can be said. */
  readonly certainty: number;
  readonly mean: number;
  readonly last: number;
  /** From the first to the last time. */
  readonly span: number;
}

interface WritableTrend extends Trend {
  count: number;
  slope: number;
  certainty: number;
  mean: number;
  last: number;
  span: number;
}

const FEWEST = 3;
const scratch: WritableTrend = { count: 0, slope: 0, certainty: 0, mean: 0, last: 0, span: 0 };

/**
 * The trend of `count` points in order of time from `from` on. Valid until the next call: the answer is one object that is used
 * again.
 */
export function trendOf(
  times: Uint32Array | Float64Array,
  values: Float32Array | Float64Array,
  from: number,
  count: number,
): Trend {
  let sumTime = 0;
  let sumValue = 0;
  for (let point = from; point < from + count; point++) {
    sumTime += times[point] ?? 0;
    sumValue += values[point] ?? 0;
  }
  const meanTime = count === 0 ? 0 : sumTime / count;
  const mean = count === 0 ? 0 : sumValue / count;
  let timeSquares = 0;
  let valueSquares = 0;
  let products = 0;
  for (let point = from; point < from + count; point++) {
    const time = (times[point] ?? 0) - meanTime;
    const value = (values[point] ?? 0) - mean;
    timeSquares += time * time;
    valueSquares += value * value;
    products += time * value;
  }
  const known = count >= FEWEST && timeSquares > 0;
  const slope = known ? products / timeSquares : 0;
  scratch.count = count;
  scratch.slope = slope;
  scratch.certainty = known && slope !== 0 ? certaintyOf(slope, timeSquares, valueSquares, count) : 0;
  scratch.mean = mean;
  scratch.last = count === 0 ? 0 : (values[from + count - 1] ?? 0);
  scratch.span = count === 0 ? 0 : (times[from + count - 1] ?? 0) - (times[from] ?? 0);
  return scratch;
}

function certaintyOf(slope: number, timeSquares: number, valueSquares: number, count: number): number {
  const explained = slope * slope * timeSquares;
  // Rounding must not leave less than nothing of a straight line; its certainty is without end.
  const left = Math.max(0, valueSquares - explained);
  return slope / Math.sqrt(left / (count - 2) / timeSquares);
}

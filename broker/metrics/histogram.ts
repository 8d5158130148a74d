/**
 * A distribution over the most recent values: count, mean and extremes of all, percentiles of the last SAMPLE_SIZE.
 * Memory is fixed; sorting happens when it is read.
 */

const SAMPLE_SIZE = 256;

export interface HistogramReading {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly standardDeviation: number;
  /** Value below which this share (0 to 1) of the recent ones lies. */
  readonly percentile: (share: number) => number;
}

export class Histogram {
  /** Made with the first value: most of what can be measured never happens. */
  #sample: Float32Array | null = null;
  #count = 0;
  #sum = 0;
  #sumOfSquares = 0;
  #min = Infinity;
  #max = -Infinity;

  update(value: number): void {
    this.#sample ??= new Float32Array(SAMPLE_SIZE);
    this.#sample[this.#count % SAMPLE_SIZE] = value;
    this.#count += 1;
    this.#sum += value;
    this.#sumOfSquares += value * value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  read(): HistogramReading {
    const count = this.#count;
    const mean = count === 0 ? 0 : this.#sum / count;
    const variance = count < 2 ? 0 : (this.#sumOfSquares - count * mean * mean) / (count - 1);
    const recent = this.#sample?.slice(0, Math.min(count, SAMPLE_SIZE)).sort() ?? new Float32Array();
    return {
      count,
      min: count === 0 ? 0 : this.#min,
      max: count === 0 ? 0 : this.#max,
      mean,
      standardDeviation: Math.sqrt(Math.max(0, variance)),
      percentile: (share) => recent[Math.min(recent.length - 1, Math.floor(share * recent.length))] ?? 0,
    };
  }
}

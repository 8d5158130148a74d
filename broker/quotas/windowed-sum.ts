/**
 * What came in the last windows of time, as Kafka's quotas and its newer metrics count it (SampledStat, Rate, Avg, Max): the whole windows and
 * the running one.
 */
interface Window {
  readonly startMs: number;
  sum: number;
  count: number;
  max: number;
}

export class WindowedSum {
  readonly #windows: number;
  readonly #windowMs: number;
  /** Oldest first. */
  readonly #kept: Window[] = [];

  constructor(windows: number, windowMs: number) {
    this.#windows = windows;
    this.#windowMs = windowMs;
  }

  /** All windows together, in milliseconds. */
  get spanMs(): number {
    return this.#windows * this.#windowMs;
  }

  add(amount: number, nowMs: number): void {
    this.#forget(nowMs);
    const newest = this.#kept.at(-1);
    if (newest !== undefined && nowMs - newest.startMs < this.#windowMs) {
      newest.sum += amount;
      newest.count += 1;
      newest.max = Math.max(newest.max, amount);
    } else this.#kept.push({ startMs: nowMs, sum: amount, count: 1, max: amount });
  }

  sumAt(nowMs: number): number {
    this.#forget(nowMs);
    let sum = 0;
    for (const window of this.#kept) sum += window.sum;
    return sum;
  }

  /** When the oldest window that still counts began; null when nothing does. */
  firstMs(nowMs: number): number | null {
    this.#forget(nowMs);
    return this.#kept[0]?.startMs ?? null;
  }

  /** The time that the sum is of, in milliseconds: all windows but the running one are taken as over, however short it is since the first. */
  overMs(nowMs: number): number {
    const sinceMs = nowMs - (this.firstMs(nowMs) ?? nowMs);
    const fullWindows = Math.floor(sinceMs / this.#windowMs);
    return Math.max(1, sinceMs + Math.max(0, this.#windows - 1 - fullWindows) * this.#windowMs);
  }

  ratePerSecond(nowMs: number): number {
    return (this.sumAt(nowMs) / this.overMs(nowMs)) * 1_000;
  }

  /** NaN when nothing came. */
  meanAt(nowMs: number): number {
    const sum = this.sumAt(nowMs);
    return sum / this.#kept.reduce((total, { count }) => total + count, 0);
  }

  /** NaN when nothing came. */
  maxAt(nowMs: number): number {
    this.#forget(nowMs);
    return this.#kept.length === 0 ? Number.NaN : Math.max(...this.#kept.map(({ max }) => max));
  }

  #forget(nowMs: number): void {
    const keepFromMs = nowMs - this.spanMs;
    while ((this.#kept[0]?.startMs ?? nowMs) <= keepFromMs && this.#kept.length > 0) this.#kept.shift();
  }
}

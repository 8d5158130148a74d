/** What came in the last windows of time, as Kafka's quotas count it (SampledStat): the sum of the whole windows and the running one. */
interface Window {
  readonly startMs: number;
  sum: number;
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
    if (newest !== undefined && nowMs - newest.startMs < this.#windowMs) newest.sum += amount;
    else this.#kept.push({ startMs: nowMs, sum: amount });
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

  #forget(nowMs: number): void {
    const keepFromMs = nowMs - this.spanMs;
    while ((this.#kept[0]?.startMs ?? nowMs) <= keepFromMs && this.#kept.length > 0) this.#kept.shift();
  }
}

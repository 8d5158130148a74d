/** What the cleaner tells of itself, in the terms of Kafka's metrics; who shows it is in broker/metrics. */
import type { Clock } from '../../platform/platform.ts';
import type { CleanableRange } from './cleanable-range.ts';
import type { RoundResult } from './cleaning-round.ts';

export class CleanerFigures {
  readonly #clock: Clock;
  #lastRunMs: number;
  #maxDirtyRatio = 0;
  #maxOverdueMs = 0;
  #lastRound: { readonly result: RoundResult; readonly tookMs: number } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lastRunMs = clock.monotonicMs();
  }

  /** The logs were looked at. */
  noteCandidates(ranges: readonly CleanableRange[]): void {
    this.#lastRunMs = this.#clock.monotonicMs();
    this.#maxDirtyRatio = ranges.reduce((max, { dirtyRatio }) => Math.max(max, dirtyRatio), 0);
    this.#maxOverdueMs = ranges.reduce((max, { overdueMs }) => Math.max(max, overdueMs), 0);
  }

  noteRound(result: RoundResult, tookMs: number): void {
    this.#lastRound = { result, tookMs };
  }

  get maxDirtyPercent(): number {
    return Math.floor(100 * this.#maxDirtyRatio);
  }

  get timeSinceLastRunMs(): number {
    return Math.round(this.#clock.monotonicMs() - this.#lastRunMs);
  }

  get maxCompactionDelaySecs(): number {
    return Math.floor(this.#maxOverdueMs / 1000);
  }

  /** Of the last round. */
  get cleanTimeSecs(): number {
    return Math.floor((this.#lastRound?.tookMs ?? 0) / 1000);
  }

  get bufferUtilizationPercent(): number {
    return Math.floor(100 * (this.#lastRound?.result.mapUtilization ?? 0));
  }

  /** Share of the bytes that the last round wrote again. */
  get recopyPercent(): number {
    const { bytesRead = 0, bytesWritten = 0 } = this.#lastRound?.result ?? {};
    return bytesRead === 0 ? 0 : Math.floor((100 * bytesWritten) / bytesRead);
  }
}

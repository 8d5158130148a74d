/**
 * Keeps compaction from getting in anybody's way: after a few milliseconds of work it rests as long as it worked, so
 * that the event loop serves requests in between, and it rests longer where log.cleaner.io.max.bytes.per.second says
 * so. Bytes read and bytes written both count, as in Kafka.
 *
 * It is also where a round notices that it is no longer wanted: nothing of the log may be touched after a rest before
 * `rest` has come back.
 */
import type { Platform } from '../../platform/platform.ts';

/** Work at one go, besides one batch. */
const SLICE_MS = 4;
/** The rate is measured over windows of this length; what was saved up in an earlier one is lost. */
const WINDOW_MS = 300;
/** A round that is not wanted any more is noticed within this time, however slow it is to go. */
const LONGEST_REST_MS = 250;

/** The round must end here: the log is being deleted, has gone offline, or the broker stops. */
export class CleaningAborted extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'CleaningAborted';
  }
}

export interface CleaningPace {
  /** Notes work done. A promise when it is time to rest; it rejects with CleaningAborted when the round must end. */
  spend(bytes: number): Promise<void> | null;
  /** Throws CleaningAborted; to be called after every other wait. */
  assertWanted(): void;
}

export interface PaceOptions {
  readonly platform: Pick<Platform, 'clock' | 'timers'>;
  readonly maxBytesPerSecond: () => number;
  /** Null, or why the round must end. */
  readonly unwanted: () => string | null;
}

export class SlicedPace implements CleaningPace {
  readonly #options: PaceOptions;
  #sliceStartMs: number;
  #windowStartMs: number;
  #windowBytes = 0;

  constructor(options: PaceOptions) {
    this.#options = options;
    this.#sliceStartMs = options.platform.clock.monotonicMs();
    this.#windowStartMs = this.#sliceStartMs;
  }

  spend(bytes: number): Promise<void> | null {
    const nowMs = this.#options.platform.clock.monotonicMs();
    this.#windowBytes += bytes;
    const owedMs = this.#owedMs(nowMs);
    const workedMs = nowMs - this.#sliceStartMs;
    if (owedMs <= 0 && workedMs < SLICE_MS) return null;
    return this.#rest(Math.max(owedMs, workedMs));
  }

  assertWanted(): void {
    const reason = this.#options.unwanted();
    if (reason !== null) throw new CleaningAborted(reason);
  }

  /** How long the bytes of this window should still have taken. */
  #owedMs(nowMs: number): number {
    const elapsedMs = nowMs - this.#windowStartMs;
    const dueMs = (this.#windowBytes / Math.max(1, this.#options.maxBytesPerSecond())) * 1000;
    const owedMs = dueMs - elapsedMs;
    // Too little to sleep for is carried on; what was not used up in a window does not add up.
    if (owedMs <= 0 && elapsedMs >= WINDOW_MS) {
      this.#windowStartMs = nowMs;
      this.#windowBytes = 0;
    }
    return owedMs >= 1 ? owedMs : 0;
  }

  async #rest(restMs: number): Promise<void> {
    const { clock, timers } = this.#options.platform;
    const endMs = clock.monotonicMs() + restMs;
    for (let leftMs = restMs; leftMs > 0; leftMs = endMs - clock.monotonicMs()) {
      await new Promise<void>((resolve) => void timers.after(Math.min(leftMs, LONGEST_REST_MS), resolve));
      this.assertWanted();
    }
    this.#sliceStartMs = clock.monotonicMs();
  }
}

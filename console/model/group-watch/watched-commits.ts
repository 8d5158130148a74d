/**
 * The partitions of groups with a commit, each a slot of columns: the committed offset and since when it stands there, where it
 * was set back from, the rhythm of its commits, and a row of lags for the trend. About 190 bytes each.
 *
 * Lags for the trend are those right after a commit (or of nothing left to read), the least of each minute: a consumer that
 * commits each five minutes is behind by five minutes of records just before, and that is neither slow nor fast. All times
 * here are watched time.
 */
import { grown, Slots } from './growing.ts';
import type { WatchRules } from './watch-rules.ts';

export const TREND_POINTS = 12;
const MINUTE_S = 60;
const RHYTHMS_OF_A_TREND = 5;
export const NOT_REWOUND = -1;

export type CommitMove = 'first' | 'stays' | 'advanced' | 'rewound' | 'remade';

export class WatchedCommits {
  readonly #rules: WatchRules;
  readonly #slots = new Slots();
  offset = new Float64Array(0);
  /** Since when it stands there, or is known to. */
  movedMs = new Float64Array(0);
  /** 1 once it was seen to move, or to have nothing left to read: only then a pause has a beginning. */
  known = new Uint8Array(0);
  firstSeenMs = new Float64Array(0);
  /** 1 when nothing was left to read as it was first seen: whoever got there commits soon. */
  cameCaughtUp = new Uint8Array(0);
  lastSeenMs = new Float64Array(0);
  /** The making of the topic that it belongs to. */
  making = new Uint32Array(0);
  rewoundFrom = new Float64Array(0);
  rewoundTo = new Float64Array(0);
  rewoundMs = new Float64Array(0);
  /** The last two long pauses of commits with records to read, and when the later one ended. */
  lastPauseMs = new Float32Array(0);
  pauseBeforeMs = new Float32Array(0);
  pauseEndedMs = new Float64Array(0);
  /** What is said of it, and since when something better could be said (0: nothing better). */
  status = new Uint8Array(0);
  betterSinceMs = new Float64Array(0);
  /** As it was when the group's rate was taken last. */
  rateOffset = new Float64Array(0);
  #trendSeconds = new Uint32Array(0);
  #trendLags = new Float32Array(0);
  #trendCount = new Uint8Array(0);

  constructor(rules: WatchRules) {
    this.#rules = rules;
  }

  get size(): number {
    return this.#slots.inUse;
  }

  add(offset: number, making: number, watchedMs: number): number {
    const slot = this.#slots.take((capacity) => {
      this.#grow(capacity);
    });
    this.offset[slot] = offset;
    this.rateOffset[slot] = offset;
    this.movedMs[slot] = watchedMs;
    this.known[slot] = 0;
    this.firstSeenMs[slot] = watchedMs;
    this.cameCaughtUp[slot] = 0;
    this.lastSeenMs[slot] = watchedMs;
    this.making[slot] = making;
    this.lastPauseMs[slot] = 0;
    this.pauseBeforeMs[slot] = 0;
    this.pauseEndedMs[slot] = 0;
    this.status[slot] = 0;
    this.betterSinceMs[slot] = 0;
    this.rewoundFrom[slot] = NOT_REWOUND;
    this.#trendCount[slot] = 0;
    return slot;
  }

  giveBack(slot: number): void {
    this.#slots.giveBack(slot);
  }

  /**
   * The offset of a round. `unreadMs`: for how long there has been something to read behind the offset before, which is
   * how much of the time without a commit was a pause.
   */
  observe(slot: number, offset: number, making: number, watchedMs: number, unreadMs: number): CommitMove {
    this.lastSeenMs[slot] = watchedMs;
    const before = this.offset[slot] ?? 0;
    if (offset === before) return 'stays';
    const remade = this.making[slot] !== making;
    this.#rememberPause(slot, Math.min(unreadMs, watchedMs - (this.movedMs[slot] ?? 0)), watchedMs);
    this.offset[slot] = offset;
    this.movedMs[slot] = watchedMs;
    this.known[slot] = 1;
    if (remade) {
      this.making[slot] = making;
      this.rewoundFrom[slot] = NOT_REWOUND;
      this.#trendCount[slot] = 0;
      this.firstSeenMs[slot] = watchedMs;
      this.status[slot] = 0;
      return 'remade';
    }
    const from = this.rewoundFrom[slot] ?? NOT_REWOUND;
    if (offset < before) {
      this.rewoundFrom[slot] = Math.max(from, before);
      this.rewoundTo[slot] = offset;
      this.rewoundMs[slot] = watchedMs;
      this.#trendCount[slot] = 0;
      return 'rewound';
    }
    if (from !== NOT_REWOUND && offset >= from) this.rewoundFrom[slot] = NOT_REWOUND;
    return 'advanced';
  }

  /**
   * How long this one lets records lie between two commits, when it did so twice in a row; else 0. A rhythm that was left since
   * counts no more. `isOnceEnough`: of a group that never was quick the first such pause is its rhythm, not an incident.
   */
  rhythmMs(slot: number, watchedMs: number, isOnceEnough = false): number {
    const [last, before] = [this.lastPauseMs[slot] ?? 0, this.pauseBeforeMs[slot] ?? 0];
    const rhythm = isOnceEnough && before === 0 ? last : Math.min(last, before);
    const quietMs = watchedMs - (this.pauseEndedMs[slot] ?? 0);
    if (rhythm === 0 || quietMs > 2 * this.#rules.rhythmPatience * rhythm) return 0;
    return Math.min(rhythm, this.#rules.rhythmMaxMs);
  }

  addLag(slot: number, lag: number, watchedMs: number): void {
    const second = Math.round(watchedMs / 1_000);
    const base = slot * TREND_POINTS;
    let count = this.#trendCount[slot] ?? 0;
    const last = base + count - 1;
    if (count > 0 && minuteOf(this.#trendSeconds[last] ?? 0) === minuteOf(second)) {
      if (lag >= (this.#trendLags[last] ?? 0)) return;
      count--;
    } else if (count === TREND_POINTS) {
      this.#trendSeconds.copyWithin(base, base + 1, base + TREND_POINTS);
      this.#trendLags.copyWithin(base, base + 1, base + TREND_POINTS);
      count--;
    }
    this.#trendSeconds[base + count] = second;
    this.#trendLags[base + count] = lag;
    this.#trendCount[slot] = count + 1;
  }

  /**
   * Where the lags of the window, or of some rhythms where those are longer, are in `trendSeconds` and `trendLags`: the first
   * index; the count is `trendLength`.
   */
  trendFrom(slot: number, watchedMs: number): number {
    const maxAgeMs = Math.max(this.#rules.windowMs, RHYTHMS_OF_A_TREND * this.rhythmMs(slot, watchedMs));
    const base = slot * TREND_POINTS;
    const end = base + (this.#trendCount[slot] ?? 0);
    const oldest = (watchedMs - maxAgeMs) / 1_000;
    let from = base;
    while (from < end && (this.#trendSeconds[from] ?? 0) < oldest) from++;
    this.trendLength = end - from;
    return from;
  }

  trendLength = 0;

  get trendSeconds(): Uint32Array {
    return this.#trendSeconds;
  }

  get trendLags(): Float32Array {
    return this.#trendLags;
  }

  #rememberPause(slot: number, pauseMs: number, watchedMs: number): void {
    // When the watch began in the middle of a pause, its length is not known.
    if (this.known[slot] === 0 || pauseMs < this.#rules.longPauseMs) return;
    this.pauseBeforeMs[slot] = this.lastPauseMs[slot] ?? 0;
    this.lastPauseMs[slot] = pauseMs;
    this.pauseEndedMs[slot] = watchedMs;
  }

  #grow(size: number): void {
    this.offset = grown(this.offset, size);
    this.movedMs = grown(this.movedMs, size);
    this.known = grown(this.known, size);
    this.firstSeenMs = grown(this.firstSeenMs, size);
    this.cameCaughtUp = grown(this.cameCaughtUp, size);
    this.lastSeenMs = grown(this.lastSeenMs, size);
    this.making = grown(this.making, size);
    this.rewoundFrom = grown(this.rewoundFrom, size);
    this.rewoundTo = grown(this.rewoundTo, size);
    this.rewoundMs = grown(this.rewoundMs, size);
    this.lastPauseMs = grown(this.lastPauseMs, size);
    this.pauseBeforeMs = grown(this.pauseBeforeMs, size);
    this.pauseEndedMs = grown(this.pauseEndedMs, size);
    this.status = grown(this.status, size);
    this.rateOffset = grown(this.rateOffset, size);
    this.betterSinceMs = grown(this.betterSinceMs, size);
    this.#trendSeconds = grown(this.#trendSeconds, size * TREND_POINTS);
    this.#trendLags = grown(this.#trendLags, size * TREND_POINTS);
    this.#trendCount = grown(this.#trendCount, size);
  }
}

function minuteOf(second: number): number {
  return Math.floor(second / MINUTE_S);
}

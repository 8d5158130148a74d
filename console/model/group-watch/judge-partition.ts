/**
 * What is said of one partition of a group: offset state, lag, seconds behind, status and reason, out of what is remembered.
 * The order of the questions is the rule: the first that holds decides. In words, with formulas: docs/lag.md.
 *
 * The object is the answer: its fields hold until the next call. Reasons are made only for what is not well, because making
 * 88,000 sentences costs more than judging.
 */
import type { GroupStatus, OffsetState } from '../../contracts/groups.ts';
import type { SecondsBehind } from '../snapshot.ts';
import type { WatchClock } from './watch-clock.ts';
import { NOT_REWOUND, type CommitMove, type WatchedCommits } from './watched-commits.ts';
import type { WatchedEnds } from './watched-ends.ts';
import type { WatchRules } from './watch-rules.ts';
import { trendOf } from './trend.ts';
import { countText, durationText, partitionText } from './words.ts';
import { PartitionReasons } from './partition-reasons.ts';
import { OK, REWOUND, severity, SLOW, STALLED, STOPPED, UNKNOWN } from './severity.ts';

export const NOT_KNOWN = -1;
const caughtUp: SecondsBehind = { seconds: 0, atLeast: false };
/** Lags for a trend. */
const FEWEST_LAGS = 5;

/** What of the group matters to each of its partitions. */
export interface GroupStanding {
  /** It is known to have no members now. */
  readonly isEmpty: boolean;
  readonly emptyForMs: number;
  /** Its members divide the partitions among them: without members nobody reads. Others only commit. */
  readonly isManaged: boolean;
  /** It is known to commit often. */
  readonly isQuick: boolean;
}

export class PartitionJudge {
  readonly #clock: WatchClock;
  readonly #rules: WatchRules;
  readonly #ends: WatchedEnds;
  readonly #commits: WatchedCommits;
  readonly #reasons: PartitionReasons;
  offsetState: OffsetState = 'live';
  lag: number | null = null;
  lagSeconds: SecondsBehind | null = null;
  /** Index into `severity`. */
  level = UNKNOWN;
  reason: string | null = null;
  /** The reason names neither the partition nor its lag. */
  isOnlySince = false;
  /** Nothing is wrong that the group should be called unknown for. */
  isAside = false;
  #commit = 0;
  #end = 0;
  #unreadMs = 0;
  #isFloor = false;
  /** It stands longer than the window, but how often it commits is not known yet. */
  #isRhythmAwaited = false;

  constructor(clock: WatchClock, rules: WatchRules, ends: WatchedEnds, commits: WatchedCommits) {
    this.#clock = clock;
    this.#rules = rules;
    this.#ends = ends;
    this.#commits = commits;
    this.#reasons = new PartitionReasons(clock, rules, ends, commits);
  }

  get status(): GroupStatus {
    const status = severity[this.level];
    return status === undefined || status === '' ? 'unknown' : status;
  }

  /** Nothing can be compared. */
  cannotTell(state: OffsetState, reason: string, isAside: boolean): void {
    this.offsetState = state;
    this.lag = null;
    this.lagSeconds = null;
    this.level = UNKNOWN;
    this.reason = reason;
    this.isOnlySince = false;
    this.isAside = isAside;
  }

  /** The topic was made anew since the commit in `commit` (its slot). */
  recreated(commit: number | null, end: number, topic: string, partition: number): void {
    const ago = durationText(this.#clock.nowMs - (this.#ends.madeAnewMs[end] ?? 0));
    const belongs =
      commit === null
        ? 'nothing has been committed since'
        : `offset ${countText(this.#commits.offset[commit] ?? 0)} belongs to the old one`;
    this.cannotTell(
      'recreated',
      `${partitionText(topic, partition)} was deleted and made anew ${ago} ago, ${belongs}`,
      false,
    );
  }

  /** `isOwned`: null where it is not known which member reads which partition. */
  judge(
    slots: { readonly commit: number; readonly end: number },
    move: CommitMove,
    readAtMs: number,
    group: GroupStanding,
    isOwned: boolean | null,
    topic: string,
    partition: number,
  ): void {
    const { commit, end } = slots;
    this.#commit = commit;
    this.#end = end;
    this.isAside = false;
    this.isOnlySince = false;
    this.reason = null;
    const offset = this.#commits.offset[commit] ?? 0;
    const endOffset = this.#ends.end[end] ?? 0;
    const start = this.#ends.start[end] ?? NOT_KNOWN;
    this.lag = endOffset - offset;
    if (offset > endOffset) {
      this.offsetState = 'beyond-end';
      this.lagSeconds = null;
      this.level = UNKNOWN;
      this.reason = `offset ${countText(offset)} of ${partitionText(topic, partition)} lies beyond its end ${countText(endOffset)}: the log was cut, or the commit is wrong`;
      return;
    }
    this.offsetState = start !== NOT_KNOWN && offset < start ? 'before-start' : 'live';
    this.#measureAge(offset, readAtMs);
    const { watchedMs } = this.#clock;
    const isCaughtUp = this.lag === 0 || this.#isEndMark();
    if (isCaughtUp) {
      this.#commits.known[commit] = 1;
      if (move === 'first') this.#commits.cameCaughtUp[commit] = 1;
    }
    if (isCaughtUp || (move !== 'stays' && move !== 'first')) {
      this.#commits.addLag(commit, this.lag, watchedMs);
    }
    this.#isRhythmAwaited = false;
    const raw = isCaughtUp ? OK : this.#rawLevel(group, isOwned);
    const young = this.lagSeconds !== null && !this.lagSeconds.atLeast;
    const isAtOnce =
      isCaughtUp || (raw === OK && young && (this.lagSeconds?.seconds ?? 0) < this.#rules.slowUntilSeconds);
    this.level = this.#settle(raw, isAtOnce);
    if (this.level !== OK || this.#heldByTransactionMs() >= this.#rules.transactionMentionMs) {
      this.#explain(raw, group.isEmpty, isOwned, topic, partition);
    }
  }

  #explain(raw: number, isEmpty: boolean, isOwned: boolean | null, topic: string, partition: number): void {
    // Field by field: with spreads this took 4 microseconds a row.
    this.reason = this.#reasons.of({
      commit: this.#commit,
      end: this.#end,
      raw,
      level: this.level,
      lag: this.lag ?? 0,
      offsetState: this.offsetState,
      heldMs: this.#heldByTransactionMs(),
      blockedMs: this.#blockedMs,
      isFloor: this.#isFloor,
      isRhythmAwaited: this.#isRhythmAwaited,
      isEmpty,
      isOwned,
      topic,
      partition,
    });
    this.isOnlySince = this.#reasons.isOnlySince;
  }

  #measureAge(offset: number, readAtMs: number): void {
    const isThere = this.lag === 0 || this.#isEndMark();
    const arrivedMs = isThere ? null : this.#ends.history.arrivalOf(this.#end, offset);
    this.#isFloor = !isThere && this.#ends.history.isFloor;
    if (arrivedMs === null) {
      this.#unreadMs = 0;
      this.lagSeconds = this.offsetState === 'live' ? caughtUp : null;
      return;
    }
    this.#unreadMs = Math.max(0, this.#clock.steady(readAtMs) - arrivedMs);
    const seconds = Math.round(this.#unreadMs / 100) / 10;
    const saysNothing = this.#isFloor && seconds < 1;
    this.lagSeconds =
      this.offsetState !== 'live' || saysNothing
        ? null
        : seconds === 0
          ? caughtUp
          : { seconds, atLeast: this.#isFloor };
  }

  /** How long there has been something to read, and the commit did not move. */
  get #blockedMs(): number {
    return Math.min(this.#unreadMs, this.#clock.watchedMs - (this.#commits.movedMs[this.#commit] ?? 0));
  }

  /** A consumer of committed records stops before the mark at the end of the last transaction: that is no backlog. */
  #isEndMark(): boolean {
    return this.lag === 1 && this.#ends.transactional[this.#end] === 1 && this.#heldByTransactionMs() === 0;
  }

  /** For how long the group waits where an open transaction begins; 0 when it does not. */
  #heldByTransactionMs(): number {
    const stable = this.#ends.stable[this.#end] ?? NOT_KNOWN;
    const isHeld =
      stable === this.#commits.offset[this.#commit] && stable < (this.#ends.end[this.#end] ?? NOT_KNOWN);
    return isHeld ? this.#clock.watchedMs - (this.#ends.stableSinceMs[this.#end] ?? 0) : 0;
  }

  #rawLevel(group: GroupStanding, isOwned: boolean | null): number {
    const { windowMs, restartMs, rhythmPatience, freshSeconds } = this.#rules;
    const { watchedMs } = this.#clock;
    const commit = this.#commit;
    const isRewound = this.#commits.rewoundFrom[commit] !== NOT_REWOUND;
    if (isRewound && watchedMs - (this.#commits.rewoundMs[commit] ?? 0) < windowMs) return REWOUND;
    const rhythmMs = rhythmPatience * this.#commits.rhythmMs(commit, watchedMs);
    const blockedMs = this.#blockedMs;
    if (group.isEmpty && group.isManaged) {
      const isOver = group.emptyForMs >= restartMs && blockedMs >= Math.max(restartMs, rhythmMs);
      if (isOver) return STOPPED;
    } else if (blockedMs >= windowMs) {
      const patienceMs = this.#patienceMs(group.isQuick || isOwned === false);
      if (blockedMs >= patienceMs) return group.isEmpty || isOwned === false ? STOPPED : STALLED;
    }
    if (Math.min(this.#heldByTransactionMs(), blockedMs) >= windowMs / 2) return STALLED;
    if (this.#isSlow() || this.offsetState === 'before-start') return SLOW;
    if (isRewound) return REWOUND;
    if (this.#isRhythmAwaited) return UNKNOWN;
    const seconds = this.lagSeconds;
    if (seconds !== null && !seconds.atLeast && seconds.seconds <= freshSeconds) return OK;
    const isJudged =
      this.#commits.known[commit] === 1 &&
      watchedMs - (this.#commits.firstSeenMs[commit] ?? 0) >= windowMs / 2;
    return isJudged ? OK : UNKNOWN;
  }

  /** How long it may stand, by its own rhythm as far as that is known. */
  #patienceMs(isQuick: boolean): number {
    const { windowMs, rhythmPatience, newcomerMs } = this.#rules;
    const commits = this.#commits;
    const { watchedMs } = this.#clock;
    const rhythmMs = commits.rhythmMs(this.#commit, watchedMs, !isQuick);
    const isKnown = isQuick || rhythmMs > 0 || commits.cameCaughtUp[this.#commit] === 1;
    if (isKnown || this.#isBacklogOlderThan(newcomerMs)) return Math.max(windowMs, rhythmPatience * rhythmMs);
    this.#isRhythmAwaited = true;
    return newcomerMs;
  }

  /** More waits than arrives in that time, at the pace seen since it is watched: no rhythm so short explains it. */
  #isBacklogOlderThan(ms: number): boolean {
    const { watchedMs, nowMs } = this.#clock;
    const forMs = watchedMs - (this.#commits.firstSeenMs[this.#commit] ?? 0);
    const { history } = this.#ends;
    const arrived = (history.endAt(this.#end, nowMs) ?? 0) - (history.endAt(this.#end, nowMs - forMs) ?? 0);
    return (this.lag ?? 0) * forMs >= arrived * ms;
  }

  /** Records pile up: the lags after commits grow, surely, by a share of what arrives, and the group is behind. */
  #isSlow(): boolean {
    const rules = this.#rules;
    const commits = this.#commits;
    const commit = this.#commit;
    const wasSlow = commits.status[commit] === SLOW;
    const seconds = this.lagSeconds;
    if (seconds !== null && !seconds.atLeast) {
      if (seconds.seconds < (wasSlow ? rules.slowUntilSeconds : rules.slowFromSeconds)) return false;
    }
    const { watchedMs, nowMs } = this.#clock;
    const from = commits.trendFrom(commit, watchedMs);
    if (commits.trendLength < FEWEST_LAGS) return wasSlow;
    const trend = trendOf(commits.trendSeconds, commits.trendLags, from, commits.trendLength);
    if (trend.span * 1_000 < rules.windowMs / 2) return wasSlow;
    if (trend.certainty < (wasSlow ? rules.slowUntilCertainty : rules.slowFromCertainty)) return false;
    if (trend.last < trend.mean) return false;
    const overMs = watchedMs - (commits.trendSeconds[from] ?? 0) * 1_000;
    const { history } = this.#ends;
    const arrived = (history.endAt(this.#end, nowMs) ?? 0) - (history.endAt(this.#end, nowMs - overMs) ?? 0);
    const share = arrived > 0 ? (trend.slope * overMs) / 1_000 / arrived : 0;
    return share >= (wasSlow ? rules.slowUntilShare : rules.slowFromShare);
  }

  /** Worse is said at once, better once it has lasted. */
  #settle(raw: number, isAtOnce: boolean): number {
    const commits = this.#commits;
    const commit = this.#commit;
    const { watchedMs } = this.#clock;
    const said = commits.status[commit] ?? 0;
    const isBetter = raw < said && said > UNKNOWN;
    if (isBetter && !isAtOnce && said !== REWOUND) {
      const sinceMs = commits.betterSinceMs[commit] ?? 0;
      if (sinceMs === 0) commits.betterSinceMs[commit] = watchedMs;
      if (sinceMs === 0 || watchedMs - sinceMs < this.#rules.recoveryMs) return said;
    }
    commits.betterSinceMs[commit] = 0;
    commits.status[commit] = raw;
    return raw;
  }
}

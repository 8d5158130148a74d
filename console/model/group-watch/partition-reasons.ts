/**
 * Why a partition is called what it is called, in a sentence for a person. Made only for what is not well: 88,000 sentences cost
 * more than judging.
 */
import type { OffsetState } from '../../contracts/groups.ts';
import { OK, REWOUND, severity, SLOW, STALLED, STOPPED, UNKNOWN } from './severity.ts';
import { trendOf } from './trend.ts';
import type { WatchClock } from './watch-clock.ts';
import type { WatchRules } from './watch-rules.ts';
import type { WatchedCommits } from './watched-commits.ts';
import type { WatchedEnds } from './watched-ends.ts';
import { countText, durationText, partitionText, rateText, recordsText, timeText } from './words.ts';

export interface Finding {
  /** Slots. */
  readonly commit: number;
  readonly end: number;
  /** What this round says alone, and what is said: the worse of a minute. */
  readonly raw: number;
  readonly level: number;
  readonly lag: number;
  readonly offsetState: OffsetState;
  /** Waits for an open transaction; has something to read and does not move; the latter is a floor. */
  readonly heldMs: number;
  readonly blockedMs: number;
  readonly isFloor: boolean;
  /** ... and whether that is a stall is not known, for want of a rhythm. */
  readonly isRhythmAwaited: boolean;
  readonly isEmpty: boolean;
  readonly isOwned: boolean | null;
  readonly topic: string;
  readonly partition: number;
}

/** One sentence for all that are watched since the same second: right after a start that is every partition there is. */
class SinceTexts {
  #second = NaN;
  #text = '';

  of(wallMs: number): string {
    const second = Math.floor(wallMs / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#text = `watched since ${timeText(wallMs)}`;
    }
    return this.#text;
  }
}

export class PartitionReasons {
  readonly #clock: WatchClock;
  readonly #rules: WatchRules;
  readonly #ends: WatchedEnds;
  readonly #commits: WatchedCommits;
  readonly #since = new SinceTexts();
  /** Of the last `of`: it says nothing of the partition but since when it is watched. */
  isOnlySince = false;

  constructor(clock: WatchClock, rules: WatchRules, ends: WatchedEnds, commits: WatchedCommits) {
    this.#clock = clock;
    this.#rules = rules;
    this.#ends = ends;
    this.#commits = commits;
  }

  of(finding: Finding): string | null {
    const { commit, raw, level, lag, heldMs } = finding;
    this.isOnlySince = false;
    const { watchedMs } = this.#clock;
    if (heldMs >= this.#rules.transactionMentionMs && (level === STALLED || level <= UNKNOWN)) {
      const stable = countText(this.#ends.stable[finding.end] ?? 0);
      return `a transaction that has been open for ${durationText(heldMs)} holds back ${recordsText(lag)} of ${nameOf(finding)}, from offset ${stable} on`;
    }
    if (raw <= UNKNOWN && level > UNKNOWN) {
      const forMs = watchedMs - (this.#commits.betterSinceMs[commit] ?? 0);
      return `${nameOf(finding)} was ${severity[level] ?? ''} until ${durationText(forMs)} ago, and is ${recordsText(lag)} behind`;
    }
    return this.#ofLevel(raw, finding);
  }

  #ofLevel(level: number, finding: Finding): string | null {
    const { commit } = finding;
    const commits = this.#commits;
    const { watchedMs, nowMs } = this.#clock;
    if (level === STOPPED || level === STALLED) return this.#standstill(finding);
    if (level === REWOUND) {
      const [from, to] = [commits.rewoundFrom[commit] ?? 0, commits.rewoundTo[commit] ?? 0];
      const ago = durationText(watchedMs - (commits.rewoundMs[commit] ?? 0));
      return `${nameOf(finding)} was set back from ${countText(from)} to ${countText(to)} ${ago} ago: ${recordsText(from - to)} are read again`;
    }
    if (level === SLOW) {
      const unread = (this.#ends.start[finding.end] ?? 0) - (commits.offset[commit] ?? 0);
      return finding.offsetState === 'before-start'
        ? `${recordsText(unread)} of ${nameOf(finding)} were deleted before they were read`
        : this.#pilingUp(finding);
    }
    if (level === OK) return null;
    if (finding.isRhythmAwaited)
      return `${this.#standstill(finding)}, and how often it commits is not known yet`;
    const sinceMs = nowMs - (watchedMs - (commits.firstSeenMs[commit] ?? 0));
    this.isOnlySince = true;
    return this.#since.of(this.#clock.wall(sinceMs));
  }

  #standstill(finding: Finding): string {
    const { commit, end, offsetState, blockedMs, isFloor, isEmpty, isOwned, lag } = finding;
    const { nowMs } = this.#clock;
    const endOffset = this.#ends.end[end] ?? 0;
    const before = this.#ends.history.endAt(end, nowMs - blockedMs) ?? endOffset;
    const arrived = endOffset - Math.floor(before);
    const isLeast = isFloor || this.#commits.known[commit] === 0;
    const forTime = `${isLeast ? 'at least ' : ''}${durationText(blockedMs)}`;
    const meanwhile =
      arrived > 0 ? `while ${recordsText(arrived)} arrived` : `with ${recordsText(lag)} to read`;
    const ofNobody = isOwned === false ? 'no member of the group reads it: ' : '';
    const who = isEmpty ? 'the group has no members: ' : ofNobody;
    const deleted = (this.#ends.start[end] ?? 0) - (this.#commits.offset[commit] ?? 0);
    const lost =
      offsetState === 'before-start' ? `; ${recordsText(deleted)} were deleted before they were read` : '';
    return `${who}${nameOf(finding)} has not committed for ${forTime} ${meanwhile}${lost}`;
  }

  #pilingUp(finding: Finding): string {
    const { commit, lag } = finding;
    const commits = this.#commits;
    const from = commits.trendFrom(commit, this.#clock.watchedMs);
    const { slope, span } = trendOf(commits.trendSeconds, commits.trendLags, from, commits.trendLength);
    const growth = slope > 0 ? `, growing by ${rateText(slope)} for ${durationText(span * 1_000)}` : '';
    return `${nameOf(finding)} is ${recordsText(lag)} behind${growth}`;
  }
}

function nameOf({ topic, partition }: Finding): string {
  return partitionText(topic, partition);
}

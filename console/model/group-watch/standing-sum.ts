/**
 * What is said of a group, added up from its partitions: sums of what is known, the largest seconds behind, and the worst
 * partition with its reason. What nothing can be said of and nothing is wrong with (no commit yet, a topic that is gone)
 * counts only as long as there is nothing else.
 */
import type { GroupPartition, SecondsBehind } from '../snapshot.ts';
import { NOT_KNOWN, type PartitionJudge } from './judge-partition.ts';
import { OK, UNKNOWN } from './severity.ts';
import { defaultRules } from './watch-rules.ts';
import { durationText, partitionText, recordsText } from './words.ts';

/** Below every level. */
const ASIDE = 0.5;

/** Adds rows up to what is said of their group. */
export class StandingSum {
  readonly partitions: GroupPartition[] = [];
  totalLag: number | null = null;
  known = 0;
  level = 0;
  #seconds: SecondsBehind | null = null;
  /** Of one that is behind it is not known for how long. */
  #isFloor = false;
  #produced: number | null = null;
  #worst: GroupPartition | null = null;
  #worstCount = 0;
  /** Its reason does not name it. */
  #isWorstUnnamed = false;
  #moving = 0;
  #rank = 0;

  add(
    row: GroupPartition,
    { level, isAside, isOnlySince }: PartitionJudge,
    producedPerSec: number | null,
  ): void {
    this.partitions.push(row);
    if (row.lag !== null) {
      this.totalLag = (this.totalLag ?? 0) + Math.max(0, row.lag);
      this.known++;
    }
    if (producedPerSec !== null) this.#produced = (this.#produced ?? 0) + producedPerSec;
    this.#addSeconds(row.lagSeconds);
    if (row.lagSeconds === null && row.lag !== null && row.lag > 0) this.#isFloor = true;
    if (level === OK) this.#moving++;
    const rank = isAside ? ASIDE : level;
    if (rank > this.#rank || this.#worst === null) {
      this.#rank = rank;
      this.level = Math.max(level, isAside ? UNKNOWN : level);
      this.#worst = row;
      this.#isWorstUnnamed = isOnlySince;
      this.#worstCount = 1;
    } else if (rank === this.#rank) {
      this.#worstCount++;
      if ((row.lag ?? NOT_KNOWN) > (this.#worst.lag ?? NOT_KNOWN)) {
        this.#worst = row;
        this.#isWorstUnnamed = isOnlySince;
      }
    }
  }

  /** The largest, and "at least" that where one is not known; null where that would say nothing. */
  get lagSeconds(): SecondsBehind | null {
    if (this.#seconds === null || !this.#isFloor) return this.#seconds;
    return this.#seconds.seconds < 1 ? null : { seconds: this.#seconds.seconds, atLeast: true };
  }

  get producedPerSec(): number | null {
    return this.#produced === null || Number.isNaN(this.#produced) ? null : this.#produced;
  }

  /** Of the worst partition; with how many are like it, and how many go on. */
  get reason(): string | null {
    const reason = this.#worst?.reason ?? null;
    if (reason === null || this.#rank < 1) {
      return reason !== null && this.partitions.length > 1 ? `${reason}, nor for any other` : reason;
    }
    const alike = this.#worstCount > 1 ? ` (and ${String(this.#worstCount - 1)} more)` : '';
    const others =
      this.level > UNKNOWN && this.#moving > 0
        ? `; ${this.#moving === 1 ? 'another one goes' : `${String(this.#moving)} others go`} on`
        : '';
    return `${this.#nameOfWorst}${reason}${alike}${others}`;
  }

  get #nameOfWorst(): string {
    if (this.#worst === null || !this.#isWorstUnnamed) return '';
    const { topic, partition, lag } = this.#worst;
    return `${partitionText(topic, partition)} is ${recordsText(lag ?? 0)} behind, `;
  }

  #addSeconds(seconds: SecondsBehind | null): void {
    if (seconds === null) return;
    const before = this.#seconds;
    if (before === null || (seconds.atLeast === before.atLeast && seconds.seconds > before.seconds)) {
      this.#seconds = seconds;
    } else if (seconds.atLeast || before.atLeast) {
      this.#seconds = { seconds: Math.max(seconds.seconds, before.seconds), atLeast: true };
    }
  }
}

/** Of a group that is well but not near: that it is behind all the same, and whether it catches up. */
export function paceText(
  { lagSeconds, totalLag, level }: StandingSum,
  catchUpSeconds: number | null,
): string | null {
  const seconds = lagSeconds?.seconds ?? 0;
  if (level !== OK || totalLag === null || seconds < defaultRules.freshSeconds) return null;
  const behind = `${recordsText(totalLag)} and ${lagSeconds?.atLeast === true ? 'at least ' : ''}${durationText(seconds * 1_000)} behind`;
  return catchUpSeconds === null
    ? `${behind}, but falls no further back`
    : `${behind}, catches up in about ${durationText(catchUpSeconds * 1_000)}`;
}

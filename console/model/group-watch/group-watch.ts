/**
 * Watches the groups of one cluster over rounds and judges them: times and numbers in, verdicts out. It knows no clock, asks
 * nobody and keeps nothing but numbers in columns; one collector owns it. The rules are in judge-partition.ts and docs/lag.md.
 *
 * A round is `beginRound`, one `judge` per group whose offsets were read, `endRound`. What was not read in a round is not judged
 * in it and is not forgotten either.
 */
import type { GroupStatus } from '../../contracts/groups.ts';
import type { GroupRow } from '../lag.ts';
import type { GroupMember, GroupPartition, SecondsBehind } from '../snapshot.ts';
import { paceText, StandingSum } from './standing-sum.ts';
import { PartitionJudge, type GroupStanding } from './judge-partition.ts';
import { OK, severity } from './severity.ts';
import { WatchClock } from './watch-clock.ts';
import { WatchedCommits } from './watched-commits.ts';
import {
  NO_END,
  partitionIn,
  WatchedEnds,
  type RateLimits,
  type WatchedRound,
  type WatchedTopic,
} from './watched-ends.ts';
import { NO_SLOT, WatchedGroup } from './watched-group.ts';
import { defaultRules, type WatchRules } from './watch-rules.ts';
import { partitionText } from './words.ts';

export interface GroupReading {
  readonly id: string;
  readonly state: string;
  readonly protocolType: string;
  readonly members: readonly GroupMember[] | null;
  /** By topic and partition. */
  readonly rows: readonly GroupRow[];
  /** Wall time. */
  readonly committedAtMs: number;
}

export interface GroupVerdict {
  readonly partitions: readonly GroupPartition[];
  readonly totalLag: number | null;
  readonly committedPerSec: number | null;
  readonly producedPerSec: number | null;
  readonly status: GroupStatus;
  readonly reason: string | null;
  readonly lagSeconds: SecondsBehind | null;
  readonly catchUpSeconds: number | null;
}

/** Rounds between two searches for what can be forgotten. */
const SWEEP_ROUNDS = 30;
/** A rate is taken over at least half an interval and at most three. */
const RATE_MIN_INTERVALS = 0.5;
const RATE_MAX_INTERVALS = 3;

export class GroupWatch {
  readonly #rules: WatchRules;
  readonly #clock: WatchClock;
  readonly #ends: WatchedEnds;
  readonly #commits: WatchedCommits;
  readonly #judge: PartitionJudge;
  readonly #groups = new Map<string, WatchedGroup>();
  readonly #rates: RateLimits;
  #rounds = 0;

  constructor(intervalMs: number, rules: WatchRules = defaultRules) {
    this.#rules = rules;
    this.#rates = { minMs: RATE_MIN_INTERVALS * intervalMs, maxMs: RATE_MAX_INTERVALS * intervalMs };
    this.#clock = new WatchClock(Math.max(rules.maxStepMs, RATE_MAX_INTERVALS * intervalMs));
    this.#ends = new WatchedEnds(this.#clock, this.#rates);
    this.#commits = new WatchedCommits(rules);
    this.#judge = new PartitionJudge(this.#clock, rules, this.#ends, this.#commits);
  }

  /** How many partitions of groups, and of topics, are remembered. */
  get size(): { readonly commits: number; readonly ends: number } {
    return { commits: this.#commits.size, ends: this.#ends.size };
  }

  beginRound(round: WatchedRound): void {
    this.#clock.advance(round.atMs);
    this.#ends.beginRound(round);
  }

  endRound(): void {
    if (++this.#rounds % SWEEP_ROUNDS !== 0) return;
    const beforeMs = this.#clock.watchedMs - this.#rules.keepMs;
    const isOver = (slot: number): boolean => (this.#commits.lastSeenMs[slot] ?? 0) < beforeMs;
    for (const [id, group] of this.#groups) {
      const over = group.lastSeenMs < beforeMs ? group.allSlots() : group.dropGone(isOver);
      for (const slot of over) this.#commits.giveBack(slot);
      if (group.lastSeenMs < beforeMs) this.#groups.delete(id);
      else for (const topic of group.topics) this.#ends.use(topic);
    }
    this.#ends.forget(beforeMs - this.#rules.keepMs);
  }

  judge(reading: GroupReading): GroupVerdict {
    const group = this.#groupOf(reading.id);
    const hasLost = group.follow(reading.rows, this.#ends);
    const standing = this.#standingOf(reading, group);
    const ownership = ownershipOf(reading);
    const verdict = new StandingSum();
    for (let index = 0; index < reading.rows.length; index++) {
      const [row, topic] = [reading.rows[index], group.topics[index]];
      if (row === undefined || topic === undefined) continue;
      const end = this.#judgeRow(row, index, topic, group, standing, reading.committedAtMs, ownership);
      const told = this.#rowOf(row, end, group.told[index]);
      verdict.add(told, this.#judge, this.#rateOf(row, end));
    }
    for (const row of this.#remadeRows(group)) verdict.add(row, this.#judge, null);
    if (hasLost) group.rateAtMs = null;
    group.told = verdict.partitions;
    const committedPerSec = this.#committedRate(group, reading.committedAtMs);
    return this.#groupVerdict(verdict, group, reading, committedPerSec);
  }

  #groupOf(id: string): WatchedGroup {
    let group = this.#groups.get(id);
    if (group === undefined) {
      group = new WatchedGroup(this.#clock.watchedMs);
      this.#groups.set(id, group);
    }
    group.lastSeenMs = this.#clock.watchedMs;
    return group;
  }

  #standingOf({ members, state, protocolType }: GroupReading, group: WatchedGroup): GroupStanding {
    const { watchedMs } = this.#clock;
    const isEmpty = (state === 'Empty' || state === 'Dead') && (members?.length ?? 0) === 0;
    group.emptySinceMs = isEmpty ? (group.emptySinceMs ?? watchedMs) : null;
    return {
      isEmpty,
      emptyForMs: watchedMs - (group.emptySinceMs ?? watchedMs),
      isManaged: protocolType !== '',
      isQuick: group.isQuick,
    };
  }

  /** Judges one row, and answers the slot of its end, `NO_END` where the end is not known. */
  #judgeRow(
    row: GroupRow,
    index: number,
    topic: WatchedTopic,
    group: WatchedGroup,
    standing: GroupStanding,
    committedAtMs: number,
    isOwnershipKnown: boolean,
  ): number {
    const end = this.#endOf(group, index, topic, row.partition);
    let commit = group.slots[index] ?? NO_SLOT;
    if (end === NO_END) {
      if (commit !== NO_SLOT) this.#commits.lastSeenMs[commit] = this.#clock.watchedMs;
      this.#judge.cannotTell('no-end', noEndText(topic, row.partition), topic.snapshot === null);
      return end;
    }
    const making = this.#ends.making[end] ?? 0;
    if (row.offset === null) {
      const isRemade = commit !== NO_SLOT && this.#commits.making[commit] !== making;
      if (isRemade) this.#judge.recreated(null, end, row.topic, row.partition);
      else
        this.#judge.cannotTell(
          'no-commit',
          `nothing has been committed for ${partitionText(row.topic, row.partition)}`,
          true,
        );
      return end;
    }
    const { watchedMs } = this.#clock;
    let move: 'first' | ReturnType<WatchedCommits['observe']> = 'first';
    if (commit === NO_SLOT) {
      commit = this.#commits.add(row.offset, making, watchedMs);
      group.slots[index] = commit;
    } else {
      const arrivedMs =
        row.offset === this.#commits.offset[commit]
          ? null
          : this.#ends.history.arrivalOf(end, this.#commits.offset[commit] ?? 0);
      const unreadMs = arrivedMs === null ? 0 : this.#clock.nowMs - arrivedMs;
      move = this.#commits.observe(commit, row.offset, making, watchedMs, unreadMs);
      if (this.#commits.making[commit] !== making) {
        this.#judge.recreated(commit, end, row.topic, row.partition);
        return end;
      }
      if (move === 'rewound') group.catchUp.restart();
      if (move === 'advanced') group.noteCommit(watchedMs, this.#rules);
    }
    const isOwned = isOwnershipKnown ? row.member !== null : null;
    this.#judge.judge({ commit, end }, move, committedAtMs, standing, isOwned, row.topic, row.partition);
    return end;
  }

  /** The slot of a row's end when it is known in this round, else `NO_END`. */
  #endOf(group: WatchedGroup, index: number, topic: WatchedTopic, partition: number): number {
    let end = group.ends[index] ?? NO_END;
    if (end === NO_END) {
      end = this.#ends.slotOf(topic, partition);
      group.ends[index] = end;
    }
    return end === NO_END || this.#ends.end[end] === NO_END ? NO_END : end;
  }

  /** The row of the round before where nothing in it is different: of a large cluster most are. */
  #rowOf(row: GroupRow, end: number, before: GroupPartition | undefined): GroupPartition {
    const { lag, lagSeconds, offsetState, status, reason } = this.#judge;
    const logEndOffset = end === NO_END ? null : (this.#ends.end[end] ?? null);
    const { topic, partition, offset, member } = row;
    const isSame =
      before !== undefined &&
      before.logEndOffset === logEndOffset &&
      before.committedOffset === offset &&
      before.lagSeconds === lagSeconds &&
      before.status === status &&
      before.reason === reason &&
      before.offsetState === offsetState &&
      before.lag === lag &&
      before.memberId === (member?.memberId ?? null) &&
      before.partition === partition &&
      before.topic === topic &&
      before.clientId === (member?.clientId ?? null) &&
      before.host === (member?.host ?? null);
    if (isSame) return before;
    return {
      topic,
      partition,
      committedOffset: offset,
      logEndOffset,
      offsetState,
      lag,
      lagSeconds,
      status,
      reason,
      memberId: member?.memberId ?? null,
      clientId: member?.clientId ?? null,
      host: member?.host ?? null,
    };
  }

  #rateOf(row: GroupRow, end: number): number | null {
    return row.offset === null ? null : end === NO_END ? NaN : (this.#ends.perSecond[end] ?? NaN);
  }

  /** Partitions whose commit went with their topic, which is there again: Kafka tells no row for them. */
  *#remadeRows(group: WatchedGroup): Generator<GroupPartition> {
    for (const { topic, partition, slot } of group.gone) {
      const end = this.#ends.slotOf(this.#ends.topicOf(topic), partition);
      if (end === NO_END || this.#ends.end[end] === NO_END) continue;
      if (this.#ends.making[end] === this.#commits.making[slot]) continue;
      this.#judge.recreated(null, end, topic, partition);
      yield this.#rowOf({ topic, partition, offset: null, member: null }, end, undefined);
    }
  }

  /** Null at first, after a gap, a set-back, and where a partition came or went. */
  #committedRate(group: WatchedGroup, committedAtMs: number): number | null {
    const atMs = this.#clock.steady(committedAtMs);
    const { offset, rateOffset } = this.#commits;
    const elapsedMs = group.rateAtMs === null ? null : atMs - group.rateAtMs;
    if (elapsedMs !== null && elapsedMs < this.#rates.minMs) return group.committedPerSec;
    let growth = 0;
    for (const slot of group.slots) {
      if (slot === NO_SLOT) continue;
      const grown = (offset[slot] ?? 0) - (rateOffset[slot] ?? 0);
      growth = grown < 0 ? NaN : growth + grown;
      rateOffset[slot] = offset[slot] ?? 0;
    }
    group.rateAtMs = atMs;
    const isKnown = elapsedMs !== null && elapsedMs <= this.#rates.maxMs && !Number.isNaN(growth);
    group.committedPerSec = isKnown ? (growth * 1_000) / elapsedMs : null;
    return group.committedPerSec;
  }

  #groupVerdict(
    sums: StandingSum,
    group: WatchedGroup,
    { members, state }: GroupReading,
    committedPerSec: number | null,
  ): GroupVerdict {
    const { partitions, totalLag } = sums;
    const { catchUp } = group;
    if (totalLag !== null && sums.known > 0) catchUp.add(this.#clock.watchedMs, totalLag, sums.known);
    const { lagSeconds } = sums;
    const isNear =
      totalLag === 0 ||
      (sums.level === OK &&
        lagSeconds !== null &&
        !lagSeconds.atLeast &&
        lagSeconds.seconds < this.#rules.slowUntilSeconds);
    const catchUpSeconds = totalLag === null ? null : isNear ? 0 : catchUp.estimate(totalLag);
    const status = severity[sums.level];
    return {
      partitions,
      totalLag,
      committedPerSec,
      producedPerSec: sums.producedPerSec,
      status: status === undefined || status === '' ? 'unknown' : status,
      reason:
        partitions.length === 0
          ? `the group has no partitions${members !== null && members.length > 0 ? ` yet: it is ${state}` : ''}`
          : (sums.reason ?? paceText(sums, catchUpSeconds)),
      lagSeconds,
      catchUpSeconds,
    };
  }
}

function noEndText({ name, snapshot }: WatchedTopic, partition: number): string {
  if (snapshot === null) return `there is no topic ${name} any more`;
  const isLeaderless = partitionIn(snapshot, partition)?.leader === null;
  const why = snapshot.error !== null ? `: ${snapshot.error}` : isLeaderless ? ': it has no leader' : '';
  return `the end of ${partitionText(name, partition)} is not known${why}`;
}

/** Whether it is known which member reads which partition: settled, and every assignment readable. */
function ownershipOf({ members, state }: GroupReading): boolean {
  return (
    state === 'Stable' &&
    members !== null &&
    members.length > 0 &&
    members.every(({ assignment }) => assignment !== null)
  );
}

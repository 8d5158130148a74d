/**
 * What a leader knows about the others in its epoch: how far each replica has fetched and when, and with that what a
 * majority has, whether a majority still listens (check-quorum), who must be told again that the epoch began, and who
 * would be the best successor. Observers are listed for DescribeQuorum and count for nothing.
 */
import { majorityOf } from './quorum-rules.ts';

export interface ReplicaProgress {
  /** Null until the replica has fetched at a position that fits the leader's log. */
  endOffset: number | null;
  /** Null until it has fetched in this epoch. */
  lastFetchMs: number | null;
  /** When it last had all that the leader had then; null before that. */
  lastCaughtUpMs: number | null;
  /** Where the leader's log ended at its last fetch. */
  leaderEndOffset: number | null;
}

const SILENT: ReplicaProgress = {
  endOffset: null,
  lastFetchMs: null,
  lastCaughtUpMs: null,
  leaderEndOffset: null,
};

export interface VoterProgress extends ReplicaProgress {
  /** When it is told (again) that the epoch began, unless it fetches before. */
  nextBeginMs: number;
}

/** Observers that may be remembered; the one longest silent gives way. */
const MAX_OBSERVERS = 1000;

export class LeaderProgress {
  readonly #others = new Map<number, VoterProgress>();
  readonly #observers = new Map<number, ReplicaProgress>();
  readonly #sinceMs: number;
  readonly #fetchTimeoutMs: number;

  constructor(otherVoters: readonly number[], nowMs: number, fetchTimeoutMs: number) {
    for (const id of otherVoters) {
      this.#others.set(id, { ...SILENT, nextBeginMs: nowMs });
    }
    this.#sinceMs = nowMs;
    this.#fetchTimeoutMs = fetchTimeoutMs;
  }

  /**
   * A Fetch or FetchSnapshot in this epoch; `endOffset` null when its position did not fit. Who now has what the leader
   * had at the fetch before this had caught up then.
   */
  noteFetch(replicaId: number, endOffset: number | null, leaderEndOffset: number, nowMs: number): void {
    const voter = this.#others.get(replicaId);
    if (voter !== undefined) voter.nextBeginMs = this.#nextReminder(nowMs);
    const replica = voter ?? this.#observer(replicaId);
    if (endOffset !== null && endOffset >= leaderEndOffset) replica.lastCaughtUpMs = nowMs;
    else if (endOffset !== null && endOffset >= (replica.leaderEndOffset ?? Infinity)) {
      replica.lastCaughtUpMs = replica.lastFetchMs;
    }
    replica.leaderEndOffset = leaderEndOffset;
    replica.lastFetchMs = nowMs;
    // A replica that lost its disk goes back: what it no longer has must not count.
    if (endOffset !== null) replica.endOffset = endOffset;
  }

  noteBeginAnswered(voterId: number, nowMs: number): void {
    const voter = this.#others.get(voterId);
    if (voter !== undefined) voter.nextBeginMs = this.#nextReminder(nowMs);
  }

  votersToTell(nowMs: number): number[] {
    return [...this.#others].filter(([, voter]) => voter.nextBeginMs <= nowMs).map(([id]) => id);
  }

  endOffsets(ownEndOffset: number): number[] {
    return [ownEndOffset, ...[...this.#others.values()].map((voter) => voter.endOffset ?? 0)];
  }

  /** From then on a majority has been silent for 1.5 fetch timeouts. Never, when the leader is a majority alone. */
  checkQuorumDeadlineMs(): number {
    const needed = majorityOf(this.#others.size + 1) - 1;
    if (needed === 0) return Infinity;
    const times = [...this.#others.values()].map((voter) => voter.lastFetchMs ?? this.#sinceMs);
    const heardMs = times.sort((left, right) => right - left)[needed - 1] ?? this.#sinceMs;
    return heardMs + 1.5 * this.#fetchTimeoutMs;
  }

  /** Who has most comes first. */
  preferredSuccessors(): number[] {
    const ranked = [...this.#others].sort(([, left], [, right]) => rank(right) - rank(left));
    return ranked.map(([id]) => id);
  }

  get voters(): ReadonlyMap<number, Readonly<VoterProgress>> {
    return this.#others;
  }

  get observers(): ReadonlyMap<number, Readonly<ReplicaProgress>> {
    return this.#observers;
  }

  #nextReminder(nowMs: number): number {
    return nowMs + this.#fetchTimeoutMs / 2;
  }

  #observer(replicaId: number): ReplicaProgress {
    const known = this.#observers.get(replicaId) ?? { ...SILENT };
    // Set anew, so that the map's order is the order of the last fetches.
    this.#observers.delete(replicaId);
    const oldest = this.#observers.keys().next();
    if (this.#observers.size >= MAX_OBSERVERS && oldest.done !== true) this.#observers.delete(oldest.value);
    this.#observers.set(replicaId, known);
    return known;
  }
}

function rank(voter: ReplicaProgress): number {
  return voter.endOffset ?? -1;
}

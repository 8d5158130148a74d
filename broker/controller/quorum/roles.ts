/**
 * What a member of the quorum is at one moment, with what it must remember only as long as it is that. "Voted" is no
 * role: it is a fact of the epoch, kept beside the role, and the same goes for the epoch itself.
 */
import type { LeaderProgress } from './leader-progress.ts';
import type { OffsetAndEpoch } from './quorum-messages.ts';
import { majorityOf } from './quorum-rules.ts';

/** Knows no leader in its epoch. A voter waits for one until the deadline; an observer for ever (Infinity). */
export interface Unattached {
  readonly name: 'unattached';
  electionDeadlineMs: number;
}

/** Asks whether it would be elected, without disturbing anyone's epoch (KIP-996). */
export interface Prospective {
  readonly name: 'prospective';
  /** The leader it could not fetch from; it returns to it when the others still have it. */
  readonly leaderId: number | null;
  readonly votes: Votes;
  readonly electionDeadlineMs: number;
}

/** Stands for election in an epoch of its own, in which it has voted for itself. */
export interface Candidate {
  readonly name: 'candidate';
  readonly votes: Votes;
  readonly electionDeadlineMs: number;
  /** Lost already; until then it lets others try. */
  backoffUntilMs: number | null;
}

export interface ParkedFetch {
  readonly correlation: number;
  readonly fetchOffset: number;
  readonly highWatermark: number;
  readonly deadlineMs: number;
}

export interface Leader {
  readonly name: 'leader';
  /** Offset of its LEADER_CHANGE record. */
  readonly epochStartOffset: number;
  readonly progress: LeaderProgress;
  /** Fetches with nothing to bring, one a replica. */
  readonly parked: Map<number, ParkedFetch>;
}

export interface Follower {
  readonly name: 'follower';
  readonly leaderId: number;
  fetchDeadlineMs: number;
  hasFetched: boolean;
  /** The leader said that it steps down: nobody to fetch from. */
  leaderResigned: boolean;
  /** The high watermark of a leader whose log is known to agree with all of ours; null before that is known. */
  leaderHighWatermark: number | null;
  /** Being fetched by the shell; meanwhile nothing else is. */
  snapshotId: OffsetAndEpoch | null;
}

/** The leader is known to be none any more: it is not missed, and others may be helped into office at once. */
export function giveUpLeader(role: Follower, electionAtMs: number): void {
  role.leaderResigned = true;
  role.hasFetched = false;
  role.fetchDeadlineMs = Math.min(role.fetchDeadlineMs, electionAtMs);
}

/** Was leader in this epoch and will not be again: steps aside, and tells the others. */
export interface Resigned {
  readonly name: 'resigned';
  readonly electionDeadlineMs: number;
  readonly preferredSuccessors: readonly number[];
  /** Voters that need not be told (again). */
  readonly told: Set<number>;
}

export type Role = Unattached | Prospective | Candidate | Leader | Follower | Resigned;

/** Votes of one election. Who has answered is not asked again. */
export class Votes {
  readonly #voters: readonly number[];
  readonly #answers = new Map<number, boolean>();

  /** The one who stands for election is for it. */
  constructor(voters: readonly number[], selfId: number) {
    this.#voters = voters;
    this.#answers.set(selfId, true);
  }

  note(voterId: number, isGranted: boolean): void {
    this.#answers.set(voterId, isGranted);
  }

  get missing(): number[] {
    return this.#voters.filter((id) => !this.#answers.has(id));
  }

  get granting(): number[] {
    return this.#voters.filter((id) => this.#answers.get(id) === true);
  }

  get isWon(): boolean {
    return this.granting.length >= majorityOf(this.#voters.length);
  }

  /** Even with every vote that is still out it could not be won. */
  get isLost(): boolean {
    return this.granting.length + this.missing.length < majorityOf(this.#voters.length);
  }
}

/** Whom a role knows to lead. One that has resigned leads no more. */
export function leaderOf(role: Role, localId: number): number | null {
  if (role.name === 'leader') return localId;
  return role.name === 'follower' || role.name === 'prospective' ? role.leaderId : null;
}

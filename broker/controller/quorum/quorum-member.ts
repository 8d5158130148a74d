/**
 * The state of one member of the quorum and the transitions between its roles; who calls them, and when, is decided in
 * the files beside this one. Every transition first emits what must be persisted, so whatever is sent afterwards comes
 * behind it in the order of effects.
 *
 * Invariants: the epoch never falls; in one epoch there is at most one vote and at most one leader, and neither is
 * replaced; the high watermark never falls and the log is never cut below it.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import { LeaderProgress } from './leader-progress.ts';
import type {
  ElectionState,
  QuorumEffect,
  QuorumLog,
  QuorumOptions,
  QuorumTimeouts,
} from './quorum-effects.ts';
import type {
  FetchAnswerToSend,
  OffsetAndEpoch,
  QuorumAnswerToSend,
  QuorumRequest,
} from './quorum-messages.ts';
import { type QuorumRules, quorumRules } from './quorum-rules.ts';
import { RequestSlots } from './request-slots.ts';
import { type Follower, giveUpLeader, type Leader, leaderOf, type Role, Votes } from './roles.ts';

/** Between the first and the second voter that stand because their leader's process is gone; and so on. */
const STAND_IN_STEP_MS = 40;
const STAND_IN_JITTER_MS = 10;
const MAX_TIMES_GIVEN_UP = 5;
/** In a hurry, after helping another one: so long to twice as long. */
const AFTER_PRE_VOTE_MS = 100;
const AFTER_VOTE_MS = 250;
/** After a lost vote in a hurry. */
const HURRIED_RETRY_MS = 100;
/** Longest pause after a first lost election; twice as long after each further one, up to the configured one. */
const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_DOUBLINGS = 10;

type LogChange = 'append' | 'appendFetched' | 'appendLeaderChange' | 'truncateTo' | 'installSnapshot';

export class QuorumMember<Entries> {
  readonly localId: number;
  readonly voters: readonly number[];
  readonly timeouts: QuorumTimeouts;
  readonly log: QuorumLog;
  readonly rules: QuorumRules;
  readonly slots: RequestSlots;
  readonly isVoter: boolean;
  readonly #random: QuorumOptions['random'];
  readonly #firstElectionMs: number | null;
  #role: Role;
  #epoch: number;
  #votedId: number | null;
  #highWatermark: number;
  #persisted: ElectionState | null;
  #announced: { readonly epoch: number; readonly leaderId: number | null };
  #effects: QuorumEffect<Entries>[] = [];
  #isLogChanging = false;
  /** It is certain that nobody leads: until then a lost vote is tried again soon. */
  #hurryUntilMs = -Infinity;
  /** How often, and in which epoch, a leader was given up because nobody listens at its address. */
  #givenUp = { epoch: -1, times: 0 };
  #lostElections = 0;

  constructor(options: QuorumOptions, nowMs: number) {
    const { localId, voters, timeouts, log, random } = options;
    assert(
      voters.length > 0 && new Set(voters).size === voters.length,
      'the voters are at least one, each once',
    );
    this.localId = localId;
    this.voters = voters;
    this.timeouts = timeouts;
    this.log = log;
    this.rules = options.rules ?? quorumRules;
    this.slots = new RequestSlots(timeouts);
    this.#random = random;
    this.isVoter = options.mayVote !== false && voters.includes(localId);
    this.#firstElectionMs = options.firstElectionMs ?? null;
    if (options.firstElectionMs !== undefined) this.#hurryUntilMs = nowMs + timeouts.electionTimeoutMs;
    this.#persisted = options.electionState;
    this.#highWatermark = log.startOffset();
    // The file was lost: no vote of ours can be remembered, but the log still says which epochs there were.
    const isStateUsable = options.electionState !== null && options.electionState.epoch >= log.lastEpoch();
    const state = isStateUsable ? options.electionState : null;
    this.#epoch = state?.epoch ?? log.lastEpoch();
    this.#votedId = state?.votedId ?? null;
    this.#announced = { epoch: this.#epoch, leaderId: null };
    this.#role = this.#roleAtStart(state?.leaderId ?? null, nowMs);
    this.#announce();
  }

  get role(): Role {
    return this.#role;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get votedId(): number | null {
    return this.#votedId;
  }

  get highWatermark(): number {
    return this.#highWatermark;
  }

  get leaderId(): number | null {
    return leaderOf(this.#role, this.localId);
  }

  /** For others. Not one that is known to be gone: who asks must not go back to it. */
  get leaderToName(): number | null {
    const role = this.#role;
    return role.name === 'follower' && role.leaderResigned ? null : this.leaderId;
  }

  get otherVoters(): number[] {
    return this.voters.filter((id) => id !== this.localId);
  }

  get logEnd(): OffsetAndEpoch {
    return { offset: this.log.endOffset(), epoch: this.log.lastEpoch() };
  }

  get effects(): readonly QuorumEffect<Entries>[] {
    return this.#effects;
  }

  /** The log will look different once the effects are done: nothing may be said about it before that. */
  get isLogChanging(): boolean {
    return this.#isLogChanging;
  }

  clearEffects(): void {
    this.#effects = [];
    this.#isLogChanging = false;
  }

  emit(effect: QuorumEffect<Entries>): void {
    this.#effects.push(effect);
  }

  emitLogChange(
    effect: QuorumEffect<Entries> & {
      kind: LogChange;
    },
  ): void {
    assert(!this.#isLogChanging, 'the log changes once between ready and advance');
    this.#isLogChanging = true;
    this.emit(effect);
  }

  send(to: number, request: QuorumRequest, nowMs: number): void {
    this.emit({ kind: 'send', to, requestId: this.slots.take(to, request, nowMs), request });
  }

  reply(correlation: number, answer: QuorumAnswerToSend): void {
    this.emit({ kind: 'reply', correlation, answer });
  }

  /** To a Fetch that waited here, or comes here, for a leader that is elsewhere or nowhere. */
  fetchRefusal(errorCode: number = ErrorCode.NOT_LEADER_OR_FOLLOWER): FetchAnswerToSend {
    const { epoch, leaderToName: leaderId, highWatermark } = this;
    const nothing = { diverging: null, snapshotId: null, entriesFrom: null };
    return { kind: 'fetch', errorCode, epoch, leaderId, highWatermark, ...nothing };
  }

  randomBelow(bound: number): number {
    return this.#random.below(bound);
  }

  /** Once to twice the election timeout, so that two seldom stand at once; a voter alone has nobody to wait for. */
  randomElectionDeadline(nowMs: number): number {
    if (this.voters.length === 1) return nowMs;
    const { electionTimeoutMs } = this.timeouts;
    return nowMs + electionTimeoutMs + this.#random.below(electionTimeoutMs);
  }

  /** Each lost election of a row doubles the longest pause after it. */
  lostElectionBackoff(): number {
    const doublings = Math.min(this.#lostElections++, MAX_BACKOFF_DOUBLINGS);
    const longestMs = Math.min(this.timeouts.electionBackoffMaxMs, FIRST_BACKOFF_MS * 2 ** doublings);
    return 1 + this.#random.below(longestMs);
  }

  /**
   * Nobody listens at the leader's address, or it says itself that it does not lead. The voters stand one after the other. A few times an epoch, later each time: others
   * that have not noticed yet still name that leader; but should it live and only be out of this member's reach, then it must
   * not be doubted again and again.
   */
  giveUpGone(role: Follower, nowMs: number): void {
    const times = this.#givenUp.epoch === this.#epoch ? this.#givenUp.times : 0;
    if (role.leaderResigned || times >= MAX_TIMES_GIVEN_UP) return;
    this.#givenUp = { epoch: this.#epoch, times: times + 1 };
    this.#hurryUntilMs = nowMs + this.timeouts.electionTimeoutMs;
    const place = Math.max(0, this.voters.filter((id) => id !== role.leaderId).indexOf(this.localId));
    const delayMs = (place + times) * STAND_IN_STEP_MS + 1 + this.#random.below(STAND_IN_JITTER_MS);
    giveUpLeader(role, nowMs + delayMs);
  }

  raiseHighWatermark(offset: number): void {
    if (offset <= this.#highWatermark) return;
    this.#highWatermark = offset;
    this.emit({ kind: 'highWatermark', offset });
  }

  /** A newer epoch without a known leader, or the same one after nobody could be elected in it. */
  becomeUnattached(epoch: number, nowMs: number): void {
    assert(epoch >= this.#epoch, 'an epoch never falls');
    const electionDeadlineMs = this.isVoter ? this.#unattachedDeadline(epoch, nowMs) : Infinity;
    this.#enter({ name: 'unattached', electionDeadlineMs }, epoch);
  }

  becomeFollower(epoch: number, leaderId: number, nowMs: number): void {
    const isNews = epoch > this.#epoch || this.leaderId === null || this.leaderId === leaderId;
    assert(epoch >= this.#epoch && isNews, 'an epoch has one leader');
    assert(leaderId !== this.localId, 'nobody follows itself');
    this.#lostElections = 0;
    this.#enter(newFollower(leaderId, nowMs + this.timeouts.fetchTimeoutMs), epoch);
  }

  becomeProspective(leaderId: number | null, nowMs: number): void {
    assert(this.isVoter, 'an observer does not stand for election');
    const votes = new Votes(this.voters, this.localId);
    const electionDeadlineMs = this.randomElectionDeadline(nowMs);
    this.#enter({ name: 'prospective', leaderId, votes, electionDeadlineMs }, this.#epoch);
  }

  becomeCandidate(nowMs: number): void {
    assert(this.isVoter, 'an observer does not stand for election');
    const votes = new Votes(this.voters, this.localId);
    const electionDeadlineMs = this.randomElectionDeadline(nowMs);
    const role = { name: 'candidate', votes, electionDeadlineMs, backoffUntilMs: null } as const;
    this.#enter(role, this.#epoch + 1, this.localId);
  }

  becomeLeader(nowMs: number): void {
    const role = this.#role;
    assert(role.name === 'candidate' && role.votes.isWon, 'only a candidate with a majority leads');
    this.#lostElections = 0;
    const progress = new LeaderProgress(this.otherVoters, nowMs, this.timeouts.fetchTimeoutMs);
    const epochStartOffset = this.log.endOffset();
    this.#enter({ name: 'leader', epochStartOffset, progress, parked: new Map() }, this.#epoch);
    this.emitLogChange({
      kind: 'appendLeaderChange',
      epoch: this.#epoch,
      leaderId: this.localId,
      voters: this.voters,
      grantingVoters: role.votes.granting,
    });
    this.emit({ kind: 'becameLeader', epoch: this.#epoch, epochStartOffset });
  }

  becomeResigned(leader: Leader, nowMs: number): void {
    const electionDeadlineMs = this.randomElectionDeadline(nowMs);
    const preferredSuccessors = leader.progress.preferredSuccessors();
    this.#enter({ name: 'resigned', electionDeadlineMs, preferredSuccessors, told: new Set() }, this.#epoch);
  }

  grantVote(candidateId: number): void {
    assert(this.#votedId === null || this.#votedId === candidateId, 'one vote in an epoch');
    this.#votedId = candidateId;
    this.#persist();
  }

  /**
   * In a hurry all would stand at the same time, and nobody be elected: who has helped another one lets it try first. At
   * any other time someone else's attempt does not put off an own one.
   */
  makeWay(preVote: boolean, nowMs: number): void {
    if (nowMs >= this.#hurryUntilMs) return;
    if (this.#role.name === 'prospective' && !preVote) this.becomeUnattached(this.#epoch, nowMs);
    const role = this.#role;
    if (role.name !== 'unattached') return;
    const pauseMs = preVote ? AFTER_PRE_VOTE_MS : AFTER_VOTE_MS;
    const deadlineMs = nowMs + pauseMs + this.#random.below(pauseMs);
    role.electionDeadlineMs = preVote ? Math.max(role.electionDeadlineMs, deadlineMs) : deadlineMs;
  }

  #enter(role: Role, epoch: number, votedId: number | null = null): void {
    const old = this.#role;
    const oldEpoch = this.#epoch;
    if (epoch > oldEpoch) this.#votedId = votedId;
    this.#epoch = epoch;
    this.#role = role;
    this.slots.abandonAll();
    this.#persist();
    if (old.name === 'leader') {
      this.emit({ kind: 'lostLeadership', epoch: oldEpoch });
      for (const { correlation } of old.parked.values()) this.reply(correlation, this.fetchRefusal());
    }
    this.#announce();
  }

  #persist(): void {
    // Who resigned has still been the leader of this epoch, and must know that after a restart.
    const leaderId = this.#role.name === 'resigned' ? this.localId : this.leaderId;
    const state = { epoch: this.#epoch, leaderId, votedId: this.#votedId };
    const last = this.#persisted;
    const isKnown =
      last?.epoch === state.epoch && last.leaderId === leaderId && last.votedId === state.votedId;
    if (isKnown) return;
    this.#persisted = state;
    this.emit({ kind: 'persist', state });
  }

  #announce(): void {
    const now = { epoch: this.#epoch, leaderId: this.leaderId };
    if (now.epoch === this.#announced.epoch && now.leaderId === this.#announced.leaderId) return;
    this.#announced = now;
    this.emit({ kind: 'leaderChanged', ...now });
  }

  /** A leader that restarts has lost track of its followers: it leads no more in that epoch. */
  #roleAtStart(leaderId: number | null, nowMs: number): Role {
    if (!this.isVoter) return { name: 'unattached', electionDeadlineMs: Infinity };
    if (leaderId === this.localId) {
      const electionDeadlineMs = this.#firstElectionDeadline(nowMs);
      return { name: 'resigned', electionDeadlineMs, preferredSuccessors: [], told: new Set(this.voters) };
    }
    if (leaderId !== null) return newFollower(leaderId, nowMs + this.timeouts.fetchTimeoutMs);
    return { name: 'unattached', electionDeadlineMs: this.#firstElectionDeadline(nowMs) };
  }

  #firstElectionDeadline(nowMs: number): number {
    const longestMs = this.#firstElectionMs;
    if (longestMs === null || this.voters.length === 1) return this.randomElectionDeadline(nowMs);
    return nowMs + this.#random.below(longestMs);
  }

  /** Someone else's election does not prolong the wait that has begun: nobody is kept from standing by others' attempts. */
  #unattachedDeadline(epoch: number, nowMs: number): number {
    const role = this.#role;
    if (epoch > this.#epoch && role.name !== 'leader' && role.name !== 'resigned') {
      return Math.max(nowMs, role.name === 'follower' ? role.fetchDeadlineMs : role.electionDeadlineMs);
    }
    if (nowMs >= this.#hurryUntilMs || this.voters.length === 1) return this.randomElectionDeadline(nowMs);
    return nowMs + 1 + this.#random.below(HURRIED_RETRY_MS);
  }
}

function newFollower(leaderId: number, fetchDeadlineMs: number): Role {
  const nothingYet = {
    hasFetched: false,
    leaderResigned: false,
    leaderHighWatermark: null,
    snapshotId: null,
  };
  return { name: 'follower', leaderId, fetchDeadlineMs, ...nothingYet };
}

export function assert(isTrue: boolean, rule: string): asserts isTrue {
  if (!isTrue) throw new Error(`The metadata quorum broke its own rule: ${rule}.`);
}

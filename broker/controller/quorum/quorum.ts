/**
 * The metadata quorum by KRaft's rules as a state machine without clock, disk or network: who leads the metadata log,
 * what is committed in it, and what every member must do for that (KIP-595, with pre-votes of KIP-996). It is for the
 * controllers of a cluster, which agree through it on one log of metadata records.
 *
 * Give it one input (`step`, `tick`, `propose` ...), then until `ready()` is empty: do its effects in their order and
 * call `advance()`. The contract about what must be on the device before what is with the effects. Call `tick` no
 * later than at `nextDeadlineMs`. Time is monotonic milliseconds from any origin and may not fall.
 *
 * It does not know bytes, sockets, endpoints, snapshots' contents or the records' meaning. The voters are fixed.
 */
import { advanceRole, nextDeadlineMs } from './advance-role.ts';
import { answerRequest } from './answer-request.ts';
import type { QuorumEffect, QuorumOptions } from './quorum-effects.ts';
import { assert, QuorumMember } from './quorum-member.ts';
import type { OffsetAndEpoch, QuorumMessage } from './quorum-messages.ts';
import type { ReplicaProgress } from './leader-progress.ts';
import type { RoleName } from './quorum-rules.ts';
import { takeAnswer, takeFailure } from './take-answer.ts';

/** What a member says of itself, for metrics and DescribeQuorum. */
export interface QuorumStatus {
  readonly role: RoleName;
  readonly epoch: number;
  readonly leaderId: number | null;
  readonly votedId: number | null;
  readonly highWatermark: number;
  /** Of the leader: how far the others are; null elsewhere. */
  readonly voters: ReadonlyMap<number, Readonly<ReplicaProgress>> | null;
  readonly observers: ReadonlyMap<number, Readonly<ReplicaProgress>> | null;
}

export class Quorum<Entries> {
  readonly #member: QuorumMember<Entries>;
  /** When it was last looked what is due. */
  #lookedMs: number;

  /** As after an input, do what is `ready` first; then `tick` sets it going. */
  constructor(options: QuorumOptions, nowMs: number) {
    this.#member = new QuorumMember(options, nowMs);
    this.#lookedMs = nowMs;
  }

  step(message: QuorumMessage<Entries>, nowMs: number): void {
    this.#input(nowMs, (member) => {
      if (message.type === 'request') answerRequest(member, message.correlation, message.request, nowMs);
      else if (message.type === 'failed') takeFailure(member, message.from, message.requestId, nowMs);
      else takeAnswer(member, message.from, message.requestId, message.answer, nowMs);
    });
  }

  tick(nowMs: number): void {
    this.#input(nowMs, () => undefined);
  }

  /** Epoch and offset at which the entries are being appended; null when this member does not lead. */
  propose(entries: Entries, nowMs: number): { readonly epoch: number; readonly baseOffset: number } | null {
    const member = this.#member;
    assert(member.effects.length === 0, 'an input comes after the effects of the one before it');
    if (member.role.name !== 'leader') return null;
    const position = { epoch: member.epoch, baseOffset: member.log.endOffset() };
    this.#input(nowMs, () => {
      member.emitLogChange({ kind: 'append', epoch: member.epoch, entries });
    });
    return position;
  }

  /** A leader steps down, before it stops for instance. It tells the others for as long as it is ticked and stepped. */
  resign(nowMs: number): void {
    this.#input(nowMs, (member) => {
      if (member.role.name === 'leader') member.becomeResigned(member.role, nowMs);
    });
  }

  /** The machine of that member answers, and says that nobody listens at its address: its process is not there. */
  peerUnreachable(id: number, nowMs: number): void {
    this.#input(nowMs, (member) => {
      const { role } = member;
      if (role.name === 'follower' && role.leaderId === id) member.giveUpGone(role, nowMs);
    });
  }

  /** All of the snapshot is on the disk. It is put to use if it is still the one that is needed. */
  snapshotFetched(snapshotId: OffsetAndEpoch, nowMs: number): void {
    this.#input(nowMs, (member) => {
      const { role } = member;
      if (role.name !== 'follower' || !isSame(role.snapshotId, snapshotId)) return;
      role.snapshotId = null;
      member.emitLogChange({ kind: 'installSnapshot', snapshotId });
    });
  }

  /** A piece of the snapshot came from the leader of `epoch`: it is alive. */
  snapshotProgressed(epoch: number, nowMs: number): void {
    this.#input(nowMs, ({ role, epoch: ownEpoch, timeouts }) => {
      if (role.name !== 'follower' || epoch !== ownEpoch || role.leaderResigned) return;
      role.fetchDeadlineMs = nowMs + timeouts.fetchTimeoutMs;
    });
  }

  /** The snapshot could not be had: ask again what is needed. */
  snapshotFailed(snapshotId: OffsetAndEpoch, nowMs: number): void {
    this.#input(nowMs, ({ role, slots }) => {
      if (role.name !== 'follower' || !isSame(role.snapshotId, snapshotId)) return;
      role.snapshotId = null;
      slots.rest(role.leaderId, nowMs);
    });
  }

  /** A FetchSnapshot in `epoch` was served here: that replica is alive. */
  snapshotServed(replicaId: number, epoch: number, nowMs: number): void {
    this.#input(nowMs, (member) => {
      const { role } = member;
      if (role.name !== 'leader' || epoch !== member.epoch) return;
      role.progress.noteFetch(replicaId, null, member.log.endOffset(), nowMs);
    });
  }

  /** What to do now, in order; empty when there is nothing. The same until `advance`. */
  ready(): readonly QuorumEffect<Entries>[] {
    return this.#member.effects;
  }

  /** All effects of `ready` are done, and what they wrote is on the device. */
  advance(nowMs: number): void {
    this.#member.clearEffects();
    this.#advance(nowMs);
  }

  /**
   * When `tick` has something to do at the latest; Infinity when only a message can change anything. It may have passed since the
   * last input: what came due in between has not been looked at.
   */
  nextDeadlineMs(): number {
    return nextDeadlineMs(this.#member, this.#lookedMs);
  }

  get status(): QuorumStatus {
    const { role, epoch, leaderId, votedId, highWatermark } = this.#member;
    const { voters, observers } = role.name === 'leader' ? role.progress : { voters: null, observers: null };
    return { role: role.name, epoch, leaderId, votedId, highWatermark, voters, observers };
  }

  #input(nowMs: number, take: (member: QuorumMember<Entries>) => void): void {
    const member = this.#member;
    assert(member.effects.length === 0, 'an input comes after the effects of the one before it');
    take(member);
    this.#advance(nowMs);
  }

  #advance(nowMs: number): void {
    this.#lookedMs = nowMs;
    advanceRole(this.#member, nowMs);
  }
}

function isSame(expected: OffsetAndEpoch | null, actual: OffsetAndEpoch): boolean {
  return expected?.offset === actual.offset && expected.epoch === actual.epoch;
}

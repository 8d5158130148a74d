/**
 * A member of the simulated quorum with its shell: does the effects in their order on a simulated disk, and may crash
 * between any two of them. Faults of the shell are built in by name, for the test that must see them noticed.
 */
import type { SeededRandom } from '../../../platform/memory/memory-time.ts';
import { Quorum } from '../quorum.ts';
import type { QuorumEffect, QuorumTimeouts } from '../quorum-effects.ts';
import type {
  OffsetAndEpoch,
  QuorumAnswer,
  QuorumAnswerToSend,
  QuorumMessage,
  QuorumRequest,
} from '../quorum-messages.ts';
import type { QuorumRules } from '../quorum-rules.ts';
import type { QuorumInvariants } from './quorum-invariants.ts';
import { SimulatedDisk, type SimulatedEntry } from './simulated-disk.ts';

export type Entries = readonly SimulatedEntry[];
export type Input = (quorum: Quorum<Entries>, nowMs: number) => void;

/** Deeds of a careless shell: election state, or log, is only written "some time". */
export type ShellFault = 'votesNotPersisted' | 'appendsNotFlushed';

export interface MemberSetting {
  readonly id: number;
  readonly voters: readonly number[];
  readonly timeouts: QuorumTimeouts;
  readonly random: SeededRandom;
  readonly invariants: QuorumInvariants;
  readonly rules: QuorumRules;
  readonly fault: ShellFault | null;
  readonly send: (to: number, requestId: number, request: QuorumRequest) => void;
  readonly reply: (correlation: number, answer: QuorumAnswer<Entries>) => void;
  readonly firstElectionMs: number | undefined;
  readonly becameLeader: () => void;
  /** Entries in one answer at the most: few, so that a follower is often found half way. */
  readonly fetchEntries: number;
  readonly fetchSnapshot: (leaderId: number, epoch: number, snapshotId: OffsetAndEpoch) => void;
}

export class SimulatedMember {
  readonly id: number;
  readonly disk = new SimulatedDisk();
  readonly #setting: MemberSetting;
  #quorum: Quorum<Entries> | null = null;
  #highWatermark = 0;
  /** By correlation: whose votes, not pre-votes, were asked for. */
  readonly #candidates = new Map<number, number>();
  incarnation = 0;
  /** One in so many effects is its last, while there is trouble; 0 for none. */
  crashOdds = 0;

  constructor(setting: MemberSetting) {
    this.id = setting.id;
    this.#setting = setting;
  }

  get quorum(): Quorum<Entries> | null {
    return this.#quorum;
  }

  start(nowMs: number): void {
    const { id: localId, voters, timeouts, random, rules, firstElectionMs } = this.#setting;
    this.incarnation++;
    this.#highWatermark = this.disk.startOffset();
    const options = {
      localId,
      voters,
      timeouts,
      random,
      rules,
      log: this.disk,
      electionState: this.disk.state,
      ...(firstElectionMs === undefined ? {} : { firstElectionMs }),
    };
    this.#quorum = new Quorum<Entries>(options, nowMs);
    this.#drain(nowMs);
    this.input((quorum) => {
      quorum.tick(nowMs);
    }, nowMs);
  }

  crash(): void {
    const { random, fault } = this.#setting;
    this.#quorum = null;
    this.disk.crash((count) => random.below(count), fault !== 'votesNotPersisted' && random.below(2) === 0);
  }

  receive(message: QuorumMessage<Entries>, nowMs: number): void {
    if (message.type === 'request' && message.request.kind === 'vote' && !message.request.preVote) {
      this.#candidates.set(message.correlation, message.request.candidateId);
    }
    this.input((quorum) => {
      quorum.step(message, nowMs);
    }, nowMs);
  }

  /** Gives the input, if the member is up, and does what follows from it. */
  input(give: Input, nowMs: number): void {
    if (this.#quorum === null) return;
    give(this.#quorum, nowMs);
    this.#drain(nowMs);
  }

  #drain(nowMs: number): void {
    for (let round = 0; this.#quorum !== null; round++) {
      if (round > 100) throw new Error('the core never comes to rest');
      const effects = this.#quorum.ready();
      if (effects.length === 0) return;
      for (const effect of effects) {
        if (this.crashOdds > 0 && this.#setting.random.below(this.crashOdds) === 0) return this.crash();
        this.#do(effect);
      }
      this.#sync();
      this.#quorum.advance(nowMs);
    }
  }

  #do(effect: QuorumEffect<Entries>): void {
    const { id, disk } = this;
    const { invariants, send, reply, fetchSnapshot, becameLeader } = this.#setting;
    switch (effect.kind) {
      case 'persist':
        invariants.persisted(id, effect.state);
        return disk.persist(effect.state);
      case 'appendLeaderChange':
        return this.#append([{ epoch: effect.epoch, value: `leader ${String(effect.leaderId)}` }]);
      case 'append':
        return this.#append(effect.entries.map(({ value }) => ({ epoch: effect.epoch, value })));
      case 'appendFetched':
        return this.#append(effect.entries);
      case 'truncateTo':
        return disk.truncateTo(effect.endOffset);
      case 'installSnapshot':
        return disk.install(effect.snapshotId);
      case 'fetchSnapshot':
        return fetchSnapshot(effect.leaderId, effect.epoch, effect.snapshotId);
      case 'send':
        this.#sync();
        invariants.spoke(id, effect.request.epoch);
        if (effect.request.kind === 'vote' && !effect.request.preVote) {
          invariants.voted(id, effect.request.epoch, id);
        }
        return send(effect.to, effect.requestId, effect.request);
      case 'reply':
        return this.#reply(effect.correlation, effect.answer, reply);
      case 'highWatermark':
        invariants.highWatermark(id, this.#highWatermark, effect.offset, disk);
        this.#highWatermark = effect.offset;
        return;
      case 'becameLeader':
        invariants.becameLeader(id, effect.epoch, disk);
        return becameLeader();
      case 'lostLeadership':
      case 'leaderChanged':
        return;
    }
  }

  #append(entries: Entries): void {
    const { invariants } = this.#setting;
    for (const [index, entry] of entries.entries()) invariants.appended(this.disk.endOffset() + index, entry);
    this.disk.append(entries);
  }

  #reply(correlation: number, answer: QuorumAnswerToSend, reply: MemberSetting['reply']): void {
    const { invariants, random, fetchEntries } = this.#setting;
    this.#sync();
    invariants.spoke(this.id, answer.epoch);
    const candidateId = this.#candidates.get(correlation);
    if (answer.kind === 'vote' && answer.voteGranted && candidateId !== undefined) {
      invariants.voted(this.id, answer.epoch, candidateId);
    }
    if (answer.kind !== 'fetch') return reply(correlation, answer);
    const { entriesFrom } = answer;
    const entries = entriesFrom === null ? null : this.disk.read(entriesFrom, 1 + random.below(fetchEntries));
    reply(correlation, { ...answer, entries });
  }

  #sync(): void {
    const { fault } = this.#setting;
    this.disk.sync({ state: fault !== 'votesNotPersisted', log: fault !== 'appendsNotFlushed' });
  }
}

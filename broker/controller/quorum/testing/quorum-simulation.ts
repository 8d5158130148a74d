/**
 * A whole quorum in one thread on virtual time, driven by one seed: members that crash between any two effects and come
 * back with what they had synced, a network that loses, delays, doubles, reorders and cuts (one way, too), leaders that
 * are told to resign, logs that are compacted. Every effect is held against the invariants as it happens. After a
 * while all trouble ends, and the members must come to one leader and one log within a bounded time.
 */
import { SeededRandom } from '../../../platform/memory/memory-time.ts';
import type { QuorumAnswer, QuorumRequest } from '../quorum-messages.ts';
import { type QuorumRules, quorumRules } from '../quorum-rules.ts';
import { QuorumInvariants } from './quorum-invariants.ts';
import { type Entries, type ShellFault, SimulatedMember } from './simulated-member.ts';

export interface SimulationSetting {
  readonly seed: number;
  readonly voterCount: number;
  readonly rules?: QuorumRules;
  readonly fault?: ShellFault;
}

const TIMEOUTS = {
  electionTimeoutMs: 60,
  fetchTimeoutMs: 160,
  electionBackoffMaxMs: 60,
  requestTimeoutMs: 100,
  retryBackoffMs: 10,
  fetchMaxWaitMs: 50,
};
const TROUBLE_MS = 6_000;
/** Some tens of elections: whoever needs longer without any trouble does not get there. */
const HEALING_MS = 10_000;

interface PendingEvent {
  readonly atMs: number;
  readonly run: () => void;
}

export class QuorumSimulation {
  readonly invariants = new QuorumInvariants();
  readonly #members = new Map<number, SimulatedMember>();
  readonly #voters: readonly number[];
  readonly #random: SeededRandom;
  /** Latest first. */
  readonly #events: PendingEvent[] = [];
  /** By correlation: where an answer goes. */
  readonly #askers = new Map<number, { from: number; to: number; incarnation: number; requestId: number }>();
  readonly #cuts = new Set<string>();
  readonly #lossPercent: number;
  readonly #slowPercent: number;
  readonly #wakeups = new Map<number, number>();
  /** One new leader in so many does not live long. */
  readonly #newLeaderOdds: number;
  #nowMs = 0;
  #isTroubled = true;
  #correlations = 0;
  #proposals = 0;

  constructor(setting: SimulationSetting) {
    const { seed, voterCount, rules = quorumRules, fault = null } = setting;
    const random = new SeededRandom(seed);
    this.#random = random;
    this.#voters = Array.from({ length: voterCount }, (_, index) => index);
    this.#lossPercent = random.below(3) * 8;
    this.#slowPercent = random.below(3) * 5;
    const crashOdds = random.below(2) * 400;
    const firstElectionMs = random.below(2) === 0 ? 10 : undefined;
    const fetchEntries = 1 + 2 * random.below(2);
    this.#newLeaderOdds = 1 + random.below(6);
    // The last one observes.
    for (let id = 0; id <= voterCount; id++) {
      const member = new SimulatedMember({
        ...{ id, voters: this.#voters, timeouts: TIMEOUTS, random, rules, fault, firstElectionMs },
        invariants: this.invariants,
        fetchEntries,
        becameLeader: () => {
          this.#endangerNewLeader(member);
        },
        send: (to, requestId, request) => {
          this.#send(member, to, requestId, request);
        },
        reply: (correlation, answer) => {
          this.#reply(correlation, answer);
        },
        fetchSnapshot: (leaderId, epoch, snapshotId) => {
          this.#fetchSnapshot(member, leaderId, epoch, snapshotId);
        },
      });
      member.crashOdds = crashOdds;
      this.#members.set(id, member);
    }
  }

  /** Throws what is wrong; returns how many events it took. */
  run(): number {
    for (const member of this.#members.values()) this.#start(member);
    this.#later(1, () => {
      this.#maketrouble();
    });
    this.#later(1, () => {
      this.#propose();
    });
    const troubled = this.#runUntil(TROUBLE_MS, () => false);
    this.#heal();
    const healing = this.#runUntil(TROUBLE_MS + HEALING_MS, () => this.#hasConverged());
    if (!this.#hasConverged()) throw new Error(`no agreement after the trouble: ${this.#picture()}`);
    return troubled + healing;
  }

  #runUntil(endMs: number, isDone: () => boolean): number {
    let count = 0;
    for (let next = this.#events.at(-1); next !== undefined; next = this.#events.at(-1)) {
      if (next.atMs > endMs || isDone()) break;
      this.#events.pop();
      this.#nowMs = next.atMs;
      next.run();
      count++;
      if (count > 200_000) throw new Error('events without end');
    }
    return count;
  }

  #later(delayMs: number, run: () => void): void {
    const atMs = this.#nowMs + delayMs;
    let index = this.#events.length;
    while (index > 0 && (this.#events[index - 1]?.atMs ?? Infinity) <= atMs) index--;
    this.#events.splice(index, 0, { atMs, run });
  }

  #start(member: SimulatedMember): void {
    member.start(this.#nowMs);
    this.#wake(member);
  }

  /** Sees to it that the member is ticked when it wants to be. */
  #wake(member: SimulatedMember): void {
    const dueMs = member.quorum?.nextDeadlineMs() ?? Infinity;
    if (dueMs === Infinity || this.#wakeups.get(member.id) === dueMs) return;
    this.#wakeups.set(member.id, dueMs);
    this.#later(Math.max(0, dueMs - this.#nowMs), () => {
      if (this.#wakeups.get(member.id) !== dueMs) return;
      this.#wakeups.delete(member.id);
      this.#input(member, (quorum, nowMs) => {
        quorum.tick(nowMs);
      });
    });
  }

  #input(member: SimulatedMember, give: Parameters<SimulatedMember['input']>[0]): void {
    member.input(give, this.#nowMs);
    this.#wake(member);
  }

  #delayMs(): number {
    const isSlow = this.#isTroubled && this.#random.below(100) < this.#slowPercent;
    return 1 + this.#random.below(isSlow ? 500 : 12);
  }

  #isLost(from: number, to: number): boolean {
    if (this.#cuts.has(`${String(from)}>${String(to)}`)) return true;
    return this.#isTroubled && this.#random.below(100) < this.#lossPercent;
  }

  #deliver(from: number, to: number, run: (receiver: SimulatedMember) => void): void {
    const copies = this.#isTroubled && this.#random.below(20) === 0 ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      if (this.#isLost(from, to)) continue;
      this.#later(this.#delayMs(), () => {
        const receiver = this.#members.get(to);
        if (receiver === undefined || this.#cuts.has(`${String(from)}>${String(to)}`)) return;
        run(receiver);
        this.#wake(receiver);
      });
    }
  }

  #send(sender: SimulatedMember, to: number, requestId: number, request: QuorumRequest): void {
    const { id: from, incarnation } = sender;
    this.#deliver(from, to, (receiver) => {
      if (receiver.quorum === null) return this.#refuse(sender, incarnation, to, requestId);
      const correlation = ++this.#correlations;
      this.#askers.set(correlation, { from, to, incarnation, requestId });
      receiver.receive({ type: 'request', correlation, request }, this.#nowMs);
    });
  }

  /** Nobody there: the sender hears of it at once, or never. */
  #refuse(sender: SimulatedMember, incarnation: number, to: number, requestId: number): void {
    if (this.#random.below(2) === 0) return;
    this.#deliver(to, sender.id, (receiver) => {
      if (receiver.incarnation !== incarnation) return;
      receiver.receive({ type: 'failed', from: to, requestId }, this.#nowMs);
      receiver.input((quorum, nowMs) => {
        quorum.peerUnreachable(to, nowMs);
      }, this.#nowMs);
    });
  }

  #reply(correlation: number, answer: QuorumAnswer<Entries>): void {
    const asker = this.#askers.get(correlation);
    if (asker === undefined) throw new Error('an answer without a question, or a second one');
    this.#askers.delete(correlation);
    const { from, to, incarnation, requestId } = asker;
    this.#deliver(to, from, (receiver) => {
      if (receiver.incarnation !== incarnation) return;
      receiver.receive({ type: 'answer', from: to, requestId, answer }, this.#nowMs);
    });
  }

  #fetchSnapshot(
    member: SimulatedMember,
    leaderId: number,
    epoch: number,
    snapshotId: { readonly offset: number; readonly epoch: number },
  ): void {
    const { incarnation, id } = member;
    const isLost = this.#isLost(id, leaderId) || this.#isLost(leaderId, id);
    this.#later(this.#delayMs() * 3, () => {
      if (member.incarnation !== incarnation) return;
      const leader = this.#members.get(leaderId);
      if (leader !== undefined) {
        this.#input(leader, (quorum, nowMs) => {
          quorum.snapshotServed(id, epoch, nowMs);
        });
      }
      this.#input(member, (quorum, nowMs) => {
        if (isLost || leader?.quorum == null) return quorum.snapshotFailed(snapshotId, nowMs);
        quorum.snapshotFetched(snapshotId, nowMs);
      });
    });
  }

  #propose(): void {
    const leaders = [...this.#members.values()].filter(({ quorum }) => quorum?.status.role === 'leader');
    for (const leader of leaders) {
      const value = `value ${String(++this.#proposals)}`;
      this.#input(leader, (quorum, nowMs) => {
        quorum.propose([{ epoch: -1, value }], nowMs);
      });
    }
    this.#later(5 + this.#random.below(60), () => {
      this.#propose();
    });
  }

  #maketrouble(): void {
    if (!this.#isTroubled) return;
    const leader = [...this.#members.values()].find(({ quorum }) => quorum?.status.role === 'leader');
    const member = this.#random.below(3) === 0 ? (leader ?? this.#anyMember()) : this.#anyMember();
    switch (this.#random.below(11)) {
      case 0:
      case 1:
        if (member.quorum !== null) member.crash();
        break;
      case 2:
      case 3:
      case 4:
        for (const down of this.#members.values()) if (down.quorum === null) this.#start(down);
        break;
      case 5:
        this.#cutOff(member);
        break;
      case 6:
      case 7:
        this.#cuts.clear();
        break;
      case 8:
        this.#compact(member);
        break;
      case 9:
        // A false alarm, of whomever it follows.
        this.#input(member, (quorum, nowMs) => {
          quorum.peerUnreachable(quorum.status.leaderId ?? 0, nowMs);
        });
        break;
      default:
        this.#input(member, (quorum, nowMs) => {
          quorum.resign(nowMs);
        });
    }
    this.#later(5 + this.#random.below(150), () => {
      this.#maketrouble();
    });
  }

  /** The first moments of an epoch are the dangerous ones. */
  #endangerNewLeader(leader: SimulatedMember): void {
    if (!this.#isTroubled || this.#random.below(this.#newLeaderOdds) !== 0) return;
    const { incarnation } = leader;
    this.#later(this.#random.below(40), () => {
      if (!this.#isTroubled || leader.quorum === null || leader.incarnation !== incarnation) return;
      leader.crash();
      this.#later(this.#random.below(100), () => {
        if (leader.quorum === null) this.#start(leader);
      });
    });
  }

  #anyMember(): SimulatedMember {
    const member = this.#members.get(this.#random.below(this.#members.size));
    if (member === undefined) throw new Error('there is no such member');
    return member;
  }

  /** Either way, or one way only, from all or from one. */
  #cutOff(member: SimulatedMember): void {
    const direction = this.#random.below(3);
    const onlyPeer = this.#random.below(2) === 0 ? this.#anyMember().id : null;
    for (const peer of this.#members.keys()) {
      if (onlyPeer !== null && peer !== onlyPeer) continue;
      if (direction !== 0) this.#cuts.add(`${String(member.id)}>${String(peer)}`);
      if (direction !== 1) this.#cuts.add(`${String(peer)}>${String(member.id)}`);
    }
  }

  #compact(member: SimulatedMember): void {
    const { quorum, disk } = member;
    if (quorum === null) return;
    const committed = quorum.status.highWatermark - disk.startOffset();
    if (committed <= 0) return;
    disk.compact(disk.startOffset() + 1 + this.#random.below(committed));
    disk.sync({ state: false, log: true });
  }

  #heal(): void {
    this.#isTroubled = false;
    this.#cuts.clear();
    for (const member of this.#members.values()) {
      member.crashOdds = 0;
      if (member.quorum === null) this.#start(member);
    }
  }

  #hasConverged(): boolean {
    if (this.#isTroubled) return false;
    const members = [...this.#members.values()];
    const leaders = members.filter(({ quorum }) => quorum?.status.role === 'leader');
    const [leader] = leaders;
    if (leaders.length !== 1 || leader === undefined) return false;
    const { epoch } = leader.quorum?.status ?? { epoch: -1 };
    const hasOwnEpoch = this.invariants.committed.at(-1)?.epoch === epoch;
    return hasOwnEpoch && members.every((member) => this.#hasAll(member, leader, epoch));
  }

  #hasAll({ quorum, disk }: SimulatedMember, leader: SimulatedMember, epoch: number): boolean {
    const { committed } = this.invariants;
    if (quorum?.status.epoch !== epoch || quorum.status.leaderId !== leader.id) return false;
    if (quorum.status.highWatermark !== disk.endOffset() || disk.endOffset() !== committed.length)
      return false;
    return disk.entries.every((entry, index) => {
      const known = committed[disk.startOffset() + index];
      return known?.epoch === entry.epoch && known.value === entry.value;
    });
  }

  #picture(): string {
    const lines = [...this.#members.values()].map(({ id, quorum, disk }) => {
      const { role, epoch, leaderId, highWatermark } = quorum?.status ?? {};
      return { id, role, epoch, leaderId, highWatermark, end: disk.endOffset(), start: disk.startOffset() };
    });
    return JSON.stringify(lines);
  }
}

/**
 * One member, driven by hand: its shell does every effect at once and well, and keeps what was sent and replied for
 * the test to look at. Time moves only when the test says so; chance is no chance.
 */
import { Quorum } from '../quorum.ts';
import { defaultTimeouts, type ElectionState, type QuorumEffect } from '../quorum-effects.ts';
import type { FetchRequest, QuorumAnswer, QuorumAnswerToSend, QuorumRequest } from '../quorum-messages.ts';
import type { RoleName } from '../quorum-rules.ts';
import { SimulatedDisk, type SimulatedEntry } from './simulated-disk.ts';

export type Entries = readonly SimulatedEntry[];
type Sent = Extract<QuorumEffect<Entries>, { kind: 'send' }>;

export interface BenchSetting {
  readonly localId?: number;
  readonly voters?: readonly number[];
  readonly state?: ElectionState;
  /** What chance answers with, as far as it is asked for more than that. */
  readonly chance?: number;
  /** Epochs of the entries in the log. */
  readonly log?: readonly number[];
  readonly mayVote?: boolean;
  readonly firstElectionMs?: number;
}

export class QuorumBench {
  readonly disk = new SimulatedDisk();
  readonly quorum: Quorum<Entries>;
  /** All effects so far, in order. */
  readonly effects: QuorumEffect<Entries>[] = [];
  nowMs = 0;
  #correlation = 0;

  constructor(setting: BenchSetting = {}) {
    const { localId = 1, voters = [1, 2, 3], state, log = [], chance = 0, ...given } = setting;
    if (state !== undefined) this.disk.persist(state);
    this.disk.append(log.map((epoch, offset) => ({ epoch, value: `entry ${String(offset)}` })));
    const random = { below: (bound: number) => Math.min(chance, bound - 1) };
    const { disk } = this;
    const options = {
      ...given,
      localId,
      voters,
      timeouts: defaultTimeouts,
      random,
      log: disk,
      electionState: disk.state,
    };
    this.quorum = new Quorum<Entries>(options, 0);
    this.drain();
    this.tick();
  }

  get role(): RoleName {
    return this.quorum.status.role;
  }

  tick(): void {
    this.quorum.tick(this.nowMs);
    this.drain();
  }

  wait(durationMs: number): void {
    this.nowMs += durationMs;
    this.tick();
  }

  /** What it answers, at once; null when it keeps the request. */
  ask(request: QuorumRequest): QuorumAnswerToSend | null {
    const correlation = ++this.#correlation;
    this.quorum.step({ type: 'request', correlation, request }, this.nowMs);
    this.drain();
    return this.answerTo(correlation);
  }

  answerTo(correlation: number): QuorumAnswerToSend | null {
    const reply = this.effects.find(
      (effect) => effect.kind === 'reply' && effect.correlation === correlation,
    );
    return reply?.kind === 'reply' ? reply.answer : null;
  }

  /** Answers the last request it sent to `from`. */
  answer(from: number, answer: QuorumAnswer<Entries>): void {
    const { requestId } = this.lastSent(from);
    this.quorum.step({ type: 'answer', from, requestId, answer }, this.nowMs);
    this.drain();
  }

  lastSent(to: number): Sent {
    const sent = this.sent(to).at(-1);
    if (sent === undefined) throw new Error(`nothing was sent to ${String(to)}`);
    return sent;
  }

  sent(to: number): Sent[] {
    return this.effects.filter((effect): effect is Sent => effect.kind === 'send' && effect.to === to);
  }

  propose(...values: string[]): void {
    this.quorum.propose(
      values.map((value) => ({ epoch: -1, value })),
      this.nowMs,
    );
    this.drain();
  }

  drain(): void {
    for (let effects = this.quorum.ready(); effects.length > 0; effects = this.quorum.ready()) {
      for (const effect of effects) this.#do(effect);
      this.effects.push(...effects);
      this.quorum.advance(this.nowMs);
    }
  }

  #do(effect: QuorumEffect<Entries>): void {
    if (effect.kind === 'persist') this.disk.persist(effect.state);
    if (effect.kind === 'appendLeaderChange') this.disk.append([{ epoch: effect.epoch, value: 'leader' }]);
    if (effect.kind === 'append') {
      this.disk.append(effect.entries.map(({ value }) => ({ epoch: effect.epoch, value })));
    }
    if (effect.kind === 'appendFetched') this.disk.append(effect.entries);
    if (effect.kind === 'truncateTo') this.disk.truncateTo(effect.endOffset);
    if (effect.kind === 'installSnapshot') this.disk.install(effect.snapshotId);
  }
}

/** A bench whose member 1 was elected by 2 in `epoch`. */
export function leaderBench(setting: BenchSetting = {}): QuorumBench {
  const bench = new QuorumBench(setting);
  bench.wait(defaultTimeouts.electionTimeoutMs);
  bench.answer(2, vote({ epoch: bench.quorum.status.epoch }));
  bench.answer(2, vote({ epoch: bench.quorum.status.epoch }));
  return bench;
}

export function vote(part: {
  readonly epoch: number;
  readonly voteGranted?: boolean;
}): QuorumAnswer<Entries> {
  return { kind: 'vote', errorCode: 0, leaderId: null, voteGranted: true, ...part };
}

export function fetchOf(replicaId: number, part: Partial<FetchRequest>): FetchRequest {
  const rest = { fetchOffset: 0, lastFetchedEpoch: 0, highWatermark: 0, maxWaitMs: 500 };
  return { kind: 'fetch', epoch: 1, replicaId, ...rest, ...part };
}

/** A leader's answer to a Fetch, with nothing in it but what the test says. */
export function fetched(
  part: Partial<Extract<QuorumAnswer<Entries>, { kind: 'fetch' }>>,
): QuorumAnswer<Entries> {
  const nothing = { highWatermark: 0, diverging: null, snapshotId: null, entries: null };
  return { kind: 'fetch', errorCode: 0, epoch: 1, leaderId: 2, ...nothing, ...part };
}

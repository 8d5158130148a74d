/**
 * Runs the quorum core: gives it one input after another, and does what it asks for in between, in order and with what it
 * wrote forced to the device before anything is said about it (the contract is in quorum/quorum-effects.ts).
 *
 * - Inputs that come while the device works wait. Appends that wait are proposed together: one write and one flush.
 * - A full disk is waited for: a member that cannot write says nothing, which is as if it were down. Only what the
 *   controller wants to append is refused instead, and a leader that must refuse it steps down for one with room.
 * - Any other failure, of the device or of a rule, ends it for good: `onFatal`.
 */
import type { Logger } from '../../platform/logger.ts';
import type { CancelTimer, Platform } from '../../platform/platform.ts';
import { Quorum, type QuorumStatus } from '../quorum/quorum.ts';
import type { ElectionState, QuorumEffect, QuorumTimeouts } from '../quorum/quorum-effects.ts';
import type {
  OffsetAndEpoch,
  QuorumAnswer,
  QuorumAnswerToSend,
  QuorumRequest,
} from '../quorum/quorum-messages.ts';
import type { AppendQueue } from './append-queue.ts';
import { leaderChangeBatch } from './control-batches.ts';
import { type MetadataStorage, NoRoom } from './metadata-storage.ts';

type Effect = QuorumEffect<Buffer>;
export type Notice =
  | Extract<Effect, { kind: 'highWatermark' | 'becameLeader' | 'lostLeadership' | 'leaderChanged' }>
  | { readonly kind: 'snapshotInstalled'; readonly snapshotId: OffsetAndEpoch };
type Write = Extract<
  Effect,
  {
    kind: 'persist' | 'append' | 'appendFetched' | 'appendLeaderChange' | 'truncateTo' | 'installSnapshot';
  }
>;
type Input = (quorum: Quorum<Buffer>, nowMs: number) => void;

/** With the batches of an answer to a Fetch; `entries` null for every other. */
export interface Reply {
  readonly answer: QuorumAnswerToSend;
  readonly entries: Buffer | null;
}

export interface QuorumDriverOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly storage: MetadataStorage;
  readonly appends: AppendQueue;
  readonly localId: number;
  readonly voterIds: readonly number[];
  readonly timeouts: QuorumTimeouts;
  readonly isJoining: boolean;
  /** Resolves with null when nothing came of it; never rejects. */
  readonly send: (to: number, request: QuorumRequest) => Promise<QuorumAnswer<Buffer> | null>;
  readonly fetchSnapshot: (leaderId: number, epoch: number, snapshotId: OffsetAndEpoch) => void;
  readonly notice: (notice: Notice) => void;
  /** So many records of the leader are in the log. */
  readonly onFetched: (records: number) => void;
  readonly onFatal: (message: string, cause: unknown) => void;
}

/** A voter that starts without a leader stands for election within this. Who has a leader is not disturbed by that. */
const FIRST_ELECTION_MS = 150;
const ROOM_RETRY_MS = 1000;
/** Requests of other nodes that may wait for a slow disk; more are not answered. */
const MAX_WAITING_REQUESTS = 10_000;
const FETCH_MAX_BYTES = 8_388_608;

/** Ends the loop from within. */
class Halted extends Error {}

interface Asker {
  readonly maxBytes: number;
  readonly resolve: (reply: Reply | null) => void;
}

export class QuorumDriver {
  readonly #options: QuorumDriverOptions;
  readonly #platform: Platform;
  readonly #storage: MetadataStorage;
  readonly #askers = new Map<number, Asker>();
  #quorum: Quorum<Buffer>;
  #isJoining: boolean;
  /** Answers to what an earlier core sent are of no use to this one. */
  #generation = 0;
  #inputs: Input[] = [];
  #correlations = 0;
  #isStarted = false;
  #isRunning = false;
  #isHalted = false;
  #cancelTick: CancelTimer | null = null;
  /** Where the entries go that are being proposed. */
  #proposedAt = -1;
  #saidFull = false;

  constructor(options: QuorumDriverOptions) {
    this.#options = options;
    this.#platform = options.platform;
    this.#storage = options.storage;
    this.#isJoining = options.isJoining;
    this.#quorum = this.#newQuorum();
  }

  get status(): QuorumStatus {
    return this.#quorum.status;
  }

  get isHalted(): boolean {
    return this.#isHalted;
  }

  get isJoining(): boolean {
    return this.#isJoining;
  }

  nowMs(): number {
    return this.#platform.clock.monotonicMs();
  }

  start(): void {
    this.#isStarted = true;
    this.tick();
  }

  tick(): void {
    this.input((quorum, nowMs) => {
      quorum.tick(nowMs);
    });
  }

  input(give: Input): void {
    if (this.#isHalted) return;
    this.#inputs.push(give);
    this.wake();
  }

  /** There is something to do, an append for instance. */
  wake(): void {
    if (!this.#isStarted || this.#isRunning || this.#isHalted) return;
    this.#isRunning = true;
    void this.#run();
  }

  /** What this member answers another one; null when it does not. `maxBytes` of batches. */
  ask(request: QuorumRequest, maxBytes = FETCH_MAX_BYTES): Promise<Reply | null> {
    if (this.#isHalted || this.#askers.size >= MAX_WAITING_REQUESTS) return Promise.resolve(null);
    const correlation = ++this.#correlations;
    return new Promise((resolve) => {
      this.#askers.set(correlation, { maxBytes, resolve });
      this.input((quorum, nowMs) => {
        quorum.step({ type: 'request', correlation, request }, nowMs);
      });
    });
  }

  /** The voter has back what it may have acknowledged. Resolves when it votes, in epochs that are still to come. */
  becomeVoter(): Promise<void> {
    this.input(() => {
      const { epoch, leaderId } = this.#quorum.status;
      this.#isJoining = false;
      // What this epoch's vote was, nobody knows: with its leader noted, none is given.
      this.#storage.persist({ epoch, leaderId, votedId: null }, false);
      this.#generation++;
      this.#quorum = this.#newQuorum();
    });
    return new Promise((resolve) => {
      this.input((quorum, nowMs) => {
        quorum.tick(nowMs);
        resolve();
      });
    });
  }

  /** Nothing is done any more: no message, no write. */
  halt(): void {
    this.#isHalted = true;
    this.#cancelTick?.();
    this.#inputs = [];
    for (const { resolve } of this.#askers.values()) resolve(null);
    this.#askers.clear();
    this.#options.appends.lost();
  }

  #newQuorum(): Quorum<Buffer> {
    const { localId, voterIds, timeouts, platform, storage } = this.#options;
    const options = {
      ...{ localId, timeouts, random: platform.random, log: storage },
      voters: voterIds,
      electionState: storage.state?.election ?? null,
      mayVote: !this.#isJoining,
      firstElectionMs: FIRST_ELECTION_MS,
    };
    return new Quorum<Buffer>(options, this.nowMs());
  }

  async #run(): Promise<void> {
    try {
      await this.#drain();
      for (let input = this.#next(); input !== null; input = this.#next()) {
        input(this.#quorum, this.nowMs());
        if (this.#quorum.ready().length > 0) await this.#drain();
      }
      this.#armTick();
    } catch (error) {
      if (!this.#isHalted) this.#fail(error);
    } finally {
      this.#isRunning = false;
    }
    // Something may have come between the last look and the end.
    if (this.#inputs.length > 0) this.wake();
  }

  #next(): Input | null {
    const input = this.#inputs.shift();
    if (input !== undefined) return input;
    const { appends } = this.#options;
    if (appends.isEmpty) return null;
    const batches = appends.gather(this.#quorum.status.epoch);
    if (batches === null) return null;
    return (quorum, nowMs) => {
      const position = quorum.propose(batches, nowMs);
      if (position === null) appends.lost();
      else this.#proposedAt = position.baseOffset;
    };
  }

  #fail(error: unknown): void {
    this.halt();
    const reason = error instanceof Error ? error.message : String(error);
    this.#options.onFatal(`The metadata log of this node cannot go on: ${reason}`, error);
  }

  #armTick(): void {
    this.#cancelTick?.();
    this.#cancelTick = null;
    if (this.#isHalted) return;
    const deadlineMs = this.#quorum.nextDeadlineMs();
    if (deadlineMs === Infinity) return;
    this.#cancelTick = this.#platform.timers.after(Math.max(0, Math.ceil(deadlineMs - this.nowMs())), () => {
      this.tick();
    });
  }

  async #drain(): Promise<void> {
    for (let ready = this.#quorum.ready(); ready.length > 0; ready = this.#quorum.ready()) {
      const notices: Notice[] = [];
      for (const effect of ready) {
        switch (effect.kind) {
          case 'send':
          case 'reply':
          case 'fetchSnapshot':
            await this.#settle(notices);
            this.#speak(effect);
            break;
          case 'highWatermark':
          case 'becameLeader':
          case 'lostLeadership':
          case 'leaderChanged':
            notices.push(effect);
            break;
          default:
            await this.#write(effect, notices);
        }
      }
      await this.#settle(notices);
      this.#quorum.advance(this.nowMs());
    }
    // A voter's mark that no effect of the core asked for.
    await this.#settle([]);
  }

  /** What was written is on the device, then what it means is told. */
  async #settle(notices: Notice[]): Promise<void> {
    await this.#untilRoom(() => this.#storage.sync());
    for (const notice of notices.splice(0)) this.#options.notice(notice);
  }

  async #write(effect: Write, notices: Notice[]): Promise<void> {
    const { storage, appends } = this.#options;
    switch (effect.kind) {
      case 'persist':
        return this.#persist(effect.state);
      case 'append':
        return this.#append(effect.entries, effect.epoch);
      case 'appendLeaderChange': {
        const place = { baseOffset: 0, epoch: effect.epoch, timestampMs: this.#platform.clock.wallMs() };
        return this.#untilRoom(() => {
          storage.append(leaderChangeBatch(effect, place), effect.epoch);
        });
      }
      case 'appendFetched':
        return this.#untilRoom(() => {
          const before = storage.endOffset();
          storage.appendFetched(effect.entries);
          this.#options.onFetched(storage.endOffset() - before);
        });
      case 'truncateTo':
        return storage.truncateTo(effect.endOffset);
      case 'installSnapshot':
        appends.lost();
        await storage.installSnapshot(effect.snapshotId);
        this.#assertGoing();
        notices.push({ kind: 'snapshotInstalled', snapshotId: effect.snapshotId });
    }
  }

  #persist(state: ElectionState): void {
    this.#storage.persist(state, this.#isJoining);
  }

  #append(batches: Buffer, epoch: number): void {
    const { storage, appends, voterIds, logger } = this.#options;
    try {
      storage.append(batches, epoch);
      appends.appended(this.#proposedAt);
    } catch (error) {
      if (!(error instanceof NoRoom)) throw error;
      logger.error(`The metadata log has no room: ${error.message}`);
      appends.refused(error.message);
      if (voterIds.length === 1) return;
      this.input((quorum, nowMs) => {
        quorum.resign(nowMs);
      });
    }
  }

  /** Tries until there is room, or until it is ended. */
  async #untilRoom(write: () => void | Promise<void>): Promise<void> {
    for (;;) {
      try {
        await write();
        this.#assertGoing();
        if (this.#saidFull) this.#options.logger.info('The metadata log can be written again.');
        this.#saidFull = false;
        return;
      } catch (error) {
        if (!(error instanceof NoRoom)) throw error;
        if (!this.#saidFull) {
          this.#options.logger.error(`${error.message}. Free some space: this controller waits for it.`);
        }
        this.#saidFull = true;
      }
      await new Promise<void>((resolve) => void this.#platform.timers.after(ROOM_RETRY_MS, resolve));
      this.#assertGoing();
    }
  }

  #assertGoing(): void {
    if (this.#isHalted) throw new Halted();
  }

  #speak(effect: Extract<Effect, { kind: 'send' | 'reply' | 'fetchSnapshot' }>): void {
    if (effect.kind === 'send') return this.#send(effect.to, effect.requestId, effect.request);
    if (effect.kind === 'reply') return this.#reply(effect.correlation, effect.answer);
    this.#options.fetchSnapshot(effect.leaderId, effect.epoch, effect.snapshotId);
  }

  #send(to: number, requestId: number, request: QuorumRequest): void {
    const generation = this.#generation;
    void this.#options.send(to, request).then((answer) => {
      this.input((quorum, nowMs) => {
        if (generation !== this.#generation) return;
        if (answer === null) quorum.step({ type: 'failed', from: to, requestId }, nowMs);
        else quorum.step({ type: 'answer', from: to, requestId, answer }, nowMs);
      });
    });
  }

  #reply(correlation: number, answer: QuorumAnswerToSend): void {
    const asker = this.#askers.get(correlation);
    if (asker === undefined) return;
    this.#askers.delete(correlation);
    const from = answer.kind === 'fetch' ? answer.entriesFrom : null;
    const { maxBytes, resolve } = asker;
    const entries =
      from === null ? null : this.#storage.log.read({ offset: from, maxBytes, minOneBatch: true });
    resolve({ answer, entries });
  }
}

/**
 * Transactional producers of a simulated cluster: each transaction writes to some partitions, commits an offset or not, and
 * is committed, aborted, given up in the middle or left lying for too long. Who crashed comes back with the same
 * transactional id; several that have one id shut each other out again and again, and go on for a while without knowing.
 *
 * What was sent for a transaction may come when the next one is open already. In the protocol that raises epochs that is
 * done on purpose (`#late`), and must change nothing. The classic one does not promise it for what has the same epoch
 * (KIP-890 was made for that): there a producer that missed an answer takes a new epoch first, as clients do.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import type { ClientHistory } from './client-history.ts';
import type { SimulatedClient } from './simulated-client.ts';
import { type ClientTransaction, type TransactionLedger, valueOf } from './transaction-ledger.ts';
import {
  type Answer,
  type Identity,
  type Place,
  type Protocol,
  PROTOCOLS,
  type SentBatch,
  TransactionalSession,
} from './transactional-session.ts';

const TOPICS = ['work', 'work', 'few'] as const;
/** Where the offsets are said to be of. */
const OFFSET_PLACE: Place = { topic: 'work', partition: 0 };
const MAX_RECORDS = 3;
const MAX_BATCHES = 4;
const RETRY_MS = 120;
const MOST_TRIES = 12;
const LEAST_TIMEOUT_MS = 1_500;
/** Longest of the timeouts that these producers ask for. */
export const LONGEST_TIMEOUT_MS = 5_000;
const LONGEST_AWAY_MS = 3_000;

export interface TransactorOptions {
  readonly client: SimulatedClient;
  readonly history: ClientHistory;
  readonly ledger: TransactionLedger;
  readonly transactionalId: string;
  readonly pauseMs: number;
  readonly log: (line: string) => void;
}

/** Who the producer is while it may think that it is. */
interface Producer {
  readonly protocol: Protocol;
  readonly owner: number;
  readonly identity: Identity;
}

/** One transaction under way. */
interface Course {
  readonly producer: Producer;
  readonly transaction: ClientTransaction;
  values: number;
  /** Some request had no answer: it may come yet. */
  isUnsure: boolean;
}

export class SimulatedTransactor {
  readonly #options: TransactorOptions;
  readonly #session: TransactionalSession;
  #producer: Producer | null = null;
  /** By partition: the next sequence number. */
  readonly #sequences = new Map<string, number>();
  /** Requests of the transaction before, to be sent late; gives what came of it. */
  #late: readonly (() => Promise<Answer>)[] = [];
  #stopping = false;
  isDone = false;

  constructor(options: TransactorOptions) {
    this.#options = options;
    this.#session = new TransactionalSession(options.client, options.transactionalId);
  }

  stop(): void {
    this.#stopping = true;
  }

  async run(): Promise<void> {
    const { client, pauseMs } = this.#options;
    while (!this.#stopping) {
      await client.pause(client.below(pauseMs));
      if (this.#producer === null || client.below(25) === 0) await this.#comeBack(null);
      else await this.#transact(this.#producer);
    }
    this.isDone = true;
  }

  /** The id can be had, which ends what somebody left open under it, and its group has the offset that it must have. */
  async finish(): Promise<void> {
    const { client, ledger, transactionalId } = this.#options;
    this.isDone = false;
    while ((await this.#session.initialize(LONGEST_TIMEOUT_MS, null)) === null) await this.#wait();
    // An offset whose transaction is forgotten waits for its end for ever.
    while (!ledger.isExcused) {
      const offset = await this.#session.readOffset(OFFSET_PLACE, true);
      if (offset === null) await client.pause(RETRY_MS);
      else {
        ledger.readOffset(transactionalId, offset, ledger.leastOffset(transactionalId));
        break;
      }
    }
    this.isDone = true;
  }

  async #comeBack(known: Producer | null): Promise<void> {
    const { client, ledger, transactionalId, log } = this.#options;
    const timeoutMs = LEAST_TIMEOUT_MS + client.below(LONGEST_TIMEOUT_MS - LEAST_TIMEOUT_MS);
    const protocol = known?.protocol ?? (client.below(2) === 0 ? PROTOCOLS.classic : PROTOCOLS.raising);
    this.#producer = null;
    this.#late = [];
    for (let tries = 0; tries < MOST_TRIES && !this.#stopping; tries++) {
      const wasOwner = known === null || ledger.isOwner(transactionalId, known.owner);
      const identity = await this.#session.initialize(timeoutMs, known?.identity ?? null);
      if (identity !== null) {
        if (!wasOwner) ledger.mustBeRefused(client.name, 'a new epoch');
        this.#sequences.clear();
        this.#producer = { protocol, identity, owner: ledger.owned(transactionalId, identity) };
        log(`${client.name} is ${transactionalId}: ${inWords(identity)}, ${nameOf(protocol)}`);
        return;
      }
      // Somebody else is it by now.
      if (this.#session.lastError === ErrorCode.PRODUCER_FENCED) break;
      await this.#wait();
    }
    await client.pause(client.below(LONGEST_AWAY_MS));
  }

  async #transact(producer: Producer): Promise<void> {
    const { client, ledger, transactionalId, log } = this.#options;
    const transaction = ledger.begin(transactionalId);
    const course: Course = { producer, transaction, values: 0, isUnsure: false };
    log(`${client.name} begins ${transaction.name}: ${inWords(producer.identity)}`);
    if (producer.protocol.raises) this.#sequences.clear();
    for (let batches = 1 + client.below(MAX_BATCHES); batches > 0; batches--) {
      if (!(await this.#write(course))) return this.#giveUp(course);
      // Sometimes one is left for the coordinator to end when its time is over.
      if (client.below(30) === 0 || (this.#stopping && client.below(2) === 0)) {
        log(`${client.name} crashes in ${transaction.name}`);
        return this.#away();
      }
      if (client.below(40) === 0) await client.pause(client.below(2 * LONGEST_TIMEOUT_MS));
      await this.#sendLate(course);
    }
    if (client.below(2) === 0 && !(await this.#commitOffset(course))) return this.#giveUp(course);
    await this.#end(course, client.below(3) > 0);
  }

  async #write(course: Course): Promise<boolean> {
    const { client, history, ledger } = this.#options;
    const { transaction, producer } = course;
    const batch = await this.#nextBatch(course);
    if (batch === null) return false;
    const { topic, partition, values } = batch;
    if (!producer.protocol.raises && !(await this.#announce(course, batch))) return false;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const wasOwner = this.#isOwner(producer);
      const { answer, baseOffset } = await this.#session.produce(producer.identity, producer.protocol, batch);
      if (answer === 'done') {
        const topicId = client.topic(topic)?.topicId ?? '';
        const log = ledger.logOf(topicId, partition);
        if (!wasOwner && !log.isExcused) ledger.mustBeRefused(client.name, `[${values.join()}]`);
        history.acknowledged(topicId, partition, baseOffset, values);
        ledger.acknowledged(transaction, log, values);
        this.#sequences.set(keyOf(batch), batch.sequence + values.length);
        return true;
      }
      this.#trace(course, `[${values.join()}] to ${keyOf(batch)}`);
      if (answer === 'refused') return false;
      course.isUnsure ||= this.#session.lastError === undefined;
      await this.#wait();
      await client.refresh(topic);
    }
    return false;
  }

  async #nextBatch(course: Course): Promise<SentBatch | null> {
    const { client } = this.#options;
    const topic = TOPICS[client.below(TOPICS.length)] ?? TOPICS[0];
    const known = client.topic(topic) ?? (await client.refresh(topic));
    if (known === undefined) return null;
    const place = { topic, partition: client.below(known.partitions.size) };
    const values = Array.from({ length: 1 + client.below(MAX_RECORDS) }, () =>
      valueOf(course.transaction, course.values++),
    );
    return { ...place, values, sequence: this.#sequences.get(keyOf(place)) ?? 0 };
  }

  #announce(course: Course, place: Place): Promise<boolean> {
    const { identity } = course.producer;
    return this.#until(course, 'a partition', () => this.#session.addPartition(identity, place));
  }

  async #commitOffset(course: Course): Promise<boolean> {
    const { identity, protocol } = course.producer;
    const { transaction } = course;
    const session = this.#session;
    if (!protocol.raises && !(await this.#until(course, 'a group', () => session.addOffsets(identity))))
      return false;
    // From here on it may come to count with the transaction.
    transaction.hasOffset = true;
    return this.#until(course, 'an offset', () =>
      session.commitOffset(identity, protocol, OFFSET_PLACE, transaction.number),
    );
  }

  async #end(course: Course, committed: boolean): Promise<void> {
    const { client, ledger, transactionalId, log } = this.#options;
    const { producer, transaction } = course;
    if (committed) transaction.wish = 'commit asked';
    let next = producer.identity;
    const isDone = await this.#until(course, committed ? 'a commit' : 'an abort', async () => {
      const { answer, identity } = await this.#session.end(producer.identity, producer.protocol, committed);
      next = identity;
      return answer;
    });
    log(`${client.name} ${committed ? 'commits' : 'aborts'} ${transaction.name}: ${String(isDone)}`);
    if (!isDone) return this.#away();
    if (committed) ledger.wasCommitted(transaction);
    const least = ledger.leastOffset(transactionalId);
    if (producer.protocol.raises) {
      this.#late = this.#lateRequestsOf(course);
      this.#producer = { ...producer, identity: next };
    } else if (course.isUnsure) await this.#comeBack(producer);
    if (client.below(3) > 0) return;
    // The marker may be on its way: only who asks for stable offsets is made to wait for it.
    const requireStable = client.below(3) > 0;
    const offset = await this.#session.readOffset(OFFSET_PLACE, requireStable);
    if (offset !== null) ledger.readOffset(transactionalId, offset, requireStable ? least : -1);
  }

  /** What of this transaction might come only now that it is over. */
  #lateRequestsOf({ producer, transaction, values }: Course): readonly (() => Promise<Answer>)[] {
    const { identity, protocol } = producer;
    const session = this.#session;
    const place = { topic: OFFSET_PLACE.topic, partition: this.#options.client.below(2) };
    const batch = { ...place, values: [valueOf(transaction, values)], sequence: 0 };
    return [
      // The answer tells of the end that was decided, as long as nothing new has begun.
      () => session.end(identity, protocol, true).then(() => 'refused'),
      () => session.addPartition(identity, place),
      () => session.commitOffset(identity, protocol, OFFSET_PLACE, transaction.number),
      () => session.produce(identity, protocol, batch).then(({ answer }) => answer),
    ];
  }

  async #sendLate({ transaction }: Course): Promise<void> {
    const { client, ledger, log } = this.#options;
    const send = this.#late[client.below(this.#late.length || 1)];
    if (send === undefined || client.below(4) > 0) return;
    const answer = await send();
    log(`${client.name} sends late in ${transaction.name}: ${answer}`);
    if (answer === 'done') ledger.mustBeRefused(client.name, 'what it sent for the transaction before');
  }

  /** Once it is done; false when it was refused, or never done. */
  async #until(course: Course, what: string, send: () => Promise<Answer>): Promise<boolean> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const wasOwner = this.#isOwner(course.producer);
      const answer = await send();
      if (answer === 'done') {
        if (!wasOwner) this.#options.ledger.mustBeRefused(this.#options.client.name, what);
        return true;
      }
      this.#trace(course, what);
      if (answer === 'refused') return false;
      course.isUnsure ||= this.#session.lastError === undefined;
      await this.#wait();
    }
    return false;
  }

  #isOwner({ owner }: Producer): boolean {
    return this.#options.ledger.isOwner(this.#options.transactionalId, owner);
  }

  /** After a refusal: one that can only be aborted is, the others come back anew. */
  async #giveUp(course: Course): Promise<void> {
    const isAbortable = this.#session.lastError === ErrorCode.TRANSACTION_ABORTABLE;
    // One that took too long learns its next epoch by aborting, where each end raises it.
    const mayGoOn = course.producer.protocol.raises && this.#options.client.below(2) === 0;
    if (isAbortable || mayGoOn) await this.#end(course, false);
    else await this.#away();
  }

  async #away(): Promise<void> {
    const { client } = this.#options;
    this.#producer = null;
    await client.pause(client.below(LONGEST_AWAY_MS));
  }

  #wait(): Promise<void> {
    const { client } = this.#options;
    return client.pause(RETRY_MS + client.below(RETRY_MS));
  }

  #trace({ transaction }: Course, what: string): void {
    const { client, log } = this.#options;
    log(`${client.name} ${transaction.name} ${what}: error ${String(this.#session.lastError)}`);
  }
}

function keyOf({ topic, partition }: Place): string {
  return `${topic}-${String(partition)}`;
}

function inWords({ producerId, producerEpoch }: Identity): string {
  return `producer ${String(producerId)} epoch ${String(producerEpoch)}`;
}

function nameOf({ raises }: Protocol): string {
  return raises ? 'epochs rise with each end' : 'classic';
}

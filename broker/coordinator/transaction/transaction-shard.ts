/**
 * All transactional ids of one partition of __transaction_state: finds the id a request is about and lets the file of
 * that subject decide. Pure: what it wants done goes into the effects, what lasts comes back through `replay`.
 *
 * Loading is `replay` of every record and then `loaded`, which has the markers of every transaction written again whose
 * end was decided: nobody knows which of its partitions have theirs.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import type { Leadership } from '../runtime/coordinator-log.ts';
import type { CoordinatorShard } from '../runtime/coordinator-runtime.ts';
import type { ReplyTo } from '../runtime/effects.ts';
import { addPartitions, type AddRequest } from './add-partitions.ts';
import { endAndRaise, type RaisingEndRequest } from './end-and-raise.ts';
import {
  completeTransaction,
  endTransaction,
  type EndRequest,
  isOf,
  scheduleCompletion,
} from './end-transaction.ts';
import { initializeProducer, type InitializeRequest } from './initialize-producer.ts';
import type { IdentityResult } from './producer-identity.ts';
import { abortOverdue, change, Transaction } from './transaction.ts';
import type { EndedTransaction, TransactionContext, TransactionEvent } from './transaction-context.ts';
import type { TransactionRecord } from './transaction-record.ts';
import { isAtRest, isEnding } from './transaction-state.ts';

/** Ids that one step aborts or forgets; what is left comes with the next. */
const MAX_CHANGES_PER_STEP = 1_000;
export const TIMEOUTS_TIMER = 'timeouts';
export const EXPIRY_TIMER = 'expiry';

export class TransactionShard implements CoordinatorShard<
  TransactionRecord,
  TransactionEvent,
  TransactionContext
> {
  readonly #coordinator: Leadership;
  readonly #transactions = new Map<string, Transaction>();

  constructor(coordinator: Leadership) {
    this.#coordinator = coordinator;
  }

  get transactions(): ReadonlyMap<string, Transaction> {
    return this.#transactions;
  }

  replay({ transactionalId, value }: TransactionRecord): void {
    if (value === null || value.state === 'Dead') this.#transactions.delete(transactionalId);
    else this.#enter(transactionalId).replay(value);
  }

  loaded(context: TransactionContext): void {
    for (const transaction of this.#transactions.values()) this.#sendMarkers(transaction, context);
    this.#scheduleTimeouts(context);
    this.#scheduleExpiry(context);
  }

  unloaded(): void {
    this.#transactions.clear();
  }

  onEvent(event: TransactionEvent, errorCode: number, context: TransactionContext): void {
    switch (event.kind) {
      case 'stored':
        for (const id of event.transactionalIds) this.#stored(id, errorCode, context);
        return;
      case 'completion-due':
        return this.#complete(this.#transactions.get(event.transactionalId), context);
      case 'timeouts-due':
        return this.#abortTimedOut(context);
      case 'expiry-due':
        return this.#forgetIdle(context);
    }
  }

  initialize(
    request: InitializeRequest,
    replyTo: ReplyTo<IdentityResult>,
    context: TransactionContext,
  ): void {
    const { transactionalId } = request;
    const transaction = this.#enter(transactionalId);
    initializeProducer(transaction, request, replyTo, context);
    if (transaction.stored === null && transaction.pending === null)
      this.#transactions.delete(transactionalId);
  }

  addPartitions(request: AddRequest, replyTo: ReplyTo<number>, context: TransactionContext): void {
    addPartitions(this.#transactions.get(request.transactionalId), request, replyTo, context);
  }

  end(request: EndRequest, replyTo: ReplyTo<number>, context: TransactionContext): void {
    endTransaction(this.#transactions.get(request.transactionalId), request, replyTo, context);
  }

  endAndRaise(
    request: RaisingEndRequest,
    replyTo: ReplyTo<IdentityResult>,
    context: TransactionContext,
  ): void {
    endAndRaise(this.#transactions.get(request.transactionalId), request, replyTo, context);
  }

  /** Every partition of it has its marker. */
  markersWritten(ended: EndedTransaction, replyTo: ReplyTo<number>, context: TransactionContext): void {
    context.effects.reply(replyTo, 0);
    const transaction = this.#transactions.get(ended.transactionalId);
    const stored = transaction?.stored;
    if (transaction === undefined || !stored || !isOf(stored, ended)) return;
    completeTransaction(transaction, stored, context);
  }

  #enter(transactionalId: string): Transaction {
    const known = this.#transactions.get(transactionalId);
    if (known !== undefined) return known;
    const transaction = new Transaction(transactionalId);
    this.#transactions.set(transactionalId, transaction);
    return transaction;
  }

  /** A record of the id is committed and replayed, or is not in the log. */
  #stored(transactionalId: string, errorCode: number, context: TransactionContext): void {
    const transaction = this.#transactions.get(transactionalId);
    if (transaction === undefined) return;
    // Neither the one nor the other is known: no other decision may be made on what may not be true any more.
    if (errorCode === ErrorCode.NOT_COORDINATOR) return context.outbox.stateIsUncertain(this.#coordinator);
    transaction.pending = null;
    if (transaction.stored === null) this.#transactions.delete(transactionalId);
    else if (transaction.markersWritten) scheduleCompletion(transaction, context);
    else this.#sendMarkers(transaction, context);
  }

  #sendMarkers({ transactionalId, stored }: Transaction, { outbox }: TransactionContext): void {
    if (stored === null || !isEnding(stored.state)) return;
    const { producerId, producerEpoch, partitions } = stored;
    const committed = stored.state === 'PrepareCommit';
    outbox.send({
      ...{
        coordinator: this.#coordinator,
        transactionalId,
        producerId,
        producerEpoch,
        committed,
        partitions,
      },
      transactionVersion: stored.clientTransactionVersion,
    });
  }

  #complete(transaction: Transaction | undefined, context: TransactionContext): void {
    if (!transaction?.stored || !transaction.markersWritten) return;
    completeTransaction(transaction, transaction.stored, context);
  }

  #scheduleTimeouts({ effects, config }: TransactionContext): void {
    effects.schedule(TIMEOUTS_TIMER, config.timeoutCheckIntervalMs, { kind: 'timeouts-due' });
  }

  #scheduleExpiry({ effects, config }: TransactionContext): void {
    effects.schedule(EXPIRY_TIMER, config.expiryCheckIntervalMs, { kind: 'expiry-due' });
  }

  /** Nobody may keep readers waiting for longer than he said he would take. */
  #abortTimedOut(context: TransactionContext): void {
    const { effects, now } = context;
    for (const transaction of this.#transactions.values()) {
      if (effects.records.length >= MAX_CHANGES_PER_STEP) break;
      const { stored, pending } = transaction;
      if (pending !== null || stored?.state !== 'Ongoing') continue;
      if (stored.startMs + stored.timeoutMs < now.wallMs) abortOverdue(transaction, stored, context);
    }
    this.#scheduleTimeouts(context);
  }

  #forgetIdle(context: TransactionContext): void {
    const { effects, now, config } = context;
    for (const transaction of this.#transactions.values()) {
      if (effects.records.length >= MAX_CHANGES_PER_STEP) break;
      const { stored, pending } = transaction;
      if (pending !== null || stored === null || !isAtRest(stored.state)) continue;
      if (stored.lastUpdateMs + config.idExpirationMs <= now.wallMs) change(transaction, null, context);
    }
    this.#scheduleExpiry(context);
  }
}

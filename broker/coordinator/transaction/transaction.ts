/**
 * One transactional id in memory: what is committed of it, and what is on its way to the log. At most one change is
 * under way; whoever comes meanwhile is told CONCURRENT_TRANSACTIONS and asks again (Kafka's pendingState).
 */
import { assertTransition, type TransactionState } from './transaction-state.ts';
import type { TransactionContext } from './transaction-context.ts';
import { NO_PRODUCER_EPOCH, type StoredTransaction } from './transaction-record.ts';

/** The last epoch of a producer id: the one above it is kept for fencing whoever has this one. */
export const LAST_USABLE_EPOCH = 32_766;
/** The version of transactions from which on each end raises the epoch (KIP-890). */
export const RAISING_VERSION = 2;

export class Transaction {
  readonly transactionalId: string;
  /** Only replay changes it. Null until the first record of the id is committed. */
  stored: StoredTransaction | null = null;
  /** The state that a record which is not committed yet leads to. */
  pending: TransactionState | null = null;
  /** Every partition has its marker; the record that says so is to be written. */
  markersWritten = false;

  constructor(transactionalId: string) {
    this.transactionalId = transactionalId;
  }

  replay(value: StoredTransaction): void {
    this.stored = value;
    this.markersWritten = false;
  }
}

/** Has the change written. Every decision comes through here. */
export function change(
  transaction: Transaction,
  next: StoredTransaction | null,
  { effects }: TransactionContext,
): void {
  const { transactionalId } = transaction;
  const state = next?.state ?? 'Dead';
  assertTransition(transactionalId, transaction.stored?.state ?? 'Empty', state);
  transaction.pending = state;
  effects.records.push({ transactionalId, value: next });
  const before = effects.afterAppend?.kind === 'stored' ? effects.afterAppend.transactionalIds : [];
  effects.afterAppend = { kind: 'stored', transactionalIds: [...before, transactionalId] };
}

/** Aborts what is open and shuts out who has it open: the next epoch is nobody's. */
export function fenceAndAbort(
  transaction: Transaction,
  stored: StoredTransaction,
  context: TransactionContext,
): void {
  const next = {
    ...withNextEpoch(stored, 'PrepareAbort', context),
    ...{ lastProducerEpoch: NO_PRODUCER_EPOCH, clientTransactionVersion: 0 },
  };
  change(transaction, next, context);
}

/**
 * Aborts what takes too long. A producer whose epoch rises with every transaction may learn the next one by aborting, too
 * (KIP-890); others are shut out, and so is one whose epochs are used up.
 */
export function abortOverdue(
  transaction: Transaction,
  stored: StoredTransaction,
  context: TransactionContext,
): void {
  if (stored.clientTransactionVersion < RAISING_VERSION || stored.producerEpoch >= LAST_USABLE_EPOCH)
    return fenceAndAbort(transaction, stored, context);
  change(transaction, withNextEpoch(stored, 'PrepareAbort', context), context);
}

/** The same transaction, its end decided under the next epoch. */
export function withNextEpoch(
  stored: StoredTransaction,
  state: 'PrepareCommit' | 'PrepareAbort',
  { now }: TransactionContext,
): StoredTransaction {
  const { producerId, producerEpoch } = stored;
  return {
    ...stored,
    ...{ state, lastUpdateMs: now.wallMs, producerEpoch: producerEpoch + 1 },
    ...{ lastProducerId: producerId, lastProducerEpoch: producerEpoch },
  };
}

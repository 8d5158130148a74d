/**
 * EndTxn and what follows (KIP-98; Kafka's TransactionCoordinator.endTransaction): the decision is committed, the client is
 * answered, the markers are written, and a last record says that all have theirs. A repeated request gets the answer
 * that the first one got; one that contradicts what was decided is refused. How the epoch rises with it is told in
 * end-and-raise.ts.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import type { ReplyTo } from '../runtime/effects.ts';
import { currentTransaction } from './add-partitions.ts';
import type { ProducerIdentity } from './producer-identity.ts';
import { change, LAST_USABLE_EPOCH, type Transaction } from './transaction.ts';
import type { EndedTransaction, TransactionContext } from './transaction-context.ts';
import { NO_PARTITIONS, NO_PRODUCER_ID, type StoredTransaction } from './transaction-record.ts';
import { isEnding, type TransactionState } from './transaction-state.ts';

export interface EndRequest extends ProducerIdentity {
  readonly transactionalId: string;
  readonly committed: boolean;
}

/** Pause before the last record of a transaction is tried again. */
const COMPLETION_RETRY_MS = 100;

/** Replies with the error code. */
export function endTransaction(
  known: Transaction | undefined,
  request: EndRequest,
  replyTo: ReplyTo<number>,
  context: TransactionContext,
): void {
  const { effects, now } = context;
  const current = currentTransaction(known, request);
  if (typeof current === 'number') return effects.reply(replyTo, current);
  const { transaction, stored } = current;
  if (stored.state !== 'Ongoing')
    return effects.reply(replyTo, answerWithoutOpen(stored.state, request.committed));
  const state = request.committed ? 'PrepareCommit' : 'PrepareAbort';
  const next = { ...stored, state, lastUpdateMs: now.wallMs, clientTransactionVersion: 0 } as const;
  change(transaction, next, context);
  effects.reply(replyTo, 0);
}

function answerWithoutOpen(state: TransactionState, committed: boolean): number {
  const [same, ending]: readonly TransactionState[] = committed
    ? ['CompleteCommit', 'PrepareCommit']
    : ['CompleteAbort', 'PrepareAbort'];
  if (state === same) return 0;
  return state === ending ? ErrorCode.CONCURRENT_TRANSACTIONS : ErrorCode.INVALID_TXN_STATE;
}

/** Every partition has its marker. */
export function completeTransaction(
  transaction: Transaction,
  stored: StoredTransaction,
  context: TransactionContext,
): void {
  transaction.markersWritten = true;
  if (transaction.pending !== null || !isEnding(stored.state)) return;
  const next: StoredTransaction = {
    ...stored,
    state: stored.state === 'PrepareCommit' ? 'CompleteCommit' : 'CompleteAbort',
    ...{ partitions: NO_PARTITIONS, lastUpdateMs: context.now.wallMs },
    ...(stored.nextProducerId >= 0 && {
      ...{ producerId: stored.nextProducerId, producerEpoch: 0, nextProducerId: NO_PRODUCER_ID },
      ...{ lastProducerId: stored.producerId, lastProducerEpoch: LAST_USABLE_EPOCH },
    }),
  };
  change(transaction, next, context);
}

export function isOf(stored: StoredTransaction, ended: EndedTransaction): boolean {
  return (
    stored.producerId === ended.producerId &&
    stored.producerEpoch === ended.producerEpoch &&
    stored.state === (ended.committed ? 'PrepareCommit' : 'PrepareAbort')
  );
}

export function scheduleCompletion({ transactionalId }: Transaction, { effects }: TransactionContext): void {
  const event = { kind: 'completion-due', transactionalId } as const;
  effects.schedule(`complete:${transactionalId}`, COMPLETION_RETRY_MS, event);
}

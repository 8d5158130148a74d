/**
 * EndTxn 5 (KIP-890): a transaction ends under the next epoch, and that is the producer's from then on. So nothing that was
 * sent for a transaction, however late it comes, can be taken for a part of the one after it: records, offsets, markers
 * and the end itself have the epoch of their own.
 *
 * A transaction without any partition may be aborted, too: the client cannot know whether its records came as far as
 * announcing one. When the epochs are used up the producer is told its next id; it has it from the completion on.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import type { ReplyTo } from '../runtime/effects.ts';
import type { EndRequest } from './end-transaction.ts';
import { identityError, type IdentityResult, type ProducerIdentity } from './producer-identity.ts';
import {
  change,
  LAST_USABLE_EPOCH,
  RAISING_VERSION,
  type Transaction,
  withNextEpoch,
} from './transaction.ts';
import type { TransactionContext } from './transaction-context.ts';
import { NO_PARTITIONS, type StoredTransaction } from './transaction-record.ts';
import { isAtRest, isEnding } from './transaction-state.ts';

export interface RaisingEndRequest extends EndRequest {
  /** For a producer whose epochs are used up; null when nobody saw that it is needed. */
  readonly freshProducerId: number | null;
}

/** Will the producer need another id when this is done? */
export function isLastEnd(
  stored: StoredTransaction | null,
  { producerId, producerEpoch }: ProducerIdentity,
): boolean {
  const isCurrent = stored?.producerId === producerId && stored.producerEpoch === producerEpoch;
  return isCurrent && producerEpoch === LAST_USABLE_EPOCH;
}

export function endAndRaise(
  known: Transaction | undefined,
  request: RaisingEndRequest,
  replyTo: ReplyTo<IdentityResult>,
  context: TransactionContext,
): void {
  const { effects, now } = context;
  const { committed, freshProducerId } = request;
  const refuse = (errorCode: number): void => effects.reply(replyTo, identityError(errorCode));
  if (known === undefined) return refuse(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
  const { pending, stored } = known;
  if (pending !== null || stored === null) return refuse(ErrorCode.CONCURRENT_TRANSACTIONS);
  if (isRepeated(stored, request)) return effects.reply(replyTo, answerAgain(stored, committed));
  const fault = faultOf(stored, request);
  if (fault !== 0) return refuse(fault);
  const isLast = isLastEnd(stored, request);
  if (isLast && freshProducerId === null) return refuse(ErrorCode.CONCURRENT_TRANSACTIONS);
  const isOpen = stored.state === 'Ongoing';
  const next: StoredTransaction = {
    ...withNextEpoch(stored, committed ? 'PrepareCommit' : 'PrepareAbort', context),
    ...{ clientTransactionVersion: RAISING_VERSION, startMs: isOpen ? stored.startMs : now.wallMs },
    partitions: isOpen ? stored.partitions : NO_PARTITIONS,
    ...(isLast && freshProducerId !== null && { nextProducerId: freshProducerId }),
  };
  change(known, next, context);
  effects.reply(replyTo, { errorCode: 0, ...identityAfter(next) });
}

/** The same end was decided before, and its answer lost. */
function isRepeated(stored: StoredTransaction, { producerId, producerEpoch }: EndRequest): boolean {
  const { state, clientTransactionVersion } = stored;
  if (clientTransactionVersion < RAISING_VERSION || state === 'Empty' || state === 'Ongoing') return false;
  if (stored.producerId === producerId) return stored.producerEpoch === producerEpoch + 1;
  const hasNewId = stored.lastProducerId === producerId && stored.producerEpoch === 0;
  return hasNewId && producerEpoch === LAST_USABLE_EPOCH;
}

function answerAgain(stored: StoredTransaction, committed: boolean): IdentityResult {
  const wasCommitted = stored.state === 'PrepareCommit' || stored.state === 'CompleteCommit';
  if (wasCommitted !== committed) return identityError(ErrorCode.INVALID_TXN_STATE);
  if (isEnding(stored.state)) return identityError(ErrorCode.CONCURRENT_TRANSACTIONS);
  return { errorCode: 0, producerId: stored.producerId, producerEpoch: stored.producerEpoch };
}

function faultOf(stored: StoredTransaction, { producerId, producerEpoch, committed }: EndRequest): number {
  const { nextProducerId, state } = stored;
  if (isEnding(state) && nextProducerId === producerId) return ErrorCode.CONCURRENT_TRANSACTIONS;
  if (stored.producerId !== producerId) return ErrorCode.INVALID_PRODUCER_ID_MAPPING;
  // The epoch after the last one is nobody's.
  if (stored.producerEpoch !== producerEpoch || producerEpoch > LAST_USABLE_EPOCH)
    return ErrorCode.PRODUCER_FENCED;
  if (isEnding(state)) return ErrorCode.CONCURRENT_TRANSACTIONS;
  return committed && isAtRest(state) ? ErrorCode.INVALID_TXN_STATE : 0;
}

/** Who the producer is as soon as the end is decided. */
function identityAfter({ producerId, producerEpoch, nextProducerId }: StoredTransaction) {
  return nextProducerId >= 0
    ? { producerId: nextProducerId, producerEpoch: 0 }
    : { producerId, producerEpoch };
}

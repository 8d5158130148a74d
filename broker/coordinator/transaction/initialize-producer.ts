/**
 * InitProducerId with a transactional id (KIP-98, KIP-360; Kafka's TransactionCoordinator.handleInitProducerId): whoever
 * asks becomes the producer of the id, and everybody who was it before is shut out by the higher epoch.
 *
 * A producer that names its own id and epoch only goes on after an error: it is refused when another one has come since. A
 * transaction that is open is aborted first; the client asks again until that is done.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import type { ReplyTo } from '../runtime/effects.ts';
import { identityError, type IdentityResult, type ProducerIdentity } from './producer-identity.ts';
import { change, fenceAndAbort, LAST_USABLE_EPOCH, type Transaction } from './transaction.ts';
import type { TransactionContext } from './transaction-context.ts';
import {
  NO_PARTITIONS,
  NO_PRODUCER_EPOCH,
  NO_PRODUCER_ID,
  type StoredTransaction,
} from './transaction-record.ts';
import { isEnding } from './transaction-state.ts';

export interface InitializeRequest {
  readonly transactionalId: string;
  readonly timeoutMs: number;
  /** What the client says that it is, null when it does not. */
  readonly expected: ProducerIdentity | null;
  /** For an id that has none yet, or whose epochs are used up; null when nobody saw that it is needed. */
  readonly freshProducerId: number | null;
}

/** Will the next epoch need a producer id that nobody has had? */
export function needsFreshId(stored: StoredTransaction | null): boolean {
  return stored === null || stored.producerEpoch >= LAST_USABLE_EPOCH;
}

export function initializeProducer(
  transaction: Transaction,
  request: InitializeRequest,
  replyTo: ReplyTo<IdentityResult>,
  context: TransactionContext,
): void {
  const { effects } = context;
  const { stored } = transaction;
  const refuse = (errorCode: number): void => effects.reply(replyTo, identityError(errorCode));
  if (transaction.pending !== null) return refuse(ErrorCode.CONCURRENT_TRANSACTIONS);
  if (stored !== null && !mayBe(stored, request.expected)) return refuse(ErrorCode.PRODUCER_FENCED);
  if (stored !== null && isEnding(stored.state)) return refuse(ErrorCode.CONCURRENT_TRANSACTIONS);
  if (stored?.state === 'Ongoing') {
    // One that comes late, of an epoch that is over, does not abort what its successor has open.
    if (request.expected !== null && !isCurrent(stored, request.expected))
      return refuse(ErrorCode.PRODUCER_FENCED);
    fenceAndAbort(transaction, stored, context);
    return effects.reply(replyTo, identityError(ErrorCode.CONCURRENT_TRANSACTIONS));
  }
  const identity = nextIdentity(stored, request);
  if (typeof identity === 'number') return refuse(identity);
  const next: StoredTransaction = {
    ...identity,
    ...{ timeoutMs: request.timeoutMs, state: 'Empty', partitions: NO_PARTITIONS },
    ...{ lastUpdateMs: context.now.wallMs, startMs: -1, nextProducerId: -1, clientTransactionVersion: 0 },
  };
  change(transaction, next, context);
  effects.reply(replyTo, {
    errorCode: 0,
    producerId: next.producerId,
    producerEpoch: next.producerEpoch,
  });
}

/** Its epoch is looked at when it is raised. */
function mayBe(stored: StoredTransaction, expected: ProducerIdentity | null): boolean {
  if (expected === null || expected.producerId === stored.producerId) return true;
  // It was told who it is when its transaction ended, and the markers of that are being written.
  if (isEnding(stored.state) && expected.producerId === stored.nextProducerId) return true;
  // It may not have heard that it was given a new id because the epochs of this one were used up.
  return expected.producerId === stored.lastProducerId && expected.producerEpoch >= LAST_USABLE_EPOCH;
}

function isCurrent(stored: StoredTransaction, { producerId, producerEpoch }: ProducerIdentity): boolean {
  return stored.producerId === producerId && stored.producerEpoch === producerEpoch;
}

type Identity = Pick<
  StoredTransaction,
  'producerId' | 'producerEpoch' | 'lastProducerId' | 'lastProducerEpoch'
>;

/** The next epoch, or a new id with its first one; an error code when that cannot be. */
function nextIdentity(
  stored: StoredTransaction | null,
  { expected, freshProducerId }: InitializeRequest,
): Identity | number {
  if (stored === null) return withFreshId(freshProducerId, NO_PRODUCER_ID, NO_PRODUCER_EPOCH);
  const { producerId, producerEpoch, lastProducerId, lastProducerEpoch } = stored;
  // The answer to the same request was lost: give it again.
  if (expected !== null && !isCurrent(stored, expected)) {
    const isRepeated = lastProducerEpoch >= 0 && expected.producerEpoch === lastProducerEpoch;
    if (!isRepeated) return ErrorCode.PRODUCER_FENCED;
    return { producerId, producerEpoch, lastProducerId, lastProducerEpoch };
  }
  const last = expected === null ? NO_PRODUCER_EPOCH : producerEpoch;
  if (producerEpoch >= LAST_USABLE_EPOCH) return withFreshId(freshProducerId, producerId, last);
  return {
    producerId,
    producerEpoch: producerEpoch + 1,
    lastProducerId: producerId,
    lastProducerEpoch: last,
  };
}

function withFreshId(
  producerId: number | null,
  lastProducerId: number,
  lastProducerEpoch: number,
): Identity | number {
  if (producerId === null) return ErrorCode.CONCURRENT_TRANSACTIONS;
  return { producerId, producerEpoch: 0, lastProducerId, lastProducerEpoch };
}

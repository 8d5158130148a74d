/**
 * AddPartitionsToTxn and AddOffsetsToTxn (KIP-98; Kafka's TransactionCoordinator.handleAddPartitionsToTransaction): a
 * partition is known to the coordinator, on disk, before the producer writes to it, so that no record is ever left
 * without a marker. The first partition opens the transaction. It is the producer that announces a partition, or for those
 * that leave it to them the leader of the partition, which else only asks whether it was announced (KIP-890).
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import type { ReplyTo } from '../runtime/effects.ts';
import type { ProducerIdentity } from './producer-identity.ts';
import { change, type Transaction } from './transaction.ts';
import type { TransactionContext } from './transaction-context.ts';
import type { StoredTransaction, TransactionPartitions } from './transaction-record.ts';
import { isEnding } from './transaction-state.ts';

export interface PartitionsRequest extends ProducerIdentity {
  readonly transactionalId: string;
  readonly partitions: TransactionPartitions;
}

export interface AddRequest extends PartitionsRequest {
  /** 2 when a leader announces them, for a producer that does not (KIP-890). */
  readonly clientTransactionVersion: 0 | 2;
}

export interface CurrentTransaction {
  readonly transaction: Transaction;
  readonly stored: StoredTransaction;
}

/** The id as this producer may go on with it, or the error code that says why it may not. */
export function currentTransaction(
  transaction: Transaction | undefined,
  { producerId, producerEpoch }: ProducerIdentity,
): CurrentTransaction | number {
  if (transaction === undefined) return ErrorCode.INVALID_PRODUCER_ID_MAPPING;
  const { pending, stored } = transaction;
  // First of all: who was the producer a moment ago may have a new id that is being written.
  if (pending !== null || stored === null) return ErrorCode.CONCURRENT_TRANSACTIONS;
  // It was told who it is when its transaction ended, and the markers of that are being written.
  if (isEnding(stored.state) && stored.nextProducerId === producerId)
    return ErrorCode.CONCURRENT_TRANSACTIONS;
  if (stored.producerId !== producerId) return ErrorCode.INVALID_PRODUCER_ID_MAPPING;
  return stored.producerEpoch === producerEpoch ? { transaction, stored } : ErrorCode.PRODUCER_FENCED;
}

/** Replies with the error code. */
export function addPartitions(
  known: Transaction | undefined,
  request: AddRequest,
  replyTo: ReplyTo<number>,
  context: TransactionContext,
): void {
  const { effects, now } = context;
  const current = currentTransaction(known, request);
  if (typeof current === 'number') return effects.reply(replyTo, current);
  const { transaction, stored } = current;
  if (isEnding(stored.state)) return effects.reply(replyTo, ErrorCode.CONCURRENT_TRANSACTIONS);
  const isOpen = stored.state === 'Ongoing';
  if (isOpen && missingFrom(stored, request.partitions) === 0) return effects.reply(replyTo, 0);
  const next: StoredTransaction = {
    ...stored,
    ...{ state: 'Ongoing', lastUpdateMs: now.wallMs, startMs: isOpen ? stored.startMs : now.wallMs },
    clientTransactionVersion: request.clientTransactionVersion,
    partitions: union(isOpen ? stored.partitions : new Map(), request.partitions),
  };
  change(transaction, next, context);
  effects.reply(replyTo, 0);
}

/** What a leader may take it for: 0, or an error for each partition that `unknown` says is not announced. */
export function verifyPartitions(
  transaction: Transaction | undefined,
  request: PartitionsRequest,
): { readonly errorCode: number; readonly isAnnounced: (topic: string, partition: number) => boolean } {
  const current = currentTransaction(transaction, request);
  if (typeof current === 'number') return { errorCode: current, isAnnounced: () => false };
  const { state, partitions } = current.stored;
  return {
    errorCode: isEnding(state) ? ErrorCode.CONCURRENT_TRANSACTIONS : 0,
    isAnnounced: (topic, partition) => state === 'Ongoing' && partitions.get(topic)?.has(partition) === true,
  };
}

function missingFrom({ partitions }: StoredTransaction, wanted: TransactionPartitions): number {
  let missing = 0;
  for (const [topic, numbers] of wanted)
    for (const number of numbers) if (partitions.get(topic)?.has(number) !== true) missing += 1;
  return missing;
}

function union(left: TransactionPartitions, right: TransactionPartitions): TransactionPartitions {
  const all = new Map(left);
  for (const [topic, numbers] of right) all.set(topic, new Set([...(left.get(topic) ?? []), ...numbers]));
  return all;
}

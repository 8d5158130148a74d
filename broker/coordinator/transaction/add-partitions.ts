/**
 * AddPartitionsToTxn and AddOffsetsToTxn (KIP-98; Kafka's TransactionCoordinator.handleAddPartitionsToTransaction): a
 * partition is known to the coordinator, on disk, before the producer writes to it, so that no record is ever left
 * without a marker. The first partition opens the transaction. And the question of a partition's leader whether a
 * producer has announced what it writes (KIP-890).
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import type { ReplyTo } from '../runtime/effects.ts';
import type { ProducerIdentity } from './initialize-producer.ts';
import { change, type Transaction } from './transaction.ts';
import type { TransactionContext } from './transaction-context.ts';
import type { StoredTransaction, TransactionPartitions } from './transaction-record.ts';
import { isEnding } from './transaction-state.ts';

export interface PartitionsRequest extends ProducerIdentity {
  readonly transactionalId: string;
  readonly partitions: TransactionPartitions;
}

/** 0, or why this producer may not go on with this id. */
export function producerFault(
  transaction: Transaction | undefined,
  { producerId, producerEpoch }: ProducerIdentity,
): number {
  if (transaction === undefined) return ErrorCode.INVALID_PRODUCER_ID_MAPPING;
  // First of all: who was the producer a moment ago may have a new id that is being written.
  if (transaction.pending !== null || transaction.stored === null) return ErrorCode.CONCURRENT_TRANSACTIONS;
  if (transaction.stored.producerId !== producerId) return ErrorCode.INVALID_PRODUCER_ID_MAPPING;
  return transaction.stored.producerEpoch === producerEpoch ? 0 : ErrorCode.PRODUCER_FENCED;
}

/** Replies with the error code. */
export function addPartitions(
  transaction: Transaction | undefined,
  request: PartitionsRequest,
  replyTo: ReplyTo<number>,
  context: TransactionContext,
): void {
  const { effects, now } = context;
  const fault = producerFault(transaction, request);
  const stored = transaction?.stored ?? null;
  if (fault !== 0 || transaction === undefined || stored === null) return effects.reply(replyTo, fault);
  if (isEnding(stored.state)) return effects.reply(replyTo, ErrorCode.CONCURRENT_TRANSACTIONS);
  const isOpen = stored.state === 'Ongoing';
  if (isOpen && missingFrom(stored, request.partitions) === 0) return effects.reply(replyTo, 0);
  const next: StoredTransaction = {
    ...stored,
    ...{ state: 'Ongoing', lastUpdateMs: now.wallMs, startMs: isOpen ? stored.startMs : now.wallMs },
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
  const fault = producerFault(transaction, request);
  const stored = transaction?.stored;
  const errorCode =
    fault === 0 && stored && isEnding(stored.state) ? ErrorCode.CONCURRENT_TRANSACTIONS : fault;
  const isOpen = stored?.state === 'Ongoing';
  return {
    errorCode,
    isAnnounced: (topic, partition) => isOpen && stored.partitions.get(topic)?.has(partition) === true,
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

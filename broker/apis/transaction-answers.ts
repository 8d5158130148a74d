/** What the APIs of transactions have in common: what older clients are told instead of newer codes, and lists of partitions. */
import { ErrorCode } from '../../protocol/errors.ts';
import type { TransactionPartitions } from '../coordinator/transaction/transaction-record.ts';

/** Clients that do not know PRODUCER_FENCED stop at INVALID_PRODUCER_EPOCH (KIP-588). */
export function fencedCode(errorCode: number, isKnown: boolean): number {
  return errorCode === ErrorCode.PRODUCER_FENCED && !isKnown ? ErrorCode.INVALID_PRODUCER_EPOCH : errorCode;
}

/** Clients that do not know TRANSACTION_ABORTABLE are told that the state of the transaction is wrong (KIP-890). */
export function abortableCode(errorCode: number, isKnown: boolean): number {
  return errorCode === ErrorCode.TRANSACTION_ABORTABLE && !isKnown ? ErrorCode.INVALID_TXN_STATE : errorCode;
}

export interface NamedPartitions {
  readonly name: string;
  readonly partitions: readonly number[];
}

/** A topic that is named twice counts once. */
export function partitionsOf(topics: readonly NamedPartitions[]): TransactionPartitions {
  const all = new Map<string, Set<number>>();
  for (const { name, partitions } of topics) {
    const numbers = all.get(name) ?? new Set<number>();
    all.set(name, numbers);
    for (const number of partitions) numbers.add(number);
  }
  return all;
}

/** Of AddPartitionsToTxn, with the code that `codeOf` gives each partition. */
export function partitionResults(
  topics: readonly NamedPartitions[],
  codeOf: (topic: string, partition: number) => number,
) {
  return topics.map(({ name, partitions }) => ({
    name,
    resultsByPartition: partitions.map((partitionIndex) => ({
      partitionIndex,
      partitionErrorCode: codeOf(name, partitionIndex),
    })),
  }));
}

/**
 * The states of a transactional id (KIP-98; Kafka's TransactionState) and every way from one to another. The table of
 * docs/transactions.md says when.
 *
 * What is decided is written first: a transaction that is in Prepare* will end so, whoever coordinates it, and leaves
 * that state only when every partition has its marker. PrepareEpochFence is never entered here: the producer's epoch
 * rises in the very record that begins the abort. It is known because tools ask for it by name.
 */
import assert from 'node:assert/strict';

/** By the number that stands in TransactionLogValue, as DescribeTransactions and ListTransactions spell them. */
export const TRANSACTION_STATES = [
  'Empty',
  'Ongoing',
  'PrepareCommit',
  'PrepareAbort',
  'CompleteCommit',
  'CompleteAbort',
  'Dead',
  'PrepareEpochFence',
] as const;
export type TransactionState = (typeof TRANSACTION_STATES)[number];

/** By the state that is entered: the states it may be entered from. */
const allowedFrom: Readonly<Record<TransactionState, readonly TransactionState[]>> = {
  Empty: ['Empty', 'CompleteCommit', 'CompleteAbort'],
  Ongoing: ['Ongoing', 'Empty', 'CompleteCommit', 'CompleteAbort'],
  PrepareCommit: ['Ongoing'],
  PrepareAbort: ['Ongoing', 'Empty', 'CompleteCommit', 'CompleteAbort'],
  CompleteCommit: ['PrepareCommit'],
  CompleteAbort: ['PrepareAbort'],
  Dead: ['Empty', 'CompleteCommit', 'CompleteAbort'],
  PrepareEpochFence: [],
};

export function mayFollow(from: TransactionState, to: TransactionState): boolean {
  return allowedFrom[to].includes(from);
}

export function assertTransition(
  transactionalId: string,
  from: TransactionState,
  to: TransactionState,
): void {
  assert(mayFollow(from, to), `transactional id ${transactionalId} cannot go from ${from} to ${to}`);
}

/** Decided, and not all partitions have their markers yet. */
export function isEnding(state: TransactionState): state is 'PrepareCommit' | 'PrepareAbort' {
  return state === 'PrepareCommit' || state === 'PrepareAbort';
}

/** Nothing is open: the id may be initialized, or forgotten when it is old. */
export function isAtRest(state: TransactionState): boolean {
  return state === 'Empty' || state === 'CompleteCommit' || state === 'CompleteAbort';
}

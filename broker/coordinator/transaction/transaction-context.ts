/**
 * What every decision about a transactional id is given: the limits in force, the instant, where its effects go, and who
 * writes markers. And the events by which it hears from the outside later.
 */
import type { Leadership } from '../runtime/coordinator-log.ts';
import type { Effects, Moment } from '../runtime/effects.ts';
import type { TransactionPartitions, TransactionRecord } from './transaction-record.ts';

export interface TransactionConfig {
  /** transaction.max.timeout.ms */
  readonly maxTimeoutMs: number;
  /** transactional.id.expiration.ms */
  readonly idExpirationMs: number;
  /** transaction.abort.timed.out.transaction.cleanup.interval.ms */
  readonly timeoutCheckIntervalMs: number;
  /** transaction.remove.expired.transaction.cleanup.interval.ms */
  readonly expiryCheckIntervalMs: number;
  /** transaction.state.log.num.partitions, used until the topic exists */
  readonly stateTopicPartitions: number;
  /** request.timeout.ms: how long a client waits for a decision to be committed. */
  readonly commitTimeoutMs: number;
}

/** A transaction whose end is decided and committed: every partition of it is to get a marker. */
export interface EndedTransaction {
  readonly coordinator: Leadership;
  readonly transactionalId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly committed: boolean;
  /** 2: the markers have an epoch that no record of this transaction has (KIP-1228). */
  readonly transactionVersion: number;
  readonly partitions: TransactionPartitions;
}

export interface MarkerOutbox {
  /** Has the markers written, however long that takes, and says so by TransactionShard.markersWritten. */
  send(ended: EndedTransaction): void;
  /** Nobody knows what became of a record: the partition's state must be read from its log anew. */
  stateIsUncertain(coordinator: Leadership): void;
}

export type TransactionEvent =
  | { readonly kind: 'stored'; readonly transactionalIds: readonly string[] }
  | { readonly kind: 'completion-due'; readonly transactionalId: string }
  | { readonly kind: 'timeouts-due' }
  | { readonly kind: 'expiry-due' };

export type TransactionEffects = Effects<TransactionRecord, TransactionEvent>;

export interface TransactionContext {
  readonly config: TransactionConfig;
  readonly now: Moment;
  readonly effects: TransactionEffects;
  readonly outbox: MarkerOutbox;
}

/**
 * What a transaction coordinator writes into __transaction_state, and its bytes: TransactionLogKey 0 and
 * TransactionLogValue 0, as Apache Kafka writes them while the feature transaction.version is off; 1 is read too.
 * Each record holds all that is known of one transactional id; a null value forgets it.
 */
import {
  transactionLogKey,
  transactionLogValue,
} from '../../../protocol/messages/records-transaction-state.ts';
import {
  decodeCoordinatorKey,
  decodeVersioned,
  encodeCoordinatorKey,
  encodeVersioned,
  prefixOf,
} from '../../../protocol/schema/versioned-data.ts';
import { ProtocolError } from '../../../protocol/wire/protocol-error.ts';
import type { KeyValue } from '../runtime/partition-writer.ts';
import { TRANSACTION_STATES, type TransactionState } from './transaction-state.ts';

/** Partition numbers by topic. */
export type TransactionPartitions = ReadonlyMap<string, ReadonlySet<number>>;

export interface StoredTransaction {
  readonly producerId: number;
  readonly producerEpoch: number;
  /**
   * What the producer had before, when it named itself to have its epoch raised; -1 otherwise. A repeated request is
   * known by it (KIP-360). The epoch is not in the record: after a failover the repeated request is refused.
   */
  readonly lastProducerId: number;
  readonly lastProducerEpoch: number;
  readonly timeoutMs: number;
  readonly state: TransactionState;
  readonly partitions: TransactionPartitions;
  /** Wall clock. */
  readonly lastUpdateMs: number;
  /** Wall clock, of the first partition; -1 before it. */
  readonly startMs: number;
}

export interface TransactionRecord {
  readonly transactionalId: string;
  readonly value: StoredTransaction | null;
}

export const NO_PRODUCER_ID = -1;
export const NO_PRODUCER_EPOCH = -1;
export const NO_PARTITIONS: TransactionPartitions = new Map();
const VALUE_VERSION = 0;

export function encodeTransactionRecord({ transactionalId, value }: TransactionRecord): KeyValue {
  return {
    key: encodeCoordinatorKey(transactionLogKey, { transactionalId }),
    value: value === null ? null : encodeValue(value),
  };
}

function encodeValue(value: StoredTransaction): Buffer {
  const partitions = [...value.partitions].map(([topic, numbers]) => ({
    topic,
    partitionIds: [...numbers],
  }));
  return encodeVersioned(transactionLogValue, VALUE_VERSION, {
    producerId: BigInt(value.producerId),
    producerEpoch: value.producerEpoch,
    transactionTimeoutMs: value.timeoutMs,
    transactionStatus: TRANSACTION_STATES.indexOf(value.state),
    transactionPartitions: value.state === 'Empty' ? null : partitions,
    transactionLastUpdateTimestampMs: BigInt(value.lastUpdateMs),
    transactionStartTimestampMs: BigInt(value.startMs),
  });
}

/** Null for keys of other kinds: they are left as they are. Throws ProtocolError on bad bytes. */
export function decodeTransactionRecord(key: Buffer, value: Buffer | null): TransactionRecord | null {
  if (prefixOf(key) !== transactionLogKey.apiKey) return null;
  const { transactionalId } = decodeCoordinatorKey(transactionLogKey, key);
  return { transactionalId, value: value === null ? null : decodeValue(value) };
}

function decodeValue(bytes: Buffer): StoredTransaction {
  const value = decodeVersioned(transactionLogValue, bytes);
  const state = TRANSACTION_STATES[value.transactionStatus];
  if (state === undefined)
    throw new ProtocolError('value', `there is no transaction state ${String(value.transactionStatus)}`, 0);
  const topics = value.transactionPartitions ?? [];
  return {
    producerId: Number(value.producerId),
    producerEpoch: value.producerEpoch,
    lastProducerId: Number(value.previousProducerId),
    lastProducerEpoch: NO_PRODUCER_EPOCH,
    timeoutMs: value.transactionTimeoutMs,
    state,
    partitions: new Map(topics.map(({ topic, partitionIds }) => [topic, new Set(partitionIds)])),
    lastUpdateMs: Number(value.transactionLastUpdateTimestampMs),
    startMs: Number(value.transactionStartTimestampMs),
  };
}

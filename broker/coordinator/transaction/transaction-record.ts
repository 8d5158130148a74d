/**
 * What a transaction coordinator writes into __transaction_state, and its bytes: TransactionLogKey 0 and
 * TransactionLogValue, as Apache Kafka writes it: version 0 while the level of transaction.version is 0 and no producer is
 * at 2, otherwise version 1. Both are read at every level. Each record holds all that is known of one transactional id; a null value
 * forgets it.
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
   * What the producer had before, when it named itself to have its epoch raised or ended a transaction that raised it;
   * -1 otherwise. A repeated request is known by it (KIP-360). The epoch is not in the record: after a failover a
   * repeated InitProducerId is refused.
   */
  readonly lastProducerId: number;
  readonly lastProducerEpoch: number;
  /** What the producer is told to be from here on, when the end of this transaction used up its epochs; -1 otherwise. */
  readonly nextProducerId: number;
  /**
   * How the producer runs this transaction: 2, its leaders announced the partitions and the end raises the epoch
   * (KIP-890); 0, as before that. Of what is over: 2 when its end gave the producer the epoch that stands here.
   */
  readonly clientTransactionVersion: number;
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

/** At the cluster's level of transaction.version. */
export function encodeTransactionRecord(
  { transactionalId, value }: TransactionRecord,
  transactionVersion: number,
): KeyValue {
  return {
    key: encodeCoordinatorKey(transactionLogKey, { transactionalId }),
    value: value === null ? null : encodeValue(value, transactionVersion),
  };
}

function encodeValue(value: StoredTransaction, transactionVersion: number): Buffer {
  // What was promised to a producer is not forgotten because the level went down meanwhile.
  const isPromised = value.nextProducerId >= 0 || value.clientTransactionVersion > 0;
  const version = transactionVersion >= 1 || isPromised ? 1 : 0;
  const partitions = [...value.partitions].map(([topic, numbers]) => ({
    topic,
    partitionIds: [...numbers],
  }));
  const ofVersion1 = {
    previousProducerId: BigInt(value.lastProducerId),
    nextProducerId: BigInt(value.nextProducerId),
    clientTransactionVersion: value.clientTransactionVersion,
  };
  return encodeVersioned(transactionLogValue, version, {
    ...(version >= 1 && ofVersion1),
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
    nextProducerId: Number(value.nextProducerId),
    clientTransactionVersion: value.clientTransactionVersion,
    timeoutMs: value.transactionTimeoutMs,
    state,
    partitions: new Map(topics.map(({ topic, partitionIds }) => [topic, new Set(partitionIds)])),
    lastUpdateMs: Number(value.transactionLastUpdateTimestampMs),
    startMs: Number(value.transactionStartTimestampMs),
  };
}

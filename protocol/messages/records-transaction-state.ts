/**
 * What a transaction coordinator keeps in `__transaction_state` (KIP-98).
 *
 * The key starts with its int16 record type, the value with an int16 schema version; see schema/versioned-data.ts. A
 * null value is a tombstone. 1 added the compact encoding (KIP-915) and, as tags, the ids before and after an epoch
 * change and the client's version of the protocol (KIP-890).
 */
import { array, int16, int32, int64, int8, record, string, type Decoded } from '../schema/notation.ts';

export const transactionLogKey = record(
  0,
  'TransactionLogKey',
  { versions: '0' },
  {
    transactionalId: string('0'),
  },
);
export type TransactionLogKey = Decoded<typeof transactionLogKey>;

export const transactionLogValue = record(
  0,
  'TransactionLogValue',
  { versions: '0-1', flexible: '1+' },
  {
    producerId: int64('0+'),
    previousProducerId: int64('1+', { default: -1n, tag: 0 }),
    nextProducerId: int64('1+', { default: -1n, tag: 1 }),
    producerEpoch: int16('0+'),
    nextProducerEpoch: int16('1+', { default: -1, tag: 3 }),
    transactionTimeoutMs: int32('0+'),
    transactionStatus: int8('0+'),
    transactionPartitions: array(
      '0+',
      {
        topic: string('0+'),
        partitionIds: array('0+', 'int32'),
      },
      { nullable: true },
    ),
    transactionLastUpdateTimestampMs: int64('0+'),
    transactionStartTimestampMs: int64('0+'),
    clientTransactionVersion: int16('1+', { tag: 2 }),
  },
);
export type TransactionLogValue = Decoded<typeof transactionLogValue>;

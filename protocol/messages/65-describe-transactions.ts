/**
 * DescribeTransactions: state, producer and partitions of transactions, from their coordinator (KIP-664).
 */
import { array, int16, int32, int64, request, response, string, type Decoded } from '../schema/notation.ts';

export const describeTransactionsRequest = request(
  65,
  'DescribeTransactionsRequest',
  { versions: '0', flexible: '0+' },
  {
    transactionalIds: array('0+', 'string'),
  },
);
export type DescribeTransactionsRequest = Decoded<typeof describeTransactionsRequest>;

export const describeTransactionsResponse = response(
  65,
  'DescribeTransactionsResponse',
  { versions: '0', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    transactionStates: array('0+', {
      errorCode: int16('0+'),
      transactionalId: string('0+'),
      transactionState: string('0+'),
      transactionTimeoutMs: int32('0+'),
      transactionStartTimeMs: int64('0+'),
      producerId: int64('0+'),
      producerEpoch: int16('0+'),
      topics: array('0+', {
        topic: string('0+'),
        partitions: array('0+', 'int32'),
      }),
    }),
  },
);
export type DescribeTransactionsResponse = Decoded<typeof describeTransactionsResponse>;

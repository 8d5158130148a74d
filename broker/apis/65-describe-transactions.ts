/** DescribeTransactions 0: state, producer and partitions of transactional ids that this broker coordinates (KIP-664). */
import {
  describeTransactionsRequest,
  describeTransactionsResponse,
} from '../../protocol/messages/65-describe-transactions.ts';
import { defineApi } from './api-handler.ts';

export const describeTransactions = defineApi({
  request: describeTransactionsRequest,
  response: describeTransactionsResponse,
  minVersion: 0,
  maxVersion: 0,
  handle({ transactionalIds }, _context, { transactionCoordinator }) {
    const transactionStates = transactionalIds.map((transactionalId) => {
      const { errorCode, stored } = transactionCoordinator.describe(transactionalId);
      if (stored === null) return { transactionalId, errorCode };
      return {
        ...{ transactionalId, errorCode },
        transactionState: stored.state,
        transactionTimeoutMs: stored.timeoutMs,
        transactionStartTimeMs: BigInt(stored.startMs),
        producerId: BigInt(stored.producerId),
        producerEpoch: stored.producerEpoch,
        topics: [...stored.partitions].map(([topic, partitions]) => ({
          topic,
          partitions: [...partitions],
        })),
      };
    });
    return { transactionStates };
  },
});

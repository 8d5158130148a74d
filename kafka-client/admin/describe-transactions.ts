/** State, age and partitions of transactions, from the broker that coordinates them (KIP-664, Kafka 3.0 and later). */
import {
  describeTransactionsRequest,
  describeTransactionsResponse,
} from '../../protocol/messages/65-describe-transactions.ts';
import { apiCall } from '../api-call.ts';
import { toSafeNumber } from '../checked-number.ts';
import { errorNameOf } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';

const api = apiCall(describeTransactionsRequest, describeTransactionsResponse);

export interface DescribedTransaction {
  readonly transactionalId: string;
  /** Kafka's name of the error, null if there is none. */
  readonly error: string | null;
  readonly state: string;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly timeoutMs: number;
  /** Null while nothing was added to it. */
  readonly startedAtMs: number | null;
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[];
}

export async function describeTransactions(
  cluster: KafkaCluster,
  coordinatorId: number,
  transactionalIds: readonly string[],
): Promise<DescribedTransaction[]> {
  if (transactionalIds.length === 0) return [];
  const answer = await cluster.call(coordinatorId, api, { transactionalIds });
  return answer.transactionStates.map((state) => ({
    transactionalId: state.transactionalId,
    error: errorNameOf(state.errorCode),
    state: state.transactionState,
    producerId: toSafeNumber(state.producerId),
    producerEpoch: state.producerEpoch,
    timeoutMs: state.transactionTimeoutMs,
    startedAtMs: state.transactionStartTimeMs < 0n ? null : toSafeNumber(state.transactionStartTimeMs),
    topics: state.topics,
  }));
}

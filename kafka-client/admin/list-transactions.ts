/** The transactions that one broker coordinates, with one ListTransactions request (KIP-664, Kafka 3.0 and later). */
import {
  listTransactionsRequest,
  listTransactionsResponse,
} from '../../protocol/messages/66-list-transactions.ts';
import { apiCall } from '../api-call.ts';
import { toSafeNumber } from '../checked-number.ts';
import { brokerError } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';

/** Later versions filter by duration and name, which is not asked for. */
const api = apiCall(listTransactionsRequest, listTransactionsResponse, { maxVersion: 0 });

export interface ListedTransaction {
  readonly transactionalId: string;
  readonly producerId: number;
  /** As Kafka writes it: Ongoing, PrepareCommit ... */
  readonly state: string;
}

/** Rejects with BROKER_ERROR, retriable while the coordinator loads. */
export async function listTransactions(
  cluster: KafkaCluster,
  brokerId: number,
  states: readonly string[],
): Promise<ListedTransaction[]> {
  const answer = await cluster.call(brokerId, api, { stateFilters: states, producerIdFilters: [] });
  if (answer.errorCode !== 0)
    throw brokerError(`list the transactions of broker ${brokerId}`, answer.errorCode);
  return answer.transactionStates.map(({ transactionalId, producerId, transactionState }) => ({
    transactionalId,
    producerId: toSafeNumber(producerId),
    state: transactionState,
  }));
}

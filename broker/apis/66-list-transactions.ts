/**
 * ListTransactions 0-1: the transactional ids that this broker coordinates, by state and producer (KIP-664), and, since 1, by
 * how long their transaction is open (KIP-994). A state that does not exist is told, not refused.
 */
import {
  listTransactionsRequest,
  listTransactionsResponse,
} from '../../protocol/messages/66-list-transactions.ts';
import { TRANSACTION_STATES } from '../coordinator/transaction/transaction-state.ts';
import { defineApi } from './api-handler.ts';

export const listTransactions = defineApi({
  request: listTransactionsRequest,
  response: listTransactionsResponse,
  minVersion: 0,
  maxVersion: 1,
  handle(request, _context, { transactionCoordinator, platform }) {
    const { errorCode, transactions } = transactionCoordinator.list();
    const states = new Set(request.stateFilters);
    const producers = new Set(request.producerIdFilters);
    const nowMs = platform.clock.wallMs();
    const leastMs = Number(request.durationFilter);
    const known = new Set<string>(TRANSACTION_STATES);
    const unknownStateFilters = request.stateFilters.filter((state) => !known.has(state));
    const transactionStates = transactions
      .filter(({ stored: { state, producerId, startMs } }) => {
        if (states.size > 0 && !states.has(state)) return false;
        if (producers.size > 0 && !producers.has(BigInt(producerId))) return false;
        return leastMs < 0 || (startMs >= 0 && nowMs - startMs > leastMs);
      })
      .map(({ transactionalId, stored: { producerId, state } }) => ({
        ...{ transactionalId, producerId: BigInt(producerId), transactionState: state },
      }));
    return { errorCode, unknownStateFilters, transactionStates };
  },
});

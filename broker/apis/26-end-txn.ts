/**
 * EndTxn 0-5: commits or aborts a transaction (KIP-98); answered when the decision is committed, before the markers are
 * written. Up to version 1 a fenced producer is told INVALID_PRODUCER_EPOCH (KIP-588). With 5 the producer's epoch rises, and
 * the answer says who it is from now on (KIP-890).
 */
import { endTxnRequest, endTxnResponse } from '../../protocol/messages/26-end-txn.ts';
import { defineApi } from './api-handler.ts';
import { fencedCode } from './transaction-answers.ts';

const FIRST_VERSION_OF_FENCED = 2;
const FIRST_VERSION_THAT_RAISES = 5;

export const endTxn = defineApi({
  request: endTxnRequest,
  response: endTxnResponse,
  minVersion: 0,
  maxVersion: 5,
  async handle(request, { apiVersion }, { transactionCoordinator }) {
    const { transactionalId, producerId, producerEpoch, committed } = request;
    const end = { transactionalId, producerId: Number(producerId), producerEpoch, committed };
    if (apiVersion >= FIRST_VERSION_THAT_RAISES) {
      const { errorCode, ...given } = await transactionCoordinator.endAndRaise(end);
      return { errorCode, producerId: BigInt(given.producerId), producerEpoch: given.producerEpoch };
    }
    const errorCode = await transactionCoordinator.end(end);
    return { errorCode: fencedCode(errorCode, apiVersion >= FIRST_VERSION_OF_FENCED) };
  },
});

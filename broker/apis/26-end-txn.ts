/**
 * EndTxn 0-4: commits or aborts a transaction (KIP-98); answered when the decision is committed, before the markers are
 * written. Up to version 1 a fenced producer is told INVALID_PRODUCER_EPOCH (KIP-588).
 */
import { endTxnRequest, endTxnResponse } from '../../protocol/messages/26-end-txn.ts';
import { defineApi } from './api-handler.ts';
import { fencedCode } from './transaction-answers.ts';

const FIRST_VERSION_OF_FENCED = 2;

export const endTxn = defineApi({
  request: endTxnRequest,
  response: endTxnResponse,
  minVersion: 0,
  maxVersion: 4,
  async handle(request, { apiVersion }, { transactionCoordinator }) {
    const { transactionalId, producerId, producerEpoch, committed } = request;
    const errorCode = await transactionCoordinator.end({
      ...{ transactionalId, producerId: Number(producerId), producerEpoch, committed },
    });
    return { errorCode: fencedCode(errorCode, apiVersion >= FIRST_VERSION_OF_FENCED) };
  },
});

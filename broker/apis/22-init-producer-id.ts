/**
 * InitProducerId 0-5: an id for an idempotent producer, or for a transactional one (KIP-98).
 *
 * - Without a transactional id every call gives a fresh id with epoch 0; also when the client brings an id whose
 *   epoch it wants raised (KIP-360), which is as good: its sequences start anew either way.
 * - With a transactional id its coordinator gives the same id with the next epoch, which shuts out who had it before.
 *   Up to version 3 a producer that is shut out itself is told INVALID_PRODUCER_EPOCH (KIP-588).
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  initProducerIdRequest,
  initProducerIdResponse,
} from '../../protocol/messages/22-init-producer-id.ts';
import { defineApi } from './api-handler.ts';
import { refusalOf } from './refusal.ts';
import { fencedCode } from './transaction-answers.ts';

const FIRST_VERSION_OF_FENCED = 4;

export const initProducerId = defineApi({
  request: initProducerIdRequest,
  response: initProducerIdResponse,
  minVersion: 0,
  maxVersion: 5,
  async handle(request, { apiVersion }, services) {
    const { transactionalId, transactionTimeoutMs, producerId, producerEpoch } = request;
    // An id without its epoch, or an epoch of nobody, means nothing (KIP-360).
    if ((producerId === -1n) !== (producerEpoch === -1)) {
      return { errorCode: ErrorCode.INVALID_REQUEST, producerEpoch: -1 };
    }
    if (transactionalId !== null) {
      const named = { producerId: Number(producerId), producerEpoch };
      const { errorCode, ...given } = await services.transactionCoordinator.initialize({
        ...{ transactionalId, timeoutMs: transactionTimeoutMs, expected: producerId < 0n ? null : named },
      });
      return {
        errorCode: fencedCode(errorCode, apiVersion >= FIRST_VERSION_OF_FENCED),
        ...{ producerId: BigInt(given.producerId), producerEpoch: given.producerEpoch },
      };
    }
    try {
      return { producerId: BigInt(await services.producerIds.next()), producerEpoch: 0 };
    } catch (error) {
      return { errorCode: refusalOf(error).errorCode, producerEpoch: -1 };
    }
  },
});

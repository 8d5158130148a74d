/**
 * InitProducerId 0-4: an id for an idempotent producer.
 *
 * - Without a transactional id every call gives a fresh id with epoch 0; also when the client brings an id whose
 *   epoch it wants raised (KIP-360), which is as good: its sequences start anew either way.
 * - Transactions are not served yet (AddPartitionsToTxn and its like are not advertised), so a transactional id is
 *   refused with TRANSACTIONAL_ID_AUTHORIZATION_FAILED, which every client treats as final.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  initProducerIdRequest,
  initProducerIdResponse,
} from '../../protocol/messages/22-init-producer-id.ts';
import { defineApi } from './api-handler.ts';
import { refusalOf } from './refusal.ts';

export const initProducerId = defineApi({
  request: initProducerIdRequest,
  response: initProducerIdResponse,
  minVersion: 0,
  maxVersion: 4,
  async handle(request, _context, services) {
    const { transactionalId, producerId, producerEpoch } = request;
    // An id without its epoch, or an epoch of nobody, means nothing (KIP-360).
    if ((producerId === -1n) !== (producerEpoch === -1)) {
      return { errorCode: ErrorCode.INVALID_REQUEST, producerEpoch: -1 };
    }
    if (transactionalId !== null) {
      const errorCode =
        transactionalId === '' ? ErrorCode.INVALID_REQUEST : ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
      return { errorCode, producerEpoch: -1 };
    }
    try {
      return { producerId: BigInt(await services.producerIds.next()), producerEpoch: 0 };
    } catch (error) {
      return { errorCode: refusalOf(error).errorCode, producerEpoch: -1 };
    }
  },
});

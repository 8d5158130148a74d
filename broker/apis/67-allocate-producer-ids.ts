/** AllocateProducerIds 0: a broker takes a block of ids for idempotent producers (KIP-730). Between nodes only. */
import {
  allocateProducerIdsRequest,
  allocateProducerIdsResponse,
} from '../../protocol/messages/67-allocate-producer-ids.ts';
import { defineControllerApi } from './api-handler.ts';
import { refusalOf } from './refusal.ts';

export const allocateProducerIds = defineControllerApi({
  request: allocateProducerIdsRequest,
  response: allocateProducerIdsResponse,
  minVersion: 0,
  maxVersion: 0,
  async handle({ brokerId, brokerEpoch }, _context, { controller }) {
    try {
      const block = await controller.allocateProducerIds(brokerId, Number(brokerEpoch));
      const { errorCode, firstProducerId, count } = block;
      return { errorCode, producerIdStart: BigInt(firstProducerId), producerIdLen: count };
    } catch (error) {
      return { errorCode: refusalOf(error).errorCode };
    }
  },
});

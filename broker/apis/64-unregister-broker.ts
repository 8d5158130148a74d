/** UnregisterBroker 0: a broker that will not come back is forgotten (KIP-631). */
import {
  unregisterBrokerRequest,
  unregisterBrokerResponse,
} from '../../protocol/messages/64-unregister-broker.ts';
import { defineControllerApi } from './api-handler.ts';
import { refusalOf, refusalWith } from './refusal.ts';

export const unregisterBroker = defineControllerApi({
  request: unregisterBrokerRequest,
  response: unregisterBrokerResponse,
  minVersion: 0,
  maxVersion: 0,
  answeredBy: 'controller',
  failed: (_request, errorCode) => refusalWith(errorCode),
  async handle({ brokerId }, _context, { controller }) {
    try {
      return await controller.unregisterBroker(brokerId);
    } catch (error) {
      return refusalOf(error);
    }
  },
});

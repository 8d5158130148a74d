/**
 * BrokerRegistration 0-4: a broker that starts asks to be part of the cluster (KIP-631). 2 names log directories
 * (KIP-858), 3 the epoch of a life that ended cleanly (KIP-966). Between nodes only.
 */
import {
  brokerRegistrationRequest,
  brokerRegistrationResponse,
} from '../../protocol/messages/62-broker-registration.ts';
import { defineControllerApi } from './api-handler.ts';
import { refusalOf } from './refusal.ts';

export const brokerRegistration = defineControllerApi({
  request: brokerRegistrationRequest,
  response: brokerRegistrationResponse,
  minVersion: 0,
  maxVersion: 4,
  async handle(request, { closed }, { controller }) {
    const { brokerId, clusterId, incarnationId, rack, listeners, features, logDirs } = request;
    try {
      const { errorCode, brokerEpoch } = await controller.registerBroker(
        {
          ...{ brokerId, clusterId, incarnationId, rack, logDirectoryIds: logDirs },
          previousBrokerEpoch: Number(request.previousBrokerEpoch),
          endpoints: listeners.map(({ name, host, port, securityProtocol }) => {
            const where = { listenerName: name, host, port };
            return securityProtocol === 0 ? where : { ...where, securityProtocol };
          }),
          features: new Map(
            features.map(({ name, minSupportedVersion: min, maxSupportedVersion: max }) => [
              name,
              { min, max },
            ]),
          ),
        },
        closed,
      );
      return { errorCode, brokerEpoch: BigInt(brokerEpoch) };
    } catch (error) {
      return { errorCode: refusalOf(error).errorCode };
    }
  },
});

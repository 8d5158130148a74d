/**
 * BrokerHeartbeat 0-1: a broker shows that it lives, asks to serve, or to be let go (KIP-631). 1 names failed log
 * directories (KIP-858). Between nodes only.
 */
import {
  brokerHeartbeatRequest,
  brokerHeartbeatResponse,
} from '../../protocol/messages/63-broker-heartbeat.ts';
import { defineControllerApi } from './api-handler.ts';
import { refusalOf } from './refusal.ts';

export const brokerHeartbeat = defineControllerApi({
  request: brokerHeartbeatRequest,
  response: brokerHeartbeatResponse,
  minVersion: 0,
  maxVersion: 1,
  async handle(request, { closed }, { controller }) {
    const { brokerId, wantFence, wantShutDown, offlineLogDirs: offlineLogDirectoryIds } = request;
    try {
      const { errorCode, isCaughtUp, isFenced, shouldShutDown } = await controller.heartbeat(
        {
          ...{ brokerId, wantFence, wantShutDown, offlineLogDirectoryIds },
          brokerEpoch: Number(request.brokerEpoch),
          currentMetadataOffset: Number(request.currentMetadataOffset),
        },
        closed,
      );
      return { errorCode, isCaughtUp, isFenced, shouldShutDown };
    } catch (error) {
      return { errorCode: refusalOf(error).errorCode };
    }
  },
});

/**
 * ConsumerGroupHeartbeat 0-1: a member of a consumer group joins, stays or leaves, and hears what it may read (KIP-848). 1
 * adds subscriptions by regular expression, and member ids that the client makes (KIP-1082).
 */
import {
  consumerGroupHeartbeatRequest,
  consumerGroupHeartbeatResponse,
} from '../../protocol/messages/68-consumer-group-heartbeat.ts';
import { defineApi } from './api-handler.ts';

const FIRST_VERSION_WITH_CLIENT_MADE_IDS = 1;

export const consumerGroupHeartbeat = defineApi({
  request: consumerGroupHeartbeatRequest,
  response: consumerGroupHeartbeatResponse,
  minVersion: 0,
  maxVersion: 1,
  handle(request, { apiVersion, clientId, clientHost, mayRead: maySee }, { groupCoordinator }) {
    const makesMemberId = apiVersion >= FIRST_VERSION_WITH_CLIENT_MADE_IDS;
    return groupCoordinator.consumerHeartbeat(request, {
      clientId: clientId ?? '',
      clientHost,
      makesMemberId,
      maySee,
    });
  },
});

/**
 * FindCoordinator 0-4: which broker coordinates a group (key type 0) or a transaction (1). 4 asks for many keys at
 * once (KIP-699) and tells errors per key. The address is that of the listener the client came through.
 */
import {
  findCoordinatorRequest,
  findCoordinatorResponse,
} from '../../protocol/messages/10-find-coordinator.ts';
import { defineApi } from './api-handler.ts';

const FIRST_VERSION_WITH_MANY_KEYS = 4;

export const findCoordinator = defineApi({
  request: findCoordinatorRequest,
  response: findCoordinatorResponse,
  minVersion: 0,
  maxVersion: 4,
  async handle(request, { apiVersion, listenerName }, { groupCoordinator }) {
    const isBatch = apiVersion >= FIRST_VERSION_WITH_MANY_KEYS;
    const keys = isBatch ? request.coordinatorKeys : [request.key];
    const coordinators = await groupCoordinator.findCoordinators(request.keyType, keys, listenerName);
    return isBatch ? { coordinators } : { ...coordinators[0] };
  },
});

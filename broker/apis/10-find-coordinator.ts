/**
 * FindCoordinator 0-4: which broker coordinates a group (key type 0) or a transaction (1). 4 asks for many keys at
 * once (KIP-699) and tells errors per key. The address is that of the listener the client came through.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  findCoordinatorRequest,
  findCoordinatorResponse,
} from '../../protocol/messages/10-find-coordinator.ts';
import { coordinatorError, type FoundCoordinator } from '../coordinator/runtime/coordinator-topic.ts';
import { defineApi } from './api-handler.ts';
import type { BrokerServices } from './broker-services.ts';

const FIRST_VERSION_WITH_MANY_KEYS = 4;
const GROUP = 0;
const TRANSACTION = 1;

async function find(
  keyType: number,
  keys: readonly string[],
  listenerName: string,
  { groupCoordinator, transactionCoordinator }: BrokerServices,
): Promise<readonly FoundCoordinator[]> {
  switch (keyType) {
    case GROUP:
      return groupCoordinator.findCoordinators(keys, listenerName);
    case TRANSACTION:
      return transactionCoordinator.findCoordinators(keys, listenerName);
    default:
      return keys.map((key) => coordinatorError(key, ErrorCode.INVALID_REQUEST));
  }
}

export const findCoordinator = defineApi({
  request: findCoordinatorRequest,
  response: findCoordinatorResponse,
  minVersion: 0,
  maxVersion: 4,
  async handle(request, { apiVersion, listenerName }, services) {
    const isBatch = apiVersion >= FIRST_VERSION_WITH_MANY_KEYS;
    const keys = isBatch ? request.coordinatorKeys : [request.key];
    const coordinators = await find(request.keyType, keys, listenerName, services);
    return isBatch ? { coordinators } : { ...coordinators[0] };
  },
});

/**
 * DescribeCluster 0-1: cluster id, controller and live brokers (KIP-700). 1 can ask for the controllers instead
 * (KIP-919), which a listener for clients does not answer.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  describeClusterRequest,
  describeClusterResponse,
} from '../../protocol/messages/60-describe-cluster.ts';
import { defineApi } from './api-handler.ts';
import { CLUSTER_OPERATIONS, OPERATIONS_NOT_ASKED_FOR } from './authorized-operations.ts';
import { liveBrokers, namedController } from './live-brokers.ts';

const BROKERS = 1;
const CONTROLLERS = 2;

export const describeCluster = defineApi({
  request: describeClusterRequest,
  response: describeClusterResponse,
  minVersion: 0,
  maxVersion: 1,
  handle(request, context, services) {
    const { clusterId } = services.image();
    const { endpointType } = request;
    if (endpointType !== BROKERS) {
      const known = endpointType === CONTROLLERS;
      return {
        endpointType,
        errorCode: known ? ErrorCode.MISMATCHED_ENDPOINT_TYPE : ErrorCode.UNSUPPORTED_ENDPOINT_TYPE,
        errorMessage: known
          ? 'This listener serves clients: ask it for brokers.'
          : 'Unsupported endpoint type.',
        clusterId,
      };
    }
    const live = liveBrokers(services.image(), context.listenerName);
    return {
      endpointType,
      clusterId,
      controllerId: namedController(live, services.config.nodeId),
      brokers: live.map(({ nodeId, ...broker }) => ({
        brokerId: nodeId,
        ...broker,
      })),
      clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
        ? CLUSTER_OPERATIONS
        : OPERATIONS_NOT_ASKED_FOR,
    };
  },
});

/**
 * DescribeCluster 0-2: cluster id, controller and nodes (KIP-700). 1 can ask for the controllers instead of the brokers
 * (KIP-919): a listener of brokers only knows brokers, and the controller listener only controllers. 2 can ask for fenced
 * brokers, too (KIP-1073).
 *
 * Clients are told any live broker as the controller, because all of them pass requests on; who asks for controllers is
 * told which one is active.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  describeClusterRequest,
  describeClusterResponse,
} from '../../protocol/messages/60-describe-cluster.ts';
import { defineApi, defineControllerApi } from './api-handler.ts';
import { CLUSTER_OPERATIONS, OPERATIONS_NOT_ASKED_FOR } from './authorized-operations.ts';
import { liveBrokers, namedController } from './live-brokers.ts';

const BROKERS = 1;
const CONTROLLERS = 2;
const NOBODY = -1;

const shared = {
  request: describeClusterRequest,
  response: describeClusterResponse,
  minVersion: 0,
  maxVersion: 2,
};

function refused(endpointType: number, clusterId: string, advice: string) {
  const known = endpointType === BROKERS || endpointType === CONTROLLERS;
  return {
    ...{ endpointType, clusterId },
    errorCode: known ? ErrorCode.MISMATCHED_ENDPOINT_TYPE : ErrorCode.UNSUPPORTED_ENDPOINT_TYPE,
    errorMessage: known ? advice : 'Unsupported endpoint type.',
  };
}

function operations(includeClusterAuthorizedOperations: boolean): number {
  return includeClusterAuthorizedOperations ? CLUSTER_OPERATIONS : OPERATIONS_NOT_ASKED_FOR;
}

export const describeCluster = defineApi({
  ...shared,
  handle(request, { listenerName }, services) {
    const image = services.image();
    const { endpointType, includeFencedBrokers } = request;
    if (endpointType !== BROKERS) {
      return refused(endpointType, image.clusterId, 'This listener serves clients: ask it for brokers.');
    }
    const live = liveBrokers(image, listenerName);
    const shown = [...image.brokers.values()].flatMap(({ brokerId, fenced, rack, endpoints }) => {
      const endpoint = endpoints.find((candidate) => candidate.listenerName === listenerName);
      if (endpoint === undefined || (fenced && !includeFencedBrokers)) return [];
      return [{ brokerId, host: endpoint.host, port: endpoint.port, rack, isFenced: fenced }];
    });
    return {
      endpointType,
      clusterId: image.clusterId,
      controllerId: namedController(live, services.config.nodeId),
      brokers: shown,
      clusterAuthorizedOperations: operations(request.includeClusterAuthorizedOperations),
    };
  },
});

export const describeControllers = defineControllerApi({
  ...shared,
  handle(request, _context, { clusterId, config, metadataLog }) {
    const { endpointType } = request;
    if (endpointType !== CONTROLLERS) {
      return refused(endpointType, clusterId, 'This listener serves controllers: ask it for controllers.');
    }
    return {
      endpointType,
      // Other nodes ask it to learn whether the cluster has a past (first-contact.ts).
      ...metadataLog.clusterAnswer,
      controllerId: metadataLog.leader.leaderId ?? NOBODY,
      brokers: config.voters.map(({ id, host, port }) => ({ brokerId: id, host, port, rack: null })),
      clusterAuthorizedOperations: operations(request.includeClusterAuthorizedOperations),
    };
  },
});

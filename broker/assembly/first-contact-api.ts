/**
 * What the controller listener answers before this node knows its cluster: DescribeCluster, with what first contact has
 * to say. Everything else waits.
 */
import { ApiKey } from '../../protocol/api-keys.ts';
import {
  describeClusterRequest,
  describeClusterResponse,
} from '../../protocol/messages/60-describe-cluster.ts';
import type { ApiHandler } from '../apis/api-handler.ts';
import type { ControllerServices } from '../apis/broker-services.ts';
import type { FirstContact } from '../controller/metadata-log/first-contact.ts';
import { createDispatcher, type Dispatch } from '../server/dispatcher.ts';

type Services = Pick<ControllerServices, 'platform' | 'metrics'>;

const CONTROLLERS = 2;

export function firstContactDispatch(
  contact: FirstContact,
  services: Services,
): (frame: Buffer) => Dispatch | null {
  const handler: ApiHandler<typeof describeClusterRequest, typeof describeClusterResponse, Services> = {
    request: describeClusterRequest,
    response: describeClusterResponse,
    minVersion: 0,
    maxVersion: 1,
    handle: () => ({ ...contact.answer, endpointType: CONTROLLERS, controllerId: -1, brokers: [] }),
  };
  const table = new Map([[ApiKey.DescribeCluster, handler]]);
  const dispatch = createDispatcher<Services>(table, services);
  return (frame) => (frame.readInt16BE(0) === (ApiKey.DescribeCluster as number) ? dispatch : null);
}

/** Names of groups, or of subscriptions to client metrics, that have configuration of their own (KIP-1142, before it KIP-714). */
import {
  listConfigResourcesRequest,
  listConfigResourcesResponse,
} from '../../protocol/messages/74-list-config-resources.ts';
import { apiCall } from '../api-call.ts';
import { brokerError } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';
import { ConfigResourceType } from './describe-configs.ts';

const api = apiCall(listConfigResourcesRequest, listConfigResourcesResponse);
const FIRST_WITH_TYPES = 1;

/** Null: the broker is too old to tell. @throws ClientError */
export async function listConfigResources(
  cluster: KafkaCluster,
  type: ConfigResourceType,
): Promise<readonly string[] | null> {
  const version = (await cluster.versionsOf('any')).get(api.request.apiKey)?.maxVersion ?? -1;
  if (version < (type === ConfigResourceType.clientMetrics ? 0 : FIRST_WITH_TYPES)) return null;
  const { errorCode, configResources } = await cluster.call('any', api, { resourceTypes: [type] });
  if (errorCode !== 0) throw brokerError('config resources', errorCode);
  return configResources
    .filter(({ resourceType }) => resourceType === type)
    .map(({ resourceName }) => resourceName);
}

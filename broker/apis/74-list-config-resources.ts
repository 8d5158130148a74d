/**
 * ListConfigResources 0-1: names of what can have configuration, by type; no type asked for means all of them (KIP-1142).
 *
 * - Groups are those with settings of their own, whether they have members or not; topics and brokers are all there are.
 * - Subscriptions to client metrics (all that 0 knows of) and loggers of brokers are not kept here: there are none.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  listConfigResourcesRequest,
  listConfigResourcesResponse,
} from '../../protocol/messages/74-list-config-resources.ts';
import { configResource, GROUP_CONFIGS, type MetadataImage } from '../controller/image.ts';
import { defineApi } from './api-handler.ts';
import { liveBrokers } from './live-brokers.ts';

const TOPIC = 2;
const BROKER = 4;
const BROKER_LOGGER = 8;
const CLIENT_METRICS = 16;
const TYPES: readonly number[] = [GROUP_CONFIGS, CLIENT_METRICS, BROKER_LOGGER, BROKER, TOPIC];
const FIRST_VERSION_WITH_TYPES = 1;

function namesOf(type: number, image: MetadataImage, listenerName: string): readonly string[] {
  if (type === TOPIC) return [...image.topicsByName.keys()];
  if (type === BROKER) return liveBrokers(image, listenerName).map(({ nodeId }) => String(nodeId));
  if (type !== GROUP_CONFIGS) return [];
  const known = [...image.configs.keys()].map(configResource);
  return known.flatMap((resource) => (resource.type === GROUP_CONFIGS ? [resource.name] : []));
}

export const listConfigResources = defineApi({
  request: listConfigResourcesRequest,
  response: listConfigResourcesResponse,
  minVersion: 0,
  maxVersion: 1,
  handle({ resourceTypes: asked }, { apiVersion, listenerName }, services) {
    const offered = apiVersion < FIRST_VERSION_WITH_TYPES ? [CLIENT_METRICS] : TYPES;
    if (!asked.every((type) => offered.includes(type)))
      return { errorCode: ErrorCode.UNSUPPORTED_VERSION, configResources: [] };
    const image = services.image();
    const configResources = offered
      .filter((type) => asked.length === 0 || asked.includes(type))
      .flatMap((resourceType) =>
        namesOf(resourceType, image, listenerName).map((resourceName) => ({ resourceName, resourceType })),
      );
    return { errorCode: 0, configResources };
  },
});

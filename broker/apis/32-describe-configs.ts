/**
 * DescribeConfigs 0-4: the configuration of topics, of groups and of this broker, with where each value comes from.
 *
 * - Any group can be asked for, whether it has members or not.
 * - A broker resource must be this broker's id, or empty for what was set for all brokers.
 * - No names asked for (null or none) means all of them, as in Kafka.
 * - 0 has `isDefault` where 1 and later have a source and synonyms (KIP-226); 3 adds types and documentation.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  describeConfigsRequest,
  describeConfigsResponse,
} from '../../protocol/messages/32-describe-configs.ts';
import {
  CONFIG_SOURCE_CODES,
  type ConfigDescription,
  describeBroker,
  describeBrokerDefaults,
  describeGroup,
  describeTopic,
} from '../config/describe-config.ts';
import { configKey, GROUP_CONFIGS } from '../controller/image.ts';
import { topicNameFault } from '../controller/topic-name.ts';
import { defineControllerApi } from './api-handler.ts';
import type { ControllerServices } from './broker-services.ts';
import type { Refusal } from './refusal.ts';

const TOPIC = 2;
const BROKER = 4;

interface Shown {
  readonly synonyms: boolean;
  readonly documentation: boolean;
}

function describeTopicResource(
  name: string,
  services: ControllerServices,
): readonly ConfigDescription[] | Refusal {
  const fault = topicNameFault(name);
  if (fault !== null) return { errorCode: ErrorCode.INVALID_TOPIC_EXCEPTION, errorMessage: fault };
  const image = services.image();
  if (!image.topicsByName.has(name)) {
    return { errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, errorMessage: `There is no topic '${name}'.` };
  }
  return describeTopic(services.config, image.configs.get(configKey(TOPIC, name)));
}

function describeBrokerResource(
  name: string,
  services: ControllerServices,
): readonly ConfigDescription[] | Refusal {
  if (name === '')
    return describeBrokerDefaults(services.image().configs.get(configKey(BROKER, '')) ?? new Map());
  if (name === String(services.config.nodeId)) return describeBroker(services.config);
  const errorMessage = `Unexpected broker id, expected ${String(services.config.nodeId)} but received '${name}'.`;
  return { errorCode: ErrorCode.INVALID_REQUEST, errorMessage };
}

function describeGroupResource(
  name: string,
  services: ControllerServices,
): readonly ConfigDescription[] | Refusal {
  if (name === '')
    return { errorCode: ErrorCode.INVALID_REQUEST, errorMessage: 'Group name must not be empty.' };
  return describeGroup(services.config, services.image().configs.get(configKey(GROUP_CONFIGS, name)));
}

function describeResource(
  type: number,
  name: string,
  services: ControllerServices,
): readonly ConfigDescription[] | Refusal {
  if (type === TOPIC) return describeTopicResource(name, services);
  if (type === BROKER) return describeBrokerResource(name, services);
  if (type === GROUP_CONFIGS) return describeGroupResource(name, services);
  const errorMessage = `Configs of resource type ${String(type)} are not kept here.`;
  return { errorCode: ErrorCode.INVALID_REQUEST, errorMessage };
}

function entry(description: ConfigDescription, shown: Shown) {
  const { name, value, readOnly, source, isSensitive, synonyms, typeCode, documentation } = description;
  return {
    ...{ name, value, readOnly, isSensitive, configType: typeCode },
    isDefault: source === 'default',
    configSource: CONFIG_SOURCE_CODES[source],
    synonyms: shown.synonyms
      ? synonyms.map((synonym) => ({ ...synonym, source: CONFIG_SOURCE_CODES[synonym.source] }))
      : [],
    documentation: shown.documentation ? documentation : null,
  };
}

export const describeConfigs = defineControllerApi({
  request: describeConfigsRequest,
  response: describeConfigsResponse,
  minVersion: 0,
  maxVersion: 4,
  handle(request, _context, services) {
    const shown: Shown = { synonyms: request.includeSynonyms, documentation: request.includeDocumentation };
    const results = request.resources.map(({ resourceType, resourceName, configurationKeys }) => {
      const described = describeResource(resourceType, resourceName, services);
      if ('errorCode' in described) return { resourceType, resourceName, ...described };
      const wanted = new Set(configurationKeys);
      const chosen = wanted.size === 0 ? described : described.filter(({ name }) => wanted.has(name));
      return { resourceType, resourceName, configs: chosen.map((description) => entry(description, shown)) };
    });
    return { results };
  },
});

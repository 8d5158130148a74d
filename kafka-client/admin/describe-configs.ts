/**
 * Configuration of topics, brokers and other resources. What belongs to one broker must be asked of that broker;
 * everything else of any.
 */
import {
  describeConfigsRequest,
  describeConfigsResponse,
} from '../../protocol/messages/32-describe-configs.ts';
import { apiCall } from '../api-call.ts';
import { errorNameOf } from '../client-error.ts';
import type { ClusterCallOptions, KafkaCluster, Target } from '../cluster.ts';

const api = apiCall(describeConfigsRequest, describeConfigsResponse);

export const ConfigResourceType = {
  topic: 2,
  broker: 4,
  brokerLogger: 8,
  clientMetrics: 16,
  group: 32,
} as const;
export type ConfigResourceType = (typeof ConfigResourceType)[keyof typeof ConfigResourceType];

/** DescribeConfigsResponse.ConfigSource; version 0 knows only whether a value is the default. */
const SOURCES = new Map([
  [1, 'topic'],
  [2, 'dynamicBroker'],
  [3, 'dynamicDefaultBroker'],
  [4, 'staticBroker'],
  [5, 'default'],
  [6, 'dynamicBrokerLogger'],
  [7, 'clientMetrics'],
  [8, 'group'],
]);

export interface ConfigResource {
  readonly type: ConfigResourceType;
  readonly name: string;
}

export interface ConfigValue {
  readonly name: string;
  /** Null for sensitive values and where there is none. */
  readonly value: string | null;
  readonly isReadOnly: boolean;
  readonly isSensitive: boolean;
  readonly isDefault: boolean;
  /** Where the value comes from: topic, dynamicBroker, default ...; null if the broker is too old to say. */
  readonly source: string | null;
}

export interface ResourceConfig {
  readonly resource: { readonly type: number; readonly name: string };
  readonly error: string | null;
  readonly values: readonly ConfigValue[];
}

/** All resources in one request to `target`; of all keys, or only those named. */
export async function describeConfigs(
  cluster: KafkaCluster,
  resources: readonly ConfigResource[],
  target: Target = 'any',
  keys: readonly string[] | null = null,
  options: ClusterCallOptions = {},
): Promise<ResourceConfig[]> {
  if (resources.length === 0) return [];
  const body = {
    resources: resources.map(({ type, name }) => ({
      resourceType: type,
      resourceName: name,
      configurationKeys: keys,
    })),
  };
  const answer = await cluster.call(target, api, body, options);
  return answer.results.map((result) => ({
    resource: { type: result.resourceType, name: result.resourceName },
    error: errorNameOf(result.errorCode),
    values: result.configs.map((config) => {
      const source = SOURCES.get(config.configSource) ?? null;
      return {
        name: config.name,
        value: config.value,
        isReadOnly: config.readOnly,
        isSensitive: config.isSensitive,
        isDefault: config.isDefault || source === 'default',
        source,
      };
    }),
  }));
}

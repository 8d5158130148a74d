/**
 * Configuration of topics, brokers and other resources. What belongs to one broker must be asked of that broker;
 * everything else of any.
 */
import {
  describeConfigsRequest,
  describeConfigsResponse,
  type DescribeConfigsResponse,
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

/** ConfigDef.Type as DescribeConfigs tells it since version 3 (KIP-569). */
const TYPES = new Map([
  [1, 'boolean'],
  [2, 'string'],
  [3, 'int'],
  [4, 'short'],
  [5, 'long'],
  [6, 'double'],
  [7, 'list'],
  [8, 'class'],
  [9, 'password'],
]);

/** A place that has a value for a setting, under the name that the setting has there (log.retention.hours for retention.ms). */
export interface ConfigLevel {
  readonly name: string;
  readonly value: string | null;
  readonly source: string | null;
}

export interface ExplainedConfig extends ConfigValue {
  /** Null if the broker is too old to say, and so is the documentation. */
  readonly type: string | null;
  readonly documentation: string | null;
  /** The one in effect first, Kafka's default last; none if the broker is too old to say. */
  readonly levels: readonly ConfigLevel[];
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
    values: result.configs.map(valueOf),
  }));
}

export interface LeveledConfigs {
  readonly error: string | null;
  /** The broker's own words for the error. */
  readonly message: string | null;
  readonly values: readonly (ConfigValue & Pick<ExplainedConfig, 'levels'>)[];
}

/** All settings of one resource, each with every place that has a value for it. */
export async function describeLevels(
  cluster: KafkaCluster,
  { type, name }: ConfigResource,
  target: Target = 'any',
): Promise<LeveledConfigs> {
  const resources = [{ resourceType: type, resourceName: name, configurationKeys: null }];
  const { results } = await cluster.call(target, api, { resources, includeSynonyms: true });
  const { errorCode = 0, errorMessage = null, configs = [] } = results[0] ?? {};
  return {
    ...{ error: errorNameOf(errorCode), message: errorMessage },
    values: configs.map((config) => ({ ...valueOf(config), levels: levelsOf(config) })),
  };
}

/** One setting with what Kafka tells about it; `config` is null where the resource has no such setting. */
export async function explainConfig(
  cluster: KafkaCluster,
  resource: ConfigResource,
  name: string,
  target: Target = 'any',
): Promise<{ readonly error: string | null; readonly config: ExplainedConfig | null }> {
  const answer = await cluster.call(target, api, {
    resources: [{ resourceType: resource.type, resourceName: resource.name, configurationKeys: [name] }],
    includeSynonyms: true,
    includeDocumentation: true,
  });
  const result = answer.results[0];
  const told = result?.configs.find((each) => each.name === name);
  if (result === undefined || told === undefined)
    return { error: result === undefined ? null : errorNameOf(result.errorCode), config: null };
  const levels = levelsOf(told);
  const type = TYPES.get(told.configType) ?? null;
  const documentation = told.documentation === '' ? null : told.documentation;
  return { error: null, config: { ...valueOf(told), type, documentation, levels } };
}

type ToldConfig = DescribeConfigsResponse['results'][number]['configs'][number];

function levelsOf({ synonyms }: ToldConfig): ConfigLevel[] {
  return synonyms.map((level) => ({ ...level, source: SOURCES.get(level.source) ?? null }));
}

function valueOf(config: ToldConfig): ConfigValue {
  const source = SOURCES.get(config.configSource) ?? null;
  return {
    name: config.name,
    value: config.value,
    isReadOnly: config.readOnly,
    isSensitive: config.isSensitive,
    isDefault: config.isDefault || source === 'default',
    source,
  };
}

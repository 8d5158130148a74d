/**
 * Decides the two ways to change configs: incremental (KIP-339: set, delete, append to and subtract from a list) and
 * the legacy one that replaces all overrides of a resource. Each resource is changed wholly or not at all; the keys
 * themselves and their checks belong to the tables behind `ConfigRules`.
 */
import assert from 'node:assert/strict';
import { ErrorCode } from '../../protocol/errors.ts';
import { type CommandError, type CommandResult, type ConfigRules, refusal } from './command.ts';
import {
  configKey,
  type ConfigResourceType,
  GROUP_CONFIGS,
  isConfigResourceType,
  type MetadataImage,
} from './image.ts';
import type { MetadataRecord } from './metadata-record.ts';
import { topicNameFault } from './topic-name.ts';

/** Kafka's AlterConfigOp. */
export const ConfigOperation = { SET: 0, DELETE: 1, APPEND: 2, SUBTRACT: 3 } as const;

export interface ConfigChange {
  readonly name: string;
  readonly operation: number;
  readonly value: string | null;
}

export interface ConfigResourceChange {
  /** As sent: 2 topic, 4 broker, 32 group; others are refused. */
  readonly resourceType: number;
  readonly resourceName: string;
  readonly changes: readonly ConfigChange[];
}

export interface AlteredResource extends CommandError {
  readonly resourceType: number;
  readonly resourceName: string;
}

export interface AlterConfigsInput {
  readonly resources: readonly ConfigResourceChange[];
  readonly validateOnly: boolean;
  readonly image: MetadataImage;
  readonly rules: ConfigRules;
}

function resourceFault(resource: ConfigResourceChange, image: MetadataImage): CommandError | null {
  const { resourceType, resourceName } = resource;
  if (resourceType === 2) {
    if (resourceName === '')
      return refusal(ErrorCode.INVALID_REQUEST, 'There is no default of all topics; name one.');
    const fault = topicNameFault(resourceName);
    if (fault !== null) return refusal(ErrorCode.INVALID_TOPIC_EXCEPTION, fault);
    return image.topicsByName.has(resourceName)
      ? null
      : refusal(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `There is no topic '${resourceName}'.`);
  }
  if (resourceType === 4) {
    const known = resourceName === '' || [...image.brokers.keys()].some((id) => String(id) === resourceName);
    return known ? null : refusal(ErrorCode.INVALID_REQUEST, `There is no broker '${resourceName}'.`);
  }
  if (resourceType === GROUP_CONFIGS) {
    // Any group can have settings, also one that nobody has joined yet.
    return resourceName === ''
      ? refusal(ErrorCode.INVALID_REQUEST, 'Default group resources are not allowed.')
      : null;
  }
  return refusal(
    ErrorCode.INVALID_REQUEST,
    `Configs of resource type ${String(resourceType)} cannot be changed here.`,
  );
}

function listItems(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** The new value of one key; null takes the override away. */
function newValue(
  change: ConfigChange,
  type: ConfigResourceType,
  current: string | undefined,
  rules: ConfigRules,
): { readonly value: string | null } | CommandError {
  const { name, operation, value } = change;
  if (operation === ConfigOperation.DELETE) return { value: null };
  if (value === null) return refusal(ErrorCode.INVALID_REQUEST, `Config '${name}' has no value.`);
  if (operation === ConfigOperation.SET) return { value };
  if (operation !== ConfigOperation.APPEND && operation !== ConfigOperation.SUBTRACT) {
    return refusal(ErrorCode.INVALID_REQUEST, `Config '${name}': unknown operation ${String(operation)}.`);
  }
  const listDefault = rules.listDefault(type, name);
  if (listDefault === null) {
    return refusal(
      ErrorCode.INVALID_CONFIG,
      `Config '${name}' is not a list: it can be set or deleted only.`,
    );
  }
  const items = listItems(current ?? listDefault);
  const named = listItems(value);
  const result =
    operation === ConfigOperation.APPEND
      ? [...items, ...named.filter((item) => !items.includes(item))]
      : items.filter((item) => !named.includes(item));
  return { value: result.join(',') };
}

function alterOne(
  resource: ConfigResourceChange,
  input: AlterConfigsInput,
): { readonly records: MetadataRecord[] } | CommandError {
  const fault = resourceFault(resource, input.image);
  if (fault !== null) return fault;
  const { resourceType, resourceName } = resource;
  assert(isConfigResourceType(resourceType), 'any other type is a fault');
  const current = input.image.configs.get(configKey(resourceType, resourceName));
  const records: MetadataRecord[] = [];
  const overrides = new Map(current);
  const names = new Set<string>();
  for (const change of resource.changes) {
    if (names.has(change.name)) {
      return refusal(ErrorCode.INVALID_REQUEST, `Config '${change.name}' occurs more than once.`);
    }
    names.add(change.name);
    const result = newValue(change, resourceType, current?.get(change.name), input.rules);
    if ('errorCode' in result) return result;
    const { value } = result;
    const problem = value === null ? null : input.rules.fault(resourceType, resourceName, change.name, value);
    // Kafka's codes: a broker's wrong entry is INVALID_REQUEST, a topic's or group's INVALID_CONFIG.
    if (problem !== null)
      return refusal(resourceType === 4 ? ErrorCode.INVALID_REQUEST : ErrorCode.INVALID_CONFIG, problem);
    if (value === (current?.get(change.name) ?? null)) continue;
    records.push({ type: 'ConfigRecord', resourceType, resourceName, name: change.name, value });
    if (value === null) overrides.delete(change.name);
    else overrides.set(change.name, value);
  }
  const conflict = records.length > 0 ? input.rules.conflict(resourceType, overrides) : null;
  return conflict === null ? { records } : refusal(ErrorCode.INVALID_CONFIG, conflict);
}

export function incrementalAlterConfigs(input: AlterConfigsInput): CommandResult<readonly AlteredResource[]> {
  const records: MetadataRecord[] = [];
  const times = new Map<string, number>();
  const keyOf = ({ resourceType, resourceName }: ConfigResourceChange): string =>
    `${String(resourceType)}:${resourceName}`;
  for (const resource of input.resources) times.set(keyOf(resource), (times.get(keyOf(resource)) ?? 0) + 1);
  const response = input.resources.map((resource): AlteredResource => {
    const { resourceType, resourceName } = resource;
    const result =
      times.get(keyOf(resource)) === 1
        ? alterOne(resource, input)
        : refusal(ErrorCode.INVALID_REQUEST, `The resource '${resourceName}' occurs more than once.`);
    if ('errorCode' in result) return { resourceType, resourceName, ...result };
    if (!input.validateOnly) records.push(...result.records);
    return { resourceType, resourceName, errorCode: 0, errorMessage: null };
  });
  return { records, response };
}

/** The legacy way: what is not named loses its override. */
export function replaceConfigs(input: AlterConfigsInput): CommandResult<readonly AlteredResource[]> {
  const resources = input.resources.map((resource): ConfigResourceChange => {
    const named = new Set(resource.changes.map(({ name }) => name));
    const { resourceType: type, resourceName } = resource;
    const overrides = isConfigResourceType(type)
      ? input.image.configs.get(configKey(type, resourceName))
      : null;
    const dropped = [...(overrides?.keys() ?? [])].filter((name) => !named.has(name));
    return {
      ...resource,
      changes: [
        ...resource.changes.map((change) => ({ ...change, operation: ConfigOperation.SET })),
        ...dropped.map((name) => ({ name, operation: ConfigOperation.DELETE, value: null })),
      ],
    };
  });
  return incrementalAlterConfigs({ ...input, resources });
}

/**
 * Checks what clients want to set while the broker runs: keys of topics and groups, and those broker keys that may change.
 * The answers are sentences for INVALID_CONFIG (40) and INVALID_REQUEST (42); null means the value is fine.
 */
import { type BrokerConfig, brokerKeys, isBrokerKey } from './broker-config.ts';
import { type ConfigKey, int } from './config-key.ts';
import { groupKeys, isGroupKey } from './group-keys.ts';
import { nearestName } from './nearest-name.ts';
import { topicValues } from './topic-config.ts';
import { isTopicKey, topicKeys } from './topic-keys.ts';

function unknown(kind: string, name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known);
  return `Unknown ${kind} config name: ${name}${nearest === undefined ? '' : `. Did you mean ${nearest}?`}`;
}

function refused(name: string, key: ConfigKey<unknown>, text: string | null): string | null {
  if (text === null) return `Null value not supported for ${name}`;
  if (key.parse(text) !== undefined) return null;
  return `Invalid value ${text} for configuration ${name}: must be ${key.allowed}`;
}

/** Why a topic may not have this entry, or null. */
export function refuseTopicConfig(name: string, text: string | null): string | null {
  if (!isTopicKey(name)) return unknown('topic', name, Object.keys(topicKeys));
  return refused(name, topicKeys[name], text);
}

/** Why a topic may not have these entries together with what it gets from the broker, or null (Kafka's LogConfig.validateValues). */
export function refuseTopicConfigs(
  config: BrokerConfig,
  overrides: ReadonlyMap<string, string>,
): string | null {
  const values = topicValues(config, overrides);
  const minMs = values['min.compaction.lag.ms'];
  const maxMs = values['max.compaction.lag.ms'];
  if (minMs <= maxMs) return null;
  return (
    `conflict topic config setting min.compaction.lag.ms (${String(minMs)}) > ` +
    `max.compaction.lag.ms (${String(maxMs)})`
  );
}

const ANY_INT = int(0, '');

/** Why a group may not have this entry, or null; in Kafka's words. */
export function refuseGroupConfig(name: string, text: string): string | null {
  if (!isGroupKey(name)) return unknown('group', name, Object.keys(groupKeys));
  const { parse, min } = groupKeys[name];
  if (parse(text) !== undefined) return null;
  const isNumber = ANY_INT.parse(text) !== undefined;
  const why = isNumber ? `Value must be at least ${String(min)}` : 'Not a number of type INT';
  return `Invalid value ${text} for configuration ${name}: ${why}`;
}

/** Why a broker, or the default of all brokers, may not be given this entry while it runs, or null. */
export function refuseBrokerConfig(name: string, text: string | null): string | null {
  if (!isBrokerKey(name)) return unknown('broker', name, Object.keys(brokerKeys));
  const key: ConfigKey<unknown> = brokerKeys[name];
  if (key.updateMode === 'static') {
    return `Cannot update these configs dynamically: ${name}; set it in the broker's file and restart`;
  }
  return refused(name, key, text);
}

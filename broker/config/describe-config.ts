/**
 * The rows that DescribeConfigs answers with: value in force, its source, and every other text the key has
 * (KIP-226 synonyms, in falling precedence). Secrets are shown as null.
 */
import { type BrokerConfig, type BrokerKeyName, type ConfigSource, brokerKeys } from './broker-config.ts';
import { CONFIG_TYPE_CODES, type ConfigKey } from './config-key.ts';
import { groupConfigTexts } from './group-config.ts';
import { type GroupKeyName, groupKeys } from './group-keys.ts';
import { topicConfigTexts } from './topic-config.ts';
import { type TopicKeyName, topicKeys } from './topic-keys.ts';

/** Numbers of the wire: DescribeConfigsResponse.ConfigSource. */
export const CONFIG_SOURCE_CODES: Readonly<Record<ConfigSource, number>> = {
  topic: 1,
  group: 8,
  'dynamic-broker': 2,
  'dynamic-default': 3,
  static: 4,
  default: 5,
};

export interface ConfigDescription {
  readonly name: string;
  readonly value: string | null;
  readonly readOnly: boolean;
  readonly source: ConfigSource;
  readonly isSensitive: boolean;
  readonly synonyms: readonly {
    readonly name: string;
    readonly value: string | null;
    readonly source: ConfigSource;
  }[];
  /** ConfigDef.Type as DescribeConfigs v3 sends it. */
  readonly typeCode: number;
  readonly documentation: string;
}

interface NamedText {
  readonly name: string;
  readonly text: string;
  /** In the unit of the key that is described. */
  readonly value: string;
  readonly source: ConfigSource;
}

function describe(
  name: string,
  key: ConfigKey<unknown>,
  readOnly: boolean,
  texts: readonly NamedText[],
): ConfigDescription {
  const isSensitive = key.type === 'password';
  const shown = (text: string): string | null => (isSensitive ? null : text);
  const first = texts[0];
  return {
    name,
    value: first === undefined ? null : shown(first.value),
    readOnly,
    source: first?.source ?? 'default',
    isSensitive,
    synonyms: texts.map(({ name: synonym, text, source }) => ({ name: synonym, value: shown(text), source })),
    typeCode: CONFIG_TYPE_CODES[key.type],
    documentation: key.doc,
  };
}

export function describeTopic(
  config: BrokerConfig,
  overrides: ReadonlyMap<string, string> | undefined,
): readonly ConfigDescription[] {
  return (Object.keys(topicKeys) as TopicKeyName[]).map((name) =>
    describe(name, topicKeys[name], false, topicConfigTexts(name, config, overrides)),
  );
}

export function describeGroup(
  config: BrokerConfig,
  overrides: ReadonlyMap<string, string> | undefined,
): readonly ConfigDescription[] {
  return (Object.keys(groupKeys) as GroupKeyName[]).map((name) =>
    describe(name, groupKeys[name], false, groupConfigTexts(name, config, overrides)),
  );
}

export function describeBroker(config: BrokerConfig): readonly ConfigDescription[] {
  return (Object.keys(brokerKeys) as BrokerKeyName[]).map((name) => {
    const key: ConfigKey<unknown> = brokerKeys[name];
    const texts = config.texts(name).map((entry) => ({ name, value: entry.text, ...entry }));
    return describe(name, key, key.updateMode === 'static', texts);
  });
}

/** The default of all brokers has only what was set for it. */
export function describeBrokerDefaults(entries: ReadonlyMap<string, string>): readonly ConfigDescription[] {
  return (Object.keys(brokerKeys) as BrokerKeyName[]).flatMap((name) => {
    const text = entries.get(name);
    return text === undefined
      ? []
      : [describe(name, brokerKeys[name], false, [{ name, text, value: text, source: 'dynamic-default' }])];
  });
}

/**
 * A key of topics or groups that falls back to keys of the broker (Kafka's ServerTopicConfigSynonyms and
 * GroupConfig.ALL_GROUP_CONFIG_SYNONYMS), and the texts that it comes to: its owner's override over those of the broker over
 * the defaults.
 */
import type { BrokerConfig, ConfigSource } from './broker-config.ts';
import type { ConfigKey } from './config-key.ts';
import type { internalTopicKeys, logKeys } from './log-keys.ts';
import type { replicationKeys } from './replication-keys.ts';

export interface BrokerSynonym {
  readonly name: keyof typeof logKeys | keyof typeof replicationKeys | keyof typeof internalTopicKeys;
  /** Multiplies the broker's number; 1 when left out. */
  readonly factor?: number;
}

export interface InheritingKey<Value> extends ConfigKey<Value> {
  /** First match wins. */
  readonly synonyms: readonly BrokerSynonym[];
}

export function from<Value>(
  key: ConfigKey<Value>,
  ...synonyms: (BrokerSynonym | BrokerSynonym['name'])[]
): InheritingKey<Value> {
  return { ...key, synonyms: synonyms.map((entry) => (typeof entry === 'string' ? { name: entry } : entry)) };
}

export interface ConfigText {
  /** The key itself, or the broker's that it falls back to. */
  readonly name: string;
  /** As it was set, in the unit of `name`. */
  readonly text: string;
  /** The same in the unit of the key itself. */
  readonly value: string;
  readonly source: ConfigSource;
}

/** What was set on the owner of the key itself, undefined: nothing. */
export interface OwnText {
  readonly name: string;
  readonly text: string | undefined;
  readonly source: ConfigSource;
}

/** Every text the key has, the one in force first. */
export function configTexts(
  { name, text: own, source: ownSource }: OwnText,
  key: InheritingKey<unknown>,
  config: BrokerConfig,
): readonly ConfigText[] {
  const texts: ConfigText[] = own === undefined ? [] : [{ name, text: own, value: own, source: ownSource }];
  const defaults: ConfigText[] = [];
  for (const synonym of key.synonyms) {
    for (const { source, text } of config.texts(synonym.name)) {
      const entry = { name: synonym.name, text, value: scaled(text, synonym.factor ?? 1), source };
      (source === 'default' ? defaults : texts).push(entry);
    }
  }
  texts.push(...defaults);
  if (key.defaultText !== null && defaults.length === 0)
    texts.push({ name, text: key.defaultText, value: key.defaultText, source: 'default' });
  return texts;
}

function scaled(text: string, factor: number): string {
  if (factor === 1) return text;
  const value = BigInt(text);
  return value < 0n ? '-1' : String(value * BigInt(factor));
}

/**
 * What a topic's keys come to: its own overrides over the broker's synonyms over the defaults.
 *
 * `topicLogConfig` gives plain numbers to the log; `topicConfigTexts` gives every text with its source to
 * DescribeConfigs. Both walk the same order, so that what is shown is what is in force.
 */
import type { BrokerConfig, ConfigSource } from './broker-config.ts';
import type { ConfigKey, ConfigValues } from './config-key.ts';
import { type TopicKey, type TopicKeyName, topicKeys } from './topic-keys.ts';

export type TopicValues = ConfigValues<typeof topicKeys>;

/** Settings of one partition's log. Times in ms, sizes in bytes; -1 for "no limit" in the two retention fields. */
export interface LogConfig {
  readonly cleanupDelete: boolean;
  readonly cleanupCompact: boolean;
  readonly compressionType: TopicValues['compression.type'];
  readonly deleteRetentionMs: number;
  readonly fileDeleteDelayMs: number;
  readonly flushMessages: number;
  readonly flushMs: number;
  readonly indexIntervalBytes: number;
  readonly maxCompactionLagMs: number;
  readonly maxMessageBytes: number;
  readonly messageTimestampAfterMaxMs: number;
  readonly messageTimestampBeforeMaxMs: number;
  readonly messageTimestampType: TopicValues['message.timestamp.type'];
  readonly minCleanableDirtyRatio: number;
  readonly minCompactionLagMs: number;
  readonly minInsyncReplicas: number;
  readonly preallocate: boolean;
  readonly retentionBytes: number;
  readonly retentionMs: number;
  readonly segmentBytes: number;
  readonly segmentIndexBytes: number;
  readonly segmentJitterMs: number;
  readonly segmentMs: number;
  readonly uncleanLeaderElectionEnable: boolean;
}

export interface ConfigText {
  readonly name: string;
  readonly text: string;
  readonly source: ConfigSource;
}

const NO_OVERRIDES: ReadonlyMap<string, string> = new Map();

function scaled(text: string, factor: number): string {
  if (factor === 1) return text;
  const value = BigInt(text);
  return value < 0n ? '-1' : String(value * BigInt(factor));
}

/** Every text the key has, the one in force first. Broker texts keep the broker key's name and unit of the topic key. */
export function topicConfigTexts(
  name: TopicKeyName,
  config: BrokerConfig,
  overrides: ReadonlyMap<string, string> = NO_OVERRIDES,
): readonly ConfigText[] {
  const key: TopicKey<unknown> = topicKeys[name];
  const own = overrides.get(name);
  const texts: ConfigText[] = own === undefined ? [] : [{ name, text: own, source: 'topic' }];
  const defaults: ConfigText[] = [];
  for (const synonym of key.synonyms) {
    for (const { source, text } of config.texts(synonym.name)) {
      const entry = { name: synonym.name, text: scaled(text, synonym.factor ?? 1), source };
      (source === 'default' ? defaults : texts).push(entry);
    }
  }
  texts.push(...defaults);
  if (key.defaultText !== null && defaults.length === 0)
    texts.push({ name, text: key.defaultText, source: 'default' });
  return texts;
}

export function topicValues(
  config: BrokerConfig,
  overrides: ReadonlyMap<string, string> = NO_OVERRIDES,
): TopicValues {
  const values: Record<string, unknown> = {};
  for (const [name, key] of Object.entries(topicKeys) as [TopicKeyName, ConfigKey<unknown>][]) {
    values[name] = topicConfigTexts(name, config, overrides)
      .map(({ text }) => key.parse(text))
      .find((value) => value !== undefined);
  }
  return Object.freeze(values) as TopicValues;
}

export function topicLogConfig(
  config: BrokerConfig,
  overrides: ReadonlyMap<string, string> = NO_OVERRIDES,
): LogConfig {
  const values = topicValues(config, overrides);
  return {
    cleanupDelete: values['cleanup.policy'].includes('delete'),
    cleanupCompact: values['cleanup.policy'].includes('compact'),
    compressionType: values['compression.type'],
    deleteRetentionMs: values['delete.retention.ms'],
    fileDeleteDelayMs: values['file.delete.delay.ms'],
    flushMessages: values['flush.messages'],
    flushMs: values['flush.ms'],
    indexIntervalBytes: values['index.interval.bytes'],
    maxCompactionLagMs: values['max.compaction.lag.ms'],
    maxMessageBytes: values['max.message.bytes'],
    messageTimestampAfterMaxMs: values['message.timestamp.after.max.ms'],
    messageTimestampBeforeMaxMs: values['message.timestamp.before.max.ms'],
    messageTimestampType: values['message.timestamp.type'],
    minCleanableDirtyRatio: values['min.cleanable.dirty.ratio'],
    minCompactionLagMs: values['min.compaction.lag.ms'],
    minInsyncReplicas: values['min.insync.replicas'],
    preallocate: values.preallocate,
    retentionBytes: values['retention.bytes'],
    retentionMs: values['retention.ms'],
    segmentBytes: values['segment.bytes'],
    segmentIndexBytes: values['segment.index.bytes'],
    segmentJitterMs: values['segment.jitter.ms'],
    segmentMs: values['segment.ms'],
    uncleanLeaderElectionEnable: values['unclean.leader.election.enable'],
  };
}

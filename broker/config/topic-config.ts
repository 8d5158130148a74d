/**
 * What a topic's keys come to: its own overrides over the broker's synonyms over the defaults.
 *
 * `topicLogConfig` gives plain numbers to the log; `topicConfigTexts` gives every text with its source to
 * DescribeConfigs. Both walk the same order, so that what is shown is what is in force.
 */
import type { BrokerConfig } from './broker-config.ts';
import type { LogConfig } from '../log/log-config.ts';
import type { ConfigKey, ConfigValues } from './config-key.ts';
import { configTexts, type ConfigText } from './inheriting-key.ts';
import { type TopicKeyName, topicKeys } from './topic-keys.ts';

export type TopicValues = ConfigValues<typeof topicKeys>;

const NO_OVERRIDES: ReadonlyMap<string, string> = new Map();

/** Every text the key has, the one in force first. */
export function topicConfigTexts(
  name: TopicKeyName,
  config: BrokerConfig,
  overrides: ReadonlyMap<string, string> = NO_OVERRIDES,
): readonly ConfigText[] {
  return configTexts({ name, text: overrides.get(name), source: 'topic' }, topicKeys[name], config);
}

export function topicValues(
  config: BrokerConfig,
  overrides: ReadonlyMap<string, string> = NO_OVERRIDES,
): TopicValues {
  const values: Record<string, unknown> = {};
  for (const [name, key] of Object.entries(topicKeys) as [TopicKeyName, ConfigKey<unknown>][]) {
    values[name] = topicConfigTexts(name, config, overrides)
      .map(({ value }) => key.parse(value))
      .find((value) => value !== undefined);
  }
  return Object.freeze(values) as TopicValues;
}

export function topicLogConfig(
  config: BrokerConfig,
  overrides: ReadonlyMap<string, string> = NO_OVERRIDES,
): LogConfig {
  const values = topicValues(config, overrides);
  const cleanupCompact = values['cleanup.policy'].includes('compact');
  const maxCompactionLagMs = values['max.compaction.lag.ms'];
  return {
    cleanupDelete: values['cleanup.policy'].includes('delete'),
    cleanupCompact,
    compressionType: values['compression.type'] === 'uncompressed' ? 'none' : values['compression.type'],
    deleteRetentionMs: values['delete.retention.ms'],
    fileDeleteDelayMs: values['file.delete.delay.ms'],
    flushMessages: values['flush.messages'],
    flushMs: values['flush.ms'],
    indexIntervalBytes: values['index.interval.bytes'],
    maxCompactionLagMs,
    maxMessageBytes: values['max.message.bytes'],
    messageTimestampAfterMaxMs: values['message.timestamp.after.max.ms'],
    messageTimestampBeforeMaxMs: values['message.timestamp.before.max.ms'],
    messageTimestampType: values['message.timestamp.type'],
    minCleanableDirtyRatio: values['min.cleanable.dirty.ratio'],
    minCompactionLagMs: values['min.compaction.lag.ms'],
    minInsyncReplicas: values['min.insync.replicas'],
    leaderThrottledReplicas: values['leader.replication.throttled.replicas'],
    followerThrottledReplicas: values['follower.replication.throttled.replicas'],
    retentionBytes: values['retention.bytes'],
    retentionMs: values['retention.ms'],
    segmentBytes: values['segment.bytes'],
    segmentIndexBytes: values['segment.index.bytes'],
    segmentJitterMs: values['segment.jitter.ms'],
    // Only what is no longer in the active segment can be compacted in time (KIP-354).
    segmentMs: cleanupCompact ? Math.min(values['segment.ms'], maxCompactionLagMs) : values['segment.ms'],
  };
}

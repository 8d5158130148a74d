/**
 * Keys of a topic, each with the broker keys it falls back to (Kafka's ServerTopicConfigSynonyms), first match wins.
 * `factor` turns the broker key's unit into the topic key's: log.retention.hours into retention.ms.
 */
import { COMPRESSION_TYPES, TIMESTAMP_TYPES, type internalTopicKeys, type logKeys } from './log-keys.ts';
import { LONG_MAX, type ConfigKey, bool, double, int, list, long, oneOf } from './config-key.ts';

export interface BrokerSynonym {
  readonly name: keyof typeof logKeys | keyof typeof internalTopicKeys;
  /** Multiplies the broker's number; 1 when left out. */
  readonly factor?: number;
}

export interface TopicKey<Value> extends ConfigKey<Value> {
  readonly synonyms: readonly BrokerSynonym[];
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

function from<Value>(
  key: ConfigKey<Value>,
  ...synonyms: (BrokerSynonym | BrokerSynonym['name'])[]
): TopicKey<Value> {
  return { ...key, synonyms: synonyms.map((entry) => (typeof entry === 'string' ? { name: entry } : entry)) };
}

export const topicKeys = {
  'cleanup.policy': from(
    list('delete', 'delete old segments, compact by key, or both.', { choices: ['delete', 'compact'] }),
    'log.cleanup.policy',
  ),
  'compression.type': from(
    oneOf(COMPRESSION_TYPES, 'producer', 'producer keeps what was sent.'),
    'compression.type',
  ),
  'delete.retention.ms': from(
    long(86_400_000, 'How long tombstones are kept.', { min: 0 }),
    'log.cleaner.delete.retention.ms',
  ),
  'file.delete.delay.ms': from(
    long(60_000, 'How long a deleted file stays on disk.', { min: 0 }),
    'log.segment.delete.delay.ms',
  ),
  'flush.messages': from(
    long(LONG_MAX, 'Records after which the log is forced to disk.', { min: 1 }),
    'log.flush.interval.messages',
  ),
  'flush.ms': from(
    long(LONG_MAX, 'Time after which the log is forced to disk.', { min: 0 }),
    'log.flush.interval.ms',
    'log.flush.scheduler.interval.ms',
  ),
  'index.interval.bytes': from(
    int(4_096, 'Bytes between two index entries.', { min: 0 }),
    'log.index.interval.bytes',
  ),
  'max.compaction.lag.ms': from(
    long(LONG_MAX, 'Longest time a record stays uncompacted.', { min: 1 }),
    'log.cleaner.max.compaction.lag.ms',
  ),
  'max.message.bytes': from(int(1_048_588, 'Largest record batch.', { min: 0 }), 'message.max.bytes'),
  'message.timestamp.after.max.ms': from(
    long(3_600_000, "How far ahead a producer's timestamp may be.", { min: 0 }),
    'log.message.timestamp.after.max.ms',
  ),
  'message.timestamp.before.max.ms': from(
    long(LONG_MAX, "How old a producer's timestamp may be.", { min: 0 }),
    'log.message.timestamp.before.max.ms',
  ),
  'message.timestamp.type': from(
    oneOf(TIMESTAMP_TYPES, 'CreateTime', "Whose clock a record's time is."),
    'log.message.timestamp.type',
  ),
  'min.cleanable.dirty.ratio': from(
    double(0.5, 'Share of dirty bytes from which the log is compacted.', { min: 0, max: 1 }),
    'log.cleaner.min.cleanable.ratio',
  ),
  'min.compaction.lag.ms': from(
    long(0, 'Least age of a record that compaction may take.', { min: 0 }),
    'log.cleaner.min.compaction.lag.ms',
  ),
  'min.insync.replicas': from(
    int(1, 'Replicas that must have a record before acks=all is answered.', { min: 1 }),
    'min.insync.replicas',
  ),
  preallocate: from(bool(false, 'Reserve the size of a segment when it is made.'), 'log.preallocate'),
  'retention.bytes': from(
    long(-1, 'Size of a partition above which its oldest segments go. -1: no limit.'),
    'log.retention.bytes',
  ),
  'retention.ms': from(
    long(604_800_000, 'How long records are kept. -1: no limit.', { min: -1 }),
    'log.retention.ms',
    { name: 'log.retention.minutes', factor: MINUTE_MS },
    { name: 'log.retention.hours', factor: HOUR_MS },
  ),
  'segment.bytes': from(
    int(1_073_741_824, 'Size at which a log segment is closed.', { min: 14 }),
    'log.segment.bytes',
  ),
  'segment.index.bytes': from(
    int(10_485_760, 'Size of an index file.', { min: 4 }),
    'log.index.size.max.bytes',
  ),
  'segment.jitter.ms': from(long(0, 'Random part taken off segment.ms.', { min: 0 }), 'log.roll.jitter.ms', {
    name: 'log.roll.jitter.hours',
    factor: HOUR_MS,
  }),
  'segment.ms': from(long(604_800_000, 'Age at which a segment is closed.', { min: 1 }), 'log.roll.ms', {
    name: 'log.roll.hours',
    factor: HOUR_MS,
  }),
  'unclean.leader.election.enable': from(
    bool(false, 'Let a replica lead that misses acknowledged records.'),
    'unclean.leader.election.enable',
  ),
} as const;

export type TopicKeyName = keyof typeof topicKeys;

export function isTopicKey(name: string): name is TopicKeyName {
  return Object.hasOwn(topicKeys, name);
}

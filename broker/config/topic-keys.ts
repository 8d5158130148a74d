/**
 * Keys of a topic, each with the broker keys it falls back to (Kafka's ServerTopicConfigSynonyms), first match wins.
 * `factor` turns the broker key's unit into the topic key's: log.retention.hours into retention.ms.
 */
import { LONG_MAX, bool, double, int, list, long, oneOf, restricted } from './config-key.ts';
import { from, type InheritingKey } from './inheriting-key.ts';
import { COMPRESSION_TYPES, gzipLevel, LEVEL_DOC, LOCAL_DOC, TIMESTAMP_TYPES } from './log-keys.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

const REMOTE_DOC = "Accepted for Kafka's sake: there is no tiered storage.";

/** `partition:broker,...`, or `*` for all (KIP-73). */
function throttledReplicas(side: string): InheritingKey<readonly string[]> {
  const key = list('', `Replicas whose replication ${side} holds down to its throttled rate.`);
  const isAllowed = (items: readonly string[]): boolean =>
    items[0] === '*' || items.every((item) => /^\d+:\d+$/.test(item));
  return from(restricted(key, 'a list of partition:broker, or *', isAllowed));
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
  'compression.gzip.level': from(gzipLevel(), 'compression.gzip.level'),
  'compression.lz4.level': from(int(9, LEVEL_DOC, { min: 1, max: 17 }), 'compression.lz4.level'),
  'compression.zstd.level': from(int(3, LEVEL_DOC, { min: -131_072, max: 22 }), 'compression.zstd.level'),
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
  'follower.replication.throttled.replicas': throttledReplicas('a follower'),
  'index.interval.bytes': from(
    int(4_096, 'Bytes between two index entries.', { min: 0 }),
    'log.index.interval.bytes',
  ),
  'leader.replication.throttled.replicas': throttledReplicas('a leader'),
  'local.retention.bytes': from(long(-2, LOCAL_DOC, { min: -2 }), 'log.local.retention.bytes'),
  'local.retention.ms': from(long(-2, LOCAL_DOC, { min: -2 }), 'log.local.retention.ms'),
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
  'remote.log.copy.disable': from(bool(false, REMOTE_DOC)),
  'remote.log.delete.on.disable': from(bool(false, REMOTE_DOC)),
  'remote.storage.enable': from(
    restricted(bool(false, REMOTE_DOC), 'false: this broker has no tiered storage', (value) => !value),
  ),
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

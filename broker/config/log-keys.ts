/**
 * Broker-wide keys of the log: where it lies, when it rolls, what is kept. Most are
 * defaults of a topic key (topic-keys.ts names which). Defaults are Kafka's (ServerLogConfigs).
 */
import {
  LONG_MAX,
  type ConfigKey,
  bool,
  double,
  int,
  list,
  long,
  oneOf,
  optional,
  restricted,
  short,
  text,
} from './config-key.ts';

const COMPRESSION_TYPES = ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'] as const;
const TIMESTAMP_TYPES = ['CreateTime', 'LogAppendTime'] as const;
/** Levels of the codecs (KIP-390), for tools that set them. */
export const LEVEL_DOC = "Accepted for Kafka's sake: the codec's own level is used.";
export const LOCAL_DOC = "Accepted for Kafka's sake: there is no tiered storage. -2: as the whole log.";
const anyBroker = { updateMode: 'cluster' } as const;

/** zlib has no level 0 in Kafka. */
export function gzipLevel(options: { readonly updateMode?: 'cluster' } = {}): ConfigKey<number> {
  const key = int(-1, LEVEL_DOC, { min: -1, max: 9, ...options });
  return restricted(key, 'a whole number from 1 to 9, or -1', (level) => level !== 0);
}

export const logKeys = {
  'log.dir': text('/tmp/kafka-logs', 'Directory of the data when log.dirs is not set.'),
  'log.dirs': optional(list('', 'Directories of the data.')),
  'num.partitions': int(1, 'Partitions of a topic that is created without a number.', { min: 1 }),
  'num.recovery.threads.per.data.dir': int(2, "Accepted for Kafka's sake.", { min: 1, ...anyBroker }),
  'auto.create.topics.enable': bool(true, 'Create a topic when a client first asks for it.'),
  'delete.topic.enable': bool(true, 'Let clients delete topics.'),
  'log.segment.bytes': int(1_073_741_824, 'Size at which a log segment is closed.', {
    min: 14,
    ...anyBroker,
  }),
  'log.roll.ms': optional(
    long(604_800_000, 'Age at which a segment is closed; goes before log.roll.hours.', {
      min: 1,
      ...anyBroker,
    }),
  ),
  'log.roll.hours': int(168, 'Age at which a segment is closed.', { min: 1 }),
  'log.roll.jitter.ms': optional(long(0, 'Random part taken off log.roll.ms.', { min: 0, ...anyBroker })),
  'log.roll.jitter.hours': int(0, 'Random part taken off log.roll.hours.', { min: 0 }),
  'log.retention.ms': optional(
    long(-1, 'How long records are kept; goes before minutes and hours. -1: no limit.', {
      min: -1,
      ...anyBroker,
    }),
  ),
  'log.retention.minutes': optional(
    int(10_080, 'How long records are kept; goes before hours.', { min: -1 }),
  ),
  'log.retention.hours': int(168, 'How long records are kept.', { min: -1 }),
  'log.retention.bytes': long(
    -1,
    'Size of a partition above which its oldest segments go. -1: no limit.',
    anyBroker,
  ),
  'log.local.retention.ms': long(-2, LOCAL_DOC, { min: -2, ...anyBroker }),
  'log.local.retention.bytes': long(-2, LOCAL_DOC, { min: -2, ...anyBroker }),
  'log.retention.check.interval.ms': long(300_000, 'How often segments are checked for deletion.', {
    min: 1,
  }),
  'log.cleanup.policy': list('delete', 'delete, compact or both.', {
    choices: ['delete', 'compact'],
    ...anyBroker,
  }),
  'log.cleaner.enable': bool(true, 'Compact topics whose policy asks for it.'),
  'log.cleaner.min.cleanable.ratio': double(0.5, 'Share of dirty bytes from which a log is compacted.', {
    min: 0,
    max: 1,
    ...anyBroker,
  }),
  'log.cleaner.min.compaction.lag.ms': long(0, 'Least age of a record that compaction may take.', {
    min: 0,
    ...anyBroker,
  }),
  'log.cleaner.max.compaction.lag.ms': long(LONG_MAX, 'Longest time a record stays uncompacted.', {
    min: 1,
    ...anyBroker,
  }),
  'log.cleaner.delete.retention.ms': long(86_400_000, 'How long tombstones are kept.', {
    min: 0,
    ...anyBroker,
  }),
  'log.cleaner.threads': int(1, "Accepted for Kafka's sake: one log is compacted at a time.", {
    min: 0,
    ...anyBroker,
  }),
  'log.cleaner.dedupe.buffer.size': long(
    134_217_728,
    'Most memory for the keys of one compaction.',
    anyBroker,
  ),
  'log.cleaner.io.buffer.load.factor': double(
    0.9,
    'How full the memory for keys may get, 0 to 1.',
    anyBroker,
  ),
  'log.cleaner.io.buffer.size': int(524_288, 'Memory for reading and writing during compaction.', {
    min: 0,
    ...anyBroker,
  }),
  'log.cleaner.io.max.bytes.per.second': {
    ...double(Number.MAX_VALUE, 'Bytes that compaction reads and writes per second.', anyBroker),
    defaultText: '1.7976931348623157E308',
  },
  'log.cleaner.backoff.ms': long(15_000, 'Rest of the compactor when there is nothing to do.', {
    min: 0,
    ...anyBroker,
  }),
  'log.index.size.max.bytes': int(10_485_760, 'Size of an index file.', { min: 4, ...anyBroker }),
  'log.index.interval.bytes': int(4_096, 'Bytes between two index entries.', { min: 0, ...anyBroker }),
  'log.flush.interval.messages': long(LONG_MAX, 'Records after which a log is forced to disk.', {
    min: 1,
    ...anyBroker,
  }),
  'log.flush.interval.ms': optional(long(LONG_MAX, 'Time after which a log is forced to disk.', anyBroker)),
  'log.flush.scheduler.interval.ms': long(LONG_MAX, 'How often logs are checked for log.flush.interval.ms.'),
  'log.flush.offset.checkpoint.interval.ms': int(60_000, 'How often recovery points are written.', {
    min: 0,
  }),
  'log.flush.start.offset.checkpoint.interval.ms': int(60_000, 'How often log start offsets are written.', {
    min: 0,
  }),
  'log.segment.delete.delay.ms': long(60_000, 'How long a deleted file stays on disk.', {
    min: 0,
    ...anyBroker,
  }),
  'log.preallocate': bool(false, 'Reserve the size of a segment when it is made.', anyBroker),
  'log.message.timestamp.type': oneOf(
    TIMESTAMP_TYPES,
    'CreateTime',
    "Whose clock a record's time is.",
    anyBroker,
  ),
  'log.message.timestamp.before.max.ms': long(LONG_MAX, "How old a producer's timestamp may be.", {
    min: 0,
    ...anyBroker,
  }),
  'log.message.timestamp.after.max.ms': long(3_600_000, "How far ahead a producer's timestamp may be.", {
    min: 0,
    ...anyBroker,
  }),
  'message.max.bytes': int(1_048_588, 'Largest record batch.', { min: 0, ...anyBroker }),
  'compression.type': oneOf(COMPRESSION_TYPES, 'producer', 'producer keeps what was sent.', anyBroker),
  'compression.gzip.level': gzipLevel(anyBroker),
  'compression.lz4.level': int(9, LEVEL_DOC, { min: 1, max: 17, ...anyBroker }),
  'compression.zstd.level': int(3, LEVEL_DOC, { min: -131_072, max: 22, ...anyBroker }),
  'fetch.max.bytes': int(57_671_680, 'Most bytes a fetch answer holds.', { min: 1_024 }),
  'producer.id.expiration.ms': int(86_400_000, 'How long an idle producer is remembered for its sequence.', {
    min: 1,
    ...anyBroker,
  }),
  'create.topic.policy.class.name': optional(text('', 'Not available; must be left out.')),
} as const;

export const internalTopicKeys = {
  'offsets.topic.num.partitions': int(50, 'Partitions of __consumer_offsets.', { min: 1 }),
  'offsets.topic.replication.factor': short(
    3,
    'Replicas of __consumer_offsets; at most the number of brokers when left out.',
    { min: 1 },
  ),
  'offsets.topic.segment.bytes': int(104_857_600, 'Segment size of __consumer_offsets.', { min: 1 }),
  'offsets.topic.compression.codec': int(0, "Accepted for Kafka's sake."),
  'offsets.load.buffer.size': int(5_242_880, 'Bytes read at once when offsets are loaded.', { min: 1 }),
  'offsets.commit.timeout.ms': int(5_000, 'Longest wait for a commit to be replicated.', { min: 1 }),
  'offset.metadata.max.bytes': int(4_096, 'Longest text that may be kept with an offset.'),
  'offsets.retention.minutes': int(10_080, 'How long offsets of an empty group are kept.', { min: 1 }),
  'offsets.retention.check.interval.ms': long(600_000, 'How often offsets are checked for that.', { min: 1 }),
  'group.min.session.timeout.ms': int(6_000, 'Shortest session timeout a member may ask for.'),
  'group.max.session.timeout.ms': int(1_800_000, 'Longest session timeout a member may ask for.'),
  'group.initial.rebalance.delay.ms': int(
    3_000,
    'How long the first rebalance of an empty group waits for more members.',
  ),
  'group.max.size': int(2_147_483_647, 'Most members of one group.', { min: 1 }),
  'group.consumer.session.timeout.ms': int(45_000, 'Session timeout of members of consumer groups.', {
    min: 1,
  }),
  'group.consumer.min.session.timeout.ms': int(45_000, 'Shortest that may be set.', { min: 1 }),
  'group.consumer.max.session.timeout.ms': int(60_000, 'Longest that may be set.', { min: 1 }),
  'group.consumer.heartbeat.interval.ms': int(5_000, 'How often members of consumer groups are to speak.', {
    min: 1,
  }),
  'group.consumer.min.heartbeat.interval.ms': int(5_000, 'Shortest that may be set.', { min: 1 }),
  'group.consumer.max.heartbeat.interval.ms': int(15_000, 'Longest that may be set.', { min: 1 }),
  'group.consumer.max.size': int(2_147_483_647, 'Most members of one consumer group.', { min: 1 }),
  'group.consumer.assignors': list(
    'uniform,range',
    'Assignors of consumer groups: uniform, range. The first is the default.',
  ),
  'group.consumer.assignment.interval.ms': int(
    1_000,
    'Shortest time between two assignments of a consumer group.',
    { min: 0 },
  ),
  'group.consumer.min.assignment.interval.ms': int(0, 'Shortest that may be set.', { min: 0 }),
  'group.consumer.max.assignment.interval.ms': int(15_000, 'Longest that may be set.', { min: 0 }),
  'group.consumer.regex.refresh.interval.ms': int(
    600_000,
    'How often the topics of regular expressions are looked up at the least.',
    { min: 10_000 },
  ),
  'group.consumer.migration.policy': oneOf(
    ['bidirectional', 'upgrade', 'downgrade', 'disabled'],
    'bidirectional',
    'Which way groups with members may change between the classic and the consumer protocol.',
  ),
  'transaction.state.log.num.partitions': int(50, 'Partitions of __transaction_state.', { min: 1 }),
  'transaction.state.log.replication.factor': short(
    3,
    'Replicas of __transaction_state; at most the number of brokers when left out.',
    { min: 1 },
  ),
  'transaction.state.log.min.isr': int(
    2,
    'min.insync.replicas of __transaction_state; at most the number of brokers when left out.',
    { min: 1 },
  ),
  'transaction.state.log.segment.bytes': int(104_857_600, 'Segment size of __transaction_state.', { min: 1 }),
  'transaction.max.timeout.ms': int(900_000, 'Longest transaction timeout a producer may ask for.', {
    min: 1,
  }),
  'transactional.id.expiration.ms': int(604_800_000, 'How long an idle transactional id is kept.', {
    min: 1,
  }),
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': int(
    10_000,
    'How often transactions that took too long are looked for.',
    { min: 1 },
  ),
  'transaction.partition.verification.enable': bool(
    true,
    'Whether leaders ask the coordinator before they store the first records of a transaction.',
  ),
  'transaction.remove.expired.transaction.cleanup.interval.ms': int(
    3_600_000,
    'How often idle transactional ids are looked for.',
    { min: 1 },
  ),
} as const;

export { COMPRESSION_TYPES, TIMESTAMP_TYPES };

/**
 * What one partition's log needs to know of its topic's configuration: plain numbers with Kafka's meanings.
 *
 * broker/config/ builds it from the broker's keys and the topic's overrides; the log never looks at a key by name.
 * Times are milliseconds and sizes bytes; -1 means "no limit" where Kafka says so. `defaultLogConfig` holds Kafka's
 * defaults (class org.apache.kafka.storage.internals.log.LogConfig) and is what tests start from.
 */
import type { CompressionName } from '../../protocol/records/record-batch.ts';

export interface LogConfig {
  /** segment.bytes */
  readonly segmentBytes: number;
  /** segment.ms */
  readonly segmentMs: number;
  /** segment.jitter.ms: at most so much is taken off segment.ms, so that not all segments roll together. */
  readonly segmentJitterMs: number;
  /** segment.index.bytes: an offset or time index that would grow past it makes the segment roll. */
  readonly segmentIndexBytes: number;
  /** index.interval.bytes */
  readonly indexIntervalBytes: number;
  /** retention.ms; -1 keeps records for ever. */
  readonly retentionMs: number;
  /** retention.bytes; -1 sets no limit. */
  readonly retentionBytes: number;
  /** file.delete.delay.ms: how long a renamed file or directory stays before it is removed. */
  readonly fileDeleteDelayMs: number;
  /** cleanup.policy contains "delete". */
  readonly cleanupDelete: boolean;
  /** cleanup.policy contains "compact": records need keys and retention by time and size does not apply alone. */
  readonly cleanupCompact: boolean;
  /** delete.retention.ms: how long a tombstone stays after the compaction that first found it the last of its key. */
  readonly deleteRetentionMs: number;
  /** min.compaction.lag.ms: younger records are left alone by compaction. */
  readonly minCompactionLagMs: number;
  /** max.compaction.lag.ms: records that waited longer are compacted whatever the ratio (KIP-354). */
  readonly maxCompactionLagMs: number;
  /** min.cleanable.dirty.ratio */
  readonly minCleanableDirtyRatio: number;
  /** max.message.bytes: the largest batch, as received, with its header. */
  readonly maxMessageBytes: number;
  /** compression.type: what batches are stored in; `producer` keeps what was sent. */
  readonly compressionType: CompressionName | 'producer';
  /** message.timestamp.type */
  readonly messageTimestampType: 'CreateTime' | 'LogAppendTime';
  /** message.timestamp.before.max.ms (KIP-937) */
  readonly messageTimestampBeforeMaxMs: number;
  /** message.timestamp.after.max.ms (KIP-937) */
  readonly messageTimestampAfterMaxMs: number;
  /** flush.messages: force to the device after so many records; the default never does. */
  readonly flushMessages: number;
  /** flush.ms: force to the device at the latest so long after an append; the default never does. */
  readonly flushMs: number;
  /** min.insync.replicas */
  readonly minInsyncReplicas: number;
  /** leader.replication.throttled.replicas: `partition:broker` items, or `*` (KIP-73). */
  readonly leaderThrottledReplicas: readonly string[];
  /** follower.replication.throttled.replicas */
  readonly followerThrottledReplicas: readonly string[];
}

const DAY_MS = 86_400_000;

export const defaultLogConfig: LogConfig = {
  segmentBytes: 1_073_741_824,
  segmentMs: 7 * DAY_MS,
  segmentJitterMs: 0,
  segmentIndexBytes: 10_485_760,
  indexIntervalBytes: 4096,
  retentionMs: 7 * DAY_MS,
  retentionBytes: -1,
  fileDeleteDelayMs: 60_000,
  cleanupDelete: true,
  cleanupCompact: false,
  deleteRetentionMs: DAY_MS,
  minCompactionLagMs: 0,
  maxCompactionLagMs: Number.MAX_SAFE_INTEGER,
  minCleanableDirtyRatio: 0.5,
  maxMessageBytes: 1_048_588,
  compressionType: 'producer',
  messageTimestampType: 'CreateTime',
  messageTimestampBeforeMaxMs: Number.MAX_SAFE_INTEGER,
  messageTimestampAfterMaxMs: 3_600_000,
  flushMessages: Number.MAX_SAFE_INTEGER,
  flushMs: Number.MAX_SAFE_INTEGER,
  minInsyncReplicas: 1,
  leaderThrottledReplicas: [],
  followerThrottledReplicas: [],
};

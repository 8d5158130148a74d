/**
 * Keys of replication: how followers fetch, who counts as in sync, who may lead, and how leadership is given back and
 * handed over; and over what time quotas are taken. Names, types and defaults are Kafka's (ReplicationConfigs, ServerConfigs, QuotaConfig).
 */
import { LONG_MAX, bool, int, long, oneOf, optional } from './config-key.ts';

const anyBroker = { updateMode: 'cluster' } as const;

export const RACK_AWARE_SELECTOR = 'org.apache.kafka.common.replica.RackAwareReplicaSelector';
const LEADER_SELECTOR = 'org.apache.kafka.common.replica.LeaderSelector';

export const replicationKeys = {
  'min.insync.replicas': int(1, 'Replicas that must have a record before acks=all is answered.', {
    min: 1,
    ...anyBroker,
  }),
  'default.replication.factor': int(1, 'Replicas of a topic that is created without a number.', { min: 1 }),
  'unclean.leader.election.enable': bool(
    false,
    'Let a replica lead that misses acknowledged records.',
    anyBroker,
  ),
  'replica.lag.time.max.ms': long(30_000, 'A replica that did not catch up for this long leaves the ISR.', {
    min: 1,
  }),
  'replica.fetch.max.bytes': int(1_048_576, 'Bytes a follower asks of one partition.', { min: 0 }),
  'replica.fetch.min.bytes': int(1, 'Bytes for which the answer to a follower waits.', { min: 0 }),
  'replica.fetch.response.max.bytes': int(10_485_760, 'Bytes of one answer to a follower.', { min: 0 }),
  'replica.fetch.wait.max.ms': int(500, "Longest wait of a follower's fetch.", { min: 0 }),
  'replica.fetch.backoff.ms': int(1_000, 'Longest pause of a follower after a failed fetch.', { min: 0 }),
  'replica.socket.timeout.ms': int(30_000, 'Longest wait of a follower for an answer.', { min: 1 }),
  'replica.socket.receive.buffer.bytes': int(65_536, "Accepted for Kafka's sake: left to the system."),
  'replica.high.watermark.checkpoint.interval.ms': long(
    5_000,
    'How often high watermarks are written to disk.',
    { min: 1 },
  ),
  'num.replica.fetchers': int(1, 'Connections over which one broker follows another.', {
    min: 1,
    ...anyBroker,
  }),
  'replica.selector.class': optional(
    oneOf(
      [RACK_AWARE_SELECTOR, LEADER_SELECTOR],
      LEADER_SELECTOR,
      "Which replica consumers read: the leader, or one in the consumer's own rack.",
    ),
  ),
  'leader.replication.throttled.rate': optional(
    long(LONG_MAX, 'Bytes a second that this broker sends of throttled partitions.', {
      min: 1,
      updateMode: 'broker',
    }),
  ),
  'follower.replication.throttled.rate': optional(
    long(LONG_MAX, 'Bytes a second that this broker fetches of throttled partitions.', {
      min: 1,
      updateMode: 'broker',
    }),
  ),
  'quota.window.num': int(11, "Windows of time over which clients' rates are taken.", { min: 1 }),
  'quota.window.size.seconds': int(1, 'How long each of them is.', { min: 1 }),
  'controller.quota.window.num': int(
    11,
    'Windows of time whose changes of partitions a client may make at once.',
    { min: 1 },
  ),
  'controller.quota.window.size.seconds': int(1, 'How long each of them is.', { min: 1 }),
  'auto.leader.rebalance.enable': bool(true, 'Give leadership back to preferred replicas in the background.'),
  'leader.imbalance.per.broker.percentage': int(
    10,
    'Share of the partitions a broker should lead and does not from which leadership is given back, in percent.',
    { min: 0 },
  ),
  'leader.imbalance.check.interval.seconds': long(300, 'How often that is looked at.', { min: 1 }),
  'controlled.shutdown.enable': bool(true, 'Hand over before stopping.'),
  'controlled.shutdown.max.retries': int(
    3,
    "Accepted for Kafka's sake: a stopping broker hands over for at most five seconds.",
    { min: 0 },
  ),
  'controlled.shutdown.retry.backoff.ms': long(5_000, "Accepted for Kafka's sake.", { min: 0 }),
  'max.incremental.fetch.session.cache.slots': int(1_000, 'Fetch sessions kept.', { min: 0 }),
} as const;

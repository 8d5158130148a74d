/**
 * What a group coordinator keeps in `__consumer_offsets` about groups of the new protocol (KIP-848).
 *
 * Keys start with their int16 record type, values with an int16 schema version; see schema/versioned-data.ts. A null
 * value is a tombstone. One group has one Metadata, and for each member its subscription, target and current
 * assignment. PartitionMetadata gave way to a hash in Kafka 4.1 (KIP-1101); times of assignments came in 4.3
 * (KIP-1263).
 */
import {
  array,
  bytes,
  int32,
  int64,
  int8,
  record,
  string,
  struct,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const consumerGroupMetadataKey = record(
  3,
  'ConsumerGroupMetadataKey',
  { versions: '0' },
  {
    groupId: string('0'),
  },
);
export type ConsumerGroupMetadataKey = Decoded<typeof consumerGroupMetadataKey>;

export const consumerGroupMetadataValue = record(
  3,
  'ConsumerGroupMetadataValue',
  { versions: '0', flexible: '0+' },
  {
    epoch: int32('0+'),
    metadataHash: int64('0+', { tag: 0 }),
  },
);
export type ConsumerGroupMetadataValue = Decoded<typeof consumerGroupMetadataValue>;

export const consumerGroupPartitionMetadataKey = record(
  4,
  'ConsumerGroupPartitionMetadataKey',
  { versions: '0' },
  {
    groupId: string('0'),
  },
);
export type ConsumerGroupPartitionMetadataKey = Decoded<typeof consumerGroupPartitionMetadataKey>;

export const consumerGroupPartitionMetadataValue = record(
  4,
  'ConsumerGroupPartitionMetadataValue',
  { versions: '0', flexible: '0+' },
  {
    topics: array('0+', {
      topicId: uuid('0+'),
      topicName: string('0+'),
      numPartitions: int32('0+'),
      partitionMetadata: array('0+', {
        partition: int32('0+'),
        racks: array('0+', 'string'),
      }),
    }),
  },
);
export type ConsumerGroupPartitionMetadataValue = Decoded<typeof consumerGroupPartitionMetadataValue>;

export const consumerGroupMemberMetadataKey = record(
  5,
  'ConsumerGroupMemberMetadataKey',
  { versions: '0' },
  {
    groupId: string('0'),
    memberId: string('0'),
  },
);
export type ConsumerGroupMemberMetadataKey = Decoded<typeof consumerGroupMemberMetadataKey>;

export const consumerGroupMemberMetadataValue = record(
  5,
  'ConsumerGroupMemberMetadataValue',
  { versions: '0', flexible: '0+' },
  {
    instanceId: string('0+', { nullable: true }),
    rackId: string('0+', { nullable: true }),
    clientId: string('0+'),
    clientHost: string('0+'),
    subscribedTopicNames: array('0+', 'string'),
    subscribedTopicRegex: string('0+', { nullable: true }),
    rebalanceTimeoutMs: int32('0+', { default: -1 }),
    serverAssignor: string('0+', { nullable: true }),
    classicMemberMetadata: struct(
      '0+',
      {
        sessionTimeoutMs: int32('0+'),
        supportedProtocols: array('0+', {
          name: string('0+'),
          metadata: bytes('0+'),
        }),
      },
      { nullable: true, default: 'empty', tag: 0 },
    ),
  },
);
export type ConsumerGroupMemberMetadataValue = Decoded<typeof consumerGroupMemberMetadataValue>;

export const consumerGroupTargetAssignmentMetadataKey = record(
  6,
  'ConsumerGroupTargetAssignmentMetadataKey',
  { versions: '0' },
  {
    groupId: string('0'),
  },
);
export type ConsumerGroupTargetAssignmentMetadataKey = Decoded<
  typeof consumerGroupTargetAssignmentMetadataKey
>;

export const consumerGroupTargetAssignmentMetadataValue = record(
  6,
  'ConsumerGroupTargetAssignmentMetadataValue',
  { versions: '0', flexible: '0+' },
  {
    assignmentEpoch: int32('0+'),
    assignmentTimestamp: int64('0+', { tag: 0 }),
  },
);
export type ConsumerGroupTargetAssignmentMetadataValue = Decoded<
  typeof consumerGroupTargetAssignmentMetadataValue
>;

export const consumerGroupTargetAssignmentMemberKey = record(
  7,
  'ConsumerGroupTargetAssignmentMemberKey',
  { versions: '0' },
  {
    groupId: string('0'),
    memberId: string('0'),
  },
);
export type ConsumerGroupTargetAssignmentMemberKey = Decoded<typeof consumerGroupTargetAssignmentMemberKey>;

export const consumerGroupTargetAssignmentMemberValue = record(
  7,
  'ConsumerGroupTargetAssignmentMemberValue',
  { versions: '0', flexible: '0+' },
  {
    topicPartitions: array('0+', {
      topicId: uuid('0+'),
      partitions: array('0+', 'int32'),
    }),
  },
);
export type ConsumerGroupTargetAssignmentMemberValue = Decoded<
  typeof consumerGroupTargetAssignmentMemberValue
>;

export const consumerGroupCurrentMemberAssignmentKey = record(
  8,
  'ConsumerGroupCurrentMemberAssignmentKey',
  { versions: '0' },
  {
    groupId: string('0'),
    memberId: string('0'),
  },
);
export type ConsumerGroupCurrentMemberAssignmentKey = Decoded<typeof consumerGroupCurrentMemberAssignmentKey>;

const topicPartitionsFields = {
  topicId: uuid('0+'),
  partitions: array('0+', 'int32'),
  assignmentEpochs: array('0+', 'int32', { nullable: true, default: 'empty', tag: 0 }),
};

export const consumerGroupCurrentMemberAssignmentValue = record(
  8,
  'ConsumerGroupCurrentMemberAssignmentValue',
  { versions: '0', flexible: '0+' },
  {
    memberEpoch: int32('0+'),
    previousMemberEpoch: int32('0+'),
    state: int8('0+'),
    assignedPartitions: array('0+', topicPartitionsFields),
    partitionsPendingRevocation: array('0+', topicPartitionsFields),
  },
);
export type ConsumerGroupCurrentMemberAssignmentValue = Decoded<
  typeof consumerGroupCurrentMemberAssignmentValue
>;

export const consumerGroupRegularExpressionKey = record(
  16,
  'ConsumerGroupRegularExpressionKey',
  { versions: '0' },
  {
    groupId: string('0'),
    regularExpression: string('0'),
  },
);
export type ConsumerGroupRegularExpressionKey = Decoded<typeof consumerGroupRegularExpressionKey>;

export const consumerGroupRegularExpressionValue = record(
  16,
  'ConsumerGroupRegularExpressionValue',
  { versions: '0', flexible: '0+' },
  {
    topics: array('0+', 'string'),
    version: int64('0+'),
    timestamp: int64('0+'),
  },
);
export type ConsumerGroupRegularExpressionValue = Decoded<typeof consumerGroupRegularExpressionValue>;

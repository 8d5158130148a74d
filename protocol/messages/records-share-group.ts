/**
 * What a group coordinator keeps in `__consumer_offsets` about share groups (KIP-932).
 *
 * Keys start with their int16 record type, values with an int16 schema version; see schema/versioned-data.ts. A null
 * value is a tombstone. PartitionMetadata was written by the early access of Kafka 4.0 alone, and its key counts its
 * versions by the record type. The delivery state of records is elsewhere: records-share-state.ts. Times of assignments
 * came in 4.3 (KIP-1263).
 */
import { array, int32, int64, int8, record, string, uuid, type Decoded } from '../schema/notation.ts';

export const shareGroupPartitionMetadataKey = record(
  -1,
  'ShareGroupPartitionMetadataKey',
  { versions: '9' },
  {
    groupId: string('9'),
  },
);
export type ShareGroupPartitionMetadataKey = Decoded<typeof shareGroupPartitionMetadataKey>;

export const shareGroupPartitionMetadataValue = record(
  -1,
  'ShareGroupPartitionMetadataValue',
  { versions: '0', flexible: '0+' },
  {
    initializedTopics: array('0', {
      topicId: uuid('0'),
      topicName: string('0'),
      partitions: array('0', 'int32'),
    }),
    deletingTopics: array('0', {
      topicId: uuid('0'),
      topicName: string('0'),
    }),
  },
);
export type ShareGroupPartitionMetadataValue = Decoded<typeof shareGroupPartitionMetadataValue>;

export const shareGroupMemberMetadataKey = record(
  10,
  'ShareGroupMemberMetadataKey',
  { versions: '0' },
  {
    groupId: string('0'),
    memberId: string('0'),
  },
);
export type ShareGroupMemberMetadataKey = Decoded<typeof shareGroupMemberMetadataKey>;

export const shareGroupMemberMetadataValue = record(
  10,
  'ShareGroupMemberMetadataValue',
  { versions: '0', flexible: '0+' },
  {
    rackId: string('0+', { nullable: true }),
    clientId: string('0+'),
    clientHost: string('0+'),
    subscribedTopicNames: array('0+', 'string'),
  },
);
export type ShareGroupMemberMetadataValue = Decoded<typeof shareGroupMemberMetadataValue>;

export const shareGroupMetadataKey = record(
  11,
  'ShareGroupMetadataKey',
  { versions: '0' },
  {
    groupId: string('0'),
  },
);
export type ShareGroupMetadataKey = Decoded<typeof shareGroupMetadataKey>;

export const shareGroupMetadataValue = record(
  11,
  'ShareGroupMetadataValue',
  { versions: '0', flexible: '0+' },
  {
    epoch: int32('0+'),
    metadataHash: int64('0+'),
  },
);
export type ShareGroupMetadataValue = Decoded<typeof shareGroupMetadataValue>;

export const shareGroupTargetAssignmentMetadataKey = record(
  12,
  'ShareGroupTargetAssignmentMetadataKey',
  { versions: '0' },
  {
    groupId: string('0'),
  },
);
export type ShareGroupTargetAssignmentMetadataKey = Decoded<typeof shareGroupTargetAssignmentMetadataKey>;

export const shareGroupTargetAssignmentMetadataValue = record(
  12,
  'ShareGroupTargetAssignmentMetadataValue',
  { versions: '0', flexible: '0+' },
  {
    assignmentEpoch: int32('0+'),
    assignmentTimestamp: int64('0+', { tag: 0 }),
  },
);
export type ShareGroupTargetAssignmentMetadataValue = Decoded<typeof shareGroupTargetAssignmentMetadataValue>;

export const shareGroupTargetAssignmentMemberKey = record(
  13,
  'ShareGroupTargetAssignmentMemberKey',
  { versions: '0' },
  {
    groupId: string('0'),
    memberId: string('0'),
  },
);
export type ShareGroupTargetAssignmentMemberKey = Decoded<typeof shareGroupTargetAssignmentMemberKey>;

export const shareGroupTargetAssignmentMemberValue = record(
  13,
  'ShareGroupTargetAssignmentMemberValue',
  { versions: '0', flexible: '0+' },
  {
    topicPartitions: array('0+', {
      topicId: uuid('0+'),
      partitions: array('0+', 'int32'),
    }),
  },
);
export type ShareGroupTargetAssignmentMemberValue = Decoded<typeof shareGroupTargetAssignmentMemberValue>;

export const shareGroupCurrentMemberAssignmentKey = record(
  14,
  'ShareGroupCurrentMemberAssignmentKey',
  { versions: '0' },
  {
    groupId: string('0'),
    memberId: string('0'),
  },
);
export type ShareGroupCurrentMemberAssignmentKey = Decoded<typeof shareGroupCurrentMemberAssignmentKey>;

export const shareGroupCurrentMemberAssignmentValue = record(
  14,
  'ShareGroupCurrentMemberAssignmentValue',
  { versions: '0', flexible: '0+' },
  {
    memberEpoch: int32('0+'),
    previousMemberEpoch: int32('0+'),
    state: int8('0+'),
    assignedPartitions: array('0+', {
      topicId: uuid('0+'),
      partitions: array('0+', 'int32'),
    }),
  },
);
export type ShareGroupCurrentMemberAssignmentValue = Decoded<typeof shareGroupCurrentMemberAssignmentValue>;

export const shareGroupStatePartitionMetadataKey = record(
  15,
  'ShareGroupStatePartitionMetadataKey',
  { versions: '0' },
  {
    groupId: string('0'),
  },
);
export type ShareGroupStatePartitionMetadataKey = Decoded<typeof shareGroupStatePartitionMetadataKey>;

const topicPartitionsInfoFields = {
  topicId: uuid('0+'),
  topicName: string('0+'),
  partitions: array('0+', 'int32'),
};

export const shareGroupStatePartitionMetadataValue = record(
  15,
  'ShareGroupStatePartitionMetadataValue',
  { versions: '0', flexible: '0+' },
  {
    initializingTopics: array('0+', topicPartitionsInfoFields),
    initializedTopics: array('0+', topicPartitionsInfoFields),
    deletingTopics: array('0+', {
      topicId: uuid('0+'),
      topicName: string('0+'),
    }),
  },
);
export type ShareGroupStatePartitionMetadataValue = Decoded<typeof shareGroupStatePartitionMetadataValue>;

/**
 * Records of the metadata log about topics and partitions (KIP-500, KIP-631).
 *
 * Each value is framed as schema/versioned-data.ts describes. Partition and PartitionChange: 1 added directory ids (KIP-858),
 * 2 eligible leader replicas (KIP-966). In a PartitionChange a field that is absent or null leaves things as they are;
 * leader -2 means no change, -1 no leader.
 */
import { array, int32, int8, record, string, uuid, type Decoded } from '../schema/notation.ts';

export const topicRecord = record(
  2,
  'TopicRecord',
  { versions: '0', flexible: '0+' },
  {
    name: string('0+'),
    topicId: uuid('0+'),
  },
);
export type TopicRecord = Decoded<typeof topicRecord>;

export const partitionRecord = record(
  3,
  'PartitionRecord',
  { versions: '0-2', flexible: '0+' },
  {
    partitionId: int32('0+', { default: -1 }),
    topicId: uuid('0+'),
    replicas: array('0+', 'int32'),
    isr: array('0+', 'int32'),
    removingReplicas: array('0+', 'int32'),
    addingReplicas: array('0+', 'int32'),
    leader: int32('0+', { default: -1 }),
    leaderRecoveryState: int8('0+', { tag: 0 }),
    leaderEpoch: int32('0+', { default: -1 }),
    partitionEpoch: int32('0+', { default: -1 }),
    directories: array('1+', 'uuid'),
    eligibleLeaderReplicas: array('2+', 'int32', { nullable: true, tag: 1 }),
    lastKnownElr: array('2+', 'int32', { nullable: true, tag: 2 }),
  },
);
export type PartitionRecord = Decoded<typeof partitionRecord>;

export const partitionChangeRecord = record(
  5,
  'PartitionChangeRecord',
  { versions: '0-2', flexible: '0+' },
  {
    partitionId: int32('0+', { default: -1 }),
    topicId: uuid('0+'),
    isr: array('0+', 'int32', { nullable: true, tag: 0 }),
    leader: int32('0+', { default: -2, tag: 1 }),
    replicas: array('0+', 'int32', { nullable: true, tag: 2 }),
    removingReplicas: array('0+', 'int32', { nullable: true, tag: 3 }),
    addingReplicas: array('0+', 'int32', { nullable: true, tag: 4 }),
    leaderRecoveryState: int8('0+', { default: -1, tag: 5 }),
    directories: array('1+', 'uuid', { nullable: true, tag: 8 }),
    eligibleLeaderReplicas: array('2+', 'int32', { nullable: true, tag: 6 }),
    lastKnownElr: array('2+', 'int32', { nullable: true, tag: 7 }),
  },
);
export type PartitionChangeRecord = Decoded<typeof partitionChangeRecord>;

export const removeTopicRecord = record(
  9,
  'RemoveTopicRecord',
  { versions: '0', flexible: '0+' },
  {
    topicId: uuid('0+'),
  },
);
export type RemoveTopicRecord = Decoded<typeof removeTopicRecord>;

export const clearElrRecord = record(
  28,
  'ClearElrRecord',
  { versions: '0', flexible: '0+' },
  {
    topicName: string('0+'),
  },
);
export type ClearElrRecord = Decoded<typeof clearElrRecord>;

/**
 * OffsetCommit: stores how far a group has read.
 *
 * 1 added membership, 2 to 4 a retention time, 6 leader epochs, 7 static members (KIP-345), 8 the compact encoding,
 * 9 member epochs (KIP-848), 10 topic ids. Version 0 meant ZooKeeper; we treat it like 1.
 */
import {
  array,
  int16,
  int32,
  int64,
  request,
  response,
  string,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const offsetCommitRequest = request(
  8,
  'OffsetCommitRequest',
  { versions: '0-10', flexible: '8+' },
  {
    groupId: string('0+'),
    generationIdOrMemberEpoch: int32('1+', { default: -1 }),
    memberId: string('1+'),
    groupInstanceId: string('7+', { nullable: true }),
    retentionTimeMs: int64('2-4', { default: -1n }),
    topics: array('0+', {
      name: string('0-9'),
      topicId: uuid('10+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        committedOffset: int64('0+'),
        committedLeaderEpoch: int32('6+', { default: -1 }),
        commitTimestamp: int64('1', { default: -1n }),
        committedMetadata: string('0+', { nullable: true }),
      }),
    }),
  },
);
export type OffsetCommitRequest = Decoded<typeof offsetCommitRequest>;

export const offsetCommitResponse = response(
  8,
  'OffsetCommitResponse',
  { versions: '0-10', flexible: '8+' },
  {
    throttleTimeMs: int32('3+'),
    topics: array('0+', {
      name: string('0-9'),
      topicId: uuid('10+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        errorCode: int16('0+'),
      }),
    }),
  },
);
export type OffsetCommitResponse = Decoded<typeof offsetCommitResponse>;

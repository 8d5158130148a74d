/**
 * DescribeTopicPartitions: topics and their partitions in pages, with eligible leader replicas (KIP-966).
 *
 * A cursor in the answer is where the next request has to begin; null means that all was said.
 */
import {
  array,
  bool,
  int16,
  int32,
  request,
  response,
  string,
  struct,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const describeTopicPartitionsRequest = request(
  75,
  'DescribeTopicPartitionsRequest',
  { versions: '0', flexible: '0+' },
  {
    topics: array('0+', {
      name: string('0+'),
    }),
    responsePartitionLimit: int32('0+', { default: 2000 }),
    cursor: struct(
      '0+',
      {
        topicName: string('0+'),
        partitionIndex: int32('0+'),
      },
      { nullable: true },
    ),
  },
);
export type DescribeTopicPartitionsRequest = Decoded<typeof describeTopicPartitionsRequest>;

export const describeTopicPartitionsResponse = response(
  75,
  'DescribeTopicPartitionsResponse',
  { versions: '0', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    topics: array('0+', {
      errorCode: int16('0+'),
      name: string('0+', { nullable: true }),
      topicId: uuid('0+'),
      isInternal: bool('0+'),
      partitions: array('0+', {
        errorCode: int16('0+'),
        partitionIndex: int32('0+'),
        leaderId: int32('0+'),
        leaderEpoch: int32('0+', { default: -1 }),
        replicaNodes: array('0+', 'int32'),
        isrNodes: array('0+', 'int32'),
        eligibleLeaderReplicas: array('0+', 'int32', { nullable: true }),
        lastKnownElr: array('0+', 'int32', { nullable: true }),
        offlineReplicas: array('0+', 'int32'),
      }),
      topicAuthorizedOperations: int32('0+', { default: -2147483648 }),
    }),
    nextCursor: struct(
      '0+',
      {
        topicName: string('0+'),
        partitionIndex: int32('0+'),
      },
      { nullable: true },
    ),
  },
);
export type DescribeTopicPartitionsResponse = Decoded<typeof describeTopicPartitionsResponse>;

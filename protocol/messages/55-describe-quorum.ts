/**
 * DescribeQuorum: leader, voters and observers of the metadata quorum, and how far each is (KIP-595).
 *
 * 1 added when each fetched and when it had caught up last (KIP-836), 2 error messages, directories and the voters'
 * endpoints (KIP-853).
 */
import {
  array,
  int16,
  int32,
  int64,
  request,
  response,
  string,
  uint16,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const describeQuorumRequest = request(
  55,
  'DescribeQuorumRequest',
  { versions: '0-2', flexible: '0+' },
  {
    topics: array('0+', {
      topicName: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
      }),
    }),
  },
);
export type DescribeQuorumRequest = Decoded<typeof describeQuorumRequest>;

const replicaStateFields = {
  replicaId: int32('0+'),
  replicaDirectoryId: uuid('2+'),
  logEndOffset: int64('0+'),
  lastFetchTimestamp: int64('1+', { default: -1n }),
  lastCaughtUpTimestamp: int64('1+', { default: -1n }),
};

export const describeQuorumResponse = response(
  55,
  'DescribeQuorumResponse',
  { versions: '0-2', flexible: '0+' },
  {
    errorCode: int16('0+'),
    errorMessage: string('2+', { nullable: true }),
    topics: array('0+', {
      topicName: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        errorCode: int16('0+'),
        errorMessage: string('2+', { nullable: true }),
        leaderId: int32('0+'),
        leaderEpoch: int32('0+'),
        highWatermark: int64('0+'),
        currentVoters: array('0+', replicaStateFields),
        observers: array('0+', replicaStateFields),
      }),
    }),
    nodes: array('2+', {
      nodeId: int32('2+'),
      listeners: array('2+', {
        name: string('2+'),
        host: string('2+'),
        port: uint16('2+'),
      }),
    }),
  },
);
export type DescribeQuorumResponse = Decoded<typeof describeQuorumResponse>;

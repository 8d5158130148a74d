/**
 * Vote: a candidate asks a voter of the metadata quorum for its vote (KIP-595).
 *
 * 1 added the voter's identity with its directory, and endpoints of the leader (KIP-853), 2 votes that only ask whether
 * an election could be won (KIP-996).
 */
import {
  array,
  bool,
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

export const voteRequest = request(
  52,
  'VoteRequest',
  { versions: '0-2', flexible: '0+' },
  {
    clusterId: string('0+', { nullable: true }),
    voterId: int32('1+', { default: -1 }),
    topics: array('0+', {
      topicName: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        replicaEpoch: int32('0+'),
        replicaId: int32('0+'),
        replicaDirectoryId: uuid('1+'),
        voterDirectoryId: uuid('1+'),
        lastOffsetEpoch: int32('0+'),
        lastOffset: int64('0+'),
        preVote: bool('2+'),
      }),
    }),
  },
);
export type VoteRequest = Decoded<typeof voteRequest>;

export const voteResponse = response(
  52,
  'VoteResponse',
  { versions: '0-2', flexible: '0+' },
  {
    errorCode: int16('0+'),
    topics: array('0+', {
      topicName: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        errorCode: int16('0+'),
        leaderId: int32('0+'),
        leaderEpoch: int32('0+'),
        voteGranted: bool('0+'),
      }),
    }),
    nodeEndpoints: array(
      '1+',
      {
        nodeId: int32('1+'),
        host: string('1+'),
        port: uint16('1+'),
      },
      { tag: 0 },
    ),
  },
);
export type VoteResponse = Decoded<typeof voteResponse>;

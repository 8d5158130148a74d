/**
 * BeginQuorumEpoch: a new leader of the metadata quorum makes itself known to the voters (KIP-595).
 *
 * 1 added the compact encoding, the voter's identity with its directory, and endpoints of the leader (KIP-853).
 */
import {
  array,
  int16,
  int32,
  request,
  response,
  string,
  uint16,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const beginQuorumEpochRequest = request(
  53,
  'BeginQuorumEpochRequest',
  { versions: '0-1', flexible: '1+' },
  {
    clusterId: string('0+', { nullable: true }),
    voterId: int32('1+', { default: -1 }),
    topics: array('0+', {
      topicName: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        voterDirectoryId: uuid('1+'),
        leaderId: int32('0+'),
        leaderEpoch: int32('0+'),
      }),
    }),
    leaderEndpoints: array('1+', {
      name: string('1+'),
      host: string('1+'),
      port: uint16('1+'),
    }),
  },
);
export type BeginQuorumEpochRequest = Decoded<typeof beginQuorumEpochRequest>;

export const beginQuorumEpochResponse = response(
  53,
  'BeginQuorumEpochResponse',
  { versions: '0-1', flexible: '1+' },
  {
    errorCode: int16('0+'),
    topics: array('0+', {
      topicName: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        errorCode: int16('0+'),
        leaderId: int32('0+'),
        leaderEpoch: int32('0+'),
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
export type BeginQuorumEpochResponse = Decoded<typeof beginQuorumEpochResponse>;

/**
 * EndQuorumEpoch: a leader of the metadata quorum that steps down says so, and who should follow it (KIP-595).
 *
 * 1 added the compact encoding, endpoints of the leader, and successors by id and directory instead of id (KIP-853).
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

export const endQuorumEpochRequest = request(
  54,
  'EndQuorumEpochRequest',
  { versions: '0-1', flexible: '1+' },
  {
    clusterId: string('0+', { nullable: true }),
    topics: array('0+', {
      topicName: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        leaderId: int32('0+'),
        leaderEpoch: int32('0+'),
        preferredSuccessors: array('0', 'int32'),
        preferredCandidates: array('1+', {
          candidateId: int32('1+'),
          candidateDirectoryId: uuid('1+'),
        }),
      }),
    }),
    leaderEndpoints: array('1+', {
      name: string('1+'),
      host: string('1+'),
      port: uint16('1+'),
    }),
  },
);
export type EndQuorumEpochRequest = Decoded<typeof endQuorumEpochRequest>;

export const endQuorumEpochResponse = response(
  54,
  'EndQuorumEpochResponse',
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
export type EndQuorumEpochResponse = Decoded<typeof endQuorumEpochResponse>;

/**
 * UpdateRaftVoter: a voter tells the leader of the metadata quorum its new endpoints and versions (KIP-853).
 */
import {
  array,
  int16,
  int32,
  request,
  response,
  string,
  struct,
  uint16,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const updateRaftVoterRequest = request(
  82,
  'UpdateRaftVoterRequest',
  { versions: '0', flexible: '0+' },
  {
    clusterId: string('0+', { nullable: true }),
    currentLeaderEpoch: int32('0+'),
    voterId: int32('0+'),
    voterDirectoryId: uuid('0+'),
    listeners: array('0+', {
      name: string('0+'),
      host: string('0+'),
      port: uint16('0+'),
    }),
    kRaftVersionFeature: struct('0+', {
      minSupportedVersion: int16('0+'),
      maxSupportedVersion: int16('0+'),
    }),
  },
);
export type UpdateRaftVoterRequest = Decoded<typeof updateRaftVoterRequest>;

export const updateRaftVoterResponse = response(
  82,
  'UpdateRaftVoterResponse',
  { versions: '0', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    currentLeader: struct(
      '0+',
      {
        leaderId: int32('0+', { default: -1 }),
        leaderEpoch: int32('0+', { default: -1 }),
        host: string('0+'),
        port: int32('0+'),
      },
      { tag: 0 },
    ),
  },
);
export type UpdateRaftVoterResponse = Decoded<typeof updateRaftVoterResponse>;

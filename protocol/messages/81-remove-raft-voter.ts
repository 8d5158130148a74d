/**
 * RemoveRaftVoter: removes a voter from the metadata quorum (KIP-853).
 */
import { int16, int32, request, response, string, uuid, type Decoded } from '../schema/notation.ts';

export const removeRaftVoterRequest = request(
  81,
  'RemoveRaftVoterRequest',
  { versions: '0', flexible: '0+' },
  {
    clusterId: string('0+', { nullable: true }),
    voterId: int32('0+'),
    voterDirectoryId: uuid('0+'),
  },
);
export type RemoveRaftVoterRequest = Decoded<typeof removeRaftVoterRequest>;

export const removeRaftVoterResponse = response(
  81,
  'RemoveRaftVoterResponse',
  { versions: '0', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    errorMessage: string('0+', { nullable: true }),
  },
);
export type RemoveRaftVoterResponse = Decoded<typeof removeRaftVoterResponse>;

/**
 * AddRaftVoter: adds a voter to the metadata quorum (KIP-853).
 *
 * 1 added whether to wait until the change is committed.
 */
import {
  array,
  bool,
  int16,
  int32,
  request,
  response,
  string,
  uint16,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const addRaftVoterRequest = request(
  80,
  'AddRaftVoterRequest',
  { versions: '0-1', flexible: '0+' },
  {
    clusterId: string('0+', { nullable: true }),
    timeoutMs: int32('0+'),
    voterId: int32('0+'),
    voterDirectoryId: uuid('0+'),
    listeners: array('0+', {
      name: string('0+'),
      host: string('0+'),
      port: uint16('0+'),
    }),
    ackWhenCommitted: bool('1+', { default: true }),
  },
);
export type AddRaftVoterRequest = Decoded<typeof addRaftVoterRequest>;

export const addRaftVoterResponse = response(
  80,
  'AddRaftVoterResponse',
  { versions: '0-1', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    errorMessage: string('0+', { nullable: true }),
  },
);
export type AddRaftVoterResponse = Decoded<typeof addRaftVoterResponse>;

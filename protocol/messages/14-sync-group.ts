/**
 * SyncGroup: hands the leader's assignment to the coordinator and every member its part.
 *
 * 3 added static members (KIP-345), 4 the compact encoding, 5 protocol type and name, checked against the group's.
 */
import { array, bytes, int16, int32, request, response, string, type Decoded } from '../schema/notation.ts';

export const syncGroupRequest = request(
  14,
  'SyncGroupRequest',
  { versions: '0-5', flexible: '4+' },
  {
    groupId: string('0+'),
    generationId: int32('0+'),
    memberId: string('0+'),
    groupInstanceId: string('3+', { nullable: true }),
    protocolType: string('5+', { nullable: true }),
    protocolName: string('5+', { nullable: true }),
    assignments: array('0+', {
      memberId: string('0+'),
      assignment: bytes('0+'),
    }),
  },
);
export type SyncGroupRequest = Decoded<typeof syncGroupRequest>;

export const syncGroupResponse = response(
  14,
  'SyncGroupResponse',
  { versions: '0-5', flexible: '4+' },
  {
    throttleTimeMs: int32('1+'),
    errorCode: int16('0+'),
    protocolType: string('5+', { nullable: true }),
    protocolName: string('5+', { nullable: true }),
    assignment: bytes('0+'),
  },
);
export type SyncGroupResponse = Decoded<typeof syncGroupResponse>;

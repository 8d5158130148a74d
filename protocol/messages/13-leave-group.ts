/**
 * LeaveGroup: leaves a group.
 *
 * 3 made it a list of members that an administrator can remove (KIP-345), 4 the compact encoding, 5 the reason (KIP-800).
 */
import { array, int16, int32, request, response, string, type Decoded } from '../schema/notation.ts';

export const leaveGroupRequest = request(
  13,
  'LeaveGroupRequest',
  { versions: '0-5', flexible: '4+' },
  {
    groupId: string('0+'),
    memberId: string('0-2'),
    members: array('3+', {
      memberId: string('3+'),
      groupInstanceId: string('3+', { nullable: true }),
      reason: string('5+', { nullable: true }),
    }),
  },
);
export type LeaveGroupRequest = Decoded<typeof leaveGroupRequest>;

export const leaveGroupResponse = response(
  13,
  'LeaveGroupResponse',
  { versions: '0-5', flexible: '4+' },
  {
    throttleTimeMs: int32('1+'),
    errorCode: int16('0+'),
    members: array('3+', {
      memberId: string('3+'),
      groupInstanceId: string('3+', { nullable: true }),
      errorCode: int16('3+'),
    }),
  },
);
export type LeaveGroupResponse = Decoded<typeof leaveGroupResponse>;

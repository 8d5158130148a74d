/**
 * Heartbeat: tells the group coordinator that a member lives.
 *
 * 3 added static members (KIP-345), 4 the compact encoding.
 */
import { int16, int32, request, response, string, type Decoded } from '../schema/notation.ts';

export const heartbeatRequest = request(
  12,
  'HeartbeatRequest',
  { versions: '0-4', flexible: '4+' },
  {
    groupId: string('0+'),
    generationId: int32('0+'),
    memberId: string('0+'),
    groupInstanceId: string('3+', { nullable: true }),
  },
);
export type HeartbeatRequest = Decoded<typeof heartbeatRequest>;

export const heartbeatResponse = response(
  12,
  'HeartbeatResponse',
  { versions: '0-4', flexible: '4+' },
  {
    throttleTimeMs: int32('1+'),
    errorCode: int16('0+'),
  },
);
export type HeartbeatResponse = Decoded<typeof heartbeatResponse>;

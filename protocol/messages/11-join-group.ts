/**
 * JoinGroup: joins a classic consumer group; the answer comes when the whole generation has joined.
 *
 * 1 added the rebalance timeout (KIP-62), 4 the two-step join with MEMBER_ID_REQUIRED (KIP-394), 5 static members (KIP-345),
 * 6 the compact encoding, 7 the protocol type, 8 the reason for joining (KIP-800), 9 a leader that skips the assignment (KIP-814).
 */
import {
  array,
  bool,
  bytes,
  int16,
  int32,
  request,
  response,
  string,
  type Decoded,
} from '../schema/notation.ts';

export const joinGroupRequest = request(
  11,
  'JoinGroupRequest',
  { versions: '0-9', flexible: '6+' },
  {
    groupId: string('0+'),
    sessionTimeoutMs: int32('0+'),
    rebalanceTimeoutMs: int32('1+', { default: -1 }),
    memberId: string('0+'),
    groupInstanceId: string('5+', { nullable: true }),
    protocolType: string('0+'),
    protocols: array('0+', {
      name: string('0+'),
      metadata: bytes('0+'),
    }),
    reason: string('8+', { nullable: true }),
  },
);
export type JoinGroupRequest = Decoded<typeof joinGroupRequest>;

export const joinGroupResponse = response(
  11,
  'JoinGroupResponse',
  { versions: '0-9', flexible: '6+' },
  {
    throttleTimeMs: int32('2+'),
    errorCode: int16('0+'),
    generationId: int32('0+', { default: -1 }),
    protocolType: string('7+', { nullable: true }),
    protocolName: string('0+', { nullable: '7+' }),
    leader: string('0+'),
    skipAssignment: bool('9+'),
    memberId: string('0+'),
    members: array('0+', {
      memberId: string('0+'),
      groupInstanceId: string('5+', { nullable: true }),
      metadata: bytes('0+'),
    }),
  },
);
export type JoinGroupResponse = Decoded<typeof joinGroupResponse>;

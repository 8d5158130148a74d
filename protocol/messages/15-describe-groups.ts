/**
 * DescribeGroups: state and members of classic groups.
 *
 * 3 added authorized operations (KIP-430), 4 static members (KIP-345), 5 the compact encoding, 6 the error message and GROUP_ID_NOT_FOUND
 * for groups that do not exist (KIP-1043).
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

export const describeGroupsRequest = request(
  15,
  'DescribeGroupsRequest',
  { versions: '0-6', flexible: '5+' },
  {
    groups: array('0+', 'string'),
    includeAuthorizedOperations: bool('3+'),
  },
);
export type DescribeGroupsRequest = Decoded<typeof describeGroupsRequest>;

export const describeGroupsResponse = response(
  15,
  'DescribeGroupsResponse',
  { versions: '0-6', flexible: '5+' },
  {
    throttleTimeMs: int32('1+'),
    groups: array('0+', {
      errorCode: int16('0+'),
      errorMessage: string('6+', { nullable: true }),
      groupId: string('0+'),
      groupState: string('0+'),
      protocolType: string('0+'),
      protocolData: string('0+'),
      members: array('0+', {
        memberId: string('0+'),
        groupInstanceId: string('4+', { nullable: true }),
        clientId: string('0+'),
        clientHost: string('0+'),
        memberMetadata: bytes('0+'),
        memberAssignment: bytes('0+'),
      }),
      authorizedOperations: int32('3+', { default: -2_147_483_648 }),
    }),
  },
);
export type DescribeGroupsResponse = Decoded<typeof describeGroupsResponse>;

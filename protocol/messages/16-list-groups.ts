/**
 * ListGroups: the groups that one broker coordinates.
 *
 * 3 the compact encoding, 4 states and a filter on them (KIP-518), 5 types and a filter on them (KIP-848).
 */
import { array, int16, int32, request, response, string, type Decoded } from '../schema/notation.ts';

export const listGroupsRequest = request(
  16,
  'ListGroupsRequest',
  { versions: '0-5', flexible: '3+' },
  {
    statesFilter: array('4+', 'string'),
    typesFilter: array('5+', 'string'),
  },
);
export type ListGroupsRequest = Decoded<typeof listGroupsRequest>;

export const listGroupsResponse = response(
  16,
  'ListGroupsResponse',
  { versions: '0-5', flexible: '3+' },
  {
    throttleTimeMs: int32('1+'),
    errorCode: int16('0+'),
    groups: array('0+', {
      groupId: string('0+'),
      protocolType: string('0+'),
      groupState: string('4+'),
      groupType: string('5+'),
    }),
  },
);
export type ListGroupsResponse = Decoded<typeof listGroupsResponse>;

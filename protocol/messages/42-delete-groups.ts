/**
 * DeleteGroups: deletes groups that have no members (KIP-229).
 *
 * 2 the compact encoding.
 */
import { array, int16, int32, request, response, string, type Decoded } from '../schema/notation.ts';

export const deleteGroupsRequest = request(
  42,
  'DeleteGroupsRequest',
  { versions: '0-2', flexible: '2+' },
  {
    groupsNames: array('0+', 'string'),
  },
);
export type DeleteGroupsRequest = Decoded<typeof deleteGroupsRequest>;

export const deleteGroupsResponse = response(
  42,
  'DeleteGroupsResponse',
  { versions: '0-2', flexible: '2+' },
  {
    throttleTimeMs: int32('0+'),
    results: array('0+', {
      groupId: string('0+'),
      errorCode: int16('0+'),
    }),
  },
);
export type DeleteGroupsResponse = Decoded<typeof deleteGroupsResponse>;

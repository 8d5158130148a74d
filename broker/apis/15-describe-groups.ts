/**
 * DescribeGroups 0-5: members and assignments of groups. A group that is not there is `Dead` with no error, as before
 * version 6. 3 adds what the asker may do (KIP-430), 4 static members.
 */
import { describeGroupsRequest, describeGroupsResponse } from '../../protocol/messages/15-describe-groups.ts';
import { defineApi } from './api-handler.ts';
import { GROUP_OPERATIONS, OPERATIONS_NOT_ASKED_FOR } from './authorized-operations.ts';

export const describeGroups = defineApi({
  request: describeGroupsRequest,
  response: describeGroupsResponse,
  minVersion: 0,
  maxVersion: 5,
  handle({ groups, includeAuthorizedOperations }, _context, { groupCoordinator }) {
    const authorizedOperations = includeAuthorizedOperations ? GROUP_OPERATIONS : OPERATIONS_NOT_ASKED_FOR;
    const described = groupCoordinator.describeGroups(groups);
    return { groups: described.map((group) => ({ ...group, authorizedOperations })) };
  },
});

/**
 * DescribeGroups 0-6: members and assignments of classic groups. A group that is not there, or is a consumer group, is `Dead`
 * with no error, and from 6 on with GROUP_ID_NOT_FOUND (KIP-1043). 3 adds what the asker may do (KIP-430), 4 static members.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { describeGroupsRequest, describeGroupsResponse } from '../../protocol/messages/15-describe-groups.ts';
import { defineApi } from './api-handler.ts';
import { GROUP_OPERATIONS, OPERATIONS_NOT_ASKED_FOR } from './authorized-operations.ts';

const FIRST_VERSION_WITH_NOT_FOUND = 6;

export const describeGroups = defineApi({
  request: describeGroupsRequest,
  response: describeGroupsResponse,
  minVersion: 0,
  maxVersion: 6,
  handle({ groups, includeAuthorizedOperations }, { apiVersion }, { groupCoordinator }) {
    const authorizedOperations = includeAuthorizedOperations ? GROUP_OPERATIONS : OPERATIONS_NOT_ASKED_FOR;
    const described = groupCoordinator.describeGroups(groups);
    return {
      groups: described.map(({ errorCode, errorMessage, ...group }) => {
        const isTold =
          errorCode !== ErrorCode.GROUP_ID_NOT_FOUND || apiVersion >= FIRST_VERSION_WITH_NOT_FOUND;
        return {
          ...group,
          ...(isTold ? { errorCode, errorMessage } : { errorCode: 0 }),
          authorizedOperations,
        };
      }),
    };
  },
});

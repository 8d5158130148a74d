/**
 * LeaveGroup 0-5: members go at once instead of by timeout. Before 3 it is one member and its error is the answer's;
 * since then it is many, each with its own (KIP-345). 5 adds a reason (KIP-800).
 */
import { leaveGroupRequest, leaveGroupResponse } from '../../protocol/messages/13-leave-group.ts';
import { defineApi } from './api-handler.ts';

const FIRST_VERSION_WITH_MANY_MEMBERS = 3;

export const leaveGroup = defineApi({
  request: leaveGroupRequest,
  response: leaveGroupResponse,
  minVersion: 0,
  maxVersion: 5,
  async handle({ groupId, memberId, members }, { apiVersion }, { groupCoordinator }) {
    if (apiVersion >= FIRST_VERSION_WITH_MANY_MEMBERS) return groupCoordinator.leave(groupId, members);
    const result = await groupCoordinator.leave(groupId, [{ memberId, groupInstanceId: null }]);
    return { errorCode: result.errorCode === 0 ? (result.members[0]?.errorCode ?? 0) : result.errorCode };
  },
});

/**
 * JoinGroup 0-9: a member enters a group and waits for the others.
 *
 * 1 adds the rebalance timeout, 4 the member id that must be asked for first (KIP-394), 5 static members (KIP-345), 7
 * the protocol type in the answer, 8 a reason (KIP-800), 9 leaders that need not assign (KIP-814).
 */
import { joinGroupRequest, joinGroupResponse } from '../../protocol/messages/11-join-group.ts';
import { defineApi } from './api-handler.ts';

const FIRST_VERSION_WITH_REQUIRED_MEMBER_ID = 4;
const FIRST_VERSION_WITH_NULL_PROTOCOL = 7;
const FIRST_VERSION_WITH_SKIPPED_ASSIGNMENT = 9;

export const joinGroup = defineApi({
  request: joinGroupRequest,
  response: joinGroupResponse,
  minVersion: 0,
  maxVersion: 9,
  async handle(request, { apiVersion, clientId, clientHost }, { groupCoordinator }) {
    const result = await groupCoordinator.join(request, {
      ...{ clientId: clientId ?? '', clientHost },
      requiresKnownMemberId: apiVersion >= FIRST_VERSION_WITH_REQUIRED_MEMBER_ID,
      supportsSkippingAssignment: apiVersion >= FIRST_VERSION_WITH_SKIPPED_ASSIGNMENT,
    });
    const canBeNull = apiVersion >= FIRST_VERSION_WITH_NULL_PROTOCOL;
    const protocolName = result.errorCode !== 0 && canBeNull ? null : (result.protocolName ?? '');
    return { ...result, protocolName };
  },
});

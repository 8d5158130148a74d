/**
 * SyncGroup 0-5: the leader hands in what everybody is assigned, each member gets its part. 3 adds static members
 * (KIP-345), 5 protocol type and name, which are checked when given (KIP-559).
 */
import { syncGroupRequest, syncGroupResponse } from '../../protocol/messages/14-sync-group.ts';
import { defineApi } from './api-handler.ts';

export const syncGroup = defineApi({
  request: syncGroupRequest,
  response: syncGroupResponse,
  minVersion: 0,
  maxVersion: 5,
  handle(request, _context, { groupCoordinator }) {
    return groupCoordinator.sync(request);
  },
});

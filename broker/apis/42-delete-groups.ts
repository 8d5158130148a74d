/** DeleteGroups 0-2: removes groups without members, with their offsets (KIP-229). */
import { deleteGroupsRequest, deleteGroupsResponse } from '../../protocol/messages/42-delete-groups.ts';
import { defineApi } from './api-handler.ts';

export const deleteGroups = defineApi({
  request: deleteGroupsRequest,
  response: deleteGroupsResponse,
  minVersion: 0,
  maxVersion: 2,
  async handle({ groupsNames }, _context, { groupCoordinator }) {
    return { results: await groupCoordinator.deleteGroups(groupsNames) };
  },
});

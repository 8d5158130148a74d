/** ListGroups 0-5: the groups that this broker coordinates; 4 filters by state (KIP-518), 5 by type (KIP-848). */
import { listGroupsRequest, listGroupsResponse } from '../../protocol/messages/16-list-groups.ts';
import { defineApi } from './api-handler.ts';

export const listGroups = defineApi({
  request: listGroupsRequest,
  response: listGroupsResponse,
  minVersion: 0,
  maxVersion: 5,
  handle({ statesFilter, typesFilter }, _context, { groupCoordinator }) {
    return groupCoordinator.listGroups(statesFilter, typesFilter);
  },
});

/** OffsetDelete 0: takes offsets of a group away that nobody reads by (KIP-496). */
import { offsetDeleteRequest, offsetDeleteResponse } from '../../protocol/messages/47-offset-delete.ts';
import { defineApi } from './api-handler.ts';

export const offsetDelete = defineApi({
  request: offsetDeleteRequest,
  response: offsetDeleteResponse,
  minVersion: 0,
  maxVersion: 0,
  handle: (request, _context, { groupCoordinator }) => groupCoordinator.deleteOffsets(request),
});

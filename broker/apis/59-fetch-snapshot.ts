/** FetchSnapshot 0-1: a piece of a snapshot of the metadata log, for a node that is too far behind (KIP-630). */
import { fetchSnapshotRequest, fetchSnapshotResponse } from '../../protocol/messages/59-fetch-snapshot.ts';
import { defineControllerApi } from './api-handler.ts';

export const fetchSnapshot = defineControllerApi({
  request: fetchSnapshotRequest,
  response: fetchSnapshotResponse,
  minVersion: 0,
  maxVersion: 1,
  handle: (request, _context, { metadataLog }) => metadataLog.fetchSnapshot(request),
});

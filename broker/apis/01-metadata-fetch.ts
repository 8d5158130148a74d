/** Fetch 0-18 on the controller listener: of the metadata log alone, by the other nodes of the cluster (KIP-595, KIP-1166). */
import { fetchRequest, fetchResponse } from '../../protocol/messages/01-fetch.ts';
import { defineControllerApi } from './api-handler.ts';

export const metadataFetch = defineControllerApi({
  request: fetchRequest,
  response: fetchResponse,
  minVersion: 0,
  maxVersion: 18,
  handle: (request, { apiVersion }, { metadataLog }) => metadataLog.metadataFetch(request, apiVersion),
});

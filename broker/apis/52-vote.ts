/** Vote 0-2: a candidate, or a member that asks beforehand, asks a voter of the metadata quorum (KIP-595, KIP-996). */
import { voteRequest, voteResponse } from '../../protocol/messages/52-vote.ts';
import { defineControllerApi } from './api-handler.ts';

export const vote = defineControllerApi({
  request: voteRequest,
  response: voteResponse,
  minVersion: 0,
  maxVersion: 2,
  handle: (request, _context, { metadataLog }) => metadataLog.vote(request),
});

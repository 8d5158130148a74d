/** EndQuorumEpoch 0-1: the leader of the metadata quorum steps down and says who should follow it (KIP-595). */
import {
  endQuorumEpochRequest,
  endQuorumEpochResponse,
} from '../../protocol/messages/54-end-quorum-epoch.ts';
import { defineControllerApi } from './api-handler.ts';

export const endQuorumEpoch = defineControllerApi({
  request: endQuorumEpochRequest,
  response: endQuorumEpochResponse,
  minVersion: 0,
  maxVersion: 1,
  handle: (request, _context, { metadataLog }) => metadataLog.endQuorumEpoch(request),
});

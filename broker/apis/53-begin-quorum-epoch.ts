/** BeginQuorumEpoch 0-1: a new leader of the metadata quorum makes itself known to a voter (KIP-595). */
import {
  beginQuorumEpochRequest,
  beginQuorumEpochResponse,
} from '../../protocol/messages/53-begin-quorum-epoch.ts';
import { defineControllerApi } from './api-handler.ts';

export const beginQuorumEpoch = defineControllerApi({
  request: beginQuorumEpochRequest,
  response: beginQuorumEpochResponse,
  minVersion: 0,
  maxVersion: 1,
  handle: (request, _context, { metadataLog }) => metadataLog.beginQuorumEpoch(request),
});

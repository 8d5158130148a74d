/** DescribeQuorum 0-2: leader, voters and observers of the metadata quorum. Only its leader knows (KIP-595, KIP-836). */
import { describeQuorumRequest, describeQuorumResponse } from '../../protocol/messages/55-describe-quorum.ts';
import { defineControllerApi } from './api-handler.ts';

export const describeQuorum = defineControllerApi({
  request: describeQuorumRequest,
  response: describeQuorumResponse,
  minVersion: 0,
  maxVersion: 2,
  answeredBy: 'controller',
  failed: (_request, errorCode) => ({ errorCode }),
  handle: (request, _context, { metadataLog }) => metadataLog.describeQuorum(request),
});

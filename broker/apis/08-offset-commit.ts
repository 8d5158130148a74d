/**
 * OffsetCommit 0-8: a group says how far it has read.
 *
 * 0 meant ZooKeeper in old Kafka and is treated like 1 (no generation: an application without membership). 1 has a
 * time per partition, 2 to 4 a retention time; 6 the leader epoch (KIP-320), 7 static members (KIP-345), 8 the compact
 * encoding.
 */
import { offsetCommitRequest, offsetCommitResponse } from '../../protocol/messages/08-offset-commit.ts';
import { defineApi } from './api-handler.ts';

export const offsetCommit = defineApi({
  request: offsetCommitRequest,
  response: offsetCommitResponse,
  minVersion: 0,
  maxVersion: 8,
  handle(request, _context, { groupCoordinator }) {
    return groupCoordinator.commitOffsets({ ...request, generationId: request.generationIdOrMemberEpoch });
  },
});

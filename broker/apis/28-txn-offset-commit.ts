/**
 * TxnOffsetCommit 0-3: a producer says, within its transaction, how far a group has read (KIP-98). It counts when the
 * transaction is committed. 3 names the member, so that one that is not in the group any more is refused (KIP-447);
 * before that nobody is named.
 */
import {
  txnOffsetCommitRequest,
  txnOffsetCommitResponse,
} from '../../protocol/messages/28-txn-offset-commit.ts';
import { defineApi } from './api-handler.ts';

export const txnOffsetCommit = defineApi({
  request: txnOffsetCommitRequest,
  response: txnOffsetCommitResponse,
  minVersion: 0,
  maxVersion: 3,
  handle(request, _context, { groupCoordinator }) {
    const { groupId, generationId, memberId, groupInstanceId, producerId, producerEpoch } = request;
    const topics = request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((partition) => ({ ...partition, commitTimestamp: -1n })),
    }));
    return groupCoordinator.commitInTransaction(
      { groupId, generationId, memberId, groupInstanceId, topics, retentionTimeMs: -1n },
      { producerId: Number(producerId), producerEpoch },
    );
  },
});

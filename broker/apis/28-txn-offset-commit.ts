/**
 * TxnOffsetCommit 0-5: a producer says, within its transaction, how far a group has read (KIP-98). It counts when the
 * transaction is committed. 3 names the member, so that one that is not in the group any more is refused (KIP-447);
 * before that nobody is named. 4 has a code for an application that did not announce it; with 5 the coordinator of the
 * group announces it for the producer (KIP-890).
 */
import {
  txnOffsetCommitRequest,
  txnOffsetCommitResponse,
} from '../../protocol/messages/28-txn-offset-commit.ts';
import { defineApi } from './api-handler.ts';
import { abortableCode } from './transaction-answers.ts';

const FIRST_VERSION_OF_ABORTABLE = 4;
const FIRST_VERSION_THAT_ANNOUNCES = 5;

export const txnOffsetCommit = defineApi({
  request: txnOffsetCommitRequest,
  response: txnOffsetCommitResponse,
  minVersion: 0,
  maxVersion: 5,
  async handle(request, { apiVersion }, { groupCoordinator }) {
    const { groupId, generationId, memberId, groupInstanceId } = request;
    const { transactionalId, producerId, producerEpoch } = request;
    const topics = request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((partition) => ({ ...partition, commitTimestamp: -1n })),
    }));
    const result = await groupCoordinator.commitInTransaction(
      { groupId, generationId, memberId, groupInstanceId, topics, retentionTimeMs: -1n },
      {
        ...{ transactionalId, producerId: Number(producerId), producerEpoch },
        leaderAnnounces: apiVersion >= FIRST_VERSION_THAT_ANNOUNCES,
      },
    );
    const isKnown = apiVersion >= FIRST_VERSION_OF_ABORTABLE;
    return {
      topics: result.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex, errorCode }) => ({
          ...{ partitionIndex, errorCode: abortableCode(errorCode, isKnown) },
        })),
      })),
    };
  },
});

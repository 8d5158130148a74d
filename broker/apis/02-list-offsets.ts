/**
 * ListOffsets 0-7: the ends of partitions, and offsets by time. Version 0 answers a list of offsets, newest first;
 * 7 adds the offset of the largest timestamp (KIP-734).
 */
import { listOffsetsRequest, listOffsetsResponse } from '../../protocol/messages/02-list-offsets.ts';
import { ErrorCode } from '../../protocol/errors.ts';
import { MAX_TIMESTAMP } from '../replication/replica-requests.ts';
import { defineApi } from './api-handler.ts';

const FIRST_VERSION_OF_OFFSET_NOT_AVAILABLE = 5;
const FIRST_VERSION_OF_MAX_TIMESTAMP = 7;

export const listOffsets = defineApi({
  request: listOffsetsRequest,
  response: listOffsetsResponse,
  minVersion: 0,
  maxVersion: 7,
  handle(request, { apiVersion }, { replicaManager }) {
    const isolationLevel =
      request.isolationLevel === 1 ? ('readCommitted' as const) : ('readUncommitted' as const);
    const topics = request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex, timestamp, currentLeaderEpoch, maxNumOffsets }) => {
        const query = {
          topic: name,
          partition: partitionIndex,
          timestampMs: Number(timestamp),
          currentLeaderEpoch,
          isolationLevel,
          replicaId: request.replicaId,
        };
        if (apiVersion === 0) {
          const { errorCode, offsets } = replicaManager.legacyOffsets(query, maxNumOffsets);
          return { partitionIndex, errorCode, oldStyleOffsets: offsets.map((offset) => BigInt(offset)) };
        }
        if (query.timestampMs === MAX_TIMESTAMP && apiVersion < FIRST_VERSION_OF_MAX_TIMESTAMP) {
          return { partitionIndex, errorCode: ErrorCode.UNSUPPORTED_VERSION };
        }
        const { errorCode, timestampMs, offset, leaderEpoch } = replicaManager.listOffsets(query);
        return {
          partitionIndex,
          errorCode: knownTo(apiVersion, errorCode),
          timestamp: BigInt(timestampMs),
          offset: BigInt(offset),
          leaderEpoch,
        };
      }),
    }));
    return { topics };
  },
});

/** Older clients take another error for "ask again soon" (KIP-207). */
function knownTo(apiVersion: number, errorCode: number): number {
  return errorCode === ErrorCode.OFFSET_NOT_AVAILABLE && apiVersion < FIRST_VERSION_OF_OFFSET_NOT_AVAILABLE
    ? ErrorCode.LEADER_NOT_AVAILABLE
    : errorCode;
}

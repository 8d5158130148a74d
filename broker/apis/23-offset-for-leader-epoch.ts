/**
 * OffsetForLeaderEpoch 0-4: where leader epochs ended, for followers that cut off what their leader does not have and
 * consumers that find out whether records were lost under them (KIP-101, KIP-279, KIP-320).
 */
import {
  offsetForLeaderEpochRequest,
  offsetForLeaderEpochResponse,
} from '../../protocol/messages/23-offset-for-leader-epoch.ts';
import { defineApi } from './api-handler.ts';

export const offsetForLeaderEpoch = defineApi({
  request: offsetForLeaderEpochRequest,
  response: offsetForLeaderEpochResponse,
  minVersion: 0,
  maxVersion: 4,
  handle(request, _context, { replicaManager }) {
    const topics = request.topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition, currentLeaderEpoch, leaderEpoch }) => {
        const question = { topic, partition, currentLeaderEpoch, leaderEpoch };
        const { errorCode, epoch, endOffset } = replicaManager.endOfEpoch(question);
        return { errorCode, partition, leaderEpoch: epoch, endOffset: BigInt(endOffset) };
      }),
    }));
    return { topics };
  },
});

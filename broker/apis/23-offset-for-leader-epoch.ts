/**
 * OffsetForLeaderEpoch 0-4: where leader epochs ended, for followers that cut off what their leader does not have and
 * consumers that find out whether records were lost under them (KIP-101, KIP-279, KIP-320). Replica id -2 asks this very
 * replica, whether it leads or not: a controller that looks for who has most.
 */
import {
  offsetForLeaderEpochRequest,
  offsetForLeaderEpochResponse,
} from '../../protocol/messages/23-offset-for-leader-epoch.ts';
import { defineApi } from './api-handler.ts';

const CONSUMER = -1;
const FIRST_VERSION_OF_REPLICA_ID = 3;

export const offsetForLeaderEpoch = defineApi({
  request: offsetForLeaderEpochRequest,
  response: offsetForLeaderEpochResponse,
  minVersion: 0,
  maxVersion: 4,
  handle(request, { apiVersion }, { replicaManager }) {
    // Before version 3 nobody says who asks, and what stands there then means something else.
    const replicaId = apiVersion >= FIRST_VERSION_OF_REPLICA_ID ? request.replicaId : CONSUMER;
    const topics = request.topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition, currentLeaderEpoch, leaderEpoch }) => {
        const question = { topic, partition, currentLeaderEpoch, leaderEpoch, replicaId };
        const { errorCode, epoch, endOffset } = replicaManager.endOfEpoch(question);
        return { errorCode, partition, leaderEpoch: epoch, endOffset: BigInt(endOffset) };
      }),
    }));
    return { topics };
  },
});

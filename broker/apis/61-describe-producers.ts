/**
 * DescribeProducers 0: the producers that a replica remembers, with the start of an open transaction (KIP-664). Followers
 * answer, too: a tool that looks for hanging transactions asks one broker for all that lies on it.
 */
import {
  describeProducersRequest,
  describeProducersResponse,
} from '../../protocol/messages/61-describe-producers.ts';
import { defineApi } from './api-handler.ts';

export const describeProducers = defineApi({
  request: describeProducersRequest,
  response: describeProducersResponse,
  minVersion: 0,
  maxVersion: 0,
  handle(request, _context, { replicaManager }) {
    const topics = request.topics.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((partitionIndex) => {
        const { errorCode, producers } = replicaManager.describeProducers(name, partitionIndex);
        return {
          ...{ partitionIndex, errorCode, errorMessage: null },
          activeProducers: producers.map((producer) => ({
            producerId: BigInt(producer.producerId),
            producerEpoch: producer.epoch,
            lastSequence: producer.batches.at(-1)?.lastSequence ?? -1,
            lastTimestamp: BigInt(producer.lastTimestampMs),
            coordinatorEpoch: producer.coordinatorEpoch,
            currentTxnStartOffset: BigInt(producer.currentTxnFirstOffset),
          })),
        };
      }),
    }));
    return { topics };
  },
});

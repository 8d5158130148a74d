/** DeleteRecords 0-2: moves the start of partitions up (KIP-107); offset -1 means the high watermark. */
import { deleteRecordsRequest, deleteRecordsResponse } from '../../protocol/messages/21-delete-records.ts';
import { defineApi } from './api-handler.ts';

export const deleteRecords = defineApi({
  request: deleteRecordsRequest,
  response: deleteRecordsResponse,
  minVersion: 0,
  maxVersion: 2,
  handle(request, _context, { replicaManager }) {
    const topics = request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex, offset }) => {
        const { errorCode, lowWatermark } = replicaManager.deleteRecords(
          name,
          partitionIndex,
          Number(offset),
        );
        return { partitionIndex, errorCode, lowWatermark: BigInt(lowWatermark) };
      }),
    }));
    return { topics };
  },
});

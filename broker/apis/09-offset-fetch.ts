/**
 * OffsetFetch 0-8: how far groups have read.
 *
 * A partition without an offset is answered with offset -1 and no error. Null topics (2 and later) mean all. Before 2
 * there is no error for the whole group, so it is told for each partition; 7 may ask not to be given what an open
 * transaction may change (KIP-447); 8 asks for many groups at once (KIP-709).
 */
import {
  type OffsetFetchRequest,
  offsetFetchRequest,
  offsetFetchResponse,
} from '../../protocol/messages/09-offset-fetch.ts';
import { defineApi } from './api-handler.ts';

const FIRST_VERSION_WITH_GROUP_ERROR = 2;
const FIRST_VERSION_WITH_MANY_GROUPS = 8;

function errorForEachPartition(topics: OffsetFetchRequest['topics'], errorCode: number) {
  const partition = { committedOffset: -1n, metadata: '', errorCode };
  return (topics ?? []).map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.map((partitionIndex) => ({ partitionIndex, ...partition })),
  }));
}

export const offsetFetch = defineApi({
  request: offsetFetchRequest,
  response: offsetFetchResponse,
  minVersion: 0,
  maxVersion: 8,
  handle(request, { apiVersion }, { groupCoordinator }) {
    if (apiVersion >= FIRST_VERSION_WITH_MANY_GROUPS) {
      const { requireStable } = request;
      return {
        groups: request.groups.map((group) => groupCoordinator.fetchOffsets({ ...group, requireStable })),
      };
    }
    const { errorCode, topics } = groupCoordinator.fetchOffsets(request);
    if (errorCode !== 0 && apiVersion < FIRST_VERSION_WITH_GROUP_ERROR) {
      return { topics: errorForEachPartition(request.topics, errorCode) };
    }
    return { errorCode, topics };
  },
});

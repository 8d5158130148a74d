/**
 * From where share groups read on in each partition (KIP-932): everything before it is settled. They commit nothing, so
 * this takes the place of OffsetFetch, which refuses them.
 */
import {
  describeShareGroupOffsetsRequest,
  describeShareGroupOffsetsResponse,
} from '../../protocol/messages/90-describe-share-group-offsets.ts';
import { apiCall, commonVersion } from '../api-call.ts';
import { toSafeNumber } from '../checked-number.ts';
import { errorNameOf } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';
import type { GroupOffsets } from './fetch-group-offsets.ts';

const api = apiCall(describeShareGroupOffsetsRequest, describeShareGroupOffsetsResponse);

/** Empty from brokers that do not serve it. */
export async function describeShareGroupOffsets(
  cluster: KafkaCluster,
  coordinatorId: number,
  groupIds: readonly string[],
): Promise<GroupOffsets[]> {
  if (groupIds.length === 0) return [];
  if (commonVersion(api, await cluster.versionsOf(coordinatorId)) === null) return [];
  const groups = groupIds.map((groupId) => ({ groupId, topics: null }));
  const answer = await cluster.call(coordinatorId, api, { groups });
  return answer.groups.map((group) => ({
    id: group.groupId,
    error: errorNameOf(group.errorCode),
    committed: group.topics.flatMap(({ topicName, partitions }) =>
      partitions
        .filter(({ errorCode, startOffset }) => errorCode === 0 && startOffset >= 0n)
        .map(({ partitionIndex, startOffset }) => ({
          topic: topicName,
          partition: partitionIndex,
          offset: toSafeNumber(startOffset),
        })),
    ),
  }));
}

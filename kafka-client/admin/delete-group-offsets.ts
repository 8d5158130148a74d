/** Takes away what a group has committed for single partitions (KIP-496): OffsetDelete, asked of the coordinator, once. */
import { offsetDeleteRequest, offsetDeleteResponse } from '../../protocol/messages/47-offset-delete.ts';
import { apiCall } from '../api-call.ts';
import { errorNameOf } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';
import type { TopicPartitions } from './describe-groups.ts';

const api = apiCall(offsetDeleteRequest, offsetDeleteResponse);

export interface DeletedOffsets {
  /** Kafka's name of the error of the request as a whole, null if there is none. */
  readonly error: string | null;
  readonly partitions: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly error: string | null;
  }[];
}

export async function deleteGroupOffsets(
  cluster: KafkaCluster,
  coordinatorId: number,
  groupId: string,
  topics: readonly TopicPartitions[],
): Promise<DeletedOffsets> {
  const body = {
    groupId,
    topics: topics.map(({ topic, partitions }) => ({
      name: topic,
      partitions: partitions.map((partitionIndex) => ({ partitionIndex })),
    })),
  };
  const answer = await cluster.call(coordinatorId, api, body, { once: true });
  return {
    error: errorNameOf(answer.errorCode),
    partitions: answer.topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, errorCode }) => ({
        ...{ topic: name, partition: partitionIndex, error: errorNameOf(errorCode) },
      })),
    ),
  };
}

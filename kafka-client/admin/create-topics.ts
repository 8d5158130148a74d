/**
 * Creates topics through the controller. Each topic has an outcome of its own. The request is sent once; only
 * NOT_CONTROLLER, which says that nothing was done, leads to another try at the new controller.
 * A partition count or replication factor of -1 takes the cluster's default (from version 4 on, KIP-464).
 */
import { createTopicsRequest, createTopicsResponse } from '../../protocol/messages/19-create-topics.ts';
import { apiCall } from '../api-call.ts';
import { errorNameOf } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';
import { atController, type TopicOutcome } from './at-controller.ts';

const api = apiCall(createTopicsRequest, createTopicsResponse);

export interface NewTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly configs: Readonly<Record<string, string>>;
  /** Replicas of partition 0, 1 ...; counts of partitions and replicas are -1 then. */
  readonly assignments?: readonly (readonly number[])[];
}

export async function createTopics(
  cluster: KafkaCluster,
  topics: readonly NewTopic[],
  timeoutMs: number,
): Promise<TopicOutcome[]> {
  return atController(cluster, 'create topics', async () => {
    const answer = await cluster.call(
      'controller',
      api,
      {
        topics: topics.map(({ name, partitions, replicationFactor, configs, assignments = [] }) => ({
          name,
          numPartitions: partitions,
          replicationFactor,
          assignments: assignments.map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
          configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
        })),
        timeoutMs,
        validateOnly: false,
      },
      { once: true, timeoutMs: timeoutMs + 5_000 },
    );
    return answer.topics.map(({ name, errorCode, errorMessage }) => ({
      name,
      error: errorNameOf(errorCode),
      message: errorMessage,
    }));
  });
}

/** Raises the number of partitions of topics through the controller (KIP-195). `count` is the new total. */
import {
  createPartitionsRequest,
  createPartitionsResponse,
} from '../../protocol/messages/37-create-partitions.ts';
import { apiCall } from '../api-call.ts';
import { errorNameOf } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';
import { atController, type TopicOutcome } from './at-controller.ts';

const api = apiCall(createPartitionsRequest, createPartitionsResponse);

export async function createPartitions(
  cluster: KafkaCluster,
  topics: readonly { readonly name: string; readonly count: number }[],
  timeoutMs: number,
): Promise<TopicOutcome[]> {
  return atController(cluster, 'create partitions', async () => {
    const answer = await cluster.call(
      'controller',
      api,
      {
        topics: topics.map(({ name, count }) => ({ name, count, assignments: null })),
        timeoutMs,
        validateOnly: false,
      },
      { once: true, timeoutMs: timeoutMs + 5_000 },
    );
    return answer.results.map(({ name, errorCode, errorMessage }) => ({
      name,
      error: errorNameOf(errorCode),
      message: errorMessage,
    }));
  });
}

/**
 * Raises the number of partitions of topics through the controller (KIP-195). `count` is the new total; `assignments` are
 * the replicas of each new partition, null lets the controller place them. `validateOnly` asks whether it would.
 */
import {
  createPartitionsRequest,
  createPartitionsResponse,
} from '../../protocol/messages/37-create-partitions.ts';
import { apiCall } from '../api-call.ts';
import { errorNameOf } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';
import { atController, type TopicOutcome } from './at-controller.ts';

const api = apiCall(createPartitionsRequest, createPartitionsResponse);

export interface MorePartitions {
  readonly name: string;
  readonly count: number;
  readonly assignments?: readonly (readonly number[])[] | null;
}

export async function createPartitions(
  cluster: KafkaCluster,
  topics: readonly MorePartitions[],
  timeoutMs: number,
  { validateOnly = false }: { readonly validateOnly?: boolean } = {},
): Promise<TopicOutcome[]> {
  return atController(cluster, 'create partitions', async () => {
    const answer = await cluster.call(
      'controller',
      api,
      {
        topics: topics.map(({ name, count, assignments = null }) => ({
          name,
          count,
          assignments: assignments?.map((brokerIds) => ({ brokerIds })) ?? null,
        })),
        timeoutMs,
        validateOnly,
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

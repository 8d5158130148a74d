/** The moves of replicas that are under way in the whole cluster (KIP-455). */
import {
  listPartitionReassignmentsRequest,
  listPartitionReassignmentsResponse,
} from '../../protocol/messages/46-list-partition-reassignments.ts';
import { apiCall, commonVersion } from '../api-call.ts';
import { brokerError } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';

const api = apiCall(listPartitionReassignmentsRequest, listPartitionReassignmentsResponse);

export interface Reassignment {
  readonly topic: string;
  readonly partition: number;
  /** Old and new ones, while it is under way. */
  readonly replicas: readonly number[];
  readonly addingReplicas: readonly number[];
  readonly removingReplicas: readonly number[];
}

/** None from clusters that cannot tell (before 2.4). Rejects with BROKER_ERROR if the controller refuses. */
export async function listReassignments(cluster: KafkaCluster, timeoutMs: number): Promise<Reassignment[]> {
  if (commonVersion(api, await cluster.versionsOf('controller')) === null) return [];
  const answer = await cluster.call('controller', api, { timeoutMs, topics: null });
  if (answer.errorCode !== 0) throw brokerError('list reassignments', answer.errorCode, answer.errorMessage);
  return answer.topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex, replicas, addingReplicas, removingReplicas }) => ({
      topic: name,
      partition: partitionIndex,
      replicas,
      addingReplicas,
      removingReplicas,
    })),
  );
}

/** What a cluster tells of its consumer groups, of the classic and the newer protocol alike. */
import { fetchClusterMetadata } from '../../kafka-client/admin/cluster-metadata.ts';
import {
  describeConsumerGroups,
  type ConsumerGroupDescription,
} from '../../kafka-client/admin/describe-consumer-groups.ts';
import { describeGroups, type GroupDescription } from '../../kafka-client/admin/describe-groups.ts';
import { findCoordinators } from '../../kafka-client/admin/find-coordinators.ts';
import { listGroups, type ListedGroup } from '../../kafka-client/admin/list-groups.ts';
import { brokerError } from '../../kafka-client/client-error.ts';
import type { KafkaCluster } from '../../kafka-client/cluster.ts';
import { withRetry } from '../../kafka-client/retry.ts';
import { ErrorCode } from '../../protocol/errors.ts';
import { hashMapOrder } from '../kafka-topics/java-order.ts';

const CONSUMER_TYPES: ReadonlySet<string> = new Set(['classic', 'consumer']);
const CONSUMER_PROTOCOLS: ReadonlySet<string> = new Set(['', 'consumer']);

/** In the order in which Kafka's tool has them. */
export async function listConsumerGroups(cluster: KafkaCluster): Promise<ListedGroup[]> {
  const { brokers } = await fetchClusterMetadata(cluster, []);
  const lists = await Promise.all(brokers.map(({ id }) => withRetry(() => listGroups(cluster, id))));
  const groups = lists
    .flat()
    .filter(
      ({ type, protocolType }) =>
        CONSUMER_TYPES.has(type ?? 'classic') && CONSUMER_PROTOCOLS.has(protocolType),
    );
  return hashMapOrder(groups, ({ id }) => id);
}

export async function coordinatorOf(cluster: KafkaCluster, group: string): Promise<number> {
  return withRetry(async () => {
    const [found] = await findCoordinators(cluster, [group]);
    if (found?.coordinatorId != null) return found.coordinatorId;
    const code = (ErrorCode as Readonly<Record<string, number>>)[found?.error ?? ''];
    throw brokerError(`coordinator of group ${group}`, code ?? ErrorCode.COORDINATOR_NOT_AVAILABLE);
  });
}

export interface FoundGroup {
  readonly coordinatorId: number;
  readonly description: GroupDescription;
  /** The same with what only the newer protocol has; null of a classic group. */
  readonly consumer: ConsumerGroupDescription | null;
}

/** Null: there is no such group. */
export async function findGroup(cluster: KafkaCluster, group: string): Promise<FoundGroup | null> {
  const coordinatorId = await coordinatorOf(cluster, group);
  const [consumer] = await describeConsumerGroups(cluster, coordinatorId, [group]);
  if (consumer?.error === null) return { coordinatorId, consumer, description: consumer };
  const [description] = await describeGroups(cluster, coordinatorId, [group]);
  if (description === undefined || description.error === 'GROUP_ID_NOT_FOUND') return null;
  if (description.error !== null) {
    const code = (ErrorCode as Readonly<Record<string, number>>)[description.error];
    throw brokerError(`group ${group}`, code ?? ErrorCode.UNKNOWN_SERVER_ERROR);
  }
  return { coordinatorId, consumer: null, description };
}

/** Cluster id, controller and brokers; DescribeCluster (KIP-700), or Metadata from brokers before 2.8. */
import {
  describeClusterRequest,
  describeClusterResponse,
} from '../../protocol/messages/60-describe-cluster.ts';
import { apiCall, commonVersion } from '../api-call.ts';
import { brokerError } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';
import type { KnownBroker } from '../cluster-view.ts';

const api = apiCall(describeClusterRequest, describeClusterResponse);

export interface ClusterDescription {
  readonly clusterId: string | null;
  readonly controllerId: number | null;
  readonly brokers: readonly (KnownBroker & { readonly isFenced: boolean })[];
}

/** Fenced brokers are listed from Kafka 4.1 on. Rejects with BROKER_ERROR if the broker refuses. */
export async function describeCluster(cluster: KafkaCluster): Promise<ClusterDescription> {
  if (commonVersion(api, await cluster.versionsOf('any')) === null) {
    const view = await cluster.refresh();
    return { ...view, brokers: [...view.brokers.values()].map((broker) => ({ ...broker, isFenced: false })) };
  }
  const answer = await cluster.call('any', api, { includeFencedBrokers: true });
  if (answer.errorCode !== 0) throw brokerError('describe cluster', answer.errorCode, answer.errorMessage);
  return {
    clusterId: answer.clusterId,
    controllerId: answer.controllerId < 0 ? null : answer.controllerId,
    brokers: answer.brokers.map(({ brokerId, host, port, rack, isFenced }) => ({
      id: brokerId,
      host,
      port,
      rack,
      isFenced,
    })),
  };
}

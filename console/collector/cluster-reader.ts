/** The collector's questions, asked through our client of Kafka: each method is one operation of kafka-client/admin. */
import { fetchClusterMetadata } from '../../kafka-client/admin/cluster-metadata.ts';
import { describeGroups } from '../../kafka-client/admin/describe-groups.ts';
import { describeLogDirs } from '../../kafka-client/admin/describe-log-dirs.ts';
import { fetchGroupOffsets } from '../../kafka-client/admin/fetch-group-offsets.ts';
import { listGroups } from '../../kafka-client/admin/list-groups.ts';
import { listOffsets } from '../../kafka-client/admin/list-offsets.ts';
import { describeQuorum } from '../../kafka-client/admin/describe-quorum.ts';
import { ClientError } from '../../kafka-client/client-error.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { ErrorCode } from '../../protocol/errors.ts';
import type { ClusterConnection } from './cluster-connection.ts';
import type { KafkaReader } from './kafka-reader.ts';

const CLIENT_ID = 'aquila-console';
const CONNECT_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;

/** Throws TypeError for an address that is none. Connects at the first question. */
export function openReader(connection: ClusterConnection): KafkaReader {
  const cluster = new KafkaCluster({
    ...connection,
    clientId: CLIENT_ID,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
  });
  return {
    metadata: () => fetchClusterMetadata(cluster),
    quorum: () => quorumOf(cluster),
    listGroups: (brokerId) => listGroups(cluster, brokerId),
    describeGroups: (brokerId, groupIds) => describeGroups(cluster, brokerId, groupIds),
    committedOffsets: (brokerId, groupIds) => fetchGroupOffsets(cluster, brokerId, groupIds),
    listOffsets: (brokerId, partitions, kind) => listOffsets(cluster, brokerId, partitions, kind),
    describeLogDirs: (brokerId) => describeLogDirs(cluster, brokerId),
    takeTraffic: () => Object.fromEntries(cluster.traffic.take()),
    close: () => Promise.resolve(cluster.close()),
  };
}

/** Who may not ask is told no more than by a cluster without a quorum. */
async function quorumOf(cluster: KafkaCluster): Promise<{ readonly leaderId: number | null } | null> {
  try {
    return await describeQuorum(cluster);
  } catch (error) {
    const refused =
      error instanceof ClientError && error.errorCode === ErrorCode.CLUSTER_AUTHORIZATION_FAILED;
    if (refused) return null;
    throw error;
  }
}

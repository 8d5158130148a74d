/** Log directories of one broker and the size of every replica in them, with one DescribeLogDirs request (KIP-113). */
import {
  describeLogDirsRequest,
  describeLogDirsResponse,
} from '../../protocol/messages/35-describe-log-dirs.ts';
import { apiCall } from '../api-call.ts';
import { toSafeNumber } from '../checked-number.ts';
import { brokerError, errorNameOf } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';

const api = apiCall(describeLogDirsRequest, describeLogDirsResponse);

export interface ReplicaSize {
  readonly topic: string;
  readonly partition: number;
  readonly sizeBytes: number;
  /** How far the replica is behind; a new copy in another directory counts against the present one. */
  readonly offsetLag: number;
  /** Whether it is such a new copy, which does not count yet. */
  readonly isFuture: boolean;
}

export interface LogDirDescription {
  readonly path: string;
  /** Kafka's name of the error, null if there is none. */
  readonly error: string | null;
  /** Of the volume; null from brokers before 3.3. */
  readonly totalBytes: number | null;
  readonly usableBytes: number | null;
  readonly replicas: readonly ReplicaSize[];
}

/** Rejects with BROKER_ERROR if the broker refuses as a whole. */
export async function describeLogDirs(cluster: KafkaCluster, brokerId: number): Promise<LogDirDescription[]> {
  const answer = await cluster.call(brokerId, api, { topics: null }, { inSlices: true });
  if (answer.errorCode !== 0) throw brokerError(`log directories of broker ${brokerId}`, answer.errorCode);
  return answer.results.map((result) => ({
    path: result.logDir,
    error: errorNameOf(result.errorCode),
    totalBytes: result.totalBytes < 0n ? null : toSafeNumber(result.totalBytes),
    usableBytes: result.usableBytes < 0n ? null : toSafeNumber(result.usableBytes),
    replicas: result.topics.flatMap(({ name, partitions }) =>
      partitions.map((partition) => ({
        topic: name,
        partition: partition.partitionIndex,
        sizeBytes: toSafeNumber(partition.partitionSize),
        offsetLag: toSafeNumber(partition.offsetLag),
        isFuture: partition.isFutureKey,
      })),
    ),
  }));
}

/** The figures of a cluster's tiles, summed up from one snapshot. Unknown stays null. */
import { lagOfCluster } from './cluster-lag.ts';
import type { BrokerSnapshot, ClusterSnapshot } from './snapshot.ts';
import { isOffline, isUnderReplicated } from './topic-summary.ts';

export interface ClusterSummary {
  /** Brokers that answered in this round. */
  readonly brokers: number;
  /** Those that should have. */
  readonly brokersDown: number;
  readonly topics: number;
  readonly partitions: number;
  readonly groups: number;
  readonly underReplicatedPartitions: number;
  readonly offlinePartitions: number;
  readonly totalLag: number | null;
  /** Some part of it is left out. */
  readonly totalLagAtLeast: boolean;
  /** The oldest reading in it that is not of this round; null when all are. */
  readonly totalLagAsOfMs: number | null;
  readonly controllerId: number | null;
  readonly messagesInPerSec: number | null;
  readonly bytesInPerSec: number | null;
  readonly bytesOutPerSec: number | null;
  readonly logDirBytes: number | null;
}

export function summarizeCluster(snapshot: ClusterSnapshot): ClusterSummary {
  let partitions = 0;
  let underReplicatedPartitions = 0;
  let offlinePartitions = 0;
  for (const topic of snapshot.topics.values()) {
    partitions += topic.partitions.length;
    underReplicatedPartitions += topic.partitions.filter(isUnderReplicated).length;
    offlinePartitions += topic.partitions.filter(isOffline).length;
  }
  const lag = lagOfCluster(snapshot);
  return {
    brokers: snapshot.brokers.filter((broker) => broker.reachable).length,
    brokersDown: snapshot.brokers.filter((broker) => !broker.reachable).length,
    topics: snapshot.topics.size,
    partitions,
    groups: snapshot.groups.size,
    underReplicatedPartitions,
    offlinePartitions,
    totalLag: lag.records,
    totalLagAtLeast: lag.isFloor,
    totalLagAsOfMs: lag.oldestMs,
    controllerId: snapshot.controllerId,
    messagesInPerSec:
      sumOfReachable(snapshot, (broker) => broker.metrics?.messagesInPerSec ?? null) ??
      messagesOfTopics(snapshot),
    bytesInPerSec: sumOfReachable(snapshot, (broker) => broker.metrics?.bytesInPerSec ?? null),
    bytesOutPerSec: sumOfReachable(snapshot, (broker) => broker.metrics?.bytesOutPerSec ?? null),
    logDirBytes: sumOfReachable(snapshot, (broker) => broker.logDirBytes),
  };
}

/** Over the brokers that answered; null when one of them did not tell, so that a sum is never silently too small. */
function sumOfReachable(
  snapshot: ClusterSnapshot,
  valueOf: (broker: BrokerSnapshot) => number | null,
): number | null {
  let sum: number | null = null;
  for (const broker of snapshot.brokers) {
    if (!broker.reachable) continue;
    const value = valueOf(broker);
    if (value === null) return null;
    sum = (sum ?? 0) + value;
  }
  return sum;
}

/** Without a metrics port: the advance of the high watermarks of all topics that are not internal. */
function messagesOfTopics(snapshot: ClusterSnapshot): number | null {
  let sum: number | null = null;
  for (const topic of snapshot.topics.values()) {
    if (!topic.internal && topic.messagesInPerSec !== null) sum = (sum ?? 0) + topic.messagesInPerSec;
  }
  return sum;
}

/** The figures of a cluster's tiles, summed up from one snapshot. Unknown stays null. */
import { sumOfLags } from './lag.ts';
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
  return {
    brokers: snapshot.brokers.filter((broker) => broker.reachable).length,
    brokersDown: snapshot.brokers.filter((broker) => !broker.reachable).length,
    topics: snapshot.topics.size,
    partitions,
    groups: snapshot.groups.size,
    underReplicatedPartitions,
    offlinePartitions,
    totalLag: totalLagOf(snapshot),
    controllerId: snapshot.controllerId,
    messagesInPerSec:
      sumOfReachable(snapshot, (broker) => broker.metrics?.messagesInPerSec ?? null) ??
      messagesOfTopics(snapshot),
    bytesInPerSec: sumOfReachable(snapshot, (broker) => broker.metrics?.bytesInPerSec ?? null),
    bytesOutPerSec: sumOfReachable(snapshot, (broker) => broker.metrics?.bytesOutPerSec ?? null),
    logDirBytes: sumOfReachable(snapshot, (broker) => broker.logDirBytes),
  };
}

/** A cluster that told of no group has no lag: 0 is known then. Where a broker did not tell of its groups, it is not. */
function totalLagOf({ groups, failures }: ClusterSnapshot): number | null {
  const allToldOf = !failures.some(({ part }) => part === 'broker' || part === 'coordinator');
  if (groups.size === 0 && allToldOf) return 0;
  return sumOfLags([...groups.values()].map((group) => group.totalLag));
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

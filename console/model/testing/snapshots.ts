/** Small snapshots for tests: everything that a test does not name is well and known. */
import { PartitionNumbers } from '../partition-numbers.ts';
import { groupRows, lagOf, sumOfLags, type CommittedOffset } from '../lag.ts';
import type {
  BrokerSnapshot,
  ClusterSnapshot,
  GroupPartition,
  GroupSnapshot,
  PartFailure,
  PartitionSnapshot,
  QuorumSnapshot,
  RoundCost,
  TopicSettings,
  TopicSnapshot,
} from '../snapshot.ts';

export const noCost: RoundCost = {
  requests: {},
  brokers: {},
  bytesSent: 0,
  bytesReceived: 0,
  seconds: 0,
  cpuSeconds: 0,
  beats: [],
  skippedRounds: 0,
};

export function brokerOf(id: number, changes: Partial<BrokerSnapshot> = {}): BrokerSnapshot {
  return {
    id,
    host: '127.0.0.1',
    port: 9091 + id,
    rack: null,
    isController: id === 1,
    reachable: true,
    fenced: false,
    lastSeenMs: 0,
    leaders: 0,
    replicas: 0,
    outOfSync: 0,
    leadersElsewhere: 0,
    logDirBytes: 0,
    logDirs: [],
    replicaSizes: new PartitionNumbers(),
    asOf: { logDirsAtMs: 0, metricsAtMs: null },
    lastKnown: null,
    metrics: null,
    missingMetrics: {},
    ...changes,
  };
}

export function partitionOf(partition: number, changes: Partial<PartitionSnapshot> = {}): PartitionSnapshot {
  const { highWatermark = 0, lastStableOffset = 0 } = changes;
  const isKnown = highWatermark !== null && lastStableOffset !== null;
  return {
    partition,
    leader: 1,
    leaderEpoch: 0,
    replicas: [1],
    isr: [1],
    offlineReplicas: [],
    logStartOffset: 0,
    highWatermark: 0,
    lastStableOffset: 0,
    hasOpenTransaction: isKnown ? lastStableOffset < highWatermark : null,
    sizeBytes: 0,
    logStartAtMs: 1_000_000,
    lastStableAtMs: 1_000_000,
    lastKnown: null,
    ...changes,
  };
}

/** A week, as Kafka has it by default. */
export function topicSettingsOf(changes: Partial<TopicSettings> = {}): TopicSettings {
  return {
    minInSyncReplicas: 1,
    retentionMs: 604_800_000,
    retentionBytes: -1,
    cleanupPolicy: 'delete',
    ...changes,
  };
}

export function topicOf(
  name: string,
  partitions: readonly PartitionSnapshot[],
  changes: Partial<TopicSnapshot> = {},
): TopicSnapshot {
  return {
    name,
    topicId: null,
    internal: false,
    error: null,
    partitions,
    writes: null,
    messagesInPerSec: null,
    bytesInPerSec: null,
    bytesOutPerSec: null,
    ...changes,
  };
}

export interface PartitionOffsets {
  readonly topic: string;
  readonly partition: number;
  readonly committedOffset: number | null;
  readonly logEndOffset: number | null;
}

export function groupOf(
  id: string,
  offsets: readonly PartitionOffsets[],
  changes: Partial<GroupSnapshot> = {},
): GroupSnapshot {
  const committed: CommittedOffset[] = offsets.flatMap(({ topic, partition, committedOffset }) =>
    committedOffset === null ? [] : [{ topic, partition, offset: committedOffset }],
  );
  const assigned = offsets.filter((each) => each.committedOffset === null);
  const member = {
    memberId: 'm',
    groupInstanceId: null,
    clientId: 'c',
    host: '/127.0.0.1',
    assignment: assigned.map(({ topic, partition }) => ({ topic, partitions: [partition] })),
  };
  const partitions = groupRows(committed, [member]).map(({ topic, partition, offset, member: owner }) => {
    const told = offsets.find((each) => each.topic === topic && each.partition === partition);
    const logEndOffset = told?.logEndOffset ?? null;
    return {
      topic,
      partition,
      committedOffset: offset,
      logEndOffset,
      offsetState: offset === null ? 'no-commit' : logEndOffset === null ? 'no-end' : 'live',
      lag: lagOf(offset, logEndOffset),
      lagSeconds: null,
      status: 'unknown',
      reason: null,
      memberId: owner?.memberId ?? null,
      clientId: owner?.clientId ?? null,
      host: owner?.host ?? null,
    } satisfies GroupPartition;
  });
  return {
    id,
    type: 'classic',
    state: 'Stable',
    protocolType: 'consumer',
    protocol: 'range',
    coordinator: 1,
    members: [member],
    partitions,
    totalLag: sumOfLags(partitions.map((each) => each.lag)),
    committedPerSec: null,
    producedPerSec: null,
    asOfMs: 1_000_000,
    status: 'unknown',
    reason: null,
    lagSeconds: null,
    catchUpSeconds: null,
    lastKnown: null,
    ...changes,
  };
}

export interface SnapshotParts {
  readonly clusterId?: string;
  readonly asOfMs?: number;
  readonly quorum?: QuorumSnapshot | null;
  readonly brokers?: readonly BrokerSnapshot[];
  readonly topics?: readonly TopicSnapshot[];
  readonly groups?: readonly GroupSnapshot[];
  readonly failures?: readonly PartFailure[];
}

export function snapshotOf(parts: SnapshotParts): ClusterSnapshot {
  const asOfMs = parts.asOfMs ?? 1_000_000;
  return {
    clusterId: parts.clusterId ?? 'local',
    kafkaClusterId: 'MkU3OEVBNTcwNTJENDM2Qg',
    round: 1,
    startedAtMs: asOfMs,
    asOfMs,
    controllerId: 1,
    quorum: parts.quorum ?? null,
    brokers: parts.brokers ?? [brokerOf(1)],
    endsAtMs: new Map([[1, asOfMs]]),
    topics: new Map((parts.topics ?? []).map((topic) => [topic.name, topic])),
    groups: new Map((parts.groups ?? []).map((group) => [group.id, group])),
    failures: parts.failures ?? [],
    cannotTell: [],
    cost: noCost,
    changes: [],
  };
}

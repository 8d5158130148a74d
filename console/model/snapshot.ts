/**
 * The in-memory picture of one cluster as one collection round saw it. Every page, stream and alert reads this; nothing
 * on it is ever fetched again per viewer.
 *
 * Invariants:
 * - A value that was not learned when it was due is `null`. Nothing here is ever a made-up 0. Ends, commits and metadata
 *   are due in each round; what changes slowly has a beat of several rounds (collector/beats.ts) and the time of its
 *   reading beside it. What is older than that promises stands apart under `lastKnown`, with its time, and is never history.
 * - `lag` is signed: `logEndOffset - committedOffset`, both of this round. Committed offsets are asked BEFORE end offsets,
 *   so a group that keeps up can look behind by what was produced during those few milliseconds, but never ahead: a
 *   negative lag means that the commit really lies beyond the end of the log (a truncated or recreated topic).
 * - Offsets and byte counts are plain numbers (exact up to 2^53). Times are epoch milliseconds of the collector's clock.
 * - A snapshot is never changed after it was published.
 */

import type {
  BrokerMeterName,
  MissingMetrics,
  RequestPercentiles,
  RequestTimeName,
} from '../contracts/brokers.ts';
import type { GroupStatus, OffsetState } from '../contracts/groups.ts';
import type { SeenChange } from './changes/changes.ts';
import type { KnownPartitionNumbers } from './partition-numbers.ts';

/** One key for a partition in maps: the name that Kafka gives its directory. */
export function partitionKey(topic: string, partition: number): string {
  return `${topic}-${String(partition)}`;
}

/** What a broker's metrics port said. Each value is null when the source did not tell it. */
export interface BrokerMetrics
  extends
    Readonly<Record<BrokerMeterName, number | null>>,
    /** Null, too, while there were no such requests since the round before. */
    Readonly<Record<RequestTimeName, RequestPercentiles | null>> {
  readonly bytesInPerSec: number | null;
  readonly bytesOutPerSec: number | null;
  readonly messagesInPerSec: number | null;
  /** Of one CPU: 200 is two CPUs in full use. Mean between two rounds, whatever the source. */
  readonly cpuPercent: number | null;
  /** Memory in use by the broker process (heap where only that is known). */
  readonly memoryBytes: number | null;
  readonly underReplicatedPartitions: number | null;
  readonly version: string | null;
}

export interface LogDirSnapshot {
  readonly path: string;
  /** Bytes of the replicas in it; null when the broker could not tell. */
  readonly sizeBytes: number | null;
  /** Kafka's error name, for instance KAFKA_STORAGE_ERROR of a failed disk. */
  readonly error: string | null;
  /** Size of its volume and what is free of it; null where the broker does not tell (KIP-827). */
  readonly totalBytes: number | null;
  readonly usableBytes: number | null;
}

export interface KnownLogDirs {
  readonly atMs: number;
  readonly logDirBytes: number | null;
  readonly logDirs: readonly LogDirSnapshot[];
  readonly replicaSizes: KnownPartitionNumbers;
}

export interface BrokerSnapshot {
  readonly id: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
  readonly isController: boolean;
  /** False when the broker is in the metadata (or was in an earlier round) but did not answer in this one. */
  readonly reachable: boolean;
  /** Holds replicas, but the cluster does not name it as a live broker: the controller has fenced it, or it is gone. */
  readonly fenced: boolean;
  /** When it last answered; null when it has not since the console started. */
  readonly lastSeenMs: number | null;
  /** Partitions that this broker leads. */
  readonly leaders: number;
  /** Replicas that live on this broker, leaders included. */
  readonly replicas: number;
  /** Replicas on it that are not in the ISR. */
  readonly outOfSync: number;
  /** Partitions that it should lead (its replica is the first), but another or no broker does. */
  readonly leadersElsewhere: number;
  /** Sum over its log directories; null when it did not tell them when that was due. */
  readonly logDirBytes: number | null;
  readonly logDirs: readonly LogDirSnapshot[] | null;
  /** Bytes of each replica on this broker. */
  readonly replicaSizes: KnownPartitionNumbers | null;
  /** When the three above, or else the last known ones, and the metrics were read; null with them. */
  readonly asOf: { readonly logDirsAtMs: number | null; readonly metricsAtMs: number | null };
  /** Its directories as it told them last, when that is too long ago or it is not reachable. Never part of history. */
  readonly lastKnown: KnownLogDirs | null;
  /** Null when there is no metrics port or it did not answer. */
  readonly metrics: BrokerMetrics | null;
  /** Why, for each metric that is not known. */
  readonly missingMetrics: MissingMetrics;
}

export interface PartitionSnapshot {
  readonly partition: number;
  /** Null while the partition has no leader. */
  readonly leader: number | null;
  readonly leaderEpoch: number | null;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  readonly offlineReplicas: readonly number[];
  readonly logStartOffset: number | null;
  /** Of this round. */
  readonly highWatermark: number | null;
  readonly lastStableOffset: number | null;
  /** Whether the last stable offset lay below the high watermark when both were read; null with it. */
  readonly hasOpenTransaction: boolean | null;
  /** Size of the leader's replica on disk. */
  readonly sizeBytes: number | null;
  /** When the two slower ones were read; null with them. */
  readonly logStartAtMs: number | null;
  readonly lastStableAtMs: number | null;
  /** What its leader told last, while it does not answer. Never part of history, nothing is judged by it. */
  readonly lastKnown: KnownOffsets | null;
}

export interface KnownOffsets {
  readonly atMs: number;
  readonly highWatermark: number;
  readonly logStartOffset: number | null;
  readonly lastStableOffset: number | null;
}

/** What is collected of a topic's settings; null where the cluster does not name one. */
export interface TopicSettings {
  /** min.insync.replicas */
  readonly minInSyncReplicas: number | null;
  /** retention.ms: -1 keeps records for ever. */
  readonly retentionMs: number | null;
  /** retention.bytes of each partition: -1 sets no limit. */
  readonly retentionBytes: number | null;
  /** cleanup.policy: `delete`, `compact`, or both with a comma between. */
  readonly cleanupPolicy: string | null;
}

/** Whether ends of a topic were seen to move. */
export interface SeenWrites {
  /** The last round that found one further than the round before; null: none did. */
  readonly lastMs: number | null;
  /** Since when they are watched. */
  readonly sinceMs: number;
}

export interface TopicSnapshot {
  readonly name: string;
  /** Kafka's topic id (base64url), null from brokers that have none. A new id under an old name is a recreated topic. */
  readonly topicId: string | null;
  readonly internal: boolean;
  /** Null when the cluster does not tell them, left out until they were asked. */
  readonly settings?: TopicSettings | null;
  /** Kafka's error name when the broker refused to describe the topic (for instance TOPIC_AUTHORIZATION_FAILED). */
  readonly error: string | null;
  readonly partitions: readonly PartitionSnapshot[];
  /** Null while no end of it is known. */
  readonly writes: SeenWrites | null;
  /** From the brokers' meters, or from the advance of the high watermarks where there is no metrics port. */
  readonly messagesInPerSec: number | null;
  readonly bytesInPerSec: number | null;
  readonly bytesOutPerSec: number | null;
}

export interface GroupMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly host: string;
  /** Partitions assigned to this member; null when the assignment is not in a form we can read. */
  readonly assignment: readonly { readonly topic: string; readonly partitions: readonly number[] }[] | null;
}

/** Age of the oldest record that a group has not committed, when its offsets were read. */
export interface SecondsBehind {
  readonly seconds: number;
  /** That record is older than what is remembered of its partition: "at least". */
  readonly atLeast: boolean;
}

export interface GroupPartition {
  readonly topic: string;
  readonly partition: number;
  /** Null: assigned to a member, but nothing was committed yet. */
  readonly committedOffset: number | null;
  readonly logEndOffset: number | null;
  /** When each side was read, which is not when a consumer committed. Null with the side. */
  /** What the two offsets are to each other: only `live` ones have a lag in seconds. */
  readonly offsetState: OffsetState;
  /** Signed; null when either side is unknown, or when the commit belongs to a topic that was made anew since. */
  readonly lag: number | null;
  /** Never negative; null when it cannot be told. */
  readonly lagSeconds: SecondsBehind | null;
  readonly status: GroupStatus;
  /** Plain words for a person; null when there is nothing to explain. */
  readonly reason: string | null;
  readonly memberId: string | null;
  readonly clientId: string | null;
  readonly host: string | null;
}

export interface GroupSnapshot {
  readonly id: string;
  /** `classic`, `consumer`, `share`, ... as the broker calls it. */
  readonly type: string;
  /** Stable, Empty, PreparingRebalance, CompletingRebalance, Dead; `Unknown` when describing failed. */
  readonly state: string;
  /** `consumer` for Kafka consumers, `connect` for Connect workers, '' for groups that only commit. */
  readonly protocolType: string;
  /** Assignor that the members agreed on, '' when there is none. */
  readonly protocol: string;
  /** Broker id of the coordinator. */
  readonly coordinator: number | null;
  /** Null when the group could not be described; an empty group has []. */
  readonly members: readonly GroupMember[] | null;
  /** Committed and assigned partitions, by topic and partition. Null when offsets could not be fetched. */
  readonly partitions: readonly GroupPartition[] | null;
  /** Sum of the positive lags that are known; null when none is. */
  readonly totalLag: number | null;
  /** Committed records per second since the round before; null at first, after a reset or a gap. */
  readonly committedPerSec: number | null;
  /** Records per second that arrived in the partitions of the group, over the same time; null likewise. */
  readonly producedPerSec: number | null;
  /** When the offsets below were read; null when they are not known. */
  readonly asOfMs: number | null;
  /** The worst of its partitions, and why: with the partition in words. */
  readonly status: GroupStatus;
  readonly reason: string | null;
  /** The largest of its partitions. */
  readonly lagSeconds: SecondsBehind | null;
  /** Estimated from consumption minus production; null while it is not catching up, 0 when it has. */
  readonly catchUpSeconds: number | null;
  /** Of a group whose coordinator does not answer: what it told last. Never part of history, never judged. */
  readonly lastKnown: KnownGroup | null;
}

export interface KnownGroup {
  readonly atMs: number;
  readonly members: readonly GroupMember[] | null;
  readonly partitions: readonly GroupPartition[];
  readonly totalLag: number | null;
}

/** One part of a round that failed; the rest of the snapshot stands. */
export interface PartFailure {
  readonly part:
    'broker' | 'quorum' | 'metrics' | 'topic' | 'partition' | 'group' | 'coordinator' | 'logDirs' | 'offsets';
  /** Which one: broker id, topic, `topic-partition` or group. */
  readonly name: string;
  /** Plain words for a person. */
  readonly reason: string;
}

export interface BrokerCost {
  readonly requests: Readonly<Record<string, number>>;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/** What a round cost the watched cluster and us. */
export interface RoundCost {
  /** Requests by API name, e.g. `{ Metadata: 1, ListOffsets: 6 }`. */
  readonly requests: Readonly<Record<string, number>>;
  /** The same by broker id; `-1` is a bootstrap address whose id was not known yet. */
  readonly brokers: Readonly<Record<string, BrokerCost>>;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly seconds: number;
  /** CPU of the whole process during the round: an upper bound, other work may overlap. */
  readonly cpuSeconds: number;
  /** What was asked of at least one broker beyond a lag round. */
  readonly beats: readonly SlowBeat[];
  /** Rounds that were due since the one before, but not begun because it went on. */
  readonly skippedRounds: number;
}

/** What has a beat of its own, slower than the rounds. */
export type SlowBeat = 'lastStable' | 'quorum' | 'logDirs' | 'earliest' | 'topicConfigs';

/** A node of the metadata quorum, as the quorum's leader tells of it. */
export interface QuorumNode {
  readonly id: number;
  /** Else an observer: a broker that reads the metadata without a vote. */
  readonly isVoter: boolean;
  readonly logEndOffset: number | null;
  /** Null where the leader is too old to say or has not heard of it. */
  readonly lastCaughtUpMs: number | null;
}

export interface QuorumSnapshot {
  /** When it was asked. */
  readonly atMs: number;
  /** Null while there is none. */
  readonly leaderId: number | null;
  readonly leaderEpoch: number;
  readonly highWatermark: number;
  /** Voters before observers, each by id. */
  readonly nodes: readonly QuorumNode[];
}

export interface ClusterSnapshot {
  /** Our id: `local`, `kafka` or an alias of the properties file. */
  readonly clusterId: string;
  /** Kafka's own cluster id. */
  readonly kafkaClusterId: string | null;
  /** Counts rounds of this process, from 1. */
  readonly round: number;
  readonly startedAtMs: number;
  /** When the numbers were complete: what the API calls `asOf`. */
  readonly asOfMs: number;
  /** The active controller: leader of the metadata quorum, which need not be a broker. Null while there is none. */
  readonly controllerId: number | null;
  /** Null where the cluster has none, does not tell us, or did not when that was due. */
  readonly quorum: QuorumSnapshot | null;
  /** By id. */
  readonly brokers: readonly BrokerSnapshot[];
  /** By name, in name order. */
  readonly topics: ReadonlyMap<string, TopicSnapshot>;
  /** When the high watermarks were read, by leader: those of a leader are read together. */
  readonly endsAtMs: ReadonlyMap<number, number>;
  /** By id, in id order. */
  readonly groups: ReadonlyMap<string, GroupSnapshot>;
  /** Empty when everything that was asked was answered. */
  readonly failures: readonly PartFailure[];
  /** What this cluster cannot tell, being as old as it is or so set up. Empty for a recent Apache Kafka. */
  readonly cannotTell: readonly CannotTell[];
  readonly cost: RoundCost;
  /** What is different from the rounds before. */
  readonly changes: readonly SeenChange[];
}

export interface CannotTell {
  /** What is missing, and why, in words for a person. */
  readonly what: string;
  readonly reason: string;
}

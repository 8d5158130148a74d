/**
 * Decides the elections that somebody asks for: an operator (ElectLeaders, KIP-460) or the balance of leaderships
 * (auto.leader.rebalance.enable). Error codes are those of Kafka's ReplicationControlManager. The records are right in
 * any prefix, because each stands for its own partition.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { type CommandError, type CommandResult, refusal, type ReplicaPolicy } from './command.ts';
import type { MetadataImage } from './image.ts';
import { isActive, mayLead } from './leader-elections.ts';
import { NO_LEADER, type PartitionChangeRecord } from './metadata-record.ts';
import { decidePartitionChange } from './partition-change.ts';
import { logKey } from './recovery-choice.ts';
import { minInsyncReplicas } from './replica-settings.ts';

/** Kafka's limit on the leaders that are moved for the sake of balance at one time. */
export const MAX_BALANCING_ELECTIONS = 1_000;

export const ElectionType = { PREFERRED: 0, UNCLEAN: 1 } as const;

export interface ElectLeadersRequest {
  /** As sent. */
  readonly electionType: number;
  /** Null: all partitions. */
  readonly topicPartitions:
    readonly { readonly topic: string; readonly partitions: readonly number[] }[] | null;
}

export interface PartitionElection extends CommandError {
  readonly partitionId: number;
}

export interface ElectLeadersAnswer extends CommandError {
  readonly results: readonly { readonly topic: string; readonly partitions: readonly PartitionElection[] }[];
}

/**
 * ElectLeaders. An unclean election takes the longest of the logs that were asked for, or else the first replica that lives.
 * Partitions that need no election are named in the answer only when they were asked for (as Kafka does).
 */
export function electLeaders(
  request: ElectLeadersRequest,
  image: MetadataImage,
  policy: ReplicaPolicy,
  longestLogs: ReadonlyMap<string, number> = new Map(),
): CommandResult<ElectLeadersAnswer> {
  const { electionType, topicPartitions } = request;
  if (electionType !== ElectionType.PREFERRED && electionType !== ElectionType.UNCLEAN) {
    const error = refusal(ErrorCode.INVALID_REQUEST, `Unknown election type ${String(electionType)}.`);
    return { records: [], response: { ...error, results: [] } };
  }
  const election = electionType === ElectionType.UNCLEAN ? 'unclean' : 'preferred';
  const records = new Map<string, PartitionChangeRecord>();
  const asked =
    topicPartitions ??
    [...image.topicsByName.values()].map(({ name, partitions }) => ({
      topic: name,
      partitions: [...partitions.keys()],
    }));
  const results = asked.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions
      .map((partitionId) => ({
        partitionId,
        ...electOne({ topic, partitionId, election, image, policy, longestLogs, records }),
      }))
      .filter(({ errorCode }) => topicPartitions !== null || errorCode !== ErrorCode.ELECTION_NOT_NEEDED),
  }));
  const response = { errorCode: 0, errorMessage: null, results };
  return { records: [...records.values()], response, divisible: true };
}

interface OneElection {
  readonly topic: string;
  readonly partitionId: number;
  readonly election: 'preferred' | 'unclean';
  readonly image: MetadataImage;
  readonly policy: ReplicaPolicy;
  /** By logKey: who of the replicas that were asked has most. */
  readonly longestLogs: ReadonlyMap<string, number>;
  /** By topic and partition, so that nobody is elected twice in one command. */
  readonly records: Map<string, PartitionChangeRecord>;
}

const ELECTED: CommandError = { errorCode: 0, errorMessage: null };

function electOne(asked: OneElection): CommandError {
  const { topic: name, partitionId, election, image, policy, longestLogs, records } = asked;
  const topic = image.topicsByName.get(name);
  const partition = topic?.partitions.get(partitionId);
  const where = `${name}-${String(partitionId)}`;
  if (topic === undefined || partition === undefined) {
    const what = topic === undefined ? `topic '${name}'` : `partition ${where}`;
    return refusal(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `There is no ${what}.`);
  }
  if (records.has(where)) return ELECTED;
  const { leader, replicas } = partition;
  if (election === 'preferred' ? leader === replicas[0] : leader !== NO_LEADER) {
    return refusal(ErrorCode.ELECTION_NOT_NEEDED, `Broker ${String(leader)} leads ${where} already.`);
  }
  const record = decidePartitionChange({
    topicId: topic.topicId,
    partition,
    election,
    longestLog: longestLogs.get(logKey(topic.topicId, partitionId)),
    isAcceptableLeader: (id) => mayLead(id, partition, image),
    minInsyncReplicas: minInsyncReplicas(name, image, policy),
  });
  if (record === null) {
    return election === 'preferred'
      ? refusal(
          ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE,
          `Broker ${String(replicas[0] ?? -1)}, the first replica of ${where}, is not in sync or not alive.`,
        )
      : refusal(ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE, `No replica of ${where} is alive.`);
  }
  records.set(where, record);
  return ELECTED;
}

/**
 * Gives leaderships back to the first replicas of those brokers that lead too few of the partitions that are theirs:
 * more than `percentage` of them are led by others. At most MAX_BALANCING_ELECTIONS at a time; `more` says that there
 * is more to do.
 */
export function balanceLeaders(
  image: MetadataImage,
  policy: ReplicaPolicy,
  percentage: number,
): CommandResult<{ readonly more: boolean }> {
  const imbalanced = imbalancedBrokers(image, percentage);
  const records: PartitionChangeRecord[] = [];
  for (const topic of image.topicsById.values()) {
    for (const partition of topic.partitions.values()) {
      const preferred = partition.replicas[0] ?? NO_LEADER;
      if (partition.leader === preferred || !imbalanced.has(preferred)) continue;
      if (!partition.isr.includes(preferred)) continue;
      if (records.length >= MAX_BALANCING_ELECTIONS) {
        return { records, response: { more: true }, divisible: true };
      }
      const record = decidePartitionChange({
        topicId: topic.topicId,
        partition,
        election: 'preferred',
        isAcceptableLeader: (id) => mayLead(id, partition, image),
        minInsyncReplicas: minInsyncReplicas(topic.name, image, policy),
      });
      if (record !== null) records.push(record);
    }
  }
  return { records, response: { more: false }, divisible: true };
}

function imbalancedBrokers(image: MetadataImage, percentage: number): ReadonlySet<number> {
  const counts = new Map<number, { preferred: number; elsewhere: number }>();
  for (const topic of image.topicsById.values()) {
    for (const { leader, replicas } of topic.partitions.values()) {
      const preferred = replicas[0] ?? NO_LEADER;
      if (!isActive(preferred, image)) continue;
      const count = counts.get(preferred) ?? { preferred: 0, elsewhere: 0 };
      count.preferred += 1;
      if (leader !== preferred) count.elsewhere += 1;
      counts.set(preferred, count);
    }
  }
  const over = [...counts].filter(
    ([, { preferred, elsewhere }]) => elsewhere * 100 > percentage * preferred && elsewhere > 0,
  );
  return new Set(over.map(([id]) => id));
}

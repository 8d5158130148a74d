/**
 * Decides AlterPartitionReassignments and answers ListPartitionReassignments (KIP-455).
 *
 * A reassignment first adds the new replicas to the old ones and names both kinds; it is complete when every replica
 * that shall stay is in sync (partition-change.ts), and can be given up until then. A new one replaces one that is
 * under way. Error codes are those of Kafka's ReplicationControlManager.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { type CommandError, type CommandResult, refusal, type ReplicaPolicy } from './command.ts';
import type { MetadataImage, PartitionImage, TopicImage } from './image.ts';
import { mayLead } from './leader-elections.ts';
import { replicaListFault } from './manual-assignment.ts';
import { MAX_RECORDS_PER_COMMAND, type PartitionChangeRecord } from './metadata-record.ts';
import { decidePartitionChange } from './partition-change.ts';
import { mayElectUncleanly, minInsyncReplicas } from './replica-settings.ts';

export interface ReassignmentRequest {
  /** KIP-860. */
  readonly allowReplicationFactorChange: boolean;
  readonly topics: readonly {
    readonly name: string;
    readonly partitions: readonly {
      readonly partitionIndex: number;
      /** Null: give up the reassignment that is under way. */
      readonly replicas: readonly number[] | null;
    }[];
  }[];
}

export interface ReassignedPartition extends CommandError {
  readonly partitionIndex: number;
}

export interface ReassignmentAnswer extends CommandError {
  readonly responses: readonly {
    readonly name: string;
    readonly partitions: readonly ReassignedPartition[];
  }[];
}

interface Context {
  readonly image: MetadataImage;
  readonly policy: ReplicaPolicy;
  readonly allowReplicationFactorChange: boolean;
}

type Decision = { readonly record: PartitionChangeRecord | null } | CommandError;

export function alterReassignments(
  request: ReassignmentRequest,
  image: MetadataImage,
  policy: ReplicaPolicy,
): CommandResult<ReassignmentAnswer> {
  const context = { image, policy, allowReplicationFactorChange: request.allowReplicationFactorChange };
  const records: PartitionChangeRecord[] = [];
  const seen = new Set<string>();
  const responses = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex, replicas }): ReassignedPartition => {
      const where = `${name}-${String(partitionIndex)}`;
      const decision: Decision = seen.has(where)
        ? refusal(ErrorCode.INVALID_REQUEST, `Partition ${where} occurs more than once in the request.`)
        : records.length >= MAX_RECORDS_PER_COMMAND
          ? refusal(
              ErrorCode.POLICY_VIOLATION,
              `One request may move at most ${String(MAX_RECORDS_PER_COMMAND)} partitions.`,
            )
          : alterOne(name, partitionIndex, replicas, context);
      seen.add(where);
      if ('errorCode' in decision) return { partitionIndex, ...decision };
      if (decision.record !== null) records.push(decision.record);
      return { partitionIndex, errorCode: 0, errorMessage: null };
    }),
  }));
  return { records, response: { errorCode: 0, errorMessage: null, responses } };
}

function alterOne(
  name: string,
  partitionIndex: number,
  replicas: readonly number[] | null,
  context: Context,
): Decision {
  const topic = context.image.topicsByName.get(name);
  const partition = topic?.partitions.get(partitionIndex);
  if (topic === undefined || partition === undefined) {
    const what = topic === undefined ? `topic '${name}'` : `partition ${name}-${String(partitionIndex)}`;
    return refusal(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `There is no ${what}.`);
  }
  return replicas === null
    ? cancel(topic, partition, context)
    : reassign(topic, partition, replicas, context);
}

export function isBeingReassigned({ addingReplicas, removingReplicas }: PartitionImage): boolean {
  return addingReplicas.length > 0 || removingReplicas.length > 0;
}

function cancel(topic: TopicImage, partition: PartitionImage, { image, policy }: Context): Decision {
  const where = `${topic.name}-${String(partition.partition)}`;
  if (!isBeingReassigned(partition)) {
    return refusal(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS, `Partition ${where} is not being moved.`);
  }
  const { addingReplicas } = partition;
  const isOld = (id: number): boolean => !addingReplicas.includes(id);
  const uncleanly = mayElectUncleanly(topic.name, image, policy);
  if (losesRecords(partition) && !uncleanly) {
    return refusal(
      ErrorCode.INVALID_REPLICA_ASSIGNMENT,
      `The replicas that ${where} had before are not in sync: going back to them could lose records, and unclean elections are not allowed.`,
    );
  }
  const record = decidePartitionChange({
    topicId: topic.topicId,
    partition,
    isAcceptableLeader: (id) => mayLead(id, partition, image),
    minInsyncReplicas: minInsyncReplicas(topic.name, image, policy),
    election: uncleanly ? 'unclean' : 'online',
    isr: partition.isr.filter(isOld),
    replicas: partition.replicas.filter(isOld),
    addingReplicas: [],
    removingReplicas: [],
  });
  return { record };
}

/** Without the replicas that were being added nobody is left who surely has every committed record. */
function losesRecords({ isr, elr, lastKnownElr, addingReplicas }: PartitionImage): boolean {
  const isOld = (id: number): boolean => !addingReplicas.includes(id);
  const complete = [...isr, ...elr];
  return complete.length > 0 ? !complete.some(isOld) : !lastKnownElr.every(isOld);
}

function reassign(
  topic: TopicImage,
  partition: PartitionImage,
  wanted: readonly number[],
  { image, policy, allowReplicationFactorChange }: Context,
): Decision {
  const where = `partition ${topic.name}-${String(partition.partition)}`;
  const fault = replicaListFault(wanted, image, where);
  if (fault !== null) return fault;
  const original = partition.replicas.filter((id) => !partition.addingReplicas.includes(id));
  const factor = isBeingReassigned(partition)
    ? partition.replicas.length - partition.removingReplicas.length
    : original.length;
  if (!allowReplicationFactorChange && wanted.length !== factor) {
    return refusal(
      ErrorCode.INVALID_REPLICATION_FACTOR,
      `The replication factor of ${where} would change from ${String(factor)} to ${String(wanted.length)}.`,
    );
  }
  const removing = partition.replicas.filter((id) => !wanted.includes(id)).sort((a, b) => a - b);
  const adding = wanted.filter((id) => !partition.replicas.includes(id)).sort((a, b) => a - b);
  const record = decidePartitionChange({
    topicId: topic.topicId,
    partition,
    isAcceptableLeader: (id) => mayLead(id, partition, image),
    minInsyncReplicas: minInsyncReplicas(topic.name, image, policy),
    replicas: [...wanted, ...removing],
    addingReplicas: adding,
    removingReplicas: removing,
  });
  return { record };
}

export interface OngoingReassignment {
  readonly partitionIndex: number;
  readonly replicas: readonly number[];
  readonly addingReplicas: readonly number[];
  readonly removingReplicas: readonly number[];
}

/** `asked` null: all that are under way. What is not known or does not move is left out. */
export function listReassignments(
  asked: readonly { readonly name: string; readonly partitionIndexes: readonly number[] }[] | null,
  image: MetadataImage,
): { readonly name: string; readonly partitions: readonly OngoingReassignment[] }[] {
  const topics =
    asked ??
    [...image.topicsByName.values()].map(({ name, partitions }) => ({
      name,
      partitionIndexes: [...partitions.keys()],
    }));
  return topics
    .map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.flatMap((partitionIndex): OngoingReassignment[] => {
        const partition = image.topicsByName.get(name)?.partitions.get(partitionIndex);
        if (partition === undefined || !isBeingReassigned(partition)) return [];
        const { replicas, addingReplicas, removingReplicas } = partition;
        return [{ partitionIndex, replicas, addingReplicas, removingReplicas }];
      }),
    }))
    .filter(({ partitions }) => partitions.length > 0);
}

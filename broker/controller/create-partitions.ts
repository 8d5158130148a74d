/**
 * Decides CreatePartitions: a topic only grows, and the new partitions have as many replicas as its first one.
 * Internal topics keep their count, because the place of a group or a transactional id is a hash modulo it.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  type CommandError,
  type CommandResult,
  type MutationAllowance,
  OVER_QUOTA,
  refusal,
} from './command.ts';
import type { MetadataImage } from './image.ts';
import { checkManualAssignments } from './manual-assignment.ts';
import { MAX_RECORDS_PER_COMMAND, type MetadataRecord } from './metadata-record.ts';
import { newPartitions, placedReplicas } from './new-partitions.ts';
import { isInternalTopic } from './topic-name.ts';

export interface PartitionsToCreate {
  readonly name: string;
  /** The new total. */
  readonly count: number;
  /** Replica lists of the added partitions, or null to let the controller choose. */
  readonly assignments: readonly { readonly brokerIds: readonly number[] }[] | null;
}

export interface CreatedPartitions extends CommandError {
  readonly name: string;
}

export interface CreatePartitionsInput {
  readonly topics: readonly PartitionsToCreate[];
  readonly validateOnly: boolean;
  /** Default: no limit. */
  readonly allowance?: MutationAllowance | undefined;
  readonly image: MetadataImage;
  readonly randomBelow: (bound: number) => number;
}

function grow(
  topic: PartitionsToCreate,
  input: CreatePartitionsInput,
  recordsLeft: number,
): { readonly records: readonly MetadataRecord[] } | CommandError {
  const { image, randomBelow } = input;
  const current = image.topicsByName.get(topic.name);
  if (current === undefined) {
    return refusal(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `There is no topic '${topic.name}'.`);
  }
  if (isInternalTopic(topic.name)) {
    return refusal(ErrorCode.INVALID_REQUEST, `The number of partitions of ${topic.name} cannot change.`);
  }
  const have = current.partitions.size;
  if (topic.count <= have) {
    const problem = topic.count === have ? 'has that many already' : 'cannot shrink';
    return refusal(
      ErrorCode.INVALID_PARTITIONS,
      `Topic '${topic.name}' has ${String(have)} partition(s); it ${problem} (asked for ${String(topic.count)}).`,
    );
  }
  const added = topic.count - have;
  if (added > recordsLeft) {
    return refusal(
      ErrorCode.POLICY_VIOLATION,
      `One request may add at most ${String(MAX_RECORDS_PER_COMMAND)} partitions.`,
    );
  }
  const replicationFactor = current.partitions.get(0)?.replicas.length ?? 1;
  const wish = { firstPartition: have, partitionCount: added, replicationFactor, randomBelow };
  const replicas =
    topic.assignments === null
      ? placedReplicas(wish, image)
      : manual(topic.assignments, have, added, replicationFactor, image);
  if ('errorCode' in replicas) return replicas;
  if (!input.validateOnly && input.allowance?.take(added) === false) return OVER_QUOTA;
  return newPartitions(current.topicId, have, replicas.replicas, image);
}

function manual(
  assignments: readonly { readonly brokerIds: readonly number[] }[],
  firstPartition: number,
  added: number,
  replicationFactor: number,
  image: MetadataImage,
): ReturnType<typeof checkManualAssignments> {
  if (assignments.length !== added) {
    return refusal(
      ErrorCode.INVALID_REPLICA_ASSIGNMENT,
      `${String(added)} partition(s) are to be added, but ${String(assignments.length)} replica list(s) are given.`,
    );
  }
  const numbered = assignments.map(({ brokerIds }, index) => ({
    partitionIndex: firstPartition + index,
    brokerIds,
  }));
  return checkManualAssignments(numbered, image, firstPartition, replicationFactor);
}

export function createPartitions(input: CreatePartitionsInput): CommandResult<readonly CreatedPartitions[]> {
  const records: MetadataRecord[] = [];
  const counts = new Map<string, number>();
  for (const { name } of input.topics) counts.set(name, (counts.get(name) ?? 0) + 1);
  const unique = new Map(input.topics.map((topic) => [topic.name, topic]));
  const response = [...unique.values()].map((topic): CreatedPartitions => {
    const result =
      counts.get(topic.name) === 1
        ? grow(topic, input, MAX_RECORDS_PER_COMMAND - records.length)
        : refusal(ErrorCode.INVALID_REQUEST, `Topic '${topic.name}' occurs more than once.`);
    if ('errorCode' in result) return { name: topic.name, ...result };
    if (!input.validateOnly) records.push(...result.records);
    return { name: topic.name, errorCode: 0, errorMessage: null };
  });
  return { records, response };
}

/**
 * Replica lists given by hand, in CreateTopics, CreatePartitions and AlterPartitionReassignments: numbered without gaps,
 * registered brokers, each once, lists of one size. A broker that is fenced may be named: it joins when it comes back.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { type CommandError, refusal } from './command.ts';
import type { MetadataImage } from './image.ts';

export interface ManualAssignment {
  readonly partitionIndex: number;
  readonly brokerIds: readonly number[];
}

function fault(message: string): CommandError {
  return refusal(ErrorCode.INVALID_REPLICA_ASSIGNMENT, message);
}

/** What is wrong with one list. `where` names the partition in the message. */
export function replicaListFault(
  brokerIds: readonly number[],
  image: MetadataImage,
  where: string,
): CommandError | null {
  if (brokerIds.length === 0) return fault(`The replica list of ${where} is empty.`);
  if (new Set(brokerIds).size !== brokerIds.length) {
    return fault(`The replica list of ${where} names a broker twice.`);
  }
  const unknown = brokerIds.find((id) => !image.brokers.has(id));
  return unknown === undefined
    ? null
    : fault(`The replica list of ${where} names broker ${String(unknown)}, which is not registered.`);
}

/** Lists ordered by partition, or what is wrong. `replicationFactor` null: whatever the first list has. */
export function checkManualAssignments(
  assignments: readonly ManualAssignment[],
  image: MetadataImage,
  firstPartition: number,
  replicationFactor: number | null = null,
): { readonly replicas: readonly (readonly number[])[] } | CommandError {
  const ordered = [...assignments].sort((a, b) => a.partitionIndex - b.partitionIndex);
  const size = replicationFactor ?? ordered[0]?.brokerIds.length ?? 0;
  for (const [index, { partitionIndex, brokerIds }] of ordered.entries()) {
    const name = `partition ${String(partitionIndex)}`;
    if (partitionIndex !== firstPartition + index) {
      return fault(
        `Partitions must be numbered from ${String(firstPartition)} on without gaps; ${name} is out of line.`,
      );
    }
    const wrong = replicaListFault(brokerIds, image, name);
    if (wrong !== null) return wrong;
    if (brokerIds.length !== size) {
      return fault(
        `The replica list of ${name} has ${String(brokerIds.length)} brokers, the others have ${String(size)}.`,
      );
    }
  }
  return { replicas: ordered.map(({ brokerIds }) => brokerIds) };
}

/** Replica lists given by hand in CreateTopics and CreatePartitions: numbered without gaps, known brokers, one size. */
import { ErrorCode } from '../../protocol/errors.ts';
import { type CommandError, refusal } from './command.ts';
import type { BrokerRegistration, MetadataImage } from './image.ts';

export interface ManualAssignment {
  readonly partitionIndex: number;
  readonly brokerIds: readonly number[];
}

export function unfencedBrokers(image: MetadataImage): BrokerRegistration[] {
  return [...image.brokers.values()].filter((broker) => !broker.fenced);
}

function fault(message: string): CommandError {
  return refusal(ErrorCode.INVALID_REPLICA_ASSIGNMENT, message);
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
  const alive = new Set(unfencedBrokers(image).map(({ brokerId }) => brokerId));
  for (const [index, { partitionIndex, brokerIds }] of ordered.entries()) {
    const name = `partition ${String(partitionIndex)}`;
    if (partitionIndex !== firstPartition + index) {
      return fault(
        `Partitions must be numbered from ${String(firstPartition)} on without gaps; ${name} is out of line.`,
      );
    }
    if (brokerIds.length === 0) return fault(`The replica list of ${name} is empty.`);
    if (brokerIds.length !== size) {
      return fault(
        `The replica list of ${name} has ${String(brokerIds.length)} brokers, the others have ${String(size)}.`,
      );
    }
    if (new Set(brokerIds).size !== brokerIds.length)
      return fault(`The replica list of ${name} names a broker twice.`);
    const missing = brokerIds.find((id) => !alive.has(id));
    if (missing !== undefined)
      return fault(`The replica list of ${name} names broker ${String(missing)}, which is not alive.`);
  }
  return { replicas: ordered.map(({ brokerIds }) => brokerIds) };
}

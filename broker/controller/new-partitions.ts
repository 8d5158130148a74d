/**
 * The records of partitions that begin their life: leader epoch 0, in sync are those replicas that serve, the first of
 * these leads. For lists made by us and for lists given by hand; KIP-841 keeps brokers that are stopping out.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { type CommandError, refusal } from './command.ts';
import { type MetadataImage, partitionImage } from './image.ts';
import { isActive } from './leader-elections.ts';
import { partitionRecord, type PartitionRecord } from './metadata-record.ts';
import { type PlacementBroker, placeReplicas, rackAlternated } from './replica-placement.ts';

export interface PlacementWish {
  readonly partitionCount: number;
  readonly replicationFactor: number;
  /** Index of the first of these partitions in its topic. */
  readonly firstPartition: number;
  /** Uniform integer in [0, bound). */
  readonly randomBelow: (bound: number) => number;
}

type ReplicaLists = { readonly replicas: readonly (readonly number[])[] } | CommandError;

/** Brokers that are fenced are taken when those that serve are too few: they join when they come back. */
export function placedReplicas(wish: PlacementWish, image: MetadataImage): ReplicaLists {
  const { replicationFactor, randomBelow } = wish;
  const brokers = [...image.brokers.values()].filter(({ inControlledShutdown }) => !inControlledShutdown);
  const fault = (message: string): CommandError => refusal(ErrorCode.INVALID_REPLICATION_FACTOR, message);
  if (replicationFactor < 1) {
    return fault(`The replication factor must be at least 1, not ${String(replicationFactor)}.`);
  }
  if (replicationFactor > brokers.length) {
    return fault(
      `Replication factor ${String(replicationFactor)} is more than the ${String(brokers.length)} broker(s) that can be used.`,
    );
  }
  const serving = brokers.filter(({ fenced }) => !fenced);
  if (serving.length === 0) return fault('No broker is alive: all are fenced.');
  const random = { startIndex: randomBelow(serving.length), shift: randomBelow(serving.length) };
  const among = Math.min(replicationFactor, serving.length);
  const lists = placeReplicas({ ...wish, ...random, brokers: serving, replicationFactor: among });
  const fenced = rackAlternated(brokers.filter((broker) => broker.fenced));
  return {
    replicas: lists.map((list, index) => [
      ...list,
      ...inTurn(fenced, wish.firstPartition + index, replicationFactor - among),
    ]),
  };
}

function inTurn(brokers: readonly PlacementBroker[], start: number, count: number): number[] {
  return Array.from({ length: count }, (_, step) => brokers[(start + step) % brokers.length])
    .filter((broker) => broker !== undefined)
    .map(({ brokerId }) => brokerId);
}

export function newPartitions(
  topicId: string,
  firstPartition: number,
  replicaLists: readonly (readonly number[])[],
  image: MetadataImage,
): { readonly records: readonly PartitionRecord[] } | CommandError {
  const records: PartitionRecord[] = [];
  for (const [index, replicas] of replicaLists.entries()) {
    const partition = firstPartition + index;
    const isr = replicas.filter((id) => isActive(id, image));
    const [leader] = isr;
    if (leader === undefined) {
      return refusal(
        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
        `All brokers of partition ${String(partition)} are fenced or stopping.`,
      );
    }
    records.push(partitionRecord(topicId, partitionImage({ partition, replicas, isr, leader })));
  }
  return { records };
}

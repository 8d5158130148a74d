/** What a replica on this broker, leader or not, remembers of who writes to its partition (KIP-664). */
import type { ProducerEntry } from '../log/producer-state.ts';
import type { PartitionLookup } from './local-partition.ts';

export interface ProducersInPartition {
  readonly errorCode: number;
  readonly producers: readonly ProducerEntry[];
}

export function producersIn(
  partitions: PartitionLookup,
  topic: string,
  partition: number,
): ProducersInPartition {
  const local = partitions.get(topic, partition);
  if (local === undefined) return { errorCode: partitions.missingError(topic, partition), producers: [] };
  const errorCode = local.replicaError(-1);
  return { errorCode, producers: errorCode === 0 ? [...local.log.producers.entries()] : [] };
}

/**
 * What coordinators read to load their state: the committed records of a partition that this broker leads, for one
 * leader epoch. A new leader's high watermark may be behind what the leader before acknowledged; what its log held when
 * it was elected must be committed before anybody takes what is committed for all there is.
 */
import { partitionKey } from '../log/checkpoint-files.ts';
import type { HighWatermarkWaiters } from './high-watermark-waiters.ts';
import type { LocalPartition, PartitionLookup } from './local-partition.ts';

export interface LedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly leaderEpoch: number;
}

function leading(
  partitions: PartitionLookup,
  { topic, partition, leaderEpoch }: LedPartition,
): LocalPartition | null {
  const local = partitions.get(topic, partition);
  return local?.isLeader === true && local.leaderEpoch === leaderEpoch ? local : null;
}

/** False when this broker does not lead in that epoch (any more). */
export async function committedSinceElection(
  partitions: PartitionLookup,
  waiters: HighWatermarkWaiters,
  place: LedPartition,
): Promise<boolean> {
  const local = leading(partitions, place);
  if (local === null) return false;
  const needed = local.state.leaderEpochStartOffset;
  if (local.highWatermark >= needed) return true;
  const outcome = await waiters.wait(partitionKey(place.topic, place.partition), needed, null);
  return outcome === 'reached' && leading(partitions, place) === local;
}

/** Whole batches up to the high watermark, empty at its end; null without the leadership. Throws CorruptLogError. */
export function readCommitted(
  partitions: PartitionLookup,
  place: LedPartition,
  offset: number,
  maxBytes: number,
): Buffer | null {
  const local = leading(partitions, place);
  if (local === null) return null;
  const from = Math.max(offset, local.logStartOffset);
  if (from >= local.highWatermark) return Buffer.alloc(0);
  return local.log.read({ offset: from, maxBytes, maxOffset: local.highWatermark, minOneBatch: true });
}

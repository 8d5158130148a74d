/**
 * Elections that cost or could have cost records (Kafka's ControllerStats): a leader from outside the in-sync replicas, or one from the
 * eligible leader replicas, which has all that was committed (KIP-966). Pure.
 */
import type { MetadataDelta, MetadataImage, PartitionImage } from './image.ts';

export type CostlyElection = 'unclean' | 'from the ELR';

function kindOf(before: PartitionImage, { leader }: PartitionImage): CostlyElection | null {
  if (leader === -1 || leader === before.leader || before.isr.includes(leader)) return null;
  return before.elr.includes(leader) ? 'from the ELR' : 'unclean';
}

/** Of the change that `delta` made to `before`. */
export function* costlyElections(
  before: MetadataImage,
  { changedPartitions }: Pick<MetadataDelta, 'changedPartitions'>,
): Iterable<CostlyElection> {
  for (const { topic, partition } of changedPartitions) {
    const old = before.topicsById.get(topic.topicId)?.partitions.get(partition.partition);
    const kind = old === undefined ? null : kindOf(old, partition);
    if (kind !== null) yield kind;
  }
}

/**
 * Partitions with fewer replicas in sync than min.insync.replicas: what is produced to them with acks=all is refused. The rule may
 * name the number; without one it is the topic's own, and where that is not known nothing is said.
 */
import { countPartitions } from './count-partitions.ts';
import type { SnapshotRuleType } from './rule-type.ts';

export const belowMinIsrRule: SnapshotRuleType<'below-min-isr'> = {
  type: 'below-min-isr',
  ...countPartitions(({ minIsr }, topic, partition) => {
    const needed = minIsr ?? topic.settings?.minInSyncReplicas ?? null;
    return needed === null ? null : partition.isr.length < needed;
  }, null),
};

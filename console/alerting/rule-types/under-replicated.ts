/** Partitions with fewer replicas in sync than assigned, as Kafka's UnderReplicatedPartitions counts them. */
import { isUnderReplicated } from '../../model/topic-summary.ts';
import { countPartitions } from './count-partitions.ts';
import type { SnapshotRuleType } from './rule-type.ts';

export const underReplicatedRule: SnapshotRuleType<'under-replicated'> = {
  type: 'under-replicated',
  ...countPartitions(
    (_rule, _topic, partition) => isUnderReplicated(partition),
    'cluster.underReplicatedPartitions',
  ),
};

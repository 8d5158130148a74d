/** Partitions without a leader: nobody can read or write them. */
import { isOffline } from '../../model/topic-summary.ts';
import { countPartitions } from './count-partitions.ts';
import type { SnapshotRuleType } from './rule-type.ts';

export const offlinePartitionsRule: SnapshotRuleType<'offline-partitions'> = {
  type: 'offline-partitions',
  ...countPartitions((_rule, _topic, partition) => isOffline(partition), 'cluster.offlinePartitions'),
};

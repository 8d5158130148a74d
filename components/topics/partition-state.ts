/** What state a partition is in, worst first. PURE. The preferred leader is the first replica, as in Kafka. */
import type { TopicPartition } from '../../console/contracts/topics';
import type { CellState } from '../charts/strip-looks';

export function cellState(partition: Pick<TopicPartition, 'leader' | 'isr' | 'replicas'>): CellState {
  if (partition.leader === null || partition.leader < 0) return 'offline';
  if (partition.isr.length < partition.replicas.length) return 'under-replicated';
  return partition.leader === partition.replicas[0] ? 'in-sync' : 'not-preferred';
}

/** What goes with a topic, as the last round saw it: records, bytes, and who reads it just now. */
import type { ChangedTopic } from '../../contracts/topic-changes.ts';
import { summarizeTopic } from '../../model/topic-summary.ts';
import type { WatchedCluster } from '../watched-clusters.ts';

export function losses(
  { snapshot }: Pick<WatchedCluster, 'snapshot'>,
  name: string,
): Pick<ChangedTopic, 'records' | 'sizeBytes' | 'readers'> {
  const topic = snapshot?.topics.get(name);
  if (snapshot === null || topic === undefined) return { records: null, sizeBytes: null, readers: [] };
  const { records, sizeBytes } = summarizeTopic(topic);
  const readers = [...snapshot.groups.values()]
    .filter(
      ({ members, partitions }) =>
        (members?.length ?? 0) > 0 && partitions?.some((each) => each.topic === name),
    )
    .map(({ id }) => id);
  return { records, sizeBytes, readers };
}

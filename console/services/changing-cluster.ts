/**
 * What every change of a cluster shares: clusters that are only watched are refused, and afterwards one round is collected, so that the
 * answer and the pages show what is there now.
 */
import { fetchTopicFrom } from '../../kafka-client/admin/cluster-metadata.ts';
import type { KafkaCluster } from '../../kafka-client/cluster.ts';
import { collectNow } from '../collector/live-clusters.ts';
import { ConsoleError } from './console-error.ts';
import type { WatchedCluster } from './watched-clusters.ts';
import { withDeadline } from './with-deadline.ts';

/** Longer than a round that began just before, with one broker that hangs, and the one after it. */
export const refreshWaitMs = 10_000;

export function requireWritable({ settings }: WatchedCluster): void {
  if (settings.readOnly) throw new ConsoleError('read-only', `Cluster "${settings.id}" is only watched.`);
}

/**
 * Collects, but waits only so long: the change is done whether or not it is seen at once. `startsOf`: topics of which records were
 * taken away.
 */
export async function refreshAfterChange(clusterId: string, startsOf: readonly string[] = []): Promise<void> {
  const collected = collectNow(clusterId, startsOf).then(
    () => undefined,
    () => undefined, // The collector says what is wrong; the change itself is done.
  );
  await withDeadline(collected, refreshWaitMs, undefined);
}

/** Partitions that this broker knows of; none of a topic that it has not heard of. */
export async function partitionsAt(kafka: KafkaCluster, brokerId: number, topic: string): Promise<number> {
  return (await fetchTopicFrom(kafka, brokerId, topic))?.partitions.length ?? 0;
}

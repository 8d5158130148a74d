/** One cluster as all sets of metrics read it: the snapshot of one moment, so that all series of a scrape fit together. */
import { summarizeCluster, type ClusterSummary } from '../../model/cluster-summary.ts';
import type {
  ClusterSnapshot,
  GroupPartition,
  GroupSnapshot,
  PartitionSnapshot,
  TopicSnapshot,
} from '../../model/snapshot.ts';
import type { Cost } from '../../contracts/collection.ts';

export interface ClusterView {
  readonly id: string;
  readonly up: boolean;
  /** Null before the first round has ended: then there is nothing but `up`. */
  readonly snapshot: ClusterSnapshot | null;
  readonly summary: ClusterSummary | null;
  readonly ageSeconds: number | null;
  readonly cost: Cost | null;
  readonly partitionCount: number;
  readonly groupPartitionCount: number;
}

export function viewOf(
  id: string,
  up: boolean,
  snapshot: ClusterSnapshot | null,
  nowMs: number,
  cost: Cost | null,
): ClusterView {
  let groupPartitionCount = 0;
  for (const group of snapshot?.groups.values() ?? []) groupPartitionCount += group.partitions?.length ?? 0;
  const summary = snapshot === null ? null : summarizeCluster(snapshot);
  const ageSeconds = snapshot === null ? null : (nowMs - snapshot.asOfMs) / 1_000;
  const partitionCount = summary?.partitions ?? 0;
  return { id, up, snapshot, summary, ageSeconds, cost, partitionCount, groupPartitionCount };
}

export function topicsOf(view: ClusterView): Iterable<TopicSnapshot> {
  return view.snapshot?.topics.values() ?? [];
}

export function groupsOf(view: ClusterView): Iterable<GroupSnapshot> {
  return view.snapshot?.groups.values() ?? [];
}

export function* partitionsOf(view: ClusterView): Generator<readonly [TopicSnapshot, PartitionSnapshot]> {
  for (const topic of topicsOf(view)) for (const partition of topic.partitions) yield [topic, partition];
}

export function* groupPartitionsOf(view: ClusterView): Generator<readonly [GroupSnapshot, GroupPartition]> {
  for (const group of groupsOf(view))
    for (const partition of group.partitions ?? []) yield [group, partition];
}

export interface GroupTopic {
  readonly group: GroupSnapshot;
  readonly topic: string;
  readonly partitions: readonly GroupPartition[];
}

/** Partitions of a group are in order of their topics, so each topic is one stretch of them. */
export function* groupTopicsOf(view: ClusterView): Generator<GroupTopic> {
  for (const group of groupsOf(view)) {
    const partitions = group.partitions ?? [];
    let start = 0;
    for (let at = 1; at <= partitions.length; at++) {
      const topic = partitions[start]?.topic;
      if (topic === undefined || partitions[at]?.topic === topic) continue;
      yield { group, topic, partitions: partitions.slice(start, at) };
      start = at;
    }
  }
}

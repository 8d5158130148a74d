/**
 * What is said about one group: its topics, its lag for a topic, and how far behind it is.
 */
import { compareText, sumOfLags } from './lag.ts';
import type { GroupSnapshot } from './snapshot.ts';

/** Topics with a commit or an assignment, in order; those that were known last while its coordinator does not answer. */
export function topicsOfGroup(group: GroupSnapshot): string[] {
  const partitions = group.partitions ?? group.lastKnown?.partitions ?? [];
  return [...new Set(partitions.map((each) => each.topic))].sort(compareText);
}

/** The group's lag on one topic, on all when `topic` is null; null when it is not known. */
export function groupLag(group: GroupSnapshot, topic: string | null): number | null {
  const partitions = (group.partitions ?? []).filter((each) => topic === null || each.topic === topic);
  return sumOfLags(partitions.map((each) => each.lag));
}

/** Nobody works the backlog off: that there is one, and for how long nobody has been there, is what the status is about. */
export function isStoppedBehind(group: GroupSnapshot): boolean {
  return group.status === 'stopped';
}

/**
 * What is said about one group: its topics, its lag for a topic, and how far behind it is.
 */
import { compareText, sumOfLags } from './lag.ts';
import type { GroupSnapshot, TopicSnapshot } from './snapshot.ts';

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

export interface TopicLag {
  readonly topic: string;
  /** Null when it is not known. */
  lag: number | null;
  /** Only a part of it is known (isLagFloor). */
  isFloor: boolean;
}

/** The lag on each topic that its partitions are of, in one go: their rows are in the order of topics, but for a few at the end. */
export function lagsByTopic(
  { partitions }: GroupSnapshot,
  topics: ReadonlyMap<string, TopicSnapshot>,
): TopicLag[] {
  const lags: TopicLag[] = [];
  let open: TopicLag | undefined;
  for (const { topic, lag, offsetState } of partitions ?? []) {
    if (open === undefined || open.topic !== topic) {
      const last = lags.at(-1);
      open = last === undefined || last.topic < topic ? undefined : lags.find((each) => each.topic === topic);
      if (open === undefined) lags.push((open = { topic, lag: null, isFloor: false }));
    }
    if (lag !== null) open.lag = (open.lag ?? 0) + Math.max(0, lag);
    if (offsetState === 'no-end' && topics.has(topic)) open.isFloor = true;
  }
  return lags;
}

/**
 * Whether the lag that is known is only a part of it: the end of some partition is not, because nobody leads it or its leader is
 * silent. Such a sum may be too much, but is never a recovery. A topic that is gone leaves nothing open.
 */
export function isLagFloor(
  group: GroupSnapshot,
  topics: ReadonlyMap<string, TopicSnapshot>,
  topic: string | null,
): boolean {
  return (group.partitions ?? []).some(
    (each) =>
      each.offsetState === 'no-end' && topics.has(each.topic) && (topic === null || each.topic === topic),
  );
}

/** Nobody works the backlog off: that there is one, and for how long nobody has been there, is what the status is about. */
export function isStoppedBehind(group: GroupSnapshot): boolean {
  return group.status === 'stopped';
}

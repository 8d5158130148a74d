/**
 * Rules that count partitions in a bad state: over the whole cluster, or for each topic that a name or pattern stands for. What of
 * them a broker that is down explains is told, when it explains all of them. A topic that could not be described is unknown; a
 * count over the cluster that leaves one out is a lower bound: it may fire, and is never taken for a recovery.
 */
import type { HistorySeriesName } from '../../contracts/history.ts';
import type { PartitionSnapshot, TopicSnapshot } from '../../model/snapshot.ts';
import { clusterSubject, type Subject } from '../alert-rule.ts';
import { isPattern, nameMatcher } from '../name-pattern.ts';
import { brokersDown, measured, unknown, type Reading, type SnapshotView } from '../reading.ts';
import { isCluster, type CourseOf } from './rule-type.ts';

/** What these rules have in common. */
export interface CountingRule {
  readonly topic: string | null;
  readonly threshold: number;
  readonly recoverAt: number | null;
  readonly minIsr: number | null;
}

/** Whether a partition is in the bad state; null when it cannot be told. */
export type IsBad = (
  rule: CountingRule,
  topic: TopicSnapshot,
  partition: PartitionSnapshot,
) => boolean | null;

const NAMES_MAX = 3;

interface Count {
  bad: number;
  known: boolean;
  /** Null: some of it is not explained by brokers that are down. */
  brokers: Set<number> | null;
  readonly topics: string[];
}

/** All of such a type but its name. */
export function countPartitions(isBad: IsBad, course: HistorySeriesName | null) {
  return {
    reads: 'snapshot',
    read: (rule: CountingRule, view: SnapshotView): Reading[] => readCounts(rule, view, isBad),
    expected: ({ topic }: CountingRule): Subject | null => {
      if (topic === null) return clusterSubject;
      return isPattern(topic) ? null : { group: null, topic, broker: null };
    },
    concerns: ({ topic }: CountingRule, subject: Subject): boolean => concerns(topic, subject),
    courseOf: (_: CountingRule, subject: Subject): CourseOf | null =>
      course !== null && isCluster(subject) ? { name: course } : null,
  } as const;
}

function concerns(wanted: string | null, { group, topic, broker }: Subject): boolean {
  if (group !== null || broker !== null) return false;
  return wanted === null ? topic === null : topic !== null && nameMatcher(wanted)(topic);
}

function readCounts(rule: CountingRule, { snapshot }: SnapshotView, isBad: IsBad): Reading[] {
  const down = brokersDown(snapshot);
  const whole = newCount();
  const readings: Reading[] = [];
  const isWanted = nameMatcher(rule.topic);
  for (const topic of snapshot.topics.values()) {
    if (!isWanted(topic.name)) continue;
    const count = rule.topic === null ? whole : newCount();
    countTopic(count, topic, (partition) => isBad(rule, topic, partition), down);
    if (rule.topic !== null) {
      readings.push(readingOf({ group: null, topic: topic.name, broker: null }, count, rule));
    }
  }
  return rule.topic === null ? [readingOf(clusterSubject, whole, rule)] : readings;
}

const newCount = (): Count => ({ bad: 0, known: true, brokers: new Set(), topics: [] });

function countTopic(
  count: Count,
  topic: TopicSnapshot,
  isBad: (partition: PartitionSnapshot) => boolean | null,
  down: ReadonlyMap<number, unknown>,
): void {
  if (topic.error !== null) count.known = false;
  const before = count.bad;
  for (const partition of topic.partitions) {
    const verdict = isBad(partition);
    if (verdict === null) count.known = false;
    if (verdict !== true) continue;
    count.bad += 1;
    const missing = partition.replicas.filter((id) => !partition.isr.includes(id));
    const silent = (missing.length === 0 ? partition.replicas : missing).filter((id) => down.has(id));
    const isExplained = silent.length > 0 && silent.length >= missing.length;
    if (!isExplained) count.brokers = null;
    else for (const id of silent) count.brokers?.add(id);
  }
  if (count.bad > before) count.topics.push(topic.name);
}

function readingOf(
  subject: Subject,
  { bad, known, brokers, topics }: Count,
  limits: { readonly threshold: number; readonly recoverAt: number | null },
): Reading {
  if (!known && bad <= limits.threshold) return unknown(subject, 'Not all of its partitions are known.');
  return measured(subject, bad, limits, {
    reason: bad === 0 || subject.topic !== null ? null : namesOf(topics),
    brokers: brokers === null || bad === 0 ? [] : [...brokers].sort((a, b) => a - b),
  });
}

/** `in orders, payments and 3 more topics` */
function namesOf(topics: readonly string[]): string {
  const left = topics.length - NAMES_MAX;
  const names = topics.slice(0, NAMES_MAX).join(', ');
  return left > 0 ? `in ${names} and ${String(left)} more topics` : `in ${names}`;
}

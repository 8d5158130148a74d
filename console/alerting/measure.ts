/** What a rule's value is in one snapshot. Missing data is `unknown`, never 0. Pure. */
import { groupLag, topicsOfGroup } from '../model/group-summary.ts';
import type { ClusterSnapshot, GroupSnapshot } from '../model/snapshot.ts';
import { subjectKey, type RuleDefinition, type Subject } from './alert-rule.ts';

export interface Measurement extends Subject {
  /** `gone`: the cluster answered in full and there is no such group. `unknown`: it cannot be told in this round. */
  readonly kind: 'value' | 'unknown' | 'gone';
  readonly value: number | null;
}

/** One measurement per subject: the rule's own, and the `known` ones (pending or firing) that are not in the snapshot. */
export function measure(
  rule: RuleDefinition,
  snapshot: ClusterSnapshot,
  known: readonly Subject[],
): Measurement[] {
  const groups = rule.group === null ? [...snapshot.groups.values()] : [snapshot.groups.get(rule.group)];
  const measurements = new Map<string, Measurement>();
  const add = (measurement: Measurement): unknown => measurements.set(subjectKey(measurement), measurement);
  for (const group of groups) {
    if (group !== undefined && concerns(rule, group)) add(measureGroup(group, rule.topic));
  }
  const complete = isComplete(snapshot);
  const expected: Subject[] = rule.group === null ? [] : [{ group: rule.group, topic: rule.topic }];
  for (const { group, topic } of [...expected, ...known]) {
    if (!measurements.has(subjectKey({ group, topic }))) {
      add({ group, topic, kind: complete ? 'gone' : 'unknown', value: null });
    }
  }
  return [...measurements.values()];
}

/**
 * Whether a round says anything about a rule: not when its group is not there or its lag cannot be told. A rule for every group
 * is about nothing, and so in order, where there are no groups.
 */
export function isMeasured(rule: RuleDefinition, snapshot: ClusterSnapshot): boolean {
  const measurements = measure(rule, snapshot, []);
  return measurements.length === 0 ? isComplete(snapshot) : measurements.some(({ kind }) => kind === 'value');
}

/** A rule for every group on one topic is about the groups that read it. */
function concerns(rule: RuleDefinition, group: GroupSnapshot): boolean {
  return rule.topic === null || group.partitions === null || topicsOfGroup(group).includes(rule.topic);
}

function measureGroup(group: GroupSnapshot, topic: string | null): Measurement {
  const value = topic === null ? group.totalLag : groupLag(group, topic);
  return { group: group.id, topic, kind: value === null ? 'unknown' : 'value', value };
}

function isComplete(snapshot: ClusterSnapshot): boolean {
  return !snapshot.failures.some(({ part }) => part === 'broker' || part === 'coordinator');
}

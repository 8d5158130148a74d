/**
 * A group is behind by more than so many records or seconds. Each group by itself, on all of its topics together or on each
 * topic that is named. Behind in seconds is the age of the oldest record that is not committed. "At least N", and what lacks the
 * partitions of a broker that is down, may be too much and is never a recovery.
 */
import { groupLag, isLagFloor, topicsOfGroup } from '../../model/group-summary.ts';
import type { GroupSnapshot } from '../../model/snapshot.ts';
import type { RuleOf } from '../alert-rule.ts';
import { isPattern, nameMatcher } from '../name-pattern.ts';
import { brokersDown, measured, unknown, type Reading, type SnapshotView } from '../reading.ts';
import { brokersBehind, groupReason } from './group-causes.ts';
import type { SnapshotRuleType } from './rule-type.ts';

type Rule = RuleOf<'group-lag'>;

export const groupLagRule: SnapshotRuleType<'group-lag'> = {
  type: 'group-lag',
  reads: 'snapshot',
  read,
  expected: ({ group, topic }) =>
    group === null || isPattern(group) || (topic !== null && isPattern(topic))
      ? null
      : { group, topic, broker: null },
  concerns: (rule, { group, topic, broker }) =>
    broker === null &&
    group !== null &&
    nameMatcher(rule.group)(group) &&
    (rule.topic === null ? topic === null : topic !== null && nameMatcher(rule.topic)(topic)),
  courseOf: ({ unit }, { group, topic }) => ({
    name: unit === 'seconds' ? 'group.lagSeconds' : 'group.lag',
    ...(group === null ? {} : { group }),
    ...(topic === null ? {} : { topic }),
  }),
};

function read(rule: Rule, { snapshot }: SnapshotView): Reading[] {
  const isWanted = nameMatcher(rule.group);
  const down = brokersDown(snapshot);
  const readings: Reading[] = [];
  for (const group of snapshot.groups.values()) {
    if (!isWanted(group.id)) continue;
    for (const topic of topicsOf(rule, group)) {
      const subject = { group: group.id, topic, broker: null };
      const { value, isFloor } =
        rule.unit === 'seconds' ? secondsBehind(group, topic) : recordsBehind(group, topic);
      const isLeast = isFloor || isLagFloor(group, snapshot.topics, topic);
      const brokers = down.size === 0 ? [] : brokersBehind(group, snapshot, down);
      const reason = groupReason(group);
      readings.push(
        value === null || (isLeast && value <= rule.threshold)
          ? { ...unknown(subject, reason), brokers }
          : measured(subject, value, rule, { reason, brokers }),
      );
    }
  }
  return readings;
}

/** Null stands for all topics together. A rule on topics is about the groups that read them; which those are may not be known. */
function topicsOf({ topic }: Rule, group: GroupSnapshot): (string | null)[] {
  if (topic === null) return [null];
  if (!isPattern(topic) && group.partitions === null) return [topic];
  return topicsOfGroup(group).filter(nameMatcher(topic));
}

interface Behind {
  readonly value: number | null;
  /** It is at least so much. */
  readonly isFloor: boolean;
}

function recordsBehind(group: GroupSnapshot, topic: string | null): Behind {
  return { value: topic === null ? group.totalLag : groupLag(group, topic), isFloor: false };
}

function secondsBehind(group: GroupSnapshot, topic: string | null): Behind {
  const ofTopic = (group.partitions ?? []).filter((each) => each.topic === topic);
  const all = topic === null ? [group.lagSeconds] : ofTopic.map(({ lagSeconds }) => lagSeconds);
  const known = all.filter((each) => each !== null);
  return {
    value: known.length === 0 ? null : Math.max(...known.map(({ seconds }) => seconds)),
    isFloor: known.some(({ atLeast }) => atLeast),
  };
}

/**
 * A group has one of the statuses that the rule names: slow, stalled, stopped, rewound. How they are judged is in docs/lag.md.
 * `unknown` fires only where it is named; else it is missing data, and what fired goes on.
 */
import type { RuleOf } from '../alert-rule.ts';
import { isPattern, nameMatcher } from '../name-pattern.ts';
import { brokersDown, observed, unknown, type Reading, type SnapshotView } from '../reading.ts';
import { brokersBehind, groupReason } from './group-causes.ts';
import type { SnapshotRuleType } from './rule-type.ts';

export const groupStatusRule: SnapshotRuleType<'group-status'> = {
  type: 'group-status',
  reads: 'snapshot',
  read,
  expected: ({ group }) => (group === null || isPattern(group) ? null : { group, topic: null, broker: null }),
  concerns: (rule, { group, topic, broker }) =>
    group !== null && topic === null && broker === null && nameMatcher(rule.group)(group),
  courseOf: (_, { group }) => ({ name: 'group.lag', ...(group === null ? {} : { group }) }),
};

function read(rule: RuleOf<'group-status'>, { snapshot }: SnapshotView): Reading[] {
  const isWanted = nameMatcher(rule.group);
  const fires: ReadonlySet<string> = new Set(rule.statuses);
  const down = brokersDown(snapshot);
  return [...snapshot.groups.values()]
    .filter(({ id }) => isWanted(id))
    .map((group) => {
      const subject = { group: group.id, topic: null, broker: null };
      const brokers = down.size === 0 ? [] : brokersBehind(group, snapshot, down);
      const { status } = group;
      const reason = groupReason(group);
      if (status === 'unknown' && !fires.has('unknown')) {
        return { ...unknown(subject, reason), status, brokers };
      }
      return { ...observed(subject, fires.has(status), { reason, brokers }), value: group.totalLag, status };
    });
}

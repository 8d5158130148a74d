/**
 * A broker does not answer, or the cluster does not name it as alive. One that is named by the rule and in no list at all is down;
 * so is one that was, until it is back: a broker that vanished from every list has not recovered.
 */
import type { BrokerSnapshot } from '../../model/snapshot.ts';
import type { RuleOf } from '../alert-rule.ts';
import { observed, type Reading, type SnapshotView } from '../reading.ts';
import type { SnapshotRuleType } from './rule-type.ts';

const absent = 'The cluster does not name it, and nothing is assigned to it.';

export const brokerDownRule: SnapshotRuleType<'broker-down'> = {
  type: 'broker-down',
  reads: 'snapshot',
  read,
  readAbsent: (subject) => observed(subject, true, { reason: absent }),
  expected: ({ broker }) => (broker === null ? null : { group: null, topic: null, broker }),
  concerns: (rule, { group, topic, broker }) =>
    group === null && topic === null && broker !== null && (rule.broker === null || rule.broker === broker),
  courseOf: () => null,
};

function read(rule: RuleOf<'broker-down'>, view: SnapshotView): Reading[] {
  return view.snapshot.brokers
    .filter(({ id }) => rule.broker === null || rule.broker === id)
    .map((broker) =>
      observed({ group: null, topic: null, broker: broker.id }, !broker.reachable, {
        reason: broker.reachable ? null : reasonOf(broker, view),
      }),
    );
}

function reasonOf({ id, fenced }: BrokerSnapshot, { snapshot }: SnapshotView): string {
  const failure = snapshot.failures.find(({ part, name }) => part === 'broker' && name === String(id));
  const words = failure?.reason ?? 'It does not answer.';
  return fenced ? `The cluster does not name it as alive. ${words}` : words;
}

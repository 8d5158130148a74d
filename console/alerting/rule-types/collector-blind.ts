/** No round of collecting has ended with a snapshot for so many seconds: every other rule of the cluster sees nothing. */
import { clusterSubject } from '../alert-rule.ts';
import { measured } from '../reading.ts';
import { isCluster, type SightRuleType } from './rule-type.ts';

export const collectorBlindRule: SightRuleType<'collector-blind'> = {
  type: 'collector-blind',
  reads: 'sight',
  read: ({ threshold }, { sight, nowMs }) => {
    const seconds = Math.max(0, Math.round((nowMs - sight.lastRoundMs) / 1_000));
    const limits = { threshold, recoverAt: null };
    return [measured(clusterSubject, seconds, limits, { reason: seconds > threshold ? sight.reason : null })];
  },
  expected: () => clusterSubject,
  concerns: (_, subject) => isCluster(subject),
  courseOf: () => null,
};

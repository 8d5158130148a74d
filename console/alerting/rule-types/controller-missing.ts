/** The cluster has no active controller: nobody elects leaders, creates topics or notices brokers. */
import { clusterSubject } from '../alert-rule.ts';
import { observed, unknown } from '../reading.ts';
import { isCluster, type SnapshotRuleType } from './rule-type.ts';

export const controllerMissingRule: SnapshotRuleType<'controller-missing'> = {
  type: 'controller-missing',
  reads: 'snapshot',
  read: (_, { snapshot }) => {
    // A quorum that could not be asked says nothing about its leader.
    const failure = snapshot.failures.find(({ part }) => part === 'quorum');
    if (snapshot.controllerId === null && failure !== undefined)
      return [unknown(clusterSubject, failure.reason)];
    return [observed(clusterSubject, snapshot.controllerId === null)];
  },
  expected: () => clusterSubject,
  concerns: (_, subject) => isCluster(subject),
  courseOf: () => null,
};

/** Which value counts for a topic: its own, the cluster's, or that of the file. */
import { expect, it } from 'vitest';
import { TestCluster } from './cluster-test-kit.ts';
import { mayElectUncleanly, minInsyncReplicas } from './replica-settings.ts';

const FILE = { minInsyncReplicas: 3, uncleanLeaderElection: true };

it('takes the nearest value, and none of a single broker', () => {
  const on = new TestCluster(1);
  const now = (): unknown[] => [
    minInsyncReplicas('t', on.image, FILE),
    mayElectUncleanly('t', on.image, FILE),
  ];
  on.setConfig(4, '1', 'min.insync.replicas', '9');
  on.setConfig(4, '1', 'unclean.leader.election.enable', 'false');
  expect(now()).toEqual([3, true]);
  on.setConfig(4, '', 'min.insync.replicas', '2');
  on.setConfig(4, '', 'unclean.leader.election.enable', 'false');
  expect(now()).toEqual([2, false]);
  on.setConfig(2, 't', 'min.insync.replicas', '1');
  on.setConfig(2, 't', 'unclean.leader.election.enable', ' True ');
  expect(now()).toEqual([1, true]);
  on.setConfig(2, 't', 'min.insync.replicas', 'none');
  expect(now()).toEqual([1, true]);
});

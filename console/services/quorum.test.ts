/** The metadata quorum: who leads, who votes, how far each is behind the leader, and nothing made up where nobody tells. */
import { afterEach, expect, it } from 'vitest';
import { publishSnapshot, registerCluster, unregisterCluster } from '../collector/live-clusters.ts';
import type { QuorumSnapshot } from '../model/snapshot.ts';
import { snapshotOf } from '../model/testing/snapshots.ts';
import { clusterQuorum } from './quorum.ts';
import { openTestConsole, type TestConsole } from './testing/test-context.ts';

let opened: TestConsole | null = null;
afterEach(async () => {
  for (const { id } of opened?.context.clusters.all() ?? []) unregisterCluster(id);
  await opened?.close();
  opened = null;
});

const node = (
  id: number,
  isVoter: boolean,
  logEndOffset: number | null,
  lastCaughtUpMs: number | null = null,
) => ({
  ...{ id, isVoter, logEndOffset, lastCaughtUpMs },
});

async function told(quorum: QuorumSnapshot | null) {
  opened = await openTestConsole();
  const { context } = opened;
  const [settings] = context.clusters.all();
  if (settings === undefined) throw new Error('the test console has no cluster');
  const { id, name, source, readOnly, bootstrap } = settings;
  const collectNow = () => Promise.reject(new Error('nothing is collected here'));
  registerCluster(
    { ...{ id, name, source, readOnly, bootstrapServers: bootstrap, intervalMs: 10_000 }, collectNow },
    0,
  );
  publishSnapshot(snapshotOf({ clusterId: id, asOfMs: context.now().getTime(), quorum }));
  return clusterQuorum(context, id).quorum;
}

const base = { atMs: 5_000, leaderEpoch: 7, highWatermark: 100 };

it('counts from the end of the leader’s log, of voters and of observers', async () => {
  const nodes = [node(1, true, 98, 3_000), node(2, true, 110, 5_000), node(3, false, 110)];
  expect(await told({ ...base, leaderId: 2, nodes })).toEqual({
    readAt: '1970-01-01T00:00:05.000Z',
    ...{ leaderId: 2, leaderEpoch: 7, highWatermark: 100 },
    nodes: [
      { id: 1, role: 'voter', logEndOffset: 98, lag: 12, caughtUpAt: '1970-01-01T00:00:03.000Z' },
      { id: 2, role: 'leader', logEndOffset: 110, lag: 0, caughtUpAt: '1970-01-01T00:00:05.000Z' },
      { id: 3, role: 'observer', logEndOffset: 110, lag: 0, caughtUpAt: null },
    ],
  });
});

it('knows of nobody how far behind it is while nobody leads', async () => {
  const quorum = await told({ ...base, leaderId: null, nodes: [node(1, true, 98), node(2, true, 110)] });
  expect(quorum?.nodes.map(({ role, lag }) => [role, lag])).toEqual([
    ['voter', null],
    ['voter', null],
  ]);
});

it('does not make up how far one is behind of which the leader has not heard', async () => {
  const nodes = [node(1, true, null), node(2, true, 110, 5_000)];
  const quorum = await told({ ...base, leaderId: 2, nodes });
  expect(quorum?.nodes[0]).toEqual({
    ...{ id: 1, role: 'voter', logEndOffset: null, lag: null, caughtUpAt: null },
  });
});

it('takes no observer for the leader', async () => {
  const quorum = await told({ ...base, leaderId: 1, nodes: [node(2, true, 98), node(1, false, 110)] });
  expect(quorum?.nodes.map(({ role }) => role)).toEqual(['voter', 'observer']);
});

it('is null where the cluster tells of none', async () => {
  expect(await told(null)).toBeNull();
});

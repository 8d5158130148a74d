/** The sum of all lags while a part of the cluster is silent: it neither dips nor passes for more than it is. */
import { describe, expect, it } from 'vitest';
import { CARRIED_FOR_MS, lagOfCluster } from './cluster-lag.ts';
import { samplesOf } from './testing/listed-samples.ts';
import type { ClusterSnapshot, GroupSnapshot } from './snapshot.ts';
import { brokerOf, groupOf, partitionOf, snapshotOf, topicOf } from './testing/snapshots.ts';

const nowMs = 10_000_000;
const behind = (id: string, lag: number): GroupSnapshot =>
  groupOf(id, [{ topic: 'orders', partition: 0, committedOffset: 0, logEndOffset: lag }]);
/** Its coordinator told `lag` so long ago; null: it never told. */
const silent = (id: string, lag: number | null, agoMs = 30_000): GroupSnapshot => {
  const known = lag === null ? null : { atMs: nowMs - agoMs, members: [], partitions: [], totalLag: lag };
  return groupOf(id, [], {
    state: 'Unknown',
    partitions: null,
    members: null,
    totalLag: null,
    lastKnown: known,
  });
};
const cluster = (
  groups: readonly GroupSnapshot[],
  parts: Partial<ClusterSnapshot> = {},
): ClusterSnapshot => ({
  ...snapshotOf({ asOfMs: nowMs, groups }),
  ...parts,
});
const kept = (snapshot: ClusterSnapshot) =>
  samplesOf(snapshot).find(({ name }) => name === 'cluster.totalLag')?.value ?? null;

describe('lagOfCluster', () => {
  it.each<[string, ClusterSnapshot, ReturnType<typeof lagOfCluster>, number | null]>([
    [
      'all is known',
      cluster([behind('a', 3), behind('b', 4)]),
      { records: 7, isFloor: false, oldestMs: null },
      7,
    ],
    ['there are no groups', cluster([]), { records: 0, isFloor: false, oldestMs: null }, 0],
    [
      'of no group was told',
      cluster([], { failures: [{ part: 'coordinator', name: '2', reason: 'refused' }] }),
      { records: null, isFloor: false, oldestMs: null },
      null,
    ],
    [
      'a coordinator has just fallen silent: its groups count as they were, and history has a gap',
      cluster([behind('a', 3), silent('b', 40)]),
      { records: 43, isFloor: false, oldestMs: nowMs - 30_000 },
      null,
    ],
    [
      'two have: the time is that of the older one',
      cluster([silent('a', 5, 20_000), silent('b', 40, 50_000)]),
      { records: 45, isFloor: false, oldestMs: nowMs - 50_000 },
      null,
    ],
    [
      'it has been silent for long: at least what is known, and history goes on',
      cluster([behind('a', 3), silent('b', 40, CARRIED_FOR_MS + 1)]),
      { records: 3, isFloor: true, oldestMs: null },
      3,
    ],
    [
      'it never told anything',
      cluster([behind('a', 3), silent('b', null)]),
      { records: 3, isFloor: true, oldestMs: null },
      3,
    ],
  ])('%s', (_, snapshot, expected, history) => {
    expect(lagOfCluster(snapshot)).toEqual(expected);
    expect(kept(snapshot)).toBe(history);
  });

  it('counts a partition whose leader is silent with the end that it told last', () => {
    const offsets = [
      { topic: 'orders', partition: 0, committedOffset: 10, logEndOffset: 30 },
      { topic: 'orders', partition: 1, committedOffset: 10, logEndOffset: null },
      { topic: 'orders', partition: 2, committedOffset: 90, logEndOffset: null },
      { topic: 'orders', partition: 3, committedOffset: 1, logEndOffset: null },
      { topic: 'gone', partition: 0, committedOffset: 1, logEndOffset: null },
    ];
    const lastKnown = (highWatermark: number, agoMs: number) => ({
      highWatermark: null,
      lastKnown: { atMs: nowMs - agoMs, highWatermark, logStartOffset: 0, lastStableOffset: highWatermark },
    });
    const topic = topicOf('orders', [
      partitionOf(0, { highWatermark: 30 }),
      partitionOf(1, lastKnown(110, 10_000)),
      // Committed since: nothing is left of what was known.
      partitionOf(2, lastKnown(80, 10_000)),
      partitionOf(3, lastKnown(500, CARRIED_FOR_MS + 1)),
    ]);
    const snapshot = cluster([groupOf('g', offsets)], {
      topics: new Map([['orders', topic]]),
      brokers: [brokerOf(1), brokerOf(2, { reachable: false })],
    });
    expect(lagOfCluster(snapshot)).toEqual({ records: 120, isFloor: true, oldestMs: nowMs - 10_000 });
    expect(kept(snapshot)).toBeNull();
  });
});

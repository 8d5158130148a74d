/**
 * Lag while a part of the cluster cannot be seen, and while topics and groups come, grow and go: each number is marked by itself,
 * none becomes 0 or leaps, and nothing is kept in history that was not measured.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { samplesOf } from '../model/testing/listed-samples.ts';
import type { ClusterSnapshot, GroupSnapshot } from '../model/snapshot.ts';
import { systemClock } from './collector-clock.ts';
import { Rounds } from './testing/rounds.ts';
import { ScriptedCluster } from './testing/scripted-cluster.ts';

const intervalMs = 10_000;
let cluster: ScriptedCluster;
let rounds: Rounds;
let atMs: number;

beforeEach(() => {
  cluster = new ScriptedCluster();
  rounds = new Rounds(cluster, intervalMs, { waitMs: () => 30_000, after: systemClock.after });
  atMs = Date.UTC(2026, 10, 21, 12);
  cluster.addTopic('orders', [1, 2, 3]);
  for (const partition of [0, 1, 2]) cluster.ends.set(`orders-${String(partition)}`, 100);
  commit(100, 100, 40);
});

function commit(...offsets: number[]): void {
  const committed = offsets.map((offset, partition) => ['orders', partition, offset] as const);
  cluster.groups = [{ id: 'billing', coordinator: 1, committed }];
}

function round(): Promise<ClusterSnapshot> {
  atMs += intervalMs;
  return rounds.play(atMs);
}

async function billing(): Promise<GroupSnapshot> {
  const group = (await round()).groups.get('billing');
  if (group === undefined) throw new Error('there is no group billing');
  return group;
}

const lags = ({ partitions }: GroupSnapshot) => partitions?.map(({ lag }) => lag);
const kept = (snapshot: ClusterSnapshot) =>
  samplesOf(snapshot)
    .filter(({ name, labels }) => name === 'group.lag' && labels.group === 'billing')
    .map(({ labels: { topic, partition }, value }) => `${topic} ${partition} ${String(value)}`);

describe('a part that cannot be seen', () => {
  it('is marked by itself: a broker that is down, a partition without a leader, a topic that is refused', async () => {
    cluster.addTopic('orders-2', [1, null]);
    cluster.ends.set('orders-2-0', 50);
    cluster.topics.push({
      ...{ name: 'secret', topicId: null, internal: false },
      ...{ error: 'TOPIC_AUTHORIZATION_FAILED', partitions: [] },
    });
    const others = [
      ['orders-2', 0, 20],
      ['orders-2', 1, 20],
      ['secret', 0, 5],
    ] as const;
    cluster.groups = cluster.groups.map((group) => ({
      ...group,
      committed: [...group.committed, ...others],
    }));
    cluster.dead.add(3);
    const group = await billing();
    expect(lags(group)).toEqual([0, 0, null, 30, null, null]);
    expect(group.partitions?.map(({ status }) => status)).toEqual([
      ...['ok', 'ok', 'unknown', 'unknown', 'unknown', 'unknown'],
    ]);
    expect(group.partitions?.slice(2).map(({ reason }) => reason)).toEqual([
      'the end of partition 2 of orders is not known',
      'watched since 2026-11-21 12:00:10 UTC',
      'the end of partition 1 of orders-2 is not known: it has no leader',
      'the end of partition 0 of secret is not known: TOPIC_AUTHORIZATION_FAILED',
    ]);
    expect(group).toMatchObject({ status: 'unknown', totalLag: 30 });
  });

  it('leaves a gap in history, is no recovery, and is known again afterwards', async () => {
    const before = await round();
    expect(kept(before)).toEqual([' ' + ' 60', 'orders  60', 'orders 0 0', 'orders 1 0', 'orders 2 60']);
    cluster.dead.add(3);
    const during = await round();
    expect(kept(during)).toEqual(['orders 0 0', 'orders 1 0']);
    expect(during.groups.get('billing')).toMatchObject({ status: 'unknown' });
    cluster.dead.clear();
    cluster.ends.set('orders-2', 130);
    const after = await round();
    expect(kept(after).slice(0, 2)).toEqual([' ' + ' 90', 'orders  90']);
  });

  it('does not hide a group whose coordinator is silent, nor say anything of its lag', async () => {
    await round();
    cluster.dead.add(1);
    const during = await round();
    expect(during.groups.get('billing')).toMatchObject({
      status: 'unknown',
      totalLag: null,
      partitions: null,
    });
    expect(kept(during)).toEqual([]);
  });
});

describe('what grows and goes', () => {
  it('a topic gets partitions: what they held already is neither lag nor rate of the round', async () => {
    await billing();
    cluster.topics = [];
    cluster.addTopic('orders', [1, 2, 3, 1]);
    cluster.ends.set('orders-3', 5_000);
    commit(110, 100, 40, 5_000);
    cluster.ends.set('orders-0', 110);
    const group = await billing();
    expect(lags(group)).toEqual([0, 0, 60, 0]);
    expect(group.committedPerSec).toBe(1);
  });

  it('a topic is made anew: no rate below nothing, no lag out of old offsets', async () => {
    await billing();
    cluster.topics = [];
    cluster.addTopic('orders', [1, 2, 3], 'another');
    for (const partition of [0, 1, 2]) cluster.ends.set(`orders-${String(partition)}`, 10);
    const group = await billing();
    expect(lags(group)).toEqual([null, null, null]);
    expect(group.committedPerSec ?? 0).toBeGreaterThanOrEqual(0);
    expect(group.producedPerSec ?? 0).toBeGreaterThanOrEqual(0);
  });

  it('a group is deleted: it is in no list, and nothing of it is kept', async () => {
    await round();
    cluster.groups = [];
    const snapshot = await round();
    expect(snapshot.groups.size).toBe(0);
    expect(kept(snapshot)).toEqual([]);
  });
});

describe('a clock', () => {
  it.each([-3_600_000, 3_600_000])(
    'that leaps by %d ms makes no rate, no stall and no recovery',
    async (leapMs) => {
      for (let done = 0; done < 40; done++) {
        cluster.ends.set('orders-0', (cluster.ends.get('orders-0') ?? 0) + 100);
        commit(cluster.ends.get('orders-0') ?? 0, 100, 100);
        await round();
      }
      atMs += leapMs;
      const leapt = await billing();
      expect(leapt).toMatchObject({ status: 'ok', totalLag: 0 });
      expect(leapt.committedPerSec ?? 0).toBeGreaterThanOrEqual(0);
      expect(await billing()).toMatchObject({ status: 'ok', totalLag: 0, committedPerSec: 0 });
    },
  );
});

/** The groups of rounds against a scripted cluster: verdicts over time, and what is said while a coordinator is silent. */
import { beforeEach, describe, expect, it } from 'vitest';
import { noCost } from '../model/testing/snapshots.ts';
import type { ClusterSnapshot, GroupSnapshot } from '../model/snapshot.ts';
import { buildSnapshot } from './build-snapshot.ts';
import { systemClock } from './collector-clock.ts';
import { planRound } from './plan-round.ts';
import { gatherRound } from './round-answers.ts';
import { noMemory, type RoundMemory } from './round-memory.ts';
import { ScriptedCluster } from './testing/scripted-cluster.ts';

const intervalMs = 10_000;
let cluster: ScriptedCluster;
let memory: RoundMemory;
let atMs: number;

beforeEach(() => {
  cluster = new ScriptedCluster();
  memory = noMemory;
  atMs = Date.UTC(2026, 10, 21, 12);
  cluster.addTopic('orders', [1]);
  cluster.ends.set('orders-0', 1_000);
  commit(1_000);
});

function commit(offset: number): void {
  cluster.groups = [{ id: 'billing', coordinator: 2, committed: [['orders', 0, offset]] }];
}

async function round(): Promise<ClusterSnapshot> {
  atMs += intervalMs;
  const answers = await gatherRound({
    reader: cluster,
    readMetrics: () => null,
    nowMs: () => atMs,
    patience: { waitMs: () => 50, after: systemClock.after },
    planOf: (metadata) =>
      planRound(metadata, { ...memory, allAnswered: true }, { nowMs: atMs, intervalMs, shiftMs: 0 }),
    earlier: memory,
  });
  const frame = { clusterId: 'local', intervalMs, startedAtMs: atMs, costOf: () => noCost };
  const built = await buildSnapshot(answers, memory, frame);
  memory = built.memory;
  return built.snapshot;
}

async function billing(rounds = 1, step: () => void = () => undefined): Promise<GroupSnapshot> {
  let snapshot: ClusterSnapshot | null = null;
  for (let done = 0; done < rounds; done++) {
    step();
    snapshot = await round();
  }
  const group = snapshot?.groups.get('billing');
  if (group === undefined) throw new Error('there is no group billing');
  return group;
}

const produce = (): void => {
  cluster.ends.set('orders-0', (cluster.ends.get('orders-0') ?? 0) + 100);
};

describe('a group over rounds', () => {
  it('is told with status, reason, seconds behind and the time of its offsets', async () => {
    expect(await billing()).toMatchObject({ status: 'ok', reason: null, asOfMs: atMs, lastKnown: null });
    const group = await billing(66, produce);
    expect(group).toMatchObject({
      status: 'stalled',
      reason: 'partition 0 of orders has not committed for 10 min while 6,600 records arrived',
      totalLag: 6_600,
      producedPerSec: 10,
      committedPerSec: 0,
      catchUpSeconds: null,
    });
    expect(group.lagSeconds?.seconds).toBeGreaterThan(650);
    expect(group.partitions?.[0]).toMatchObject({ offsetState: 'live' });
  });

  it('has no phantom lag when its topic was made anew', async () => {
    await billing();
    cluster.topics = [];
    cluster.addTopic('orders', [1], 'another');
    cluster.ends.set('orders-0', 1_200);
    const group = await billing();
    expect(group).toMatchObject({ status: 'unknown', totalLag: null });
    expect(group.partitions?.[0]).toMatchObject({ offsetState: 'recreated', lag: null });
  });

  it('whose coordinator is silent is unknown with what it told last apart, and has not recovered', async () => {
    await billing(3);
    await billing(66, produce);
    const toldAtMs = atMs;
    cluster.dead.add(2);
    expect(await billing(3, produce)).toMatchObject({
      status: 'unknown',
      reason: 'its coordinator, broker 2, has not told its offsets for 30 s',
      partitions: null,
      totalLag: null,
      lagSeconds: null,
      asOfMs: null,
      lastKnown: { atMs: toldAtMs, totalLag: 6_600 },
    });
    cluster.dead.clear();
    expect(await billing(1, produce)).toMatchObject({ status: 'stalled', totalLag: 7_000, lastKnown: null });
  });

  it('that was never told is unknown without a last time', async () => {
    cluster.failing.add('committedOffsets:2');
    expect(await billing()).toMatchObject({
      status: 'unknown',
      reason: 'its coordinator, broker 2, has not told its offsets',
      lastKnown: null,
    });
  });

  it('on a partition without a leader is unknown, and stalled again behind it', async () => {
    await billing(3);
    await billing(66, produce);
    cluster.dead.add(1);
    const group = await billing(2);
    expect(group).toMatchObject({ status: 'unknown', totalLag: null });
    expect(group.partitions?.[0]).toMatchObject({ offsetState: 'no-end', lag: null });
    cluster.dead.clear();
    expect(await billing(1, produce)).toMatchObject({ status: 'stalled' });
  });
});

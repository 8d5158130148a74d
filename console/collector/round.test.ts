/** One round against a scripted cluster: order and number of requests, partial failure, rates, and what stays unknown. */
import { beforeEach, describe, expect, it } from 'vitest';
import { recordOf, type BrokerReading } from '../metrics-source/broker-reading.ts';
import { brokerCounters } from '../metrics-source/kafka-meters.ts';
import { noCost } from '../model/testing/snapshots.ts';
import { samplesOf } from '../model/testing/listed-samples.ts';
import type { ClusterSnapshot, GroupMember } from '../model/snapshot.ts';
import { buildSnapshot } from './build-snapshot.ts';
import { systemClock } from './collector-clock.ts';
import { planRound } from './plan-round.ts';
import { gatherRound } from './round-answers.ts';
import { noMemory, type RoundMemory } from './round-memory.ts';
import { ScriptedCluster } from './testing/scripted-cluster.ts';

const intervalMs = 10_000;
let cluster: ScriptedCluster;
let memory: RoundMemory;
let readings: Map<number, BrokerReading>;

beforeEach(() => {
  cluster = new ScriptedCluster();
  memory = noMemory;
  readings = new Map();
  cluster.addTopic('orders', [1, 2, 3]);
  for (const [partition, end] of [100, 200, 300].entries())
    cluster.ends.set(`orders-${String(partition)}`, end);
  cluster.groups = [
    {
      id: 'billing',
      coordinator: 2,
      committed: [
        ['orders', 0, 40],
        ['orders', 1, 250],
        ['gone', 0, 5],
      ],
    },
  ];
});

async function round(atMs: number): Promise<ClusterSnapshot> {
  const readMetrics = (id: number): Promise<BrokerReading> | null => {
    const reading = readings.get(id);
    return reading === undefined ? null : Promise.resolve(reading);
  };
  const answers = await gatherRound({
    reader: cluster,
    readMetrics,
    nowMs: () => atMs,
    patience: { waitMs: () => 50, after: systemClock.after },
    planOf: (metadata) =>
      planRound(
        metadata,
        { ...memory, allAnswered: [...memory.brokers.values()].every(({ answered }) => answered) },
        { nowMs: atMs, intervalMs, shiftMs: 0 },
      ),
    earlier: memory,
  });
  const built = await buildSnapshot(answers, memory, {
    clusterId: 'local',
    intervalMs,
    startedAtMs: atMs,
    costOf: () => noCost,
  });
  memory = built.memory;
  return built.snapshot;
}

const lags = (snapshot: ClusterSnapshot, group = 'billing') =>
  snapshot.groups.get(group)?.partitions?.map(({ topic, partition, lag }) => [topic, partition, lag]) ?? null;

describe('a round', () => {
  it('asks the metadata once and each broker four times, however many topics and groups there are', async () => {
    for (let index = 0; index < 50; index++) {
      cluster.addTopic(`t${String(index)}`, [1, 2, 3]);
      cluster.groups.push({ id: `g${String(index)}`, coordinator: 1 + (index % 3), committed: [] });
    }
    await round(0);
    cluster.calls.length = 0;
    await round(1_000);
    expect(cluster.calls.toSorted()).toEqual(
      [
        'metadata:-1',
        ...[1, 2, 3].flatMap((id) =>
          ['listGroups', 'describeGroups-classic', 'committedOffsets', 'listOffsets-latest'].map(
            (call) => `${call}:${String(id)}`,
          ),
        ),
      ].toSorted(),
    );
  });

  it('asks for end offsets only after every commit is known, and for the stable offset after that', async () => {
    await round(0);
    const order = cluster.calls.map((call) => call.split(':')[0]);
    expect(order.lastIndexOf('committedOffsets')).toBeLessThan(order.indexOf('listOffsets-latest'));
    expect(order.indexOf('listOffsets-latest')).toBeLessThan(order.indexOf('listOffsets-lastStable'));
  });

  it('joins commits and ends: signed lag, null where a side is missing', async () => {
    const snapshot = await round(0);
    expect(lags(snapshot)).toEqual([
      ['gone', 0, null],
      ['orders', 0, 60],
      ['orders', 1, -50],
    ]);
    expect(snapshot.groups.get('billing')?.totalLag).toBe(60);
    expect(snapshot.failures).toEqual([]);
  });

  it('lists assigned partitions without a commit, and who owns them', async () => {
    const member: GroupMember = {
      memberId: 'm',
      groupInstanceId: null,
      clientId: 'c',
      host: '/10.0.0.1',
      assignment: [{ topic: 'orders', partitions: [2] }],
    };
    cluster.groups = [{ id: 'new', coordinator: 1, members: [member], committed: [] }];
    const [row] = (await round(0)).groups.get('new')?.partitions ?? [];
    expect(row).toMatchObject({
      partition: 2,
      committedOffset: null,
      logEndOffset: 300,
      lag: null,
      memberId: 'm',
    });
  });

  it('describes groups of each type in its own way, and has their offsets also when that is refused', async () => {
    const types = ['classic', 'consumer', 'share', 'streams', 'later'];
    cluster.groups = types.map((type) => ({
      id: `a ${type} group`,
      coordinator: 1,
      type,
      committed: [['orders', 0, 40]],
    }));
    cluster.failing.add('describeGroups-streams');
    const { groups, failures } = await round(0);
    const asked = cluster.calls.filter((call) => /describe.*-|[oO]ffsets:/.test(call));
    expect(asked.toSorted()).toEqual([
      'committedOffsets:1',
      'describeGroups-classic:1',
      'describeGroups-consumer:1',
      'describeGroups-share:1',
      'describeGroups-streams:1',
      'shareOffsets:1',
    ]);
    expect(
      types.map((type) => groups.get(`a ${type} group`)).map((group) => [group?.members, group?.totalLag]),
    ).toEqual([
      [[], 60],
      [[], 60],
      [[], 60],
      [null, 60],
      [null, 60],
    ]);
    expect(failures).toMatchObject([{ part: 'coordinator', name: '1' }]);
  });

  it('shows an open transaction, and none where the end moved on in between', async () => {
    cluster.stable.set('orders-0', 90).set('orders-1', 205);
    const partitions = (await round(0)).topics.get('orders')?.partitions ?? [];
    expect(partitions.map((each) => [each.highWatermark, each.lastStableOffset])).toEqual([
      [100, 90],
      [200, 200],
      [300, 300],
    ]);
  });
});

describe('what has a slower beat', () => {
  const first = (snapshot: ClusterSnapshot) => snapshot.topics.get('orders')?.partitions[0];

  it('stays with the time of its reading until it is asked again', async () => {
    await round(0);
    cluster.calls.length = 0;
    cluster.ends.set('orders-0', 150);
    const next = await round(1_000);
    expect(cluster.calls.some((call) => /earliest|lastStable|LogDirs/.test(call))).toBe(false);
    expect(first(next)).toMatchObject({
      highWatermark: 150,
      logStartOffset: 0,
      logStartAtMs: 0,
      lastStableOffset: 100,
      lastStableAtMs: 0,
      hasOpenTransaction: false,
      sizeBytes: 100,
    });
    expect(next.brokers[0]).toMatchObject({
      logDirBytes: 300,
      logDirs: [{ totalBytes: 1_000, usableBytes: 250 }],
      asOf: { logDirsAtMs: 0 },
      lastKnown: null,
    });
  });

  it('is said to be known no more, and kept apart, once it was not told for two beats', async () => {
    await round(0);
    cluster.failing.add('describeLogDirs:1').add('listOffsets-earliest:1').add('listOffsets-lastStable:1');
    for (let atMs = 10_000; atMs <= 200_000; atMs += 10_000) await round(atMs);
    const snapshot = await round(210_000);
    expect(first(snapshot)).toMatchObject({
      highWatermark: 100,
      logStartOffset: null,
      lastStableOffset: null,
    });
    expect(snapshot.brokers[0]).toMatchObject({ reachable: true, logDirBytes: null, lastKnown: { atMs: 0 } });
    expect(samplesOf(snapshot).filter(({ labels }) => labels.broker === '1')).toEqual([]);
    // The finding does not come and go with the beat.
    expect(new Set(snapshot.failures.map(({ part }) => part))).toEqual(new Set(['logDirs', 'offsets']));
  });

  it('is asked at once where there is nothing to stay: new partitions, a broker that is back', async () => {
    await round(0);
    cluster.addTopic('new', [3]);
    cluster.ends.set('new-0', 7);
    cluster.dead.add(1);
    cluster.calls.length = 0;
    expect((await round(1_000)).topics.get('new')?.partitions[0]).toMatchObject({ logStartOffset: 0 });
    expect(cluster.calls.filter((call) => call.startsWith('listOffsets-earliest'))).toEqual([
      'listOffsets-earliest:3',
    ]);
    for (let atMs = 10_000; atMs <= 90_000; atMs += 10_000) await round(atMs);
    cluster.dead.clear();
    cluster.calls.length = 0;
    await round(91_000);
    expect(cluster.calls.filter((call) => call.endsWith(':1'))).toEqual(
      expect.arrayContaining(['describeLogDirs:1', 'listOffsets-earliest:1', 'listOffsets-lastStable:1']),
    );
  });
});

describe('a round in which little happened', () => {
  it('gives what is the same as the same objects, and what is not as new ones', async () => {
    cluster.groups = [
      { id: 'idle', coordinator: 1, committed: [['orders', 0, 100]] },
      { id: 'busy', coordinator: 1, committed: [['orders', 1, 200]] },
    ];
    await round(0);
    const before = await round(1_000);
    cluster.ends.set('orders-1', 250);
    const after = await round(2_000);
    const partitions = (snapshot: ClusterSnapshot) => snapshot.topics.get('orders')?.partitions ?? [];
    const rows = (snapshot: ClusterSnapshot, id: string) => snapshot.groups.get(id)?.partitions?.[0];
    expect(partitions(after).map((each, index) => each === partitions(before)[index])).toEqual([
      true,
      false,
      true,
    ]);
    expect(partitions(after)[1]?.highWatermark).toBe(250);
    expect(partitions(before)[1]?.highWatermark).toBe(200);
    expect(rows(after, 'idle')).toBe(rows(before, 'idle'));
    expect([rows(before, 'busy')?.lag, rows(after, 'busy')?.lag]).toEqual([0, 50]);
    expect([after.endsAtMs.get(1), after.groups.get('idle')?.asOfMs]).toEqual([2_000, 2_000]);
  });
});

describe('one dead broker of three', () => {
  it('leaves what it leads unknown, and everything else stands', async () => {
    await round(0);
    cluster.dead.add(1);
    const snapshot = await round(10_000);
    expect(snapshot.failures).toEqual([{ part: 'broker', name: '1', reason: 'connect ECONNREFUSED' }]);
    expect(snapshot.brokers.map(({ id, reachable, logDirBytes }) => [id, reachable, logDirBytes])).toEqual([
      [1, false, null],
      [2, true, 300],
      [3, true, 300],
    ]);
    expect(
      snapshot.topics.get('orders')?.partitions.map((each) => [each.highWatermark, each.sizeBytes]),
    ).toEqual([
      [null, null],
      [200, 100],
      [300, 100],
    ]);
    expect(lags(snapshot)).toEqual([
      ['gone', 0, null],
      ['orders', 0, null],
      ['orders', 1, -50],
    ]);
    const lost = { highWatermark: 100, logStartOffset: 0, lastStableOffset: 100, atMs: 0 };
    const partitions = snapshot.topics.get('orders')?.partitions;
    expect(partitions?.map(({ lastKnown }) => lastKnown)).toEqual([lost, null, null]);
    expect([...snapshot.endsAtMs]).toEqual([
      [2, 10_000],
      [3, 10_000],
    ]);
  });

  it('keeps its groups listed, with their values unknown', async () => {
    await round(0);
    cluster.dead.add(2);
    const group = (await round(10_000)).groups.get('billing');
    expect(group).toMatchObject({ state: 'Unknown', members: null, partitions: null, totalLag: null });
    cluster.dead.clear();
    expect((await round(20_000)).groups.get('billing')?.totalLag).toBe(60);
    cluster.groups = [];
    expect((await round(30_000)).groups.has('billing')).toBe(false);
  });

  it('still counts as a broker that is down when the metadata has dropped it', async () => {
    await round(0);
    cluster.brokerIds = [2, 3];
    const [gone] = (await round(10_000)).brokers;
    expect(gone).toMatchObject({
      id: 1,
      host: 'broker-1',
      reachable: false,
      fenced: true,
      logDirBytes: null,
    });
  });

  it('keeps what it told last apart, with the moment, until it tells anew', async () => {
    expect((await round(0)).brokers[0]).toMatchObject({ lastKnown: null, lastSeenMs: 0 });
    cluster.dead.add(1);
    const lost = (await round(10_000)).brokers[0];
    expect(lost).toMatchObject({
      lastSeenMs: 0,
      logDirBytes: null,
      lastKnown: { atMs: 0, logDirBytes: 300 },
    });
    expect(samplesOf(await round(20_000)).filter(({ labels }) => labels.broker === '1')).toEqual([]);
    cluster.dead.clear();
    expect((await round(30_000)).brokers[0]).toMatchObject({ lastKnown: null, lastSeenMs: 30_000 });
  });

  it('may hang: the round ends without it', async () => {
    cluster.hung.add(1);
    const snapshot = await round(0);
    expect(snapshot.failures).toEqual([{ part: 'broker', name: '1', reason: 'no answer within 0.05 s' }]);
    expect(snapshot.brokers.map(({ reachable }) => reachable)).toEqual([false, true, true]);
  });

  it('is counted out of sync where the ISR lacks it, and its leaderships as led elsewhere', async () => {
    cluster.addTopic('moved', [2]);
    cluster.topics = cluster.topics.map((topic) => ({
      ...topic,
      partitions: topic.partitions.map((partition) => ({ ...partition, isr: [2, 3] })),
    }));
    const [first, second] = (await round(0)).brokers;
    // Its replica is the first of all four partitions.
    expect(first).toMatchObject({ leaders: 1, replicas: 4, outOfSync: 4, leadersElsewhere: 3 });
    expect(second).toMatchObject({ leaders: 2, replicas: 4, outOfSync: 0, leadersElsewhere: 0 });
  });
});

describe('the controller', () => {
  it('is who leads the quorum, not whom the metadata names', async () => {
    cluster.quorumLeader = 3;
    const snapshot = await round(0);
    expect(snapshot.controllerId).toBe(3);
    expect(snapshot.brokers.map(({ isController }) => isController)).toEqual([false, false, true]);
  });

  it('is told with its quorum, which stays as it was read until it is asked again', async () => {
    cluster.quorumLeader = 3;
    const first = (await round(0)).quorum;
    expect(first).toMatchObject({ leaderId: 3, leaderEpoch: 4, highWatermark: 72 });
    expect(first?.nodes).toMatchObject([
      { id: 1, isVoter: true, logEndOffset: 71 },
      { id: 2, isVoter: true, logEndOffset: 72 },
      { id: 3, isVoter: true, logEndOffset: 73 },
    ]);
    const second = (await round(10_000)).quorum;
    expect(second).toEqual({ ...first, atMs: 10_000 });
    cluster.brokerIds = [1, 2, 3, 4];
    expect((await round(20_000)).quorum).toEqual(second);
    cluster.failing.add('quorum');
    cluster.dead.add(2);
    expect((await round(30_000)).quorum).toBeNull();
  });

  it('may be none of the brokers, or not be there', async () => {
    cluster.quorumLeader = 3_000;
    expect((await round(0)).controllerId).toBe(3_000);
    cluster.quorumLeader = null;
    expect((await round(10_000)).controllerId).toBeNull();
  });

  it('is missed: whoever is silent then leads nothing and is not in sync, whatever is told of before', async () => {
    const standing = (snapshot: ClusterSnapshot) =>
      snapshot.topics.get('orders')?.partitions.map(({ leader, isr }) => [leader, isr.includes(2)]);
    cluster.dead.add(2);
    const before = standing(await round(0));
    expect(before?.map(([leader]) => leader)).toEqual([1, 2, 3]);
    expect(before?.some(([, inSync]) => inSync)).toBe(true);
    cluster.quorumLeader = null;
    const after = standing(await round(10_000));
    expect(after?.map(([leader]) => leader)).toEqual([1, null, 3]);
    expect(after?.some(([, inSync]) => inSync)).toBe(false);
  });

  it('is not known where the quorum cannot be asked, and the metadata is believed where there is none', async () => {
    const withoutQuorum = await round(0);
    expect(withoutQuorum).toMatchObject({ controllerId: 1, quorum: null });
    cluster.failing.add('quorum');
    const snapshot = await round(10_000);
    expect(snapshot.controllerId).toBeNull();
    expect(snapshot.failures).toMatchObject([{ part: 'quorum' }]);
  });

  it.each([
    ['listGroups:1', 'coordinator', (s: ClusterSnapshot) => s.brokers[0]?.reachable],
    ['describeLogDirs:1', 'logDirs', (s: ClusterSnapshot) => s.brokers[0]?.reachable],
    ['listOffsets-latest:1', 'offsets', (s: ClusterSnapshot) => s.brokers[0]?.reachable],
  ] as const)('is not called dead for one refused question: %s', async (call, part, isReachable) => {
    cluster.failing.add(call);
    const snapshot = await round(0);
    expect(snapshot.failures.map((failure) => failure.part)).toEqual([part]);
    expect(isReachable(snapshot)).toBe(true);
  });
});

it('fails as a whole only without metadata', async () => {
  cluster.failing.add('metadata');
  await expect(round(0)).rejects.toThrow('ECONNREFUSED');
});

it('marks a partition without a leader, and asks nobody for it', async () => {
  cluster.addTopic('broken', [null]);
  const [partition] = (await round(0)).topics.get('broken')?.partitions ?? [];
  expect(partition).toMatchObject({ leader: null, highWatermark: null, sizeBytes: null });
});

describe('rates', () => {
  const rateOf = (snapshot: ClusterSnapshot): number | null =>
    snapshot.topics.get('orders')?.messagesInPerSec ?? null;
  const committedRate = (snapshot: ClusterSnapshot): number | null =>
    snapshot.groups.get('billing')?.committedPerSec ?? null;

  it('come from the high watermarks without a metrics port, and are unknown at first', async () => {
    expect(rateOf(await round(0))).toBeNull();
    cluster.ends.set('orders-0', 150);
    expect(rateOf(await round(10_000))).toBe(5);
  });

  it('are unknown, not negative, after a topic was made anew', async () => {
    await round(0);
    cluster.topics = [];
    cluster.addTopic('orders', [1, 2, 3], 'another');
    for (const partition of [0, 1, 2]) cluster.ends.set(`orders-${String(partition)}`, 1_000);
    expect(rateOf(await round(10_000))).toBeNull();
    expect(rateOf(await round(20_000))).toBe(0);
  });

  it('do not count what a new partition already held, and are unknown when one fell or vanished', async () => {
    await round(0);
    cluster.topics = [];
    cluster.addTopic('orders', [1, 2, 3, 1]);
    cluster.ends.set('orders-0', 200).set('orders-3', 5_000);
    expect(rateOf(await round(10_000))).toBe(10);
    cluster.ends.set('orders-1', 150);
    expect(rateOf(await round(20_000))).toBeNull();
    cluster.ends.delete('orders-2');
    expect(rateOf(await round(30_000))).toBeNull();
  });

  it('are taken over half a round at least, also when a round is asked for in between', async () => {
    await round(0);
    cluster.ends.set('orders-0', 200);
    expect(rateOf(await round(10_000))).toBe(10);
    cluster.ends.set('orders-0', 202);
    expect(rateOf(await round(10_200))).toBe(10);
  });

  it('of a group follow its commits, and are unknown after a reset', async () => {
    await round(0);
    cluster.groups = [
      {
        id: 'billing',
        coordinator: 2,
        committed: [
          ['orders', 0, 60],
          ['orders', 1, 250],
          ['gone', 0, 5],
        ],
      },
    ];
    expect(committedRate(await round(10_000))).toBe(2);
    cluster.groups = [
      {
        id: 'billing',
        coordinator: 2,
        committed: [
          ['orders', 0, 0],
          ['orders', 1, 250],
          ['gone', 0, 5],
        ],
      },
    ];
    expect(committedRate(await round(20_000))).toBeNull();
  });

  it('come from the meters where all leaders have them; a topic without a meter has had no traffic', async () => {
    const reading = (atMs: number, bytesIn: number): BrokerReading => ({
      atMs,
      total: {
        ...recordOf(brokerCounters, () => 0),
        ...{ messagesIn: bytesIn / 10, bytesIn, bytesOut: null, isrShrinks: atMs < 10_000 ? 0 : 2 },
      },
      requestTimes: {
        produce: { count: bytesIn, p50Ms: 1, p95Ms: 2, p99Ms: 3 },
        fetchConsumer: { count: 5, p50Ms: 7, p95Ms: 8, p99Ms: 9 },
        fetchFollower: { count: null, p50Ms: 4, p95Ms: 5, p99Ms: 6 },
      },
      topics:
        bytesIn === 0 ? new Map() : new Map([['orders', { messagesIn: bytesIn / 10, bytesIn, bytesOut: 0 }]]),
      cpuSeconds: atMs / 2_000,
      cpusInUse: null,
      memoryBytes: 7,
      underReplicatedPartitions: 0,
      version: '4.3.1',
      absent: new Map([['bytesOut', 'kafka_bytes_out']]),
    });
    const missing = (snapshot: ClusterSnapshot) => snapshot.brokers[1]?.missingMetrics;
    expect(missing(await round(-10_000))?.cpuPercent).toMatchObject({ code: 'not-configured' });
    for (const id of [1, 2, 3]) readings.set(id, reading(0, 0));
    expect(missing(await round(0))).toMatchObject({
      bytesInPerSec: { code: 'first-reading' },
      cpuPercent: { code: 'first-reading' },
      produceTimeMs: { code: 'first-reading' },
    });
    for (const id of [1, 2, 3]) readings.set(id, reading(10_000, id * 1_000));
    const snapshot = await round(10_000);
    expect(snapshot.topics.get('orders')).toMatchObject({
      bytesInPerSec: 600,
      bytesOutPerSec: null,
      messagesInPerSec: 60,
    });
    expect(snapshot.brokers[1]?.metrics).toMatchObject({
      bytesInPerSec: 200,
      cpuPercent: 50,
      memoryBytes: 7,
      isrShrinksPerSec: 0.2,
      bytesRejectedPerSec: 0,
      produceTimeMs: { p50: 1, p95: 2, p99: 3 },
      fetchConsumerTimeMs: null,
      fetchFollowerTimeMs: { p50: 4, p95: 5, p99: 6 },
    });
    expect(missing(snapshot)).toEqual({
      fetchConsumerTimeMs: {
        code: 'no-requests',
        reason: expect.stringContaining('no request of this kind'),
      },
      bytesOutPerSec: {
        code: 'absent',
        reason: "The broker's metrics do not have it. Looked for: kafka_bytes_out.",
      },
    });
    for (const id of [1, 2]) readings.set(id, reading(20_000, 0));
    readings.delete(3);
    const restarted = await round(20_000);
    expect(missing(restarted)?.bytesInPerSec).toMatchObject({ code: 'counter-reset' });
    expect(missing(restarted)?.produceTimeMs).toMatchObject({ code: 'counter-reset' });
    expect(restarted.brokers[2]?.missingMetrics.memoryBytes).toMatchObject({ code: 'not-configured' });
    for (const id of [1, 2]) readings.set(id, reading(90_000, 0));
    expect(missing(await round(90_000))?.bytesInPerSec).toMatchObject({ code: 'gap' });
    expect((await round(100_000)).topics.get('orders')?.bytesInPerSec).toBeNull();
  });
});

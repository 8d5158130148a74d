/** When rounds run: never two at once, a fresh one for whoever asks, back-off while nobody answers. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { ClusterCollector, ClusterUnreachableError } from './cluster-collector.ts';
import type { CollectorClock } from './collector-clock.ts';
import {
  clusterInfo,
  latestSnapshot,
  registerCluster,
  subscribe,
  unregisterCluster,
} from './live-clusters.ts';
import { ScriptedCluster } from './testing/scripted-cluster.ts';

class ManualClock implements CollectorClock {
  now = 1_000_000;
  readonly timers: { atMs: number; run: () => void }[] = [];
  /** The wall clock is set; what is waited for is not waited for any longer or shorter. */
  set(by: number): void {
    this.now += by;
    for (const timer of this.timers) timer.atMs += by;
  }
  nowMs(): number {
    return this.now;
  }
  random(): number {
    return 0;
  }
  after(delayMs: number, run: () => void): { cancel: () => void } {
    const timer = { atMs: this.now + delayMs, run };
    this.timers.push(timer);
    return {
      cancel: () => {
        const index = this.timers.indexOf(timer);
        if (index >= 0) this.timers.splice(index, 1);
      },
    };
  }
  /** Runs the next timer and tells how long it was away. */
  advance(): number {
    const [next] = this.timers.splice(0, 1);
    if (next === undefined) throw new Error('no timer is set');
    const waited = next.atMs - this.now;
    this.now = next.atMs;
    next.run();
    return waited;
  }
}

const CLUSTER = 'collector-test';
let clock: ManualClock;
let cluster: ScriptedCluster;
let collector: ClusterCollector;
let kept: ClusterSnapshot[];
let keepOne: () => Promise<void>;
let readPast: () => Promise<[]>;

beforeEach(() => {
  readPast = () => Promise.resolve([]);
  clock = new ManualClock();
  cluster = new ScriptedCluster();
  kept = [];
  keepOne = () => Promise.resolve();
  collector = new ClusterCollector({
    clusterId: CLUSTER,
    intervalMs: 10_000,
    reader: cluster,
    readMetrics: () => null,
    clock,
    readPast: () => readPast(),
    afterRound: (snapshot) => {
      kept.push(snapshot);
      return keepOne();
    },
    afterFailure: () => undefined,
  });
  const base = {
    name: CLUSTER,
    source: 'file',
    readOnly: false,
    bootstrapServers: [],
    intervalMs: 10_000,
  } as const;
  registerCluster({ ...base, id: CLUSTER, collectNow: () => collector.collectNow() }, clock.now);
});
afterEach(async () => {
  await collector.stop();
  unregisterCluster(CLUSTER);
});

const metadataCalls = (): number => cluster.calls.filter((call) => call.startsWith('metadata')).length;
const PATIENCE = { timeout: 30_000 };
const timerIsSet = () => expect.poll(() => clock.timers.length, PATIENCE).toBe(1);

it('publishes each round and keeps it', async () => {
  const heard: number[] = [];
  subscribe(CLUSTER, (snapshot) => heard.push(snapshot.round));
  expect(clusterInfo(CLUSTER)?.status).toBe('starting');
  await collector.collectNow();
  await collector.collectNow();
  expect(heard).toEqual([1, 2]);
  expect(kept.map(({ round }) => round)).toEqual([1, 2]);
  expect(clusterInfo(CLUSTER)?.status).toBe('online');
});

it('gives who asks during a round a fresh one behind it, and the same to all who wait', async () => {
  const first = collector.collectNow();
  await Promise.resolve();
  await expect.poll(metadataCalls, PATIENCE).toBe(1);
  const [second, third] = [collector.collectNow(), collector.collectNow()];
  const rounds = (await Promise.all([first, second, third])).map(({ round }) => round);
  expect(rounds).toEqual([1, 2, 2]);
  expect(metadataCalls()).toBe(2);
});

it('comes back at its time, once', async () => {
  collector.start();
  await timerIsSet();
  expect(metadataCalls()).toBe(1);
  const waited = clock.advance();
  expect(waited).toBeGreaterThan(0);
  expect(waited).toBeLessThanOrEqual(10_000);
  await timerIsSet();
  expect(metadataCalls()).toBe(2);
  expect(clock.advance()).toBe(10_000);
  await timerIsSet();
});

it.each([
  ['an hour back', -3_600_000],
  ['an hour ahead', 3_600_000],
  ['a moment back, into the slot of the round before', -7_000],
  ['a moment ahead', 4_321],
  ['past the last second of 32 bits', 2 ** 31 * 1_000 - 1_000_000],
])('goes on at its own pace when the clock is set %s', async (_name, by) => {
  collector.start();
  await timerIsSet();
  clock.advance();
  await timerIsSet();
  const before = metadataCalls();
  clock.set(by);
  const waits: number[] = [];
  for (let turn = 1; turn <= 6; turn++) {
    waits.push(clock.advance());
    await timerIsSet();
    expect(metadataCalls()).toBe(before + turn);
  }
  expect(Math.max(...waits)).toBeLessThanOrEqual(15_000);
  // The round after the one that found the clock set is in step again, and none comes in a hurry after a clock that went back.
  expect(waits.slice(2)).toEqual(Array.from({ length: 4 }, () => 10_000));
  if (by < 0) expect(Math.min(...waits)).toBeGreaterThanOrEqual(5_000);
});

it('does not go through a slot twice in a hurry when the clock is set back while a round is kept', async () => {
  keepOne = () => {
    if (kept.length === 2) clock.set(-3_000);
    return Promise.resolve();
  };
  collector.start();
  await timerIsSet();
  clock.advance();
  await timerIsSet();
  expect(clock.advance()).toBeGreaterThanOrEqual(5_000);
  await timerIsSet();
});

it('asks less and less often while nobody answers, keeps the last snapshot, and recovers', async () => {
  await collector.collectNow();
  cluster.failing.add('metadata');
  await expect(collector.collectNow()).rejects.toThrow(ClusterUnreachableError);
  expect(clusterInfo(CLUSTER)).toMatchObject({ status: 'unreachable', lastError: 'connect ECONNREFUSED' });
  expect(latestSnapshot(CLUSTER)?.round).toBe(1);
  collector.start();
  const waits: number[] = [];
  for (let turn = 0; turn < 6; turn++) {
    await timerIsSet();
    waits.push(clock.advance());
  }
  expect(waits).toEqual([1_600, 3_200, 6_400, 12_000, 12_000, 12_000]);
  await timerIsSet();
  cluster.failing.clear();
  clock.advance();
  await timerIsSet();
  expect(clusterInfo(CLUSTER)?.status).toBe('online');
  expect(kept).toHaveLength(2);
});

describe('a database that does not answer', () => {
  let release: () => void = () => undefined;
  beforeEach(() => {
    keepOne = () => new Promise((resolve) => (release = resolve));
  });

  it('keeps nobody from reading the round, nor from the next one for longer than a part of the slot', async () => {
    collector.start();
    await expect.poll(() => latestSnapshot(CLUSTER)?.round, PATIENCE).toBe(1);
    await expect.poll(() => kept.length, PATIENCE).toBe(1);
    // Only the bound on waiting is set; the next round is planned once it has passed.
    await timerIsSet();
    expect(clock.advance()).toBe(5_000);
    await timerIsSet();
    clock.advance();
    await expect.poll(() => latestSnapshot(CLUSTER)?.round, PATIENCE).toBe(2);
    await timerIsSet();
    clock.advance();
    await timerIsSet();
    clock.advance();
    await expect.poll(() => latestSnapshot(CLUSTER)?.round, PATIENCE).toBe(3);
    expect(kept.map(({ round }) => round)).toEqual([1]);
    keepOne = () => Promise.resolve();
    release();
    // What came meanwhile but the newest is a gap.
    await expect.poll(() => kept.map(({ round }) => round), PATIENCE).toEqual([1, 3]);
  });

  it('is waited for while it answers in time', async () => {
    let isKept = false;
    const asked = collector.collectNow().then(() => (isKept = true));
    await expect.poll(() => kept.length, PATIENCE).toBe(1);
    expect(latestSnapshot(CLUSTER)?.round).toBe(1);
    expect(isKept).toBe(false);
    release();
    await asked;
    expect(clock.timers).toEqual([]);
  });

  it('may also reject', async () => {
    keepOne = () => Promise.reject(new Error('disk full'));
    await collector.collectNow();
    await collector.collectNow();
    expect(kept).toHaveLength(2);
  });

  afterEach(() => {
    release();
  });
});

describe('the past', () => {
  it('is waited for a while in the first round, and in no other', async () => {
    let asked = 0;
    readPast = () => {
      asked++;
      return new Promise(() => undefined);
    };
    const first = collector.collectNow();
    await expect.poll(metadataCalls, PATIENCE).toBe(1);
    await timerIsSet();
    expect(clock.advance()).toBe(8_000);
    expect((await first).round).toBe(1);
    await collector.collectNow();
    expect(asked).toBe(1);
  });

  it('may not be readable', async () => {
    readPast = () => Promise.reject(new Error('disk I/O error'));
    expect((await collector.collectNow()).round).toBe(1);
    expect(clock.timers).toEqual([]);
  });
});

it('stops for good', async () => {
  collector.start();
  await timerIsSet();
  await collector.stop();
  expect(clock.timers).toHaveLength(0);
  expect(cluster.closed).toBe(true);
  await expect(collector.collectNow()).rejects.toThrow('stopped');
});

/** A follower that copies from a leader that behaves: nothing is missing, nothing is late, nothing is asked twice. */
import { describe, expect, it } from 'vitest';
import { batchOf, readAll } from '../../log/log-test-kit.ts';
import { FollowerBench } from './follower-bench.ts';

describe('a follower', () => {
  it('has what the leader has, and says with each fetch how far', async () => {
    const bench = new FollowerBench();
    const leader = bench.lead(1, 3);
    const local = bench.open();
    bench.append(1, 5);
    bench.follow(local, 1, 3);
    await bench.until(() => bench.isCopy(local, 1));
    expect(local.highWatermark).toBe(5);
    expect(local.log.leaderEpochs.entries).toEqual([{ epoch: 3, startOffset: 0 }]);
    bench.append(1, 2);
    await bench.until(() => local.logEndOffset === 7);
    await bench.pass(2);
    const { request } = leader.lastAsked;
    expect(request.replicaState).toEqual({ replicaId: 9, replicaEpoch: 77n });
    expect(request.topics[0]?.partitions[0]).toMatchObject({
      ...{ fetchOffset: 7n, lastFetchedEpoch: 3, currentLeaderEpoch: 3, logStartOffset: 0n },
    });
    expect(bench.replicatedBytes).toBe(local.sizeBytes);
    await bench.fetchers.stop();
  });

  it('is answered as soon as something comes, and asks again at once', async () => {
    const bench = new FollowerBench();
    const leader = bench.lead(1, 0);
    const local = bench.open();
    bench.follow(local, 1, 0);
    await bench.pass(100);
    expect(leader.asked).toHaveLength(1);
    const before = bench.time.monotonicMs();
    bench.append(1);
    // One way back, one way there: the links take a millisecond each.
    await bench.until(() => leader.asked.length === 2);
    expect(bench.time.monotonicMs() - before).toBe(2);
    expect(local.logEndOffset).toBe(1);
    await bench.fetchers.stop();
  });

  it('says that it has a record only when that is on the device, where flush.messages asks for it', async () => {
    const bench = new FollowerBench();
    const leader = bench.lead(1, 0);
    const local = bench.open();
    local.log.updateConfig({ ...local.log.config, flushMessages: 1 });
    const said: [bigint, number][] = [];
    leader.script = (question, answer) => {
      said.push([question.fetchOffset, local.log.recoveryPoint]);
      return answer;
    };
    bench.follow(local, 1, 0);
    for (let offset = 0; offset < 5; offset++) {
      bench.append(1);
      await bench.until(() => local.log.recoveryPoint === offset + 1);
    }
    await bench.until(() => said.some(([fetchOffset]) => fetchOffset === 5n));
    expect(said.filter(([fetchOffset, forced]) => forced < Number(fetchOffset))).toEqual([]);
    await bench.fetchers.stop();
  });

  it('names in each request only what has changed', async () => {
    const bench = new FollowerBench();
    const locals = [0, 1, 2, 3].map((partition) => {
      bench.lead(1, 0, undefined, partition);
      return bench.open(partition);
    });
    const leader = bench.leader(1);
    for (const local of locals) bench.follow(local, 1, 0);
    await bench.pass(20);
    expect(
      leader.asked.map(({ request }) => request.topics.flatMap(({ partitions }) => partitions).length),
    ).toEqual([4]);
    bench.append(1, 1, 'r', 2);
    await bench.until(() => leader.asked.length === 2);
    expect(leader.lastAsked.request).toMatchObject({ sessionEpoch: 1, forgottenTopicsData: [] });
    expect(leader.lastAsked.request.topics).toMatchObject([
      { partitions: [{ partition: 2, fetchOffset: 1n }] },
    ]);
    const [, second] = locals;
    if (second !== undefined) bench.fetchers.unfollow(second);
    await bench.until(() => leader.asked.length === 3);
    expect(leader.lastAsked.request.forgottenTopicsData).toMatchObject([{ partitions: [1] }]);
    await bench.fetchers.stop();
  });

  it('takes large answers in pieces, as many as it needs', async () => {
    const bench = new FollowerBench({ settings: { fetchMaxBytes: 3_000 } });
    const leader = bench.lead(1, 0);
    const local = bench.open();
    for (let i = 0; i < 40; i++)
      leader.partitions
        .get(0)
        ?.log.append(batchOf(2, { valueBytes: 200 }), { leaderEpoch: 0, origin: 'client' });
    bench.follow(local, 1, 0);
    await bench.until(() => bench.isCopy(local, 1));
    expect(leader.asked.length).toBeGreaterThan(5);
    await bench.fetchers.stop();
  });

  it('moves its log start and high watermark as the leader does', async () => {
    const bench = new FollowerBench();
    const leader = bench.lead(1, 0);
    const local = bench.open();
    const progress: number[] = [];
    for (let i = 0; i < 6; i++) bench.append(1);
    const led = leader.partitions.get(0);
    if (led === undefined) throw new Error('not led');
    led.highWatermark = 2;
    bench.follow(local, 1, 0);
    await bench.until(() => local.logEndOffset === 6);
    progress.push(local.highWatermark);
    led.highWatermark = 5;
    led.log.advanceLogStart(4);
    bench.append(1);
    led.highWatermark = 5;
    await bench.until(() => local.logEndOffset === 7);
    await bench.pass(3);
    progress.push(local.highWatermark, local.logStartOffset);
    // A leader that knows less takes nothing back.
    led.highWatermark = 4;
    await bench.pass(600);
    progress.push(local.highWatermark);
    expect(progress).toEqual([2, 5, 4, 5]);
    await bench.fetchers.stop();
  });

  it('follows several leaders, each on its own', async () => {
    const bench = new FollowerBench();
    bench.lead(1, 0, undefined, 0);
    bench.lead(2, 0, undefined, 1);
    const [first, second] = [bench.open(0), bench.open(1)];
    bench.follow(first, 1, 0);
    bench.follow(second, 2, 0);
    await bench.pass(20);
    bench.network.cut('broker-1', 'follower');
    bench.append(1, 1, 'r', 0);
    bench.append(2, 1, 'r', 1);
    await bench.pass(50);
    expect([first.logEndOffset, second.logEndOffset]).toEqual([0, 1]);
    bench.network.mend('broker-1', 'follower');
    await bench.until(() => first.logEndOffset === 1);
    expect([...bench.fetchers.lags()].map(({ clientId }) => clientId)).toEqual([
      'ReplicaFetcherThread-0-1',
      'ReplicaFetcherThread-0-2',
    ]);
    await bench.fetchers.stop();
  });

  it('spreads partitions over as many fetchers as it may have', async () => {
    const bench = new FollowerBench({ settings: { fetchersPerLeader: 3 } });
    for (let partition = 0; partition < 9; partition++) {
      bench.lead(1, 0, undefined, partition);
      bench.follow(bench.open(partition), 1, 0);
    }
    await bench.pass(20);
    const { asked } = bench.leader(1);
    expect(new Set(asked.map(({ connectionId }) => connectionId)).size).toBe(3);
    expect(asked.map(({ request }) => request.topics[0]?.partitions.length)).toEqual([3, 3, 3]);
    await bench.fetchers.stop();
  });

  it('knows how far it is behind', async () => {
    const bench = new FollowerBench({ settings: { fetchMaxBytes: 1 } });
    const leader = bench.lead(1, 0);
    const local = bench.open();
    for (let i = 0; i < 10; i++) bench.append(1);
    bench.follow(local, 1, 0);
    await bench.until(() => local.logEndOffset === 4);
    expect(bench.fetchers.maxLagRecords).toBe(6);
    await bench.until(() => bench.isCopy(local, 1));
    expect(bench.fetchers.maxLagRecords).toBe(0);
    expect(leader.asked.length).toBeGreaterThanOrEqual(10);
    await bench.fetchers.stop();
  });
});

describe('a partition that is added while a fetch waits', () => {
  it('is fetched within a few milliseconds, and soon with all others', async () => {
    const bench = new FollowerBench();
    bench.lead(1, 0, undefined, 0);
    const old = bench.open(0);
    bench.follow(old, 1, 0);
    await bench.pass(100);
    const leader = bench.leader(1);
    bench.lead(1, 0, undefined, 1);
    const added = bench.open(1);
    bench.append(1, 1, 'r', 1);
    bench.follow(added, 1, 0);
    const before = bench.time.monotonicMs();
    await bench.until(() => added.logEndOffset === 1);
    // Connecting and fetching, two ways each.
    expect(bench.time.monotonicMs() - before).toBe(4);
    bench.append(1, 1, 'r', 1);
    await bench.until(() => added.logEndOffset === 2, 20);
    await bench.pass(1_000);
    const asking = leader.asked.filter(({ atMs }) => atMs > bench.time.monotonicMs() - 400);
    expect(asking).toHaveLength(1);
    bench.append(1, 1, 'r', 0);
    bench.append(1, 1, 'r', 1);
    await bench.pass(3);
    expect([old.logEndOffset, added.logEndOffset]).toEqual([1, 3]);
    await bench.fetchers.stop();
  });

  it('is never asked for on two connections at a time', async () => {
    const bench = new FollowerBench();
    const leader = bench.leader(1);
    for (let partition = 0; partition < 12; partition++) {
      bench.lead(1, 0, undefined, partition);
      bench.follow(bench.open(partition), 1, 0);
      await bench.pass(partition * 13);
      for (let led = 0; led <= partition; led++) bench.append(1, 1, 'r', led);
    }
    await bench.pass(1_000);
    // What the leader was told last of each partition never goes back.
    const told = new Map<number, bigint>();
    for (const { request } of leader.asked) {
      for (const { partition, fetchOffset } of request.topics.flatMap(({ partitions }) => partitions)) {
        expect(fetchOffset).toBeGreaterThanOrEqual(told.get(partition) ?? 0n);
        told.set(partition, fetchOffset);
      }
    }
    expect(leader.overlaps).toBe(0);
    expect(bench.replicatedBytes).toBe(
      [...bench.locals.values()].reduce((sum, { log }) => sum + readAll(log).length, 0),
    );
    for (const local of bench.locals.values()) expect(bench.isCopy(local, 1)).toBe(true);
    await bench.fetchers.stop();
  });
});

/**
 * A broker that leads partitions with followers: when what was produced is acknowledged, who may read it, who joins and
 * who leaves the in-sync replicas, and what happens when leadership comes and goes.
 */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import type { PartitionImage } from '../controller/image.ts';
import { batchOf } from '../log/log-test-kit.ts';
import { createMemoryPlatform } from '../platform/memory/memory-platform.ts';
import { settle } from '../platform/memory/memory-time.ts';
import { BROKER, registered, TestBroker, topicOf } from './replica-test-kit.ts';
import { ANY_REPLICA, LATEST_EPOCH } from './replica-requests.ts';
import { ScriptedController } from './scripted-controller.ts';
import { ReplicationThrottle } from './throttle.ts';

const THREE = { replicas: [BROKER, 1, 2], isr: [BROKER, 1, 2] };

async function start(
  changes: Partial<PartitionImage> = THREE,
  options: Parameters<typeof TestBroker.start>[0] = {},
) {
  const controller = new ScriptedController();
  const events: string[] = [];
  const broker = await TestBroker.start({
    topics: [topicOf('t', 1, changes)],
    brokers: [registered(BROKER), registered(1), registered(2)],
    cluster: { controllerChannel: controller, brokerEpoch: () => 0, interBrokerListenerName: 'PLAINTEXT' },
    settings: { replicaLagTimeMaxMs: 10_000 },
    meter: {
      recordIn: () => undefined,
      recordOut: () => undefined,
      isrShrunk: () => events.push('shrunk'),
      isrExpanded: () => events.push('expanded'),
      isrUpdateFailed: () => events.push('failed'),
    },
    ...options,
  });
  const view = () => {
    const partition = broker.manager.partition('t', 0);
    if (partition === undefined) throw new Error('no partition');
    return partition;
  };
  const follow = async (replicaId: number, offset: number, replicaEpoch = 10 * replicaId) =>
    (await broker.fetch({ replicaId, replicaEpoch, offset }))[0];
  const change = (next: Partial<PartitionImage>): void => broker.apply({ created: [topicOf('t', 1, next)] });
  return { broker, controller, events, view, follow, change };
}

const isOpen = async (answer: Promise<unknown>): Promise<boolean> => {
  await settle();
  return (await Promise.race([answer, Promise.resolve('open')])) === 'open';
};

describe('acks=all', () => {
  it('is answered when every in-sync replica has asked for what follows', async () => {
    const { broker, follow, view } = await start();
    const answer = broker.append(batchOf(2));
    await follow(1, 2);
    expect(await isOpen(answer)).toBe(true);
    await follow(2, 1);
    expect(await isOpen(answer)).toBe(true);
    expect(view().highWatermark).toBe(1);
    await follow(2, 2);
    expect(await answer).toMatchObject({ errorCode: 0, baseOffset: 0 });
  });

  it('is answered when the image takes the slow one out', async () => {
    const { broker, follow, change } = await start();
    const answer = broker.append(batchOf(2));
    await follow(1, 2);
    change({ ...THREE, isr: [BROKER, 1], partitionEpoch: 1 });
    expect(await answer).toMatchObject({ errorCode: 0 });
  });

  it('ends at once when leadership is lost, whatever was asked for', async () => {
    const { broker, change, view } = await start();
    const answer = broker.append(batchOf(2));
    const parked = broker.fetch({ offset: 0, maxWaitMs: 60_000 });
    await settle();
    change({ ...THREE, leader: 1, leaderEpoch: 1, partitionEpoch: 1 });
    expect(await answer).toMatchObject({ errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER });
    expect((await parked)[0]?.errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    expect(view()).toMatchObject({ isLeader: false, highWatermark: 0, logEndOffset: 2 });
  });

  it('says what it knows when the ISR has become too small: the records are stored', async () => {
    const { broker, change, view } = await start(THREE, { config: { minInsyncReplicas: 2 } });
    const answer = broker.append(batchOf(2));
    change({ ...THREE, isr: [BROKER], partitionEpoch: 1 });
    await broker.platform.advance(1000);
    expect(await answer).toMatchObject({ errorCode: ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND });
    expect(view()).toMatchObject({ logEndOffset: 2, highWatermark: 0 });
    expect(await broker.append(batchOf(1))).toMatchObject({ errorCode: ErrorCode.NOT_ENOUGH_REPLICAS });
    expect((await broker.fetch())[0]?.records).toHaveLength(0);
  });

  it('waits for the device and the replicas, whichever comes last', async () => {
    const { broker, follow } = await start(THREE, { config: { flushMessages: 1 } });
    const answer = broker.append(batchOf(1));
    await follow(1, 1);
    await follow(2, 1);
    expect(await answer).toMatchObject({ errorCode: 0 });
  });

  it('of a coordinator holds for one leader epoch', async () => {
    const { broker, change } = await start();
    const append = (leaderEpoch: number) =>
      broker.manager.append({
        ...{ topic: 't', partition: 0, records: batchOf(1), acks: 1, timeoutMs: null },
        ...{ origin: 'coordinator', leaderEpoch },
      });
    expect(await append(0)).toMatchObject({ errorCode: 0 });
    change({ ...THREE, leaderEpoch: 1, partitionEpoch: 1 });
    expect(await append(0)).toMatchObject({ errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER });
    expect(await append(1)).toMatchObject({ errorCode: 0 });
  });
});

describe('the in-sync replicas', () => {
  it('take in who has caught up, by the controller, and not before it has answered', async () => {
    const { broker, controller, follow, view, events } = await start({ ...THREE, isr: [BROKER] });
    await broker.append(batchOf(3));
    await follow(1, 0);
    expect(controller.requests).toEqual([]);
    controller.hold();
    await follow(1, 3);
    await settle();
    expect(view().inSyncReplicas).toEqual([BROKER]);
    expect(controller.requests[0]?.[0]?.isr).toEqual([
      [BROKER, 0],
      [1, 10],
    ]);
    // Who is about to join holds the high watermark back.
    const answer = broker.append(batchOf(1));
    expect(await isOpen(answer)).toBe(true);
    controller.release();
    await settle();
    expect([view().inSyncReplicas, events]).toEqual([[BROKER, 1], ['expanded']]);
    await follow(1, 4);
    expect(await answer).toMatchObject({ errorCode: 0 });
  });

  it('lose who is silent, by the controller; until then it holds the high watermark back', async () => {
    const { broker, controller, follow, view, events } = await start();
    await follow(1, 0);
    await follow(2, 0);
    controller.isAway = true;
    const answer = broker.manager.append({
      ...{ topic: 't', partition: 0, records: batchOf(1), acks: -1, timeoutMs: null, origin: 'coordinator' },
    });
    for (let second = 0; second < 20; second++) {
      await broker.platform.advance(1_000);
      await follow(1, 1);
    }
    expect(await isOpen(answer)).toBe(true);
    controller.isAway = false;
    await broker.platform.advance(1_000);
    expect(await answer).toMatchObject({ errorCode: 0 });
    expect([view().inSyncReplicas, events]).toEqual([[BROKER, 1], ['shrunk']]);
  });

  it('go on holding back when the controller says that our view is old', async () => {
    const { broker, controller, follow, view, change, events } = await start({ ...THREE, isr: [BROKER, 1] });
    controller.partitionError = ErrorCode.INVALID_UPDATE_VERSION;
    await follow(1, 0);
    await follow(2, 0);
    await settle();
    expect(events).toEqual(['failed']);
    const answer = broker.append(batchOf(1), { acks: 1 });
    await answer;
    await follow(1, 1);
    expect(view().highWatermark).toBe(0);
    await broker.platform.advance(60_000);
    expect(controller.requests).toHaveLength(1);
    change({ ...THREE, isr: [BROKER, 1], partitionEpoch: 1 });
    expect(view().highWatermark).toBe(1);
  });

  it('are as before when the controller finds a member not eligible, and ask again with its next fetch', async () => {
    const { controller, follow, events } = await start({ ...THREE, isr: [BROKER, 1] });
    controller.partitionError = ErrorCode.INELIGIBLE_REPLICA;
    await follow(2, 0);
    await settle();
    await follow(2, 0);
    await settle();
    expect(controller.requests).toHaveLength(2);
    expect(events).toEqual(['failed', 'failed']);
  });

  it('take in who could not join when it fetched, as soon as the cluster counts it', async () => {
    const { broker, controller, follow, view } = await start(
      { ...THREE, isr: [BROKER, 1] },
      { brokers: [registered(BROKER), registered(1), registered(2, { fenced: true })] },
    );
    await follow(2, 0);
    await settle();
    expect(controller.requests).toEqual([]);
    broker.apply({ brokers: [registered(2)] });
    await settle();
    expect(view().inSyncReplicas).toEqual([BROKER, 1, 2]);
  });

  it('refuse followers that are no replicas, or have registered again', async () => {
    const { broker, follow, view } = await start();
    expect((await follow(5, 0))?.errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    expect((await follow(1, 0, 9))?.errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    await broker.append(batchOf(1), { acks: 1 });
    await follow(1, 1, 9);
    await follow(2, 1);
    expect(view().highWatermark).toBe(0);
  });
});

describe('fetches', () => {
  it('of followers end with the first append, those of consumers when it is committed', async () => {
    const { broker, follow } = await start();
    const bySecond = broker.fetch({ replicaId: 1, replicaEpoch: 10, offset: 0, maxWaitMs: 60_000 });
    const byReader = broker.fetch({ offset: 0, maxWaitMs: 60_000 });
    await settle();
    await broker.append(batchOf(2), { acks: 1 });
    expect((await bySecond)[0]?.records.length).toBeGreaterThan(0);
    expect(await isOpen(byReader)).toBe(true);
    await follow(1, 2);
    await follow(2, 2);
    expect((await byReader)[0]).toMatchObject({ highWatermark: 2 });
  });

  it('wait for minBytes of what is committed, however it was committed', async () => {
    const { broker, follow } = await start({ replicas: [BROKER, 1], isr: [BROKER, 1] });
    const size = batchOf(1).length;
    const reader = broker.fetch({ offset: 0, maxWaitMs: 60_000, minBytes: 3 * size });
    await settle();
    for (let end = 1; end <= 2; end++) {
      await broker.append(batchOf(1), { acks: 1 });
      await follow(1, end);
    }
    expect(await isOpen(reader)).toBe(true);
    await broker.append(batchOf(1), { acks: 1 });
    await broker.append(batchOf(1), { acks: 1 });
    await follow(1, 4);
    expect((await reader)[0]?.records).toHaveLength(4 * size);
  });

  it('of consumers at a new leader get nothing above its high watermark, and no error', async () => {
    const { broker, change, follow } = await start({ ...THREE, leader: 1 });
    // What it copied as a follower.
    const copied = broker.manager.partition('t', 0) as unknown as {
      log: { append(batch: Buffer, options: object): unknown };
    };
    copied.log.append(batchOf(3), { leaderEpoch: 0, origin: 'replication' });
    change({ ...THREE, leaderEpoch: 1, partitionEpoch: 1 });
    const ask = { topic: 't', partition: 0, timestampMs: -1, currentLeaderEpoch: -1, replicaId: -1 };
    const latest = (replicaId: number) =>
      broker.manager.listOffsets({ ...ask, replicaId, isolationLevel: 'readUncommitted' });
    expect((await broker.fetch({ offset: 3 }))[0]).toMatchObject({ errorCode: 0, highWatermark: 0 });
    expect((await broker.fetch({ offset: 4 }))[0]?.errorCode).toBe(ErrorCode.OFFSET_OUT_OF_RANGE);
    expect((await broker.fetch({ offset: 0 }))[0]?.records).toHaveLength(0);
    expect(latest(-1).errorCode).toBe(ErrorCode.OFFSET_NOT_AVAILABLE);
    expect(latest(ANY_REPLICA)).toMatchObject({ errorCode: 0, offset: 3 });
    const byTime = { ...ask, timestampMs: 0, isolationLevel: 'readUncommitted' as const };
    expect(broker.manager.listOffsets(byTime).errorCode).toBe(ErrorCode.OFFSET_NOT_AVAILABLE);
    expect(broker.manager.listOffsets({ ...byTime, timestampMs: -2 })).toMatchObject({
      errorCode: 0,
      offset: 0,
    });
    await follow(1, 3);
    await follow(2, 3);
    expect(latest(-1)).toMatchObject({ errorCode: 0, offset: 3 });
    expect((await broker.fetch({ offset: 0 }))[0]).toMatchObject({ highWatermark: 3 });
  });

  it('of consumers may go to followers, up to what those know to be committed', async () => {
    const { broker } = await start({ ...THREE, leader: 1 });
    const nearby = { rackId: '', listenerName: 'PLAINTEXT' };
    expect((await broker.fetch({ nearby }))[0]).toMatchObject({ errorCode: 0, highWatermark: 0 });
    expect((await broker.fetch())[0]?.errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    const question = { topic: 't', partition: 0, currentLeaderEpoch: -1, leaderEpoch: LATEST_EPOCH };
    expect(broker.manager.endOfEpoch(question).errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    expect(broker.manager.endOfEpoch({ ...question, replicaId: ANY_REPLICA })).toEqual({
      errorCode: 0,
      epoch: -1,
      endOffset: 0,
    });
  });

  it('of consumers are sent to the replica in their rack', async () => {
    const brokers = [
      registered(BROKER, { rack: 'a' }),
      registered(1, { rack: 'b' }),
      registered(2, { rack: 'b' }),
    ];
    const settings = { rackAwareReads: true, replicaLagTimeMaxMs: 10_000 };
    const { broker, follow, change } = await start(THREE, { brokers, settings });
    await broker.append(batchOf(2), { acks: 1 });
    await follow(1, 1);
    await follow(2, 2);
    const preferred = async (rackId: string, offset = 0) => {
      const nearby = { rackId, listenerName: 'PLAINTEXT' };
      return (await broker.fetch({ nearby, offset, maxWaitMs: 60_000, minBytes: 0 }))[0]
        ?.preferredReadReplica;
    };
    expect(await preferred('a')).toBe(-1);
    expect(await preferred('c')).toBe(-1);
    expect(await preferred('b')).toBe(2);
    change({ ...THREE, isr: [BROKER, 1], partitionEpoch: 1 });
    expect(await preferred('b')).toBe(1);
    expect(await preferred('b', 2)).toBe(-1);
  });

  it('of followers that catch up wait while the throttled rate is used up', async () => {
    const throttle = (clock: TestBroker['platform']['clock']) =>
      new ReplicationThrottle({ clock, brokerId: BROKER });
    const platform = createMemoryPlatform();
    const leader = throttle(platform.clock);
    leader.setRate(100);
    const { broker, follow } = await start(
      { ...THREE, isr: [BROKER, 1] },
      {
        platform,
        config: { leaderThrottledReplicas: ['*'] },
        throttles: { leader, follower: throttle(platform.clock) },
      },
    );
    for (let batch = 0; batch < 20; batch++) await broker.append(batchOf(10), { acks: 1 });
    await follow(1, 200);
    expect((await follow(2, 0))?.records.length).toBeGreaterThan(1_000);
    expect(leader.isExceeded).toBe(true);
    expect(await follow(2, 0)).toMatchObject({ errorCode: 0, records: Buffer.alloc(0) });
    expect((await follow(1, 0))?.records.length).toBeGreaterThan(1_000);
    await platform.advance(60_000);
    expect((await follow(2, 0))?.records.length).toBeGreaterThan(1_000);
  });
});

describe('replicas that come and go', () => {
  it('do not lead what a process led that ran here before', async () => {
    const before = { replicas: [BROKER], isr: [BROKER], leaderEpoch: 4, partitionEpoch: 4 };
    const earlier = registered(BROKER, { brokerEpoch: -5 });
    const { broker, view, change } = await start(before, {
      brokers: [earlier, registered(1), registered(2)],
    });
    expect(view().isLeader).toBe(false);
    expect(await broker.append(batchOf(1))).toMatchObject({ errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER });
    broker.apply({ brokers: [registered(BROKER, { fenced: true })] });
    expect(view().isLeader).toBe(false);
    broker.apply({ brokers: [registered(BROKER)] });
    change({ ...before, leaderEpoch: 6, partitionEpoch: 6 });
    expect(view()).toMatchObject({ isLeader: true, leaderEpoch: 6 });
  });

  it('are told apart from topics that are not there', async () => {
    const { broker } = await start();
    broker.apply({ created: [topicOf('other', 1, { replicas: [1], isr: [1], leader: 1 })] });
    const other = { topic: 'other' };
    expect(await broker.append(batchOf(1), other)).toMatchObject({
      errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER,
    });
    expect(await broker.append(batchOf(1), { topic: 'none' })).toMatchObject({
      errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    });
  });

  it('delete their log when another broker took their place, also while they were away', async () => {
    const { broker, change } = await start();
    await broker.append(batchOf(1), { acks: 1 });
    change({ replicas: [1, 2], isr: [1, 2], leader: 1, leaderEpoch: 1, partitionEpoch: 1 });
    expect(broker.manager.partition('t', 0)).toBeUndefined();
    expect([...broker.manager.logs()]).toEqual([]);
    change({ ...THREE, leaderEpoch: 2, partitionEpoch: 2 });
    expect(broker.manager.partition('t', 0)).toMatchObject({ logEndOffset: 0 });
    await broker.stop();
    const again = await TestBroker.start({
      platform: broker.platform,
      topics: [topicOf('t', 1, { replicas: [1, 2], isr: [1, 2], leader: 1 })],
    });
    expect(broker.platform.disk.list('/data')).not.toContain('t-0');
    expect([...again.manager.logs()]).toEqual([]);
  });
});

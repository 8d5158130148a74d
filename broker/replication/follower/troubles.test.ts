/** A follower in trouble: leaders that refuse, change, lie or vanish, connections that break, disks that fail. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../../protocol/errors.ts';
import type { LocalPartition } from '../local-partition.ts';
import { ReplicationThrottle } from '../throttle.ts';
import { copyOf, extend, FOLLOWER, FollowerBench, logOf } from './follower-bench.ts';
import { answerOf, type ScriptedLeader } from './scripted-leader.ts';

/** A partition that is followed and has caught up. */
async function caughtUp(bench = new FollowerBench()): Promise<{
  bench: FollowerBench;
  leader: ScriptedLeader;
  local: LocalPartition;
}> {
  const leader = bench.lead(1, 1);
  const local = bench.open();
  bench.append(1, 3);
  bench.follow(local, 1, 1);
  await bench.until(() => bench.isCopy(local, 1));
  await bench.pass(5);
  return { bench, leader, local };
}

function warnings({ logger }: FollowerBench): string[] {
  return logger.lines.filter((line) => !line.startsWith('INFO'));
}

describe('a leader that refuses', () => {
  it.each([
    ErrorCode.NOT_LEADER_OR_FOLLOWER,
    ErrorCode.UNKNOWN_LEADER_EPOCH,
    ErrorCode.FENCED_LEADER_EPOCH,
    ErrorCode.UNKNOWN_TOPIC_ID,
    ErrorCode.KAFKA_STORAGE_ERROR,
    ErrorCode.UNKNOWN_SERVER_ERROR,
  ])('with error %i is asked less and less often, and copied as soon as it does not', async (errorCode) => {
    const bench = new FollowerBench();
    const leader = bench.lead(1, 1);
    const local = bench.open();
    bench.append(1, 3);
    leader.script = (question) => answerOf(question, { errorCode });
    bench.follow(local, 1, 1);
    await bench.pass(10_000);
    expect(leader.asked.length).toBeLessThan(22);
    expect(warnings(bench)).toHaveLength(1);
    leader.script = null;
    await bench.until(() => bench.isCopy(local, 1), 1_100);
    await bench.fetchers.stop();
  });

  it('because it has not heard of its epoch yet is asked again within milliseconds', async () => {
    const bench = new FollowerBench();
    const leader = bench.lead(1, 4);
    const local = bench.open();
    bench.follow(local, 1, 5);
    await bench.pass(30);
    expect(leader.asked.length).toBeGreaterThanOrEqual(3);
    bench.lead(1, 5);
    bench.append(1, 1);
    await bench.until(() => local.logEndOffset === 1, 60);
    expect(warnings(bench)).toEqual([]);
    await bench.fetchers.stop();
  });

  it('one partition holds up no other', async () => {
    const bench = new FollowerBench();
    const leader = bench.lead(1, 1, undefined, 0);
    bench.lead(1, 1, undefined, 1);
    const [bad, good] = [bench.open(0), bench.open(1)];
    leader.script = (question) =>
      question.partition === 0 ? answerOf(question, { errorCode: ErrorCode.CORRUPT_MESSAGE }) : null;
    bench.follow(bad, 1, 1);
    bench.follow(good, 1, 1);
    await bench.pass(1_000);
    for (let i = 1; i <= 5; i++) {
      bench.append(1, 1, 'r', 1);
      await bench.until(() => good.logEndOffset === i, 3);
      await bench.pass(3);
    }
    await bench.fetchers.stop();
  });
});

describe('another leader', () => {
  it('takes over in the middle of a fetch, whose answer is dropped', async () => {
    const { bench, leader, local } = await caughtUp();
    let open: () => void = () => undefined;
    leader.gate = new Promise((resolve) => (open = resolve));
    bench.append(1, 4, 'late');
    await bench.pass(5);
    bench.lead(2, 2, copyOf(local.log));
    bench.append(2, 1, 'new');
    bench.follow(local, 2, 2);
    open();
    await bench.until(() => bench.isCopy(local, 2));
    await bench.pass(1_000);
    expect(bench.isCopy(local, 2)).toBe(true);
    expect(local.log.read({ offset: 0, maxBytes: 9_999 }).includes('late')).toBe(false);
    await bench.fetchers.stop();
  });

  it('epoch of the same leader makes answers to the one before useless', async () => {
    const { bench, leader, local } = await caughtUp();
    let open: () => void = () => undefined;
    leader.gate = new Promise((resolve) => (open = resolve));
    bench.append(1, 1, 'late');
    await bench.pass(3);
    const led = leader.partitions.get(0);
    if (led !== undefined) led.epoch = 2;
    bench.follow(local, 1, 2);
    leader.gate = null;
    open();
    await bench.pass(2);
    expect(local.logEndOffset).toBe(3);
    await bench.until(() => local.logEndOffset === 4);
    expect(leader.lastAsked.request.topics.flatMap(({ partitions }) => partitions)[0]).toMatchObject({
      currentLeaderEpoch: 2,
    });
    await bench.fetchers.stop();
  });

  it('is this broker itself: nothing that comes later is appended', async () => {
    const { bench, local } = await caughtUp();
    bench.append(1, 1, 'late');
    bench.fetchers.unfollow(local);
    await bench.pass(1_000);
    expect(local.logEndOffset).toBe(3);
    expect([...bench.fetchers.lags()]).toEqual([]);
    await bench.fetchers.stop();
  });

  it('is found at once although the one before hangs', async () => {
    const { bench, local } = await caughtUp();
    bench.network.powerOff('broker-1');
    bench.lead(2, 2, copyOf(local.log));
    bench.append(2, 1);
    bench.follow(local, 2, 2);
    await bench.until(() => local.logEndOffset === 4, 5);
    await bench.fetchers.stop();
  });
});

describe('a connection', () => {
  it('that is refused is tried again, more and more seldom, and at once when there is news', async () => {
    const bench = new FollowerBench({ settings: { fetchBackoffMs: 60_000 } });
    const leader = bench.lead(1, 1);
    leader.stopListening();
    const local = bench.open();
    bench.follow(local, 1, 1);
    await bench.pass(40_000);
    expect(warnings(bench)).toHaveLength(1);
    leader.listen();
    const led = leader.partitions.get(0);
    if (led !== undefined) led.epoch = 2;
    bench.append(1, 1);
    bench.follow(local, 1, 2);
    await bench.until(() => bench.isCopy(local, 1), 5);
    await bench.fetchers.stop();
  });

  it('waits for the address of a leader that nobody knows yet', async () => {
    let known = false;
    const bench: FollowerBench = new FollowerBench({
      addressOf: (id) => (known ? bench.leader(id).address : null),
    });
    bench.lead(1, 1);
    bench.append(1, 2);
    const local = bench.open();
    bench.follow(local, 1, 1);
    await bench.pass(3_000);
    known = true;
    await bench.until(() => bench.isCopy(local, 1), 1_100);
    expect(warnings(bench)).toHaveLength(1);
    await bench.fetchers.stop();
  });

  it.each([0, 1, 2, 3, 4, 5, 6])('that breaks after %i ms costs nothing but time', async (afterMs) => {
    const bench = new FollowerBench();
    bench.lead(1, 1);
    const local = bench.open();
    bench.append(1, 2);
    bench.follow(local, 1, 1);
    await bench.pass(afterMs);
    bench.network.breakConnections('follower');
    bench.append(1, 2);
    await bench.until(() => bench.isCopy(local, 1), 100);
    expect(local.highWatermark).toBe(4);
    await bench.fetchers.stop();
  });

  it('whose answers do not come is given up after its time', async () => {
    const bench = new FollowerBench({ settings: { socketTimeoutMs: 3_000 } });
    const { leader, local } = await caughtUp(bench);
    leader.gate = new Promise(() => undefined);
    bench.append(1, 1);
    await bench.pass(3_400);
    leader.gate = null;
    await bench.until(() => bench.isCopy(local, 1), 200);
    expect(warnings(bench)).toHaveLength(1);
    await bench.fetchers.stop();
  });

  it('that is being made keeps nobody from stopping', async () => {
    const bench = new FollowerBench();
    bench.lead(1, 1);
    bench.network.powerOff('broker-1');
    bench.follow(bench.open(), 1, 1);
    await bench.pass(10);
    await bench.fetchers.stop();
    await bench.pass(60_000);
    expect(bench.leader(1).asked).toEqual([]);
  });

  it('is closed when nothing is fetched from that leader any more', async () => {
    const { bench, leader, local } = await caughtUp();
    bench.fetchers.unfollow(local);
    await bench.pass(2_000);
    expect(leader.asked.length).toBeLessThan(4);
    expect(bench.time.pendingTimers).toBe(0);
    await bench.fetchers.stop();
  });
});

describe('a session', () => {
  it('that the leader forgot is begun anew with all partitions', async () => {
    const { bench, leader, local } = await caughtUp();
    leader.sessions.clear();
    bench.append(1, 1);
    await bench.until(() => bench.isCopy(local, 1));
    await bench.pass(600);
    bench.append(1, 1);
    await bench.until(() => bench.isCopy(local, 1), 50);
    expect(leader.asked.filter(({ request }) => request.sessionEpoch === 0)).toHaveLength(2);
    expect(warnings(bench)).toEqual([]);
    await bench.fetchers.stop();
  });

  it.each([ErrorCode.INVALID_FETCH_SESSION_EPOCH, ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR])(
    'that ends with error %i is ended by the next request, which names all',
    async (errorCode) => {
      const { bench, leader, local } = await caughtUp();
      leader.scriptedError = ({ sessionEpoch }) => (sessionEpoch === 2 ? errorCode : 0);
      bench.append(1, 1);
      await bench.pass(600);
      bench.append(1, 1);
      await bench.until(() => bench.isCopy(local, 1), 50);
      const ended = leader.asked.find(({ request }) => request.sessionId > 0 && request.sessionEpoch === 0);
      expect(ended?.request.topics[0]?.partitions).toHaveLength(1);
      await bench.fetchers.stop();
    },
  );

  it('that the leader does not keep is not needed', async () => {
    const bench = new FollowerBench();
    bench.leader(1).keepsSessions = false;
    const { leader, local } = await caughtUp(bench);
    for (let i = 0; i < 5; i++) {
      bench.append(1, 1);
      await bench.until(() => bench.isCopy(local, 1), 5);
      await bench.pass(2);
    }
    expect(leader.asked.every(({ request }) => request.sessionEpoch === 0)).toBe(true);
    await bench.fetchers.stop();
  });

  it('whose first answer leaves partitions out is not gone on with', async () => {
    const bench = new FollowerBench();
    bench.lead(1, 1, undefined, 0);
    bench.lead(1, 1, undefined, 1);
    const locals = [bench.open(0), bench.open(1)];
    const leader = bench.leader(1);
    const forgotten = leader.partitions.get(1);
    leader.leavesOut.add(1);
    for (const local of locals) bench.follow(local, 1, 1);
    bench.append(1, 1, 'r', 1);
    await bench.pass(1_000);
    leader.leavesOut.clear();
    await bench.until(() => locals[1]?.logEndOffset === forgotten?.log.logEndOffset, 2_000);
    expect(warnings(bench)).toEqual([expect.stringContaining('it answered for 1 of 2 partitions') as string]);
    await bench.fetchers.stop();
  });
});

describe('what a leader sends', () => {
  it('is not stored when it is damaged, and the operator is told once', async () => {
    const { bench, leader, local } = await caughtUp();
    leader.script = (_question, answer) => {
      if (answer.records === null || answer.records.length === 0) return null;
      const records = Buffer.from(answer.records);
      records[records.length - 1] = (records[records.length - 1] ?? 0) ^ 0x55;
      return { ...answer, records };
    };
    bench.append(1, 2);
    await bench.pass(10_000);
    expect([local.logEndOffset, local.highWatermark]).toEqual([3, 3]);
    expect(warnings(bench)).toHaveLength(1);
    expect(warnings(bench)[0]).toContain('checksum');
    leader.script = null;
    await bench.until(() => bench.isCopy(local, 1), 1_100);
    await bench.fetchers.stop();
  });

  it('is not stored when it is of an epoch after its own', async () => {
    const bench = new FollowerBench();
    const leader = bench.lead(1, 1);
    const local = bench.open();
    extend(leader.partitions.get(0)?.log ?? logOf(), [2, 3, 'future']);
    bench.follow(local, 1, 1);
    await bench.pass(2_000);
    expect(local.logEndOffset).toBe(0);
    expect(warnings(bench)).toHaveLength(1);
    await bench.fetchers.stop();
  });
});

describe('a disk', () => {
  it('that is full holds its partitions up until there is room', async () => {
    const { bench, local } = await caughtUp();
    bench.platform.disk.faults.add({
      operation: 'write',
      nth: 1,
      sticky: true,
      code: 'ENOSPC',
      pathEnd: '.log',
    });
    bench.append(1, 2);
    await bench.pass(3_000);
    expect(local.logEndOffset).toBe(3);
    bench.platform.disk.faults.clear();
    await bench.until(() => bench.isCopy(local, 1), 2_000);
    expect(bench.fetchers.failedPartitions).toBe(0);
    await bench.fetchers.stop();
  });

  it('that fails ends its partitions, and no others', async () => {
    const bench = new FollowerBench();
    bench.lead(1, 1, undefined, 0);
    bench.lead(1, 1, undefined, 1);
    const [broken, good] = [bench.open(0), bench.open(1)];
    bench.follow(broken, 1, 1);
    bench.follow(good, 1, 1);
    await bench.pass(20);
    bench.platform.disk.faults.add({
      operation: 'write',
      nth: 1,
      code: 'EIO',
      pathEnd: 't-0/00000000000000000000.log',
    });
    bench.append(1, 1, 'r', 0);
    bench.append(1, 1, 'r', 1);
    await bench.until(() => bench.isCopy(good, 1));
    await bench.pass(2_000);
    expect([broken.logEndOffset, broken.log.isOffline, bench.fetchers.failedPartitions]).toEqual([
      0,
      true,
      1,
    ]);
    bench.append(1, 1, 'r', 1);
    await bench.until(() => bench.isCopy(good, 1), 5);
    bench.fetchers.unfollow(broken);
    expect(bench.fetchers.failedPartitions).toBe(0);
    await bench.fetchers.stop();
  });

  it('that has failed: its partitions are not asked for, under this leader and the next', async () => {
    const { bench, leader, local } = await caughtUp();
    local.log.takeOffline(new Error('the disk has failed elsewhere'));
    bench.fetchers.noteDiskFailure(local);
    const askedBefore = leader.asked.length;
    await bench.pass(2_000);
    bench.lead(2, 2, copyOf(leader.partitions.get(0)?.log ?? logOf()));
    bench.follow(local, 2, 2);
    await bench.pass(2_000);
    expect([leader.asked.length, bench.leader(2).asked.length]).toEqual([askedBefore, 0]);
    expect(bench.fetchers.failedPartitions).toBe(1);
    await bench.fetchers.stop();
  });

  it('that fails while the log is cut ends the partition', async () => {
    const bench = new FollowerBench();
    const local = bench.open();
    extend(local.log, [0, 4, 'm']);
    await local.log.flush();
    bench.platform.disk.faults.add({ operation: 'sync', nth: 1, code: 'EIO', pathEnd: '.log' });
    bench.lead(1, 1, logOf([0, 1, 'm'], [1, 5, 'n']));
    bench.follow(local, 1, 1);
    await bench.pass(2_000);
    expect([local.log.isOffline, bench.fetchers.failedPartitions]).toEqual([true, 1]);
    expect(bench.leader(1).asked).toHaveLength(1);
    await bench.fetchers.stop();
  });
});

describe('a throttle', () => {
  it('holds throttled replicas that lag to its rate, and no others', async () => {
    const rate = 2_000;
    const held = new FollowerBench({
      settings: { fetchMaxBytes: 500 },
      throttle: (clock) => {
        const throttle = new ReplicationThrottle({ clock, brokerId: FOLLOWER });
        throttle.setRate(rate);
        return throttle;
      },
    });
    held.lead(1, 1, undefined, 0);
    held.lead(1, 1, undefined, 1);
    const throttled = held.open(0, { followerThrottledReplicas: ['0:9'] });
    const free = held.open(1, { followerThrottledReplicas: ['0:9'] });
    for (let i = 0; i < 400; i++) {
      held.append(1, 1, 'r', 0);
      held.append(1, 1, 'r', 1);
    }
    held.follow(throttled, 1, 1);
    held.follow(free, 1, 1);
    await held.until(() => held.isCopy(free, 1));
    const beforeMs = held.time.monotonicMs();
    expect(throttled.logEndOffset).toBeLessThan(100);
    await held.until(() => held.isCopy(throttled, 1), 60_000);
    const seconds = (held.time.monotonicMs() - beforeMs) / 1_000;
    expect(throttled.sizeBytes / seconds).toBeLessThan(rate * 1.3);
    expect(throttled.sizeBytes / seconds).toBeGreaterThan(rate * 0.7);
    // In sync it is not held back any more.
    held.append(1, 20, 'r', 0);
    await held.until(() => held.isCopy(throttled, 1), 5);
    await held.fetchers.stop();
  });
});

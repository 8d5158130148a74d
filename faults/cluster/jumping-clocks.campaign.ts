/**
 * Wall clocks that jump: an hour ahead, an hour back, to and fro, and to years that no record was written in. Sessions, leases
 * and lags are measured in time that only goes on, so nobody is fenced, no group rebalances, no leader changes, and who is
 * silent is missed in time; what producers say about the time of their records stays as they said it. Where the broker's time
 * is written instead (LogAppendTime), records can still be found by time.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { expect, it, onTestFinished } from 'vitest';
import { kafkajsLog } from '../../demo/kafkajs-log.ts';
import { joinGroupRequest, joinGroupResponse } from '../../protocol/messages/11-join-group.ts';
import { syncGroupRequest, syncGroupResponse } from '../../protocol/messages/14-sync-group.ts';
import { describeGroupsRequest, describeGroupsResponse } from '../../protocol/messages/15-describe-groups.ts';
import { maxTimestampAt } from '../../protocol/records/record-batch.ts';
import { clockFrom, needs } from '../abilities.ts';
import { timesOf } from '../campaign.ts';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { coordinatorOf } from './coordinator-connection.ts';
import { LeaderFinder } from './leader-finder.ts';
import { NodeClocks } from './node-clocks.ts';
import { batchesOnDisk, timeIndexEntries } from './replica-files.ts';
import { underLoad } from './under-load.ts';

const STROBES = 2 + timesOf(1);
const HOUR_S = 3_600;
const WHILE_MS = 2_500;
/** The session of a broker is 9 seconds. */
const MISSED_MS = 40_000;
const SILENT_SESSION_MS = 6_000;
const STAMPED = 'stamped';
const LONG_MAX = '9223372036854775807';
/** By default a broker refuses records from more than an hour ahead of its clock, and they are when that goes back. */
const TOPIC_CONFIGS = {
  'message.timestamp.after.max.ms': LONG_MAX,
  'message.timestamp.before.max.ms': LONG_MAX,
  'retention.ms': '-1',
};

/** A member of a group; answers how often it had to join. */
async function countJoins(bootstrap: readonly string[], topic: string): Promise<() => number> {
  const kafka = new Kafka({ clientId: 'clock-reader', brokers: [...bootstrap], ...kafkajsLog });
  const consumer = kafka.consumer({ groupId: 'clock-readers', sessionTimeout: 10_000 });
  onTestFinished(() => consumer.disconnect());
  let joins = 0;
  consumer.on('consumer.group_join', () => (joins += 1));
  await consumer.connect();
  await consumer.subscribe({ topics: [topic] });
  await consumer.run({ eachMessage: () => Promise.resolve() });
  await expect.poll(() => joins, { timeout: 30_000 }).toBe(1);
  return () => joins;
}

/** A topic whose records get the time of the broker, written to again and again; an index entry for each batch. */
async function writeStamped(cluster: ClusterUnderFault): Promise<() => Promise<number>> {
  const kafka = new Kafka({
    ...{ clientId: 'stamping', brokers: cluster.bootstrap, logLevel: logLevel.NOTHING },
    requestTimeout: 3_000,
  });
  const admin = kafka.admin();
  await admin.connect();
  const configEntries = Object.entries({
    ...{ 'message.timestamp.type': 'LogAppendTime', 'index.interval.bytes': '1', 'retention.ms': '-1' },
  }).map(([name, value]) => ({ name, value }));
  await admin.createTopics({
    waitForLeaders: true,
    topics: [{ topic: STAMPED, numPartitions: 3, replicationFactor: 3, configEntries }],
  });
  await admin.disconnect();
  // What cannot be sent at once is given up: the end of the test would wait for all tries.
  const producer = kafka.producer({ retry: { retries: 1 } });
  await producer.connect();
  let written = 0;
  let isOver = false;
  const loop = (async () => {
    for (; !isOver; await wait(20)) {
      const messages = [0, 1, 2].map((partition) => ({ partition, value: String(written) }));
      // What is lost while a broker is away is not asked for here.
      const sent = await producer.send({ topic: STAMPED, messages }).catch(() => null);
      if (sent !== null) written += 1;
    }
    await producer.disconnect();
  })();
  onTestFinished(() => void (isOver = true));
  return async () => {
    isOver = true;
    await loop;
    return written;
  };
}

/** A member joins, is assigned nothing, and never says another word; answers what its group says of itself. */
async function fallSilent(cluster: ClusterUnderFault): Promise<() => Promise<string>> {
  const groupId = 'silent';
  const client = await coordinatorOf(cluster, groupId);
  onTestFinished(() => client.close());
  // Version 3 needs no second request for the member's id.
  const { errorCode, generationId, memberId } = await client.request(joinGroupRequest, joinGroupResponse, 3, {
    ...{ groupId, memberId: '', protocolType: 'consumer' },
    ...{ sessionTimeoutMs: SILENT_SESSION_MS, rebalanceTimeoutMs: SILENT_SESSION_MS },
    protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
  });
  expect(errorCode).toBe(0);
  const assignments = [{ memberId, assignment: Buffer.alloc(0) }];
  const membership = { groupId, generationId, memberId };
  await client.request(syncGroupRequest, syncGroupResponse, 2, { ...membership, assignments });
  return async () => {
    const asking = await coordinatorOf(cluster, groupId);
    const answer = await asking.request(describeGroupsRequest, describeGroupsResponse, 3, {
      groups: [groupId],
    });
    asking.close();
    return answer.groups[0]?.groupState ?? 'unknown';
  };
}

it('is not disturbed by clocks that jump', { timeout: 240_000 }, async (context) => {
  needs(context, 'jumping clocks');
  const clocks = new NodeClocks();
  const cluster = await ClusterUnderFault.start({
    environmentOf: (node) => clockFrom(clocks.fileOf(node)),
  });
  const startedMs = Date.now();
  await underLoad(
    cluster,
    { topicConfigs: TOPIC_CONFIGS },
    async ({ topic, leaders, isrs, progress, pause }) => {
      const stopStamping = await writeStamped(cluster);
      const joins = await countJoins(cluster.bootstrap, topic);
      const before = await leaders();
      const leader = before[0] ?? 0;
      const undisturbed = async (clock: string): Promise<void> => {
        await progress(100, 20_000);
        expect(await leaders(), clock).toEqual(before);
        expect((await isrs()).map((isr) => isr.length).join(''), clock).toBe('333333');
        expect(joins(), clock).toBe(1);
      };
      for (const clock of [`+${String(HOUR_S)}`, `-${String(HOUR_S)}`, '+0']) {
        clocks.set(leader, clock);
        await pause(WHILE_MS);
        await undisturbed(clock);
      }
      for (let strobe = 0; strobe < STROBES; strobe++) {
        clocks.set(leader, strobe % 2 === 0 ? '+600' : '-600');
        await pause(2_000);
      }
      await undisturbed('to and fro');
      for (const clock of ['2038-02-01 00:00:00', '2106-03-01 00:00:00', '1970-01-02 00:00:00']) {
        for (const { id } of cluster.nodes) clocks.set(id, `@${clock}`);
        await pause(WHILE_MS);
        await undisturbed(clock);
      }
      // A member that falls silent is missed after as long as ever, when all clocks go back meanwhile.
      for (const { id } of cluster.nodes) clocks.set(id, '+0');
      await pause(1_000);
      const stateOfSilent = await fallSilent(cluster);
      expect(await stateOfSilent()).toBe('Stable');
      for (const { id } of cluster.nodes) clocks.set(id, `-${String(HOUR_S)}`);
      await expect.poll(stateOfSilent, { timeout: MISSED_MS, interval: 200 }).toBe('Empty');
      // So is a broker that stands still.
      for (const { id } of cluster.nodes) clocks.set(id, '+0');
      await pause(1_000);
      const still = (leader + 2) % 3;
      const others = cluster.nodes.filter(({ id }) => id !== still);
      const addresses = others.map(({ port }) => `127.0.0.1:${String(port)}`);
      const witness = new LeaderFinder('clock-witness', addresses.slice(0, 1), topic);
      cluster.signal(still, 'SIGSTOP');
      for (const { id } of others) clocks.set(id, `-${String(HOUR_S)}`);
      await expect
        .poll(async () => (await witness.ask()).some(({ isrNodes }) => isrNodes.includes(still)), {
          ...{ timeout: MISSED_MS, interval: 200 },
        })
        .toBe(false);
      witness.close();
      cluster.signal(still, 'SIGCONT');
      await expect
        .poll(async () => (await isrs()).every((isr) => isr.length === 3), { timeout: 30_000, interval: 100 })
        .toBe(true);
      // And a broker that starts in another century than the others.
      const late = (leader + 1) % 3;
      await cluster.kill(late);
      clocks.set(late, '@2106-03-01 00:00:00');
      await cluster.start(late);
      await expect
        .poll(async () => (await isrs()).every((isr) => isr.length === 3), { timeout: 30_000, interval: 100 })
        .toBe(true);
      await progress(100, 20_000);
      expect(await stopStamping()).toBeGreaterThan(20);
    },
  );
  await Promise.all(cluster.nodes.map(({ id }) => cluster.end(id, 'SIGTERM')));
  for (const { dataDirectory } of cluster.nodes) {
    for (const partition of [0, 1, 2]) {
      const entries = timeIndexEntries(dataDirectory, STAMPED, partition);
      expect(entries.length).toBeGreaterThan(1);
      expect(entries.filter(({ rises, isLargestSoFar }) => !rises || !isLargestSoFar)).toEqual([]);
    }
  }
  // A producer's time is the producer's.
  const endedMs = Date.now();
  for (const { dataDirectory } of cluster.nodes) {
    for (const bytes of batchesOnDisk(dataDirectory, 'under-load', 0).values()) {
      expect(maxTimestampAt(bytes, 0)).toBeGreaterThanOrEqual(startedMs);
      expect(maxTimestampAt(bytes, 0)).toBeLessThanOrEqual(endedMs);
    }
  }
});

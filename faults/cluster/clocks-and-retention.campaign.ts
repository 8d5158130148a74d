/**
 * A clock that jumps deletes nothing that is alive: retention goes by the times of records (KIP-32), and records that were written
 * less than retention.ms ago stay, whether the clock runs ahead by less than that, or so far back that they seem to be of
 * the future. That old ones go meanwhile shows that somebody looked.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { expect, it, onTestFinished } from 'vitest';
import { clockFrom, needs } from '../abilities.ts';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { NodeClocks } from './node-clocks.ts';

const HOUR_MS = 3_600_000;
const CHECK_MS = 300;
const LIMIT_MS = 60_000;
const LONG_MAX = '9223372036854775807';
/** Ahead by less than the retention, back by more, and to and fro. */
const CLOCKS = ['+3600', '-3600', '-36000', '+600', '-600', '+600', '+0'];
const BATCHES = 20;

async function createTopic(admin: Admin, topic: string, configs: Readonly<Record<string, string>>) {
  const common = {
    ...{ 'retention.ms': String(2 * HOUR_MS), 'segment.bytes': '1024', 'file.delete.delay.ms': '0' },
    ...{ 'message.timestamp.after.max.ms': LONG_MAX, 'message.timestamp.before.max.ms': LONG_MAX },
  };
  const configEntries = Object.entries({ ...common, ...configs }).map(([name, value]) => ({ name, value }));
  const topics = [{ topic, numPartitions: 1, replicationFactor: 1, configEntries }];
  await admin.createTopics({ waitForLeaders: true, topics });
}

it(
  'keeps what is younger than the retention while the clock jumps',
  { timeout: 180_000 },
  async (context) => {
    needs(context, 'jumping clocks');
    const clocks = new NodeClocks();
    const cluster = await ClusterUnderFault.start({
      nodes: 1,
      settings: [`log.retention.check.interval.ms=${String(CHECK_MS)}`],
      environmentOf: (node) => clockFrom(clocks.fileOf(node)),
    });
    const kafka = new Kafka({
      clientId: 'retention',
      brokers: cluster.bootstrap,
      logLevel: logLevel.NOTHING,
    });
    const admin = kafka.admin();
    const producer = kafka.producer();
    await Promise.all([admin.connect(), producer.connect()]);
    onTestFinished(async () => void (await Promise.all([producer.disconnect(), admin.disconnect()])));
    const first = async (topic: string): Promise<number> =>
      Number((await admin.fetchTopicOffsets(topic))[0]?.low ?? -1);
    const write = async (topic: string, ageMs: number): Promise<void> => {
      for (let batch = 0; batch < BATCHES; batch++) {
        const timestamp = String(Date.now() - ageMs);
        await producer.send({ topic, messages: [{ value: 'v'.repeat(200), timestamp }] });
      }
    };
    await createTopic(admin, 'said', {});
    await createTopic(admin, 'stamped', { 'message.timestamp.type': 'LogAppendTime' });
    await write('said', 0);
    await write('stamped', 0);
    for (const [round, clock] of CLOCKS.entries()) {
      clocks.set(0, clock);
      // Older than the retention by whatever the clock says now.
      const old = `old-${String(round)}`;
      await createTopic(admin, old, {});
      await write(old, clock === '-36000' ? 14 * HOUR_MS : 4 * HOUR_MS);
      await expect.poll(() => first(old), { timeout: LIMIT_MS, interval: 50 }).toBeGreaterThan(0);
      // Whoever looked at that one looks at all of them.
      await pause(2 * CHECK_MS);
      expect([await first('said'), await first('stamped')], clock).toEqual([0, 0]);
      await write('stamped', 0);
    }
  },
);

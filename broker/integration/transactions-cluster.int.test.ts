/**
 * A copy with transactions, over three brokers of which the one that coordinates it is killed in the middle: in equals out, in
 * order, nothing twice, and nothing of what was aborted.
 */
import type { Producer } from 'kafkajs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { partitionOfKey } from '../coordinator/runtime/key-partition.ts';
import { consume } from './broker-harness.ts';
import { partitionsOf, startTestCluster, type TestCluster, until } from './cluster-harness.ts';

const TRANSACTIONAL_ID = 'copier';
const GROUP = 'copy';
const STEPS = 24;
const KILLED_AT = 10;

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startTestCluster({
    overrides: ['offsets.topic.num.partitions=3', 'transaction.state.log.num.partitions=3'],
  });
});
afterAll(() => cluster.remove(), 60_000);

it('goes on where it was when its coordinator dies', async () => {
  const kafka = cluster.kafka();
  const admin = kafka.admin();
  await admin.connect();
  const configEntries = [{ name: 'min.insync.replicas', value: '2' }];
  const topics = ['in', 'out'].map((topic) => ({
    ...{ topic, numPartitions: 3, replicationFactor: 3, configEntries },
  }));
  await admin.createTopics({ topics });
  const open = async (): Promise<Producer> => {
    const producer = kafka.producer({
      ...{ transactionalId: TRANSACTIONAL_ID, transactionTimeout: 30_000 },
      ...{ idempotent: true, maxInFlightRequests: 1 },
    });
    await producer.connect();
    // From now on what the one before decided is carried out, in all partitions.
    await (await producer.transaction()).abort();
    return producer;
  };
  const position = async (): Promise<number> => {
    const [told] = await admin.fetchOffsets({ groupId: GROUP, topics: ['in'], resolveOffsets: false });
    return Math.max(0, Number(told?.partitions.find(({ partition }) => partition === 0)?.offset ?? 0));
  };
  const copy = async (producer: Producer, step: number, isGood: boolean): Promise<void> => {
    const transaction = await producer.transaction();
    const value = `${isGood ? 'good' : 'bad'} ${step}`;
    try {
      // To one broker at a time: when one of several is to be asked again, kafkajs asks those again that have not answered
      // yet, with the next sequence number, so that their records are there twice.
      for (const partition of [0, 1, 2])
        await transaction.send({ topic: 'out', messages: [{ partition, value }] });
      const partitions = [{ partition: 0, offset: String(step + 1) }];
      await transaction.sendOffsets({ consumerGroupId: GROUP, topics: [{ topic: 'in', partitions }] });
    } catch (error) {
      await transaction.abort();
      throw error;
    }
    if (isGood) await transaction.commit();
    else await transaction.abort();
  };
  let producer = await open();
  let killed: Promise<unknown> | null = null;
  for (let step = 0; step < STEPS;) {
    if (step === KILLED_AT && killed === null) {
      const states = await partitionsOf(admin, '__transaction_state');
      const leader = states[partitionOfKey(TRANSACTIONAL_ID, 3)]?.leader ?? -1;
      killed = cluster.end(leader, 'SIGKILL');
    }
    try {
      if (step % 4 === 3) await copy(producer, step, false);
      await copy(producer, step, true);
      step += 1;
    } catch {
      // As applications do: another producer, and on from what is committed.
      await producer.disconnect().catch(() => undefined);
      producer = await until(
        () => open().catch(() => null),
        (one) => one !== null,
        60_000,
      ).then((one) => {
        if (one === null) throw new Error('no producer');
        return one;
      });
      step = await position();
    }
  }
  await killed;
  await producer.disconnect();
  const expected = Array.from({ length: STEPS }, (_unused, step) => `good ${String(step)}`);
  const records = await consume(kafka, 'out', 3 * STEPS);
  for (const partition of [0, 1, 2]) {
    const values = records.filter((record) => record.partition === partition).map(({ value }) => value);
    expect(values).toEqual(expected);
  }
  expect(await until(position, (offset) => offset === STEPS)).toBe(STEPS);
  await admin.disconnect();
});

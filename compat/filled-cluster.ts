/**
 * A cluster with something to count: full, cut and empty partitions, groups that are behind, beyond the end and before the start,
 * one with a member, and a transaction that stays open.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kafka } from 'kafkajs';
import { temporaryDirectory } from '../broker/integration/broker-process.ts';
import { toolOutput } from './kafka-distribution.ts';

/** Of brokers as they come, the most: the tools take their time. */
const TRANSACTION_LIMIT_MS = 900_000;

export const [FULL, CUT, EMPTY] = ['numbers.full', 'numbers.cut', 'numbers.empty'] as const;

/** Kafka's tool takes them from a file. */
async function deleteRecords(tools: string, topic: string, offset: number): Promise<void> {
  const directory = temporaryDirectory();
  try {
    const file = join(directory.path, 'offsets.json');
    writeFileSync(file, JSON.stringify({ version: 1, partitions: [{ topic, partition: 0, offset }] }));
    await toolOutput('kafka-delete-records', tools, ['--offset-json-file', file]);
  } finally {
    directory.remove();
  }
}

export async function fill(kafka: Kafka, tools: string): Promise<void> {
  const [admin, producer] = [kafka.admin(), kafka.producer()];
  await Promise.all([admin.connect(), producer.connect()]);
  try {
    const configEntries = [{ name: 'min.insync.replicas', value: '1' }];
    await admin.createTopics({
      waitForLeaders: true,
      topics: [
        { topic: FULL, numPartitions: 3 },
        { topic: CUT, numPartitions: 2, configEntries },
        { topic: EMPTY, numPartitions: 1 },
      ],
    });
    const send = (topic: string, partition: number, count: number) =>
      producer.send({
        topic,
        messages: Array.from({ length: count }, (_, index) => ({
          partition,
          value: `record ${String(index)}`,
        })),
      });
    await send(FULL, 0, 100);
    await send(FULL, 1, 7);
    await send(FULL, 2, 5);
    await send(CUT, 0, 60);
    await deleteRecords(tools, CUT, 25);
    const commit = (groupId: string, topic: string, offsets: readonly number[]) =>
      admin.setOffsets({
        groupId,
        topic,
        partitions: offsets.map((offset, partition) => ({ partition, offset: String(offset) })),
      });
    await commit('behind', FULL, [40, 7, 0]);
    await commit('in part', FULL, [100]);
    await commit('beyond the end', FULL, [150]);
    await commit('before the start', CUT, [10, 0]);
    await commit('of two topics', FULL, [99, 6]);
    await commit('of two topics', CUT, [60]);
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  }
}

/** Three records more in the last partition, of a transaction that is open until what this resolves with is called. */
export async function openTransaction(kafka: Kafka): Promise<() => Promise<void>> {
  const producer = kafka.producer({
    ...{ transactionalId: 'numbers', transactionTimeout: TRANSACTION_LIMIT_MS },
    ...{ idempotent: true, maxInFlightRequests: 1 },
  });
  await producer.connect();
  const transaction = await producer.transaction();
  const messages = ['one', 'two', 'three'].map((value) => ({ partition: 2, value }));
  await transaction.send({ topic: FULL, messages });
  return async () => {
    await transaction.abort();
    await producer.disconnect();
  };
}

/** A group with a member that has committed nothing. */
export async function live(kafka: Kafka): Promise<() => Promise<void>> {
  const consumer = kafka.consumer({ groupId: 'live' });
  await consumer.connect();
  await consumer.subscribe({ topics: [EMPTY] });
  const joined = new Promise<void>((resolve) => {
    consumer.on(consumer.events.GROUP_JOIN, () => resolve());
  });
  await consumer.run({ autoCommit: false, eachMessage: () => Promise.resolve() });
  await joined;
  return () => consumer.disconnect();
}

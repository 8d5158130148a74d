/** kafkajs while brokers die: an idempotent producer that never gives up, and a consumer of a group that reads along. */
import { createRequire } from 'node:module';
import { CompressionTypes, Kafka } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import { kafkajsLog } from '../demo/kafkajs-log.ts';
import type { ClientSight, RunningClient } from './clients-under-faults.ts';

const PAUSE_MS = 5;
const NAME = 'kafkajs';

export function kafkajsVersion(): string {
  const { version } = createRequire(import.meta.url)('kafkajs/package.json') as { version: string };
  return `kafkajs ${version}`;
}

function client({ bootstrap }: ClientSight): Kafka {
  return new Kafka({
    ...kafkajsLog,
    clientId: 'compat',
    brokers: bootstrap.split(','),
    connectionTimeout: 2_000,
    requestTimeout: 5_000,
    retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 1_000 },
  });
}

/**
 * Each partition has a request of its own. Of a batch for several leaders kafkajs begins anew as soon as one of them fails, and what
 * another has not answered yet it sends once more with the next sequence, when the answer is in (producer/sendMessages.js of
 * 2.2.4): those are new records to any broker, and Apache Kafka has them twice as well.
 */
export async function kafkajsWriter(sight: ClientSight): Promise<RunningClient> {
  const { topic, partitions, history } = sight;
  const producer = client(sight).producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  let isWanted = true;
  const send = async (partition: number, number: number): Promise<void> => {
    history.noteSent({ producer: NAME, partition, number });
    const messages = [{ partition, value: `${NAME}:${String(partition)}:${String(number)}` }];
    const answers = await producer.send({ topic, acks: -1, compression: CompressionTypes.None, messages });
    for (const { baseOffset } of answers)
      history.acknowledged.push({
        ...{ producer: NAME, partition, number, offset: Number(baseOffset), atMs: performance.now() },
      });
  };
  const sendAll = async (): Promise<void> => {
    for (let number = 0; isWanted; number++) {
      await Promise.all(Array.from({ length: partitions }, (_unused, partition) => send(partition, number)));
      await pause(PAUSE_MS);
    }
  };
  const done = sendAll().catch((error: unknown) => {
    history.complaints.push(`${NAME}: ${String(error)}`);
  });
  const finish = async (): Promise<void> => {
    isWanted = false;
    await done;
    await producer.disconnect();
  };
  return { finish, kill: () => void (isWanted = false) };
}

export async function kafkajsReader(sight: ClientSight): Promise<RunningClient> {
  const { topic, history, logs } = sight;
  const consumer = client(sight).consumer({ groupId: `group-${topic}` });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    eachMessage: ({ partition, message }) => {
      const [offset, value] = [Number(message.offset), message.value?.toString() ?? ''];
      history.observed.push({ reader: NAME, partition, offset, value });
      logs.set(partition, (logs.get(partition) ?? new Map<number, string>()).set(offset, value));
      return Promise.resolve();
    },
  });
  return { finish: () => consumer.disconnect(), kill: () => void consumer.disconnect() };
}

/**
 * Transactions by a client of somebody else's making: what is committed is read, what is aborted is not, offsets go with the
 * records, a second producer of the same id shuts the first one out, and all of it outlives a restart of the broker.
 */
import type { Admin, Kafka, Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { produceRequest, produceResponse } from '../../protocol/messages/00-produce.ts';
import {
  findCoordinatorRequest,
  findCoordinatorResponse,
} from '../../protocol/messages/10-find-coordinator.ts';
import {
  txnOffsetCommitRequest,
  txnOffsetCommitResponse,
} from '../../protocol/messages/28-txn-offset-commit.ts';
import {
  describeTransactionsRequest,
  describeTransactionsResponse,
} from '../../protocol/messages/65-describe-transactions.ts';
import { encodeRecordBatch } from '../../protocol/records/encode-batch.ts';
import { type TestBroker, consume, startTestBroker } from './broker-harness.ts';
import { RawClient } from './raw-client.ts';

let broker: TestBroker;
let kafka: Kafka;
let admin: Admin;
beforeAll(async () => {
  broker = await startTestBroker([
    'num.partitions=3',
    'transaction.abort.timed.out.transaction.cleanup.interval.ms=200',
  ]);
  kafka = broker.kafka({ retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 60 } });
  admin = kafka.admin();
  await admin.connect();
});
afterAll(async () => {
  await admin.disconnect();
  await broker.remove();
});

async function producerOf(transactionalId: string, transactionTimeout = 60_000): Promise<Producer> {
  const producer = kafka.producer({
    ...{ transactionalId, transactionTimeout, idempotent: true, maxInFlightRequests: 1 },
  });
  await producer.connect();
  return producer;
}

const messagesOf = (values: readonly string[]) =>
  values.map((value, index) => ({ value, partition: index % 3 }));

async function write(producer: Producer, topic: string, values: readonly string[], committed: boolean) {
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: messagesOf(values) });
  if (committed) await transaction.commit();
  else await transaction.abort();
}

async function endOffsets(topic: string): Promise<number[]> {
  const offsets = await admin.fetchTopicOffsets(topic);
  return offsets.sort((left, right) => left.partition - right.partition).map(({ high }) => Number(high));
}

it('what nobody announced is not stored, so that no reader ever waits for its end', async () => {
  await admin.createTopics({ topics: [{ topic: 'guarded', numPartitions: 2 }] });
  const producer = await producerOf('guarded');
  await write(producer, 'guarded', ['a', 'b'], true);
  await producer.disconnect();
  const client = await RawClient.connect(broker.port);
  const send = async (transactionalId: string | null, producerId: number): Promise<number | undefined> => {
    const records = encodeRecordBatch({
      records: [{ key: null, value: Buffer.from('stray') }],
      ...{ timestampMs: Date.now(), producerId, producerEpoch: 0, baseSequence: 1, isTransactional: true },
    });
    const partitionData = [{ index: 0, records }];
    const body = {
      transactionalId,
      acks: -1,
      timeoutMs: 5_000,
      topicData: [{ name: 'guarded', partitionData }],
    };
    const { responses } = await client.request(produceRequest, produceResponse, 9, body);
    return responses[0]?.partitionResponses[0]?.errorCode;
  };
  const described = await client.request(describeTransactionsRequest, describeTransactionsResponse, 0, {
    transactionalIds: ['guarded'],
  });
  const producerId = Number(described.transactionStates[0]?.producerId);
  expect(await send('guarded', producerId)).toBe(ErrorCode.INVALID_TXN_STATE);
  expect(await send('guarded', producerId + 1_000_000)).toBe(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
  expect(await send(null, producerId)).toBe(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
  const commitOffsets = async (): Promise<number | undefined> => {
    const coordinator = await client.request(findCoordinatorRequest, findCoordinatorResponse, 0, {
      key: 'g',
    });
    expect(coordinator.errorCode === 0 || coordinator.errorCode === 15).toBe(true);
    const { topics } = await client.request(txnOffsetCommitRequest, txnOffsetCommitResponse, 0, {
      ...{ transactionalId: 'guarded', groupId: 'g', producerId: BigInt(producerId), producerEpoch: 0 },
      topics: [{ name: 'guarded', partitions: [{ partitionIndex: 0, committedOffset: 1n }] }],
    });
    return topics[0]?.partitions[0]?.errorCode;
  };
  await expect.poll(commitOffsets, { timeout: 60_000 }).toBe(ErrorCode.INVALID_TXN_STATE);
  client.close();
  // One record and one mark.
  await expect.poll(async () => (await endOffsets('guarded'))[0], { timeout: 60_000 }).toBe(2);
});

describe('a transactional producer', () => {
  it('has read what it committed and not what it aborted', async () => {
    const producer = await producerOf('plain');
    await write(producer, 'plain', ['a1', 'a2', 'a3'], true);
    await write(producer, 'plain', ['b1', 'b2', 'b3'], false);
    await write(producer, 'plain', ['c1', 'c2', 'c3'], true);
    await producer.disconnect();
    const records = await consume(kafka, 'plain', 6);
    expect(records.map(({ value }) => value).sort()).toEqual(['a1', 'a2', 'a3', 'c1', 'c2', 'c3']);
    // Three records and three marks in each partition.
    await expect.poll(() => endOffsets('plain'), { timeout: 60_000 }).toEqual([6, 6, 6]);
  });

  it('commits offsets of a group with its records, and never those of what it aborts', async () => {
    await admin.createTopics({ topics: [{ topic: 'source', numPartitions: 1 }] });
    const committed = async () =>
      (await admin.fetchOffsets({ groupId: 'copy', topics: ['source'] }))[0]?.partitions[0]?.offset;
    const producer = await producerOf('copier');
    const copy = async (offset: string, isCommitted: boolean): Promise<void> => {
      const transaction = await producer.transaction();
      await transaction.send({ topic: 'target', messages: [{ value: offset, partition: 0 }] });
      const topics = [{ topic: 'source', partitions: [{ partition: 0, offset }] }];
      await transaction.sendOffsets({ consumerGroupId: 'copy', topics });
      if (isCommitted) await transaction.commit();
      else await transaction.abort();
    };
    await copy('5', true);
    await expect.poll(committed, { timeout: 60_000 }).toBe('5');
    await copy('9', false);
    await copy('7', true);
    await expect.poll(committed, { timeout: 60_000 }).toBe('7');
    await producer.disconnect();
    expect((await consume(kafka, 'target', 2)).map(({ value }) => value)).toEqual(['5', '7']);
  });

  it('is shut out by the next one, which finds its open transaction aborted', async () => {
    const first = await producerOf('fenced');
    const open = await first.transaction();
    await open.send({ topic: 'fenced', messages: [{ value: 'zombie', partition: 0 }] });
    const second = await producerOf('fenced');
    await write(second, 'fenced', ['good'], true);
    await expect(
      open.send({ topic: 'fenced', messages: [{ value: 'late', partition: 0 }] }).then(() => open.commit()),
    ).rejects.toThrow();
    await first.disconnect();
    await second.disconnect();
    expect((await consume(kafka, 'fenced', 1)).map(({ value }) => value)).toEqual(['good']);
  });

  it('that takes longer than it said is aborted, and readers go on', async () => {
    const slow = await producerOf('slow', 1);
    const open = await slow.transaction();
    await open.send({ topic: 'slow', messages: [{ value: 'slow', partition: 0 }] }).catch(() => undefined);
    const other = await producerOf('other');
    await write(other, 'slow', ['after'], true);
    expect((await consume(kafka, 'slow', 1)).map(({ value }) => value)).toEqual(['after']);
    await expect(open.commit()).rejects.toThrow();
    await slow.disconnect();
    await other.disconnect();
  });

  it('goes on after a restart of the broker, in the transaction that was open', async () => {
    const producer = await producerOf('restarted');
    await write(producer, 'restarted', ['before'], true);
    const open = await producer.transaction();
    await open.send({ topic: 'restarted', messages: [{ value: 'open', partition: 0 }] });
    await broker.restart();
    await open.send({ topic: 'restarted', messages: [{ value: 'still open', partition: 0 }] });
    await open.commit();
    await producer.disconnect();
    const records = await consume(kafka, 'restarted', 3);
    expect(records.map(({ value }) => value)).toEqual(['before', 'open', 'still open']);
    expect(broker.lines.filter((line) => line.startsWith('ERROR'))).toEqual([]);
  });
});

/**
 * Transactions over three brokers in the protocol that raises the epoch with every transaction (KIP-890), beside those of older
 * clients: nobody announces partitions but the leaders, what comes late touches nothing, and the cluster can be told not to
 * offer it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeTransactions } from '../../kafka-client/admin/describe-transactions.ts';
import { apiCall } from '../../kafka-client/api-call.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { TransactionalProducer } from '../../kafka-client/testing/transactional-producer.ts';
import { ErrorCode } from '../../protocol/errors.ts';
import { apiVersionsRequest, apiVersionsResponse } from '../../protocol/messages/18-api-versions.ts';
import { updateFeaturesRequest, updateFeaturesResponse } from '../../protocol/messages/57-update-features.ts';
import { consume } from './broker-harness.ts';
import { startTestCluster, type TestCluster, until } from './cluster-harness.ts';

const apiVersions = apiCall(apiVersionsRequest, apiVersionsResponse, { minVersion: 4 });
const updateFeatures = apiCall(updateFeaturesRequest, updateFeaturesResponse, { minVersion: 1 });
const SAFE_DOWNGRADE = 2;
const PARTITIONS = [0, 1, 2];

let cluster: TestCluster;
let kafka: Kafka;
let client: KafkaCluster;
let bootstrap: readonly string[];
beforeAll(async () => {
  cluster = await startTestCluster({
    overrides: ['offsets.topic.num.partitions=3', 'transaction.state.log.num.partitions=3'],
  });
  kafka = cluster.kafka();
  bootstrap = PARTITIONS.map((id) => `127.0.0.1:${String(cluster.node(id).port)}`);
  client = new KafkaCluster({ bootstrap, clientId: 'test' });
});
afterAll(async () => {
  client.close();
  await cluster.remove();
});

async function makeTopic(topic: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  const configEntries = [{ name: 'min.insync.replicas', value: '2' }];
  await admin.createTopics({ topics: [{ topic, numPartitions: 3, replicationFactor: 3, configEntries }] });
  await admin.disconnect();
}

function producerOf(transactionalId: string, protocol: 1 | 2 = 2): TransactionalProducer {
  return new TransactionalProducer({ bootstrap, transactionalId, protocol });
}

async function committedOf(groupId: string, topic: string): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  const [told] = await admin.fetchOffsets({ groupId, topics: [topic], resolveOffsets: false });
  await admin.disconnect();
  return Number(told?.partitions.find(({ partition }) => partition === 0)?.offset ?? -1);
}

async function valuesIn(topic: string, count: number): Promise<string[]> {
  return (await consume(kafka, topic, count)).map(({ value }) => String(value)).sort();
}

describe('a producer that leaves the announcing to the leaders', () => {
  it('writes to all brokers and commits offsets, each transaction under its own epoch', async () => {
    await makeTopic('raised');
    const producer = producerOf('raised');
    await producer.init();
    const epochs: number[] = [];
    for (let step = 0; step < 6; step += 1) {
      const isGood = step % 3 !== 2;
      epochs.push(producer.producerEpoch);
      for (const partition of PARTITIONS)
        await producer.send('raised', partition, [`${isGood ? 'good' : 'bad'} ${String(step)}`]);
      await producer.commitOffset({ groupId: 'raised', topic: 'raised', partition: 0, offset: step });
      await producer.end(isGood);
    }
    expect(epochs).toEqual([0, 1, 2, 3, 4, 5]);
    const good = [0, 1, 3, 4].flatMap((step) => PARTITIONS.map(() => `good ${String(step)}`));
    expect(await valuesIn('raised', good.length)).toEqual(good);
    expect(
      await until(
        () => committedOf('raised', 'raised'),
        (offset) => offset === 4,
      ),
    ).toBe(4);
    const coordinator = await until(
      async () => {
        const views = await Promise.all(
          PARTITIONS.map((id) => describeTransactions(client, id, ['raised']).catch(() => [])),
        );
        return views.flat().find(({ state }) => state === 'CompleteAbort') ?? null;
      },
      (found) => found !== null,
    );
    expect(coordinator).toMatchObject({ producerId: producer.producerId, producerEpoch: 6 });
    producer.close();
  });

  it('is not touched by anything of its last transaction that comes late', async () => {
    await makeTopic('late');
    const [producer, late] = [producerOf('late'), producerOf('late')];
    await producer.init();
    const { producerId, producerEpoch } = producer;
    await producer.send('late', 0, ['one']);
    await producer.end(true);
    await producer.send('late', 0, ['two']);
    late.become(producerId, producerEpoch);
    const fenced = { code: ErrorCode.INVALID_PRODUCER_EPOCH };
    // Where the transaction is open, where it was, and where it never came to.
    await expect(late.send('late', 0, ['ghost'])).rejects.toMatchObject(fenced);
    await expect(late.send('late', 1, ['ghost'])).rejects.toMatchObject(fenced);
    const position = { groupId: 'late', topic: 'late', partition: 0, offset: 99 };
    await expect(late.commitOffset(position)).rejects.toMatchObject(fenced);
    for (const committed of [true, false])
      await expect(late.end(committed)).rejects.toMatchObject({ code: ErrorCode.PRODUCER_FENCED });
    await producer.send('late', 1, ['three']);
    await producer.end(true);
    expect(await valuesIn('late', 3)).toEqual(['one', 'three', 'two']);
    expect(await committedOf('late', 'late')).toBe(-1);
    producer.close();
    late.close();
  });

  it('begins with sequence 0, or is refused', async () => {
    await makeTopic('gaps');
    const producer = producerOf('gaps');
    await producer.init();
    await producer.send('gaps', 0, ['first']);
    const other = new TransactionalProducer({
      bootstrap,
      transactionalId: 'gaps',
      protocol: 2,
      limitMs: 200,
    });
    other.become(producer.producerId, producer.producerEpoch);
    other.skip('gaps', 1, 1);
    await expect(other.send('gaps', 1, ['second'])).rejects.toMatchObject({
      code: ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
    });
    await producer.send('gaps', 1, ['first']);
    await producer.end(true);
    expect(await valuesIn('gaps', 2)).toEqual(['first', 'first']);
    producer.close();
    other.close();
  });
});

describe('a cluster', () => {
  const levelAt = async (id: number): Promise<number> => {
    const { finalizedFeatures } = await client.call(id, apiVersions, {
      clientSoftwareName: 'test',
      clientSoftwareVersion: '1',
    });
    const found = finalizedFeatures.find(({ name }) => name === 'transaction.version');
    return found?.maxVersionLevel ?? 0;
  };

  it('runs transactions of both kinds, and can be told its level, which a restart keeps', async () => {
    await makeTopic('mixed');
    const [young, old] = [producerOf('young'), producerOf('old', 1)];
    await young.init();
    await old.init();
    const both = async (value: string): Promise<void> => {
      for (const producer of [young, old]) {
        await producer.send('mixed', 0, [value]);
        await producer.send('mixed', 1, [value]);
      }
      await young.end(true);
      await old.end(true);
    };
    expect(await Promise.all(PARTITIONS.map(levelAt))).toEqual([2, 2, 2]);
    await both('a');
    for (const level of [0, 1]) {
      const upgradeType = level === 0 ? SAFE_DOWNGRADE : 1;
      const featureUpdates = [
        { feature: 'transaction.version', maxVersionLevel: level, allowDowngrade: false, upgradeType },
      ];
      const body = { timeoutMs: 10_000, featureUpdates, validateOnly: false };
      expect((await client.call('any', updateFeatures, body)).errorCode).toBe(0);
      for (const id of PARTITIONS) while ((await levelAt(id)) !== level) await pause(50);
      await both(`level ${String(level)}`);
    }
    expect([young.producerEpoch, old.producerEpoch]).toEqual([3, 0]);
    await cluster.end(1, 'SIGTERM');
    await cluster.start(1);
    client.close();
    client = new KafkaCluster({ bootstrap, clientId: 'test' });
    // It serves before the other two, of whom the client may have asked, have heard that it is back.
    await until(
      () => client.refresh(),
      ({ brokers }) => brokers.has(1),
    );
    expect(await levelAt(1)).toBe(1);
    await both('b');
    const expected = ['a', 'level 0', 'level 1', 'b'].flatMap((value) => [value, value, value, value]);
    expect(await valuesIn('mixed', 16)).toEqual(expected.sort());
    young.close();
    old.close();
  });
});

/** What is counted of appends and fetches, under Kafka's names: over a real replica manager. */
import { expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { batchOf } from '../log/log-test-kit.ts';
import { BrokerMetrics } from '../metrics/broker-metrics.ts';
import { createMemoryPlatform } from '../platform/memory/memory-platform.ts';
import { TestBroker, topicOf } from './replica-test-kit.ts';

async function start(options: Parameters<typeof TestBroker.start>[0] = {}) {
  const platform = createMemoryPlatform();
  const metrics = new BrokerMetrics(platform.clock);
  const topics = [topicOf('t', 2), topicOf('u', 1)];
  const broker = await TestBroker.start({ platform, topics, meter: metrics, ...options });
  const count = (name: string): unknown =>
    [...metrics.beans.beans()].find((bean) => bean.name.endsWith(`name=${name}`))?.read()['Count'];
  return { broker, count };
}

const place = (topic: string, partition: number, fetchOffset = 0) => ({
  ...{ topic, partition, fetchOffset, maxBytes: 1_000_000 },
  ...{ currentLeaderEpoch: -1, lastFetchedEpoch: -1 },
});

it('counts a batch over max.message.bytes as rejected with all its bytes, and as failed', async () => {
  const { broker, count } = await start({ config: { maxMessageBytes: 200 } });
  expect(await broker.append(batchOf(1))).toMatchObject({ errorCode: 0 });
  const large = batchOf(100);
  expect(await broker.append(large)).toMatchObject({ errorCode: ErrorCode.MESSAGE_TOO_LARGE });
  expect(await broker.append(batchOf(1).fill(1, 30, 34))).toMatchObject({
    errorCode: ErrorCode.CORRUPT_MESSAGE,
  });
  expect(count('BytesRejectedPerSec')).toBe(large.length);
  expect(count('BytesRejectedPerSec,topic=t')).toBe(large.length);
  expect(count('FailedProduceRequestsPerSec')).toBe(2);
  expect(count('TotalProduceRequestsPerSec')).toBe(3);
});

it('counts records as converted where the log keeps another compression than they came with', async () => {
  const { broker, count } = await start({ config: { compressionType: 'gzip' } });
  await broker.append(batchOf(3));
  await broker.append(batchOf(4, { compression: 'gzip' }));
  expect(count('ProduceMessageConversionsPerSec')).toBe(3);
  expect(count('ProduceMessageConversionsPerSec,topic=t')).toBe(3);
});

it('counts each partition of a fetch, also those without news, and makes no meters for topics without traffic', async () => {
  const { broker, count } = await start();
  await broker.append(batchOf(1));
  await broker.fetch({ partitions: [place('t', 0), place('t', 1), place('u', 0), place('t', 0, 9)] });
  expect(count('TotalFetchRequestsPerSec')).toBe(4);
  expect(count('FailedFetchRequestsPerSec')).toBe(1);
  expect(count('TotalFetchRequestsPerSec,topic=t')).toBe(3);
  expect(count('TotalFetchRequestsPerSec,topic=u')).toBeUndefined();
});

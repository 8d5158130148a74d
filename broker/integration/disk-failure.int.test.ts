/** A broker on real sockets and a disk that fails on cue: what a failing disk looks like to clients and to the operator. */
import { afterEach, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { produceRequest, produceResponse } from '../../protocol/messages/00-produce.ts';
import { encodeRecordBatch } from '../../protocol/records/encode-batch.ts';
import { MemoryDisk } from '../platform/memory/memory-disk.ts';
import { createNodePlatform } from '../platform/node/node-platform.ts';
import { type TestBroker, startTestBroker } from './broker-harness.ts';
import { RawClient } from './raw-client.ts';

let broker: TestBroker;
let disk: MemoryDisk;
let client: RawClient;
afterEach(async () => {
  client.close();
  await broker.remove();
});

async function start(): Promise<void> {
  disk = new MemoryDisk(() => Date.now());
  broker = await startTestBroker([], { ...createNodePlatform(), disk });
  const admin = broker.kafka().admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'orders', numPartitions: 1 }], waitForLeaders: true });
  await admin.disconnect();
  client = await RawClient.connect(broker.port);
}

async function produce(): Promise<number> {
  const records = encodeRecordBatch({
    records: [{ key: null, value: Buffer.from('v') }],
    timestampMs: Date.now(),
  });
  const topicData = [{ name: 'orders', partitionData: [{ index: 0, records }] }];
  const answer = await client.request(produceRequest, produceResponse, 7, {
    acks: -1,
    timeoutMs: 1_000,
    topicData,
  });
  return answer.responses[0]?.partitionResponses[0]?.errorCode ?? -2;
}

it('stops when a write of its only log directory fails for good', async () => {
  await start();
  expect(await produce()).toBe(0);
  disk.faults.add({ operation: 'write', nth: 1, code: 'EIO', pathEnd: '.log', sticky: true });
  expect(await produce()).toBe(ErrorCode.KAFKA_STORAGE_ERROR);
  expect(broker.lines.filter((line) => line.startsWith('FATAL'))).toEqual([
    'FATAL The last working log directory has failed: the broker stops.',
  ]);
});

it('refuses while the disk is full, and goes on when there is room again', async () => {
  await start();
  disk.faults.add({ operation: 'write', nth: 1, code: 'ENOSPC', pathEnd: '.log', bytesDone: 10 });
  expect(await produce()).toBe(ErrorCode.KAFKA_STORAGE_ERROR);
  expect(await produce()).toBe(0);
  expect(broker.lines.filter((line) => line.startsWith('FATAL'))).toEqual([]);
});

/**
 * Produce requests that are well formed as messages and wrong as records. The wrong partition gets Kafka's error and
 * nothing is appended to it; the others of the same request succeed.
 */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { produceRequest, produceResponse } from '../../protocol/messages/00-produce.ts';
import { listOffsetsRequest, listOffsetsResponse } from '../../protocol/messages/02-list-offsets.ts';
import { createTopicsRequest, createTopicsResponse } from '../../protocol/messages/19-create-topics.ts';
import { encodeRecordBatch } from '../../protocol/records/encode-batch.ts';
import { setCrc } from '../../protocol/records/record-batch.ts';
import { type TestBroker, startTestBroker } from './broker-harness.ts';
import { RawClient } from './raw-client.ts';

let broker: TestBroker;
let client: RawClient;
beforeAll(async () => {
  broker = await startTestBroker(['message.max.bytes=100000']);
  client = await RawClient.connect(broker.port);
  const topic = (name: string, configs: { name: string; value: string }[] = []) => ({
    ...{ name, numPartitions: 2, replicationFactor: 1, configs },
  });
  const topics = [topic('checked'), topic('compacted', [{ name: 'cleanup.policy', value: 'compact' }])];
  const created = await client.request(createTopicsRequest, createTopicsResponse, 5, {
    topics,
    timeoutMs: 5_000,
  });
  expect(created.topics.map(({ errorCode }) => errorCode)).toEqual([0, 0]);
});
afterAll(async () => {
  client.close();
  await broker.remove();
});

function batch(count = 3, key: string | null = 'k'): Buffer {
  const records = Array.from({ length: count }, (_unused, index) => ({
    key: key === null ? null : Buffer.from(key),
    value: Buffer.from(`value ${String(index)}`),
  }));
  return encodeRecordBatch({ records, timestampMs: Date.now() });
}

/** A batch with bytes changed and its checksum made right again. */
function edited(change: (bytes: Buffer) => void, source = batch()): Buffer {
  const bytes = Buffer.from(source);
  change(bytes);
  setCrc(bytes, 0, bytes.length);
  return bytes;
}

async function endOffset(topic: string, partition: number): Promise<bigint> {
  const topics = [{ name: topic, partitions: [{ partitionIndex: partition, timestamp: -1n }] }];
  const answer = await client.request(listOffsetsRequest, listOffsetsResponse, 5, { replicaId: -1, topics });
  return answer.topics[0]?.partitions[0]?.offset ?? -1n;
}

/** Sends bad records to partition 0 and good ones to partition 1 of one request; gives the code of partition 0. */
async function produceBeside(bad: Buffer, topic = 'checked', version = 7): Promise<number> {
  const before = [await endOffset(topic, 0), await endOffset(topic, 1)];
  const partitionData = [
    { index: 0, records: bad },
    { index: 1, records: batch() },
  ];
  const body = { acks: -1, timeoutMs: 5_000, topicData: [{ name: topic, partitionData }] };
  const answer = await client.request(produceRequest, produceResponse, version, body);
  const codes = new Map(
    answer.responses[0]?.partitionResponses.map(({ index, errorCode }) => [index, errorCode]),
  );
  expect(codes.get(1)).toBe(0);
  expect(await endOffset(topic, 1)).toBe((before[1] ?? 0n) + 3n);
  if (codes.get(0) !== 0) expect(await endOffset(topic, 0)).toBe(before[0]);
  return codes.get(0) ?? -1;
}

// Places of the fields in a batch header of format 2.
const MAGIC = 16;
const ATTRIBUTES = 21;
const LAST_OFFSET_DELTA = 23;
const RECORD_COUNT = 57;
const RECORDS = 61;
const CONTROL_BIT = 0x20;
const INVALID = [ErrorCode.INVALID_RECORD as number, ErrorCode.CORRUPT_MESSAGE as number];

describe('records that are refused', () => {
  it('nothing wrong: the case that the others differ from', async () => {
    expect(await produceBeside(batch())).toBe(0);
  });

  it('a wrong checksum', async () => {
    const bytes = batch();
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
    expect(await produceBeside(bytes)).toBe(ErrorCode.CORRUPT_MESSAGE);
  });

  it.each<[string, () => Buffer]>([
    ['two batches', () => Buffer.concat([batch(), batch()])],
    ['no batch at all', () => Buffer.alloc(0)],
    ['a batch cut short', () => batch().subarray(0, 70)],
    ['a record count above the records', () => edited((bytes) => bytes.writeInt32BE(4, RECORD_COUNT))],
    ['a record count below the records', () => edited((bytes) => bytes.writeInt32BE(2, RECORD_COUNT))],
    ['a negative record count', () => edited((bytes) => bytes.writeInt32BE(-1, RECORD_COUNT))],
    ['a huge record count', () => edited((bytes) => bytes.writeInt32BE(0x7fffffff, RECORD_COUNT))],
    ['a wrong last offset', () => edited((bytes) => bytes.writeInt32BE(9, LAST_OFFSET_DELTA))],
    ['a control batch', () => edited((bytes) => bytes.writeInt16BE(CONTROL_BIT, ATTRIBUTES))],
    ['an unknown codec', () => edited((bytes) => bytes.writeInt16BE(7, ATTRIBUTES))],
    ['magic 3', () => edited((bytes) => bytes.writeInt8(3, MAGIC))],
    ['a record length beyond the batch', () => edited((bytes) => bytes.writeUInt8(0x7e, RECORDS))],
  ])('%s', async (_name, make) => {
    expect(INVALID).toContain(await produceBeside(make()));
  });

  it('a record without a key in a compacted topic', async () => {
    expect(await produceBeside(batch(3, null), 'compacted')).toBe(ErrorCode.INVALID_RECORD);
  });

  it('a batch above max.message.bytes', async () => {
    const large = encodeRecordBatch({
      records: [{ key: null, value: Buffer.alloc(150_000) }],
      timestampMs: Date.now(),
    });
    expect(await produceBeside(large)).toBe(ErrorCode.MESSAGE_TOO_LARGE);
  });

  it('bytes that are not gzip', async () => {
    const bytes = edited((copy) => copy.writeInt16BE(1, ATTRIBUTES));
    expect(await produceBeside(bytes)).toBe(ErrorCode.CORRUPT_MESSAGE);
  });

  it('a batch that unpacks to a thousand times its size', async () => {
    const header = Buffer.from(batch(1).subarray(0, RECORDS));
    const bytes = Buffer.concat([header, gzipSync(Buffer.alloc(64 * 1_048_576))]);
    bytes.writeInt32BE(bytes.length - 12, 8);
    bytes.writeInt16BE(1, ATTRIBUTES);
    setCrc(bytes, 0, bytes.length);
    expect(await produceBeside(bytes)).toBe(ErrorCode.MESSAGE_TOO_LARGE);
  });
});

describe('requests that are refused', () => {
  async function produce(name: string, acks = -1, timeoutMs = 5_000): Promise<number | undefined> {
    const topicData = [{ name, partitionData: [{ index: 0, records: batch() }] }];
    const answer = await client.request(produceRequest, produceResponse, 8, { acks, timeoutMs, topicData });
    return answer.responses[0]?.partitionResponses[0]?.errorCode;
  }

  it.each([2, -2, 32_767])('acks %d', async (acks) => {
    expect(await produce('checked', acks)).toBe(ErrorCode.INVALID_REQUIRED_ACKS);
  });

  it.each([0, -1, 2_147_483_647])('a timeout of %d does no harm', async (timeoutMs) => {
    expect(await produce('checked', -1, timeoutMs)).toBe(0);
  });

  it.each(['', '.', '..', '../escape', 'a/b', 'a\u0000b', 'x'.repeat(250), 'not-there'])(
    'topic %j',
    async (name) => {
      expect([ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.INVALID_TOPIC_EXCEPTION]).toContain(
        await produce(name),
      );
    },
  );

  it('one partition named twice is not appended twice in part', async () => {
    const before = await endOffset('checked', 0);
    const partition = { index: 0, records: batch() };
    const topicData = [{ name: 'checked', partitionData: [partition, { index: 0, records: batch() }] }];
    const body = { acks: -1, timeoutMs: 5_000, topicData };
    const answer = await client.request(produceRequest, produceResponse, 8, body);
    const codes = answer.responses[0]?.partitionResponses.map(({ errorCode }) => errorCode) ?? [];
    const appended = Number((await endOffset('checked', 0)) - before);
    expect(appended).toBe(codes.filter((code) => code === 0).length * 3);
  });
});

/**
 * Test support: asks a running broker, ours or Apache Kafka, what it makes of the cases here and gives the answers as
 * plain values: error code and, where it stored something, what that was. Times are only told apart as recent or not.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { produceRequest, produceResponse } from '../../protocol/messages/00-produce.ts';
import { fetchRequest, fetchResponse } from '../../protocol/messages/01-fetch.ts';
import { listOffsetsRequest, listOffsetsResponse } from '../../protocol/messages/02-list-offsets.ts';
import { createTopicsRequest, createTopicsResponse } from '../../protocol/messages/19-create-topics.ts';
import { decompress } from '../../protocol/records/compression.ts';
import { type CompressionName, compressionNameOf } from '../../protocol/records/record-batch.ts';
import { describeMessages } from './fetched-messages.ts';
import { oldFetches, oldOffsetQueries, storedBatches } from './old-fetch-cases.ts';
import type { ProduceCase } from './produce-cases.ts';
import { RawClient } from './raw-client.ts';

/** Error code, then the records at fault or what was stored. */
export type ProduceAnswer = readonly [code: number, detail?: string];

export async function makeTopic(
  client: RawClient,
  configs: Readonly<Record<string, string>>,
): Promise<string> {
  const name = `asked-${(topicNumber++).toString()}-${Date.now().toString(36)}`;
  const entries = Object.entries(configs).map(([key, value]) => ({ name: key, value }));
  const topic = { name, numPartitions: 1, replicationFactor: 1, configs: entries };
  const body = { topics: [topic], timeoutMs: 10_000 };
  const answer = await client.request(createTopicsRequest, createTopicsResponse, 5, body);
  if (answer.topics[0]?.errorCode !== 0) throw new Error(`no topic: ${JSON.stringify(answer.topics[0])}`);
  return name;
}
let topicNumber = 0;

export async function produceOne(client: RawClient, topic: string, version: number, records: Buffer) {
  const topicData = [{ name: topic, partitionData: [{ index: 0, records }] }];
  const body = { acks: -1, timeoutMs: 5_000, topicData };
  for (let attempt = 0; ; attempt++) {
    const answer = await client.request(produceRequest, produceResponse, version, body);
    const partition = answer.responses[0]?.partitionResponses[0];
    if (partition === undefined) throw new Error('no answer for the partition');
    // A topic just made may not have reached the broker's replicas yet.
    if ((partition.errorCode !== 3 && partition.errorCode !== 6) || attempt > 50) return partition;
    await delay(50);
  }
}

export async function fetchOne(
  client: RawClient,
  topic: string,
  version: number,
  offset: bigint,
  maxBytes = 1_000_000,
) {
  const partitions = [{ partition: 0, fetchOffset: offset, partitionMaxBytes: maxBytes }];
  const body = { maxWaitMs: 0, minBytes: 0, maxBytes: 10_000_000, topics: [{ topic, partitions }] };
  const answer = await client.request(fetchRequest, fetchResponse, version, body);
  const partition = answer.responses[0]?.partitions[0];
  if (partition === undefined) throw new Error('no answer for the partition');
  return { ...partition, records: Buffer.concat([partition.records ?? Buffer.alloc(0)].flat()) };
}

export async function askProduce(
  port: number,
  cases: readonly ProduceCase[],
): Promise<Record<string, ProduceAnswer>> {
  const client = await RawClient.connect(port);
  const topics = new Map<string, string>();
  const answers: Record<string, ProduceAnswer> = {};
  for (const { name, version, config, make } of cases) {
    const key = JSON.stringify(config);
    const topic = topics.get(key) ?? (await makeTopic(client, config));
    topics.set(key, topic);
    const { errorCode, baseOffset, recordErrors } = await produceOne(client, topic, version, make());
    const wrong = recordErrors.map(({ batchIndex }) => batchIndex).join(',');
    if (errorCode !== 0) answers[name] = wrong === '' ? [errorCode] : [errorCode, wrong];
    else if (baseOffset < 0n) answers[name] = [0, 'nothing stored'];
    else answers[name] = [0, describeBatch((await fetchOne(client, topic, 11, baseOffset)).records)];
  }
  client.close();
  return answers;
}

function describeBatch(batch: Buffer): string {
  const attributes = batch.readInt16BE(21);
  const counts = `${batch.readInt32BE(57)}/${batch.readInt32BE(23)}`;
  const compression = compressionNameOf(attributes & 7) ?? 'none';
  const plain = plainHex(compression, batch.subarray(61));
  const producer = batch.subarray(43, 57).toString('hex').replace(/^f+$/, 'none');
  const times = `${timeAt(batch, 27)} to ${timeAt(batch, 35)}`;
  const section = plain.length > 120 ? `${plain.slice(0, 100)}...${plain.length / 2}` : plain;
  return `${counts} attributes ${attributes} times ${times} producer ${producer} ${section}`;
}

function plainHex(compression: CompressionName, stored: Buffer): string {
  try {
    return decompress(compression, stored, 1_000_000).toString('hex');
  } catch {
    return 'cannot be opened here';
  }
}

function timeAt(batch: Buffer, position: number): string {
  const time = batch.readBigInt64BE(position);
  return time > 1_700_000_000_000n && time < 4_000_000_000_000n ? 'now' : String(time);
}

/** What consumers of versions 0 to 3 get of the same stored batches. */
export async function askOldFetches(port: number) {
  const client = await RawClient.connect(port);
  const topic = await makeTopic(client, {});
  for (const batch of storedBatches()) await produceOne(client, topic, 9, batch);
  const answers = [];
  for (const { version, offset, maxBytes } of oldFetches) {
    const { errorCode, records } = await fetchOne(client, topic, version, BigInt(offset), maxBytes);
    answers.push({ version, offset, errorCode, lines: describeMessages(records).lines });
  }
  client.close();
  return answers;
}

/** ListOffsets 0 of a partition with five segments. */
export async function askOldOffsets(port: number) {
  const client = await RawClient.connect(port);
  const topic = await makeTopic(client, { 'segment.bytes': '300' });
  for (const batch of storedBatches()) await produceOne(client, topic, 9, batch);
  const answers = [];
  for (const { name, timestamp, maxNumOffsets } of oldOffsetQueries(Date.now())) {
    const partitions = [{ partitionIndex: 0, timestamp: BigInt(timestamp), maxNumOffsets }];
    const topics = [{ name: topic, partitions }];
    const answer = await client.request(listOffsetsRequest, listOffsetsResponse, 0, {
      replicaId: -1,
      topics,
    });
    const { errorCode, oldStyleOffsets } = answer.topics[0]?.partitions[0] ?? {};
    answers.push(`${name}, at most ${maxNumOffsets}: ${String(errorCode)} ${String(oldStyleOffsets)}`);
  }
  client.close();
  return answers;
}

/**
 * Produce, Fetch, ListOffsets, DeleteRecords and DescribeLogDirs over a real replica manager, through the codec at
 * every version that is advertised: what goes in by any version comes out by any other.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { fetchRequest, fetchResponse } from '../../protocol/messages/01-fetch.ts';
import { decodeRecords } from '../../protocol/records/decode-records.ts';
import { encodeRecordBatch } from '../../protocol/records/encode-batch.ts';
import { encodeMessage } from '../../protocol/records/legacy-message.ts';
import { readMessages } from '../../protocol/records/legacy-test-kit.ts';
import { decodeMessage, encodeMessage as encodeBody } from '../../protocol/schema/codec.ts';
import type { Encodable, MessageSchema } from '../../protocol/schema/notation.ts';
import { BrokerMetrics } from '../metrics/broker-metrics.ts';
import { createMemoryPlatform } from '../platform/memory/memory-platform.ts';
import { idOf, TestBroker, topicOf } from '../replication/replica-test-kit.ts';
import { produce } from './00-produce.ts';
import { fetch } from './01-fetch.ts';
import { listOffsets } from './02-list-offsets.ts';
import { deleteRecords } from './21-delete-records.ts';
import { offsetForLeaderEpoch } from './23-offset-for-leader-epoch.ts';
import { describeLogDirs } from './35-describe-log-dirs.ts';
import { type ApiHandler, RefusedRequest, type RequestContext } from './api-handler.ts';
import { noQuotas } from './test-services.ts';
import type { BrokerServices } from './broker-services.ts';

let broker: TestBroker;
let metrics: BrokerMetrics;

beforeEach(async () => {
  const platform = createMemoryPlatform();
  metrics = new BrokerMetrics(platform.clock);
  const topics = [topicOf('t', 2), topicOf('__consumer_offsets', 1)];
  broker = await TestBroker.start({ platform, topics, meter: metrics });
});

/** One request as it travels: encoded, decoded, handled, and the answer encoded and decoded. */
async function call(
  handler: ApiHandler,
  version: number,
  request: object,
): Promise<Record<string, never> | null> {
  const frame = encodeBody(handler.request, version, request as Encodable<MessageSchema>);
  const { manager: replicaManager, platform } = broker;
  const services = {
    replicaManager,
    platform,
    metrics,
    quotas: noQuotas(platform.clock),
  } as unknown as BrokerServices;
  const context: RequestContext = {
    ...{
      apiVersion: version,
      clientId: 'test',
      connectionId: '1',
      clientHost: '/127.0.0.1',
      listenerName: 'PLAINTEXT',
    },
    ...{ principal: 'User:ANONYMOUS', closed: new AbortController().signal },
  };
  const answer = await handler.handle(decodeMessage(handler.request, version, frame), context, services);
  if (answer === null) return null;
  return decodeMessage(handler.response, version, encodeBody(handler.response, version, answer)) as never;
}

const TIME = 1_767_225_600_000;
const value = (version: number): Buffer => Buffer.from(`by version ${version}`);

function recordsFor(version: number): Buffer {
  const message = { offset: 0, timestampMs: TIME, key: Buffer.from('k'), value: value(version) };
  if (version <= 2) return encodeMessage(version === 2 ? 1 : 0, message);
  return encodeRecordBatch({ records: [{ key: message.key, value: message.value }], timestampMs: TIME });
}

function produceTo(version: number, records: Buffer | null, changes: object = {}) {
  const topicData = [{ name: 't', partitionData: [{ index: 0, records }] }];
  return call(produce, version, { acks: -1, timeoutMs: 1000, topicData, ...changes });
}

function fetchFrom(version: number, fetchOffset: bigint, changes: object = {}) {
  const partitions = [{ partition: 0, fetchOffset, partitionMaxBytes: 1_000_000 }];
  const topics = [{ topic: 't', topicId: idOf('t'), partitions }];
  return call(fetch, version, { maxWaitMs: 0, minBytes: 1, topics, ...changes });
}

const firstOf = (answer: unknown): Record<string, never> =>
  ((answer as { responses: { partitionResponses?: never[]; partitions?: never[] }[] }).responses[0]
    ?.partitionResponses ??
    (answer as { responses: { partitions?: never[] }[] }).responses[0]?.partitions)?.[0] ?? {};

describe('Produce and Fetch', () => {
  it('carry records from every version to every version', async () => {
    for (let version = produce.minVersion; version <= produce.maxVersion; version++) {
      expect(firstOf(await produceTo(version, recordsFor(version)))).toMatchObject({
        errorCode: 0,
        baseOffset: BigInt(version),
      });
    }
    const written = Array.from({ length: produce.maxVersion + 1 }, (_, version) => value(version));
    for (let version = fetch.minVersion; version <= fetch.maxVersion; version++) {
      const { errorCode, highWatermark, records } = firstOf(await fetchFrom(version, 0n)) as unknown as {
        errorCode: number;
        highWatermark: bigint;
        records: Buffer;
      };
      expect([errorCode, highWatermark]).toEqual([0, BigInt(written.length)]);
      const values = version <= 3 ? readMessages(records).map((one) => one.value) : batchValues(records);
      expect(values).toEqual(written);
      if (version <= 3) {
        const times = readMessages(records).map(({ timestampMs }) => timestampMs);
        expect(times).toEqual(written.map((_, by) => (version <= 1 || by <= 1 ? -1 : TIME)));
      }
    }
    const old = { produce: 3, fetch: 4 };
    expect(countOf('ProduceMessageConversionsPerSec')).toBe(old.produce);
    expect(countOf('FetchMessageConversionsPerSec,topic=t')).toBe(old.fetch * written.length);
    expect(countOf('TotalProduceRequestsPerSec')).toBe(written.length);
    expect(countOf('TotalFetchRequestsPerSec')).toBe(fetch.maxVersion + 1);
  });

  function countOf(name: string): unknown {
    const beans = [...metrics.beans.beans()];
    return beans.find((bean) => bean.name.endsWith(`name=${name}`))?.read()['Count'];
  }

  function batchValues(records: Buffer): (Buffer | null)[] {
    const values: (Buffer | null)[] = [];
    for (let at = 0; at < records.length; at += records.readInt32BE(at + 8) + 12) {
      values.push(...[...decodeRecords(records.subarray(at))].map((record) => record.value));
    }
    return values;
  }

  it('keep zstd from versions that do not know it', async () => {
    const batch = () =>
      encodeRecordBatch({
        records: [{ key: null, value: Buffer.from('v') }],
        timestampMs: TIME,
        compression: 'zstd',
      });
    for (const version of [3, 6]) {
      expect(firstOf(await produceTo(version, batch())).errorCode).toBe(
        ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
      );
    }
    expect(firstOf(await produceTo(7, batch())).errorCode).toBe(0);
    for (const version of [0, 3, 4, 9]) {
      expect(firstOf(await fetchFrom(version, 0n)).errorCode).toBe(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE);
    }
    expect(firstOf(await fetchFrom(10, 0n)).errorCode).toBe(0);
  });
});

describe('Produce', () => {
  it('refuses one partition and serves the others', async () => {
    const good = () => ({ index: 0, records: recordsFor(9) });
    const bad = { index: 1, records: Buffer.from(recordsFor(9).fill(1, 80, 81)) };
    const answer = await produceTo(9, null, {
      topicData: [{ name: 't', partitionData: [bad, good(), { index: 7, records: recordsFor(9) }] }],
    });
    const partitions = (answer as unknown as { responses: { partitionResponses: { errorCode: number }[] }[] })
      .responses[0]?.partitionResponses;
    expect(partitions?.map(({ errorCode }) => errorCode)).toEqual([
      ErrorCode.CORRUPT_MESSAGE,
      0,
      ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    ]);
  });

  it('stores nothing for a partition that a request names twice', async () => {
    const twice = [
      { index: 0, records: recordsFor(9) },
      { index: 0, records: recordsFor(9) },
    ];
    const answer = await produceTo(9, null, { topicData: [{ name: 't', partitionData: twice }] });
    expect(firstOf(answer).errorCode).toBe(ErrorCode.INVALID_REQUEST);
    expect(broker.manager.partition('t', 0)?.logEndOffset).toBe(0);
  });

  it('keeps clients out of internal topics', async () => {
    const topicData = [{ name: '__consumer_offsets', partitionData: [{ index: 0, records: recordsFor(9) }] }];
    expect(firstOf(await produceTo(9, null, { topicData })).errorCode).toBe(
      ErrorCode.INVALID_TOPIC_EXCEPTION,
    );
  });

  it('with acks=0 answers nothing, and closes the connection after a failure', async () => {
    expect(await produceTo(7, recordsFor(7), { acks: 0 })).toBeNull();
    expect(broker.manager.partition('t', 0)?.logEndOffset).toBe(1);
    await expect(produceTo(7, Buffer.alloc(9), { acks: 0 })).rejects.toThrow(RefusedRequest);
  });

  it.each([null, Buffer.alloc(0)])('refuses records %j', async (records) => {
    expect(firstOf(await produceTo(8, records))).toMatchObject({
      errorCode: ErrorCode.INVALID_RECORD,
      baseOffset: -1n,
    });
  });

  it('refuses a broken message set, and message sets in version 3', async () => {
    expect(firstOf(await produceTo(1, recordsFor(1).subarray(0, 20))).errorCode).toBe(
      ErrorCode.CORRUPT_MESSAGE,
    );
    expect(firstOf(await produceTo(3, recordsFor(2))).errorCode).toBe(ErrorCode.INVALID_RECORD);
  });
});

describe('Fetch', () => {
  it('keeps a session only for who asks for one, and knows no other', async () => {
    expect(await fetchFrom(7, 0n, { sessionId: 0, sessionEpoch: -1 })).toMatchObject({ sessionId: 0 });
    const full = await fetchFrom(7, 0n, { sessionId: 0, sessionEpoch: 0 });
    expect(full).toMatchObject({ errorCode: 0 });
    const sessionId = (full as unknown as { sessionId: number }).sessionId;
    expect(sessionId).toBeGreaterThan(0);
    const next = { sessionId, sessionEpoch: 1, topics: [] };
    expect(await fetchFrom(7, 0n, next)).toMatchObject({ errorCode: 0, sessionId, responses: [] });
    const again = await fetchFrom(7, 0n, next);
    expect(again).toMatchObject({ errorCode: ErrorCode.INVALID_FETCH_SESSION_EPOCH, sessionId: 0 });
    for (const sessionId of [0, 12]) {
      const incremental = await fetchFrom(7, 0n, { sessionId, sessionEpoch: 3 });
      expect(incremental).toMatchObject({ errorCode: ErrorCode.FETCH_SESSION_ID_NOT_FOUND, responses: [] });
    }
  });

  it('answers every topic and partition asked for, in order', async () => {
    const partition = (index: number) => ({ partition: index, fetchOffset: 0n, partitionMaxBytes: 100 });
    const topics = [
      { topic: 'none', partitions: [partition(4)] },
      { topic: 't', partitions: [partition(1), partition(0)] },
    ];
    const body = encodeBody(fetchRequest, 12, { maxWaitMs: 60_000, minBytes: 1, topics });
    const answer = await call(fetch, 12, decodeMessage(fetchRequest, 12, body));
    expect(answer).toMatchObject({
      responses: [
        {
          topic: 'none',
          partitions: [{ partitionIndex: 4, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION }],
        },
        {
          topic: 't',
          partitions: [
            { partitionIndex: 1, errorCode: 0 },
            { partitionIndex: 0, errorCode: 0 },
          ],
        },
      ],
    });
    expect(fetch.response).toBe(fetchResponse);
  });

  it.each([-1n, 1n, 2n ** 62n])('answers offset %i as out of range', async (offset) => {
    expect(firstOf(await fetchFrom(11, offset)).errorCode).toBe(ErrorCode.OFFSET_OUT_OF_RANGE);
  });
});

describe('offsets and directories', () => {
  it('ListOffsets, by version', async () => {
    for (let i = 0; i < 3; i++) await produceTo(9, recordsFor(9));
    for (let version = 0; version <= 7; version++) {
      const ask = async (timestamp: bigint): Promise<unknown> => {
        const topics = [{ name: 't', partitions: [{ partitionIndex: 0, timestamp }] }];
        const answer = await call(listOffsets, version, { replicaId: -1, topics });
        const found = (
          answer as unknown as {
            topics: { partitions: { errorCode: number; offset: bigint; oldStyleOffsets: bigint[] }[] }[];
          }
        ).topics[0]?.partitions[0];
        return version === 0
          ? found?.oldStyleOffsets[0]
          : found?.errorCode === 0
            ? found.offset
            : `error ${found?.errorCode}`;
      };
      expect([await ask(-1n), await ask(-2n)]).toEqual([3n, 0n]);
      // In version 0 a time means when segments were written, and the end counts as written now.
      expect(await ask(BigInt(TIME))).toBe(version === 0 ? 3n : 0n);
      if (version > 0)
        expect(await ask(-3n)).toBe(version === 7 ? 0n : `error ${ErrorCode.UNSUPPORTED_VERSION}`);
    }
  });

  it('DeleteRecords and DescribeLogDirs', async () => {
    for (let i = 0; i < 3; i++) await produceTo(9, recordsFor(9));
    const partitions = [
      { partitionIndex: 0, offset: 2n },
      { partitionIndex: 9, offset: 0n },
    ];
    expect(await call(deleteRecords, 2, { topics: [{ name: 't', partitions }], timeoutMs: 1 })).toMatchObject(
      {
        topics: [
          {
            partitions: [
              { lowWatermark: 2n, errorCode: 0 },
              { lowWatermark: -1n, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION },
            ],
          },
        ],
      },
    );
    const sizeOfLog = BigInt(broker.manager.partition('t', 0)?.sizeBytes ?? -1);
    expect(await call(describeLogDirs, 4, { topics: [{ topic: 't', partitions: [0] }] })).toMatchObject({
      results: [
        {
          errorCode: 0,
          logDir: '/data',
          topics: [{ name: 't', partitions: [{ partitionIndex: 0, partitionSize: sizeOfLog }] }],
        },
      ],
    });
    const all = (await call(describeLogDirs, 1, { topics: null })) as unknown as {
      results: { topics: unknown[] }[];
    };
    expect(all.results[0]?.topics).toHaveLength(2);
  });
});

describe('leader epochs and transactions', () => {
  it('OffsetForLeaderEpoch of a replica that does not lead: whoever asks as -2 is told what it has', async () => {
    await broker.append(encodeRecordBatch({ records: [{ key: null, value: value(4) }], timestampMs: TIME }));
    broker.apply({ created: [topicOf('t', 2, { leader: 5, leaderEpoch: 3, replicas: [0, 5], isr: [5] })] });
    const partitions = [{ partition: 0, currentLeaderEpoch: -1, leaderEpoch: 0x7fff_ffff }];
    const askedBy = async (version: number, replicaId: number): Promise<unknown> => {
      const request = { ...(version >= 3 ? { replicaId } : {}), topics: [{ topic: 't', partitions }] };
      const answer = await call(offsetForLeaderEpoch, version, request);
      return (answer as unknown as { topics: { partitions: object[] }[] }).topics[0]?.partitions[0];
    };
    expect(await askedBy(4, -2)).toMatchObject({ errorCode: 0, leaderEpoch: 0, endOffset: 1n });
    const refused = { errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER, endOffset: -1n };
    for (const [version, replicaId] of [
      [4, -1],
      [4, 5],
      [3, -1],
      [2, -2],
    ] as const)
      expect(await askedBy(version, replicaId)).toMatchObject(refused);
  });

  it('OffsetForLeaderEpoch, by version', async () => {
    for (let i = 0; i < 2; i++) await produceTo(9, recordsFor(9));
    for (let version = 0; version <= 4; version++) {
      const partitions = [
        { partition: 0, leaderEpoch: 0 },
        { partition: 0, leaderEpoch: 3 },
        { partition: 7, leaderEpoch: 0 },
      ];
      const answer = await call(offsetForLeaderEpoch, version, { topics: [{ topic: 't', partitions }] });
      const known = version === 0 ? -1 : 0;
      expect(answer).toMatchObject({
        topics: [
          {
            partitions: [
              { errorCode: 0, leaderEpoch: known, endOffset: 2n },
              { errorCode: 0, leaderEpoch: -1, endOffset: -1n },
              { errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, partition: 7, endOffset: -1n },
            ],
          },
        ],
      });
    }
  });

  it('Fetch 12 says where a log parted from ours, Fetch 4 what was aborted', async () => {
    const batch = encodeRecordBatch({
      records: [{ key: null, value: Buffer.from('v') }],
      ...{ timestampMs: TIME, producerId: 77, producerEpoch: 0, isTransactional: true },
    });
    const where = { topic: 't', partition: 0, acks: 1, timeoutMs: 1 };
    await broker.manager.append({ ...where, records: batch, origin: 'coordinator' });
    await broker.manager.endTransaction({
      ...{ ...where, committed: false, producerId: 77, producerEpoch: 0, coordinatorEpoch: 0 },
    });
    const aborted = firstOf(await fetchFrom(4, 0n, { isolationLevel: 1 }));
    expect(aborted).toMatchObject({
      abortedTransactions: [{ producerId: 77n, firstOffset: 0n }],
      lastStableOffset: 2n,
    });
    const partition = { partition: 0, fetchOffset: 1n, partitionMaxBytes: 1000, lastFetchedEpoch: 0 };
    const ask = async (changes: object) =>
      firstOf(
        await fetchFrom(12, 0n, { topics: [{ topic: 't', partitions: [{ ...partition, ...changes }] }] }),
      );
    expect(await ask({})).toMatchObject({ divergingEpoch: { epoch: -1, endOffset: -1n } });
    broker.apply({ created: [topicOf('t', 2, { leaderEpoch: 5, partitionEpoch: 5 })] });
    await produceTo(9, recordsFor(9));
    const parted = await ask({ fetchOffset: 3n });
    expect(parted).toMatchObject({ errorCode: 0, divergingEpoch: { epoch: 0, endOffset: 2n } });
    expect(parted.records).toHaveLength(0);
  });
});

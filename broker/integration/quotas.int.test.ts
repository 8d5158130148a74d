/** Quotas as clients meet them on sockets: set by AlterClientQuotas, counted by client id and address, and waited for (KIP-219). */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiCall } from '../../kafka-client/api-call.ts';
import { openNegotiated } from '../../kafka-client/negotiation.ts';
import { ErrorCode } from '../../protocol/errors.ts';
import { produceRequest, produceResponse } from '../../protocol/messages/00-produce.ts';
import { fetchRequest, fetchResponse } from '../../protocol/messages/01-fetch.ts';
import { listOffsetsRequest, listOffsetsResponse } from '../../protocol/messages/02-list-offsets.ts';
import { createTopicsRequest, createTopicsResponse } from '../../protocol/messages/19-create-topics.ts';
import { deleteTopicsRequest, deleteTopicsResponse } from '../../protocol/messages/20-delete-topics.ts';
import {
  createPartitionsRequest,
  createPartitionsResponse,
} from '../../protocol/messages/37-create-partitions.ts';
import {
  describeClientQuotasRequest,
  describeClientQuotasResponse,
} from '../../protocol/messages/48-describe-client-quotas.ts';
import {
  alterClientQuotasRequest,
  alterClientQuotasResponse,
} from '../../protocol/messages/49-alter-client-quotas.ts';
import { encodeRecordBatch } from '../../protocol/records/encode-batch.ts';
import { startTestBroker, type TestBroker } from './broker-harness.ts';

const alterQuotas = apiCall(alterClientQuotasRequest, alterClientQuotasResponse);
const describeQuotas = apiCall(describeClientQuotasRequest, describeClientQuotasResponse);
const produce = apiCall(produceRequest, produceResponse, { maxVersion: 12 });
const fetch = apiCall(fetchRequest, fetchResponse, { maxVersion: 12 });
const listOffsets = apiCall(listOffsetsRequest, listOffsetsResponse);
const create = apiCall(createTopicsRequest, createTopicsResponse);
const createAsOld = apiCall(createTopicsRequest, createTopicsResponse, { maxVersion: 5 });
const grow = apiCall(createPartitionsRequest, createPartitionsResponse);
const remove = apiCall(deleteTopicsRequest, deleteTopicsResponse, { maxVersion: 5 });

const TOPIC = 'limited';
let broker: TestBroker;

function open(clientId: string) {
  return openNegotiated({ address: { host: '127.0.0.1', port: broker.port }, clientId });
}

type Part = readonly [entityType: string, entityName: string | null];

async function setQuota(part: Part, key: string, value: number | null): Promise<void> {
  const admin = await open('admin');
  const [entityType, entityName] = part;
  const ops = [{ key, value: value ?? 0, remove: value === null }];
  const entries = [{ entity: [{ entityType, entityName }], ops }];
  const answer = await admin.call(alterQuotas, { entries, validateOnly: false });
  admin.close();
  expect(answer.entries).toMatchObject([{ errorCode: 0 }]);
}

const newTopic = (name: string, numPartitions = 1) => ({
  ...{ name, numPartitions, replicationFactor: 1, assignments: [], configs: [] },
});

beforeAll(async () => {
  broker = await startTestBroker();
  await broker.restart();
  const admin = await open('admin');
  const made = await admin.call(create, {
    ...{ topics: [newTopic(TOPIC)], timeoutMs: 5_000, validateOnly: false },
  });
  admin.close();
  expect(made.topics).toMatchObject([{ errorCode: 0 }]);
});
afterAll(() => broker.remove());

function recordsOf(bytes: number): Buffer {
  const records = [{ key: null, value: Buffer.alloc(bytes) }];
  return encodeRecordBatch({ records, timestampMs: 1_700_000_000_000, compression: 'none' });
}

const produceBody = (bytes: number, acks = 1) => ({
  ...{ transactionalId: null, acks, timeoutMs: 5_000 },
  topicData: [{ name: TOPIC, partitionData: [{ index: 0, records: recordsOf(bytes) }] }],
});

const ENDS = {
  ...{ replicaId: -1, isolationLevel: 0, timeoutMs: 5_000 },
  topics: [{ name: TOPIC, partitions: [{ partitionIndex: 0, currentLeaderEpoch: -1, timestamp: -1n }] }],
};

describe('a quota', () => {
  it('is kept through a restart and told', async () => {
    await setQuota(['client-id', 'kept'], 'producer_byte_rate', 12_345);
    await setQuota(['client-id', null], 'consumer_byte_rate', 1e12);
    await broker.restart();
    const admin = await open('admin');
    const { entries } = await admin.call(describeQuotas, { components: [], strict: false });
    admin.close();
    expect(entries).toMatchObject([
      {
        entity: [{ entityType: 'client-id', entityName: 'kept' }],
        values: [{ key: 'producer_byte_rate', value: 12_345 }],
      },
      {
        entity: [{ entityType: 'client-id', entityName: null }],
        values: [{ key: 'consumer_byte_rate', value: 1e12 }],
      },
    ]);
    await setQuota(['client-id', 'kept'], 'producer_byte_rate', null);
    await setQuota(['client-id', null], 'consumer_byte_rate', null);
  });

  it('of producers is used up by all connections of the client, and by no other', async () => {
    await setQuota(['client-id', 'shared'], 'producer_byte_rate', 1_000);
    const [first, second, other] = await Promise.all([open('shared'), open('shared'), open('other')]);
    expect((await first.call(produce, produceBody(500_000))).throttleTimeMs).toBeGreaterThan(100_000);
    expect((await second.call(produce, produceBody(10))).throttleTimeMs).toBeGreaterThan(100_000);
    expect((await other.call(produce, produceBody(10))).throttleTimeMs).toBe(0);
    for (const connection of [first, second, other]) connection.close();
  });

  it('of producers has the next request wait, and not those of others', async () => {
    await setQuota(['client-id', 'writer'], 'producer_byte_rate', 10_000);
    const [writer, other] = await Promise.all([open('writer'), open('reader')]);
    const startedMs = performance.now();
    const first = await writer.call(produce, produceBody(105_000));
    expect(first.throttleTimeMs).toBeGreaterThan(0);
    expect(first.responses[0]?.partitionResponses).toMatchObject([{ errorCode: 0 }]);
    await other.call(listOffsets, ENDS);
    await writer.call(listOffsets, ENDS);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(first.throttleTimeMs - 5);
    writer.close();
    other.close();
  });

  it('of consumers bounds one answer, and has the next one wait', async () => {
    await setQuota(['client-id', 'taker'], 'consumer_byte_rate', 10_000);
    const [taker, writer] = await Promise.all([open('taker'), open('filler')]);
    const ends = await writer.call(listOffsets, ENDS);
    const fetchOffset = ends.topics[0]?.partitions[0]?.offset ?? 0n;
    for (let batch = 0; batch < 5; batch++) await writer.call(produce, produceBody(60_000));
    const partition = { partition: 0, currentLeaderEpoch: -1, fetchOffset, partitionMaxBytes: 1_000_000 };
    const request = {
      ...{ replicaId: -1, maxWaitMs: 100, minBytes: 1, maxBytes: 10_000_000, isolationLevel: 0 },
      ...{ sessionId: 0, sessionEpoch: -1, topics: [{ topic: TOPIC, partitions: [partition] }] },
    };
    const answer = await taker.call(fetch, request);
    const bytes = answer.responses[0]?.partitions[0]?.records?.length ?? 0;
    // 110,000 are what eleven windows allow; whole batches only.
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(110_000);
    expect((await taker.call(fetch, request)).throttleTimeMs).toBeGreaterThan(0);
    taker.close();
    writer.close();
  });

  it('of the time of requests has whoever sends many wait', async () => {
    await setQuota(['client-id', 'busy'], 'request_percentage', 1e-6);
    const busy = await open('busy');
    const { throttleTimeMs } = await busy.call(listOffsets, ENDS);
    busy.close();
    expect(throttleTimeMs).toBe(1_000);
  });

  it('of changes refuses new clients once it is overdrawn, and has old ones wait', async () => {
    await setQuota(['client-id', 'maker'], 'controller_mutation_rate', 1);
    await setQuota(['client-id', 'old maker'], 'controller_mutation_rate', 1);
    const [maker, old] = await Promise.all([open('maker'), open('old maker')]);
    const options = { timeoutMs: 5_000, validateOnly: false };
    const made = await maker.call(create, { topics: [newTopic('a', 20), newTopic('b')], ...options });
    expect(made.topics.map(({ errorCode }) => errorCode)).toEqual([0, ErrorCode.THROTTLING_QUOTA_EXCEEDED]);
    expect(made.throttleTimeMs).toBeGreaterThan(0);
    const grown = await maker.call(grow, {
      topics: [{ name: 'a', count: 21, assignments: null }],
      ...options,
    });
    expect(grown.results).toMatchObject([{ errorCode: ErrorCode.THROTTLING_QUOTA_EXCEEDED }]);
    const gone = await maker.call(remove, { topicNames: ['a'], timeoutMs: 5_000 });
    expect(gone.responses).toMatchObject([{ errorCode: ErrorCode.THROTTLING_QUOTA_EXCEEDED }]);
    const asked = await maker.call(create, { topics: [newTopic('b')], ...options, validateOnly: true });
    expect(asked.topics).toMatchObject([{ errorCode: 0 }]);
    const oldMade = await old.call(createAsOld, { topics: [newTopic('c', 20), newTopic('d')], ...options });
    expect(oldMade.topics.map(({ errorCode }) => errorCode)).toEqual([0, 0]);
    expect(oldMade.throttleTimeMs).toBeGreaterThan(0);
    maker.close();
    old.close();
  });

  it('of connections closes those beyond it after a while', async () => {
    await setQuota(['ip', '127.0.0.1'], 'connection_creation_rate', 1);
    const sockets = Array.from({ length: 15 }, () => connect(broker.port, '127.0.0.1'));
    const ends = Promise.all(sockets.slice(-1).map((socket) => once(socket, 'close')));
    for (const socket of sockets) socket.on('error', () => undefined).resume();
    await ends;
    expect(sockets.filter(({ closed }) => !closed).length).toBeGreaterThanOrEqual(5);
    for (const socket of sockets) socket.destroy();
    expect(broker.lines.join('\n')).toContain('more than its quota of connection_creation_rate');
    expect(broker.lines.join('\n')).not.toContain('ERROR');
  });
});

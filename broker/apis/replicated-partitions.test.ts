/**
 * Produce, Fetch and ListOffsets of partitions with replicas, through the codec: topic ids, followers that say who they
 * are, where a leader went, and what a new leader does not know yet, version by version.
 */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { encodeRecordBatch } from '../../protocol/records/encode-batch.ts';
import { decodeMessage, encodeMessage } from '../../protocol/schema/codec.ts';
import type { Encodable, MessageSchema } from '../../protocol/schema/notation.ts';
import { BROKER, idOf, registered, TestBroker, topicOf } from '../replication/replica-test-kit.ts';
import { produce } from './00-produce.ts';
import { fetch } from './01-fetch.ts';
import { listOffsets } from './02-list-offsets.ts';
import type { ApiHandler, RequestContext } from './api-handler.ts';
import { noQuotas } from './test-services.ts';
import type { BrokerServices } from './broker-services.ts';

const REPLICAS = { replicas: [BROKER, 1], isr: [BROKER, 1] };

function start(changes = {}): Promise<TestBroker> {
  const topics = [topicOf('t', 1, { ...REPLICAS, ...changes })];
  return TestBroker.start({ topics, brokers: [registered(BROKER), registered(1, { rack: 'r1' })] });
}

async function call<Answer>(
  broker: TestBroker,
  handler: ApiHandler,
  version: number,
  request: object,
): Promise<Answer> {
  const frame = encodeMessage(handler.request, version, request as Encodable<MessageSchema>);
  const quotas = noQuotas(broker.platform.clock);
  const services = {
    ...{ replicaManager: broker.manager, quotas, image: () => broker.image },
  } as unknown as BrokerServices;
  const context: RequestContext = {
    ...{ apiVersion: version, clientId: 'test', connectionId: '1', clientHost: '/127.0.0.1' },
    ...{ listenerName: 'PLAINTEXT', principal: 'User:ANONYMOUS', closed: new AbortController().signal },
  };
  const answer = await handler.handle(decodeMessage(handler.request, version, frame), context, services);
  return decodeMessage(
    handler.response,
    version,
    encodeMessage(handler.response, version, answer ?? {}),
  ) as Answer;
}

interface FetchAnswer {
  readonly sessionId: number;
  readonly nodeEndpoints: readonly object[];
  readonly responses: readonly { readonly topicId: string; readonly partitions: readonly Answered[] }[];
}
interface Answered {
  readonly errorCode: number;
  readonly highWatermark: bigint;
  readonly currentLeader: object;
  readonly records: Buffer;
}

const batch = (): Buffer =>
  encodeRecordBatch({ records: [{ key: null, value: Buffer.from('v') }], timestampMs: 1_767_225_600_000 });

function fetchBody(topicId: string, changes: object = {}, partition: object = {}) {
  const partitions = [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1000, ...partition }];
  return { maxWaitMs: 0, minBytes: 1, topics: [{ topic: 't', topicId, partitions }], ...changes };
}

describe('Fetch', () => {
  it('finds a topic by its id, and none by an id that nobody knows', async () => {
    const broker = await start();
    const errorOf = async (version: number, topicId: string) =>
      (await call<FetchAnswer>(broker, fetch, version, fetchBody(topicId))).responses[0]?.partitions[0]
        ?.errorCode;
    expect(await errorOf(13, idOf('t'))).toBe(0);
    expect(await errorOf(13, idOf('other'))).toBe(ErrorCode.UNKNOWN_TOPIC_ID);
    const answer = await call<FetchAnswer>(broker, fetch, 17, fetchBody(idOf('other')));
    expect(answer.responses[0]?.topicId).toBe(idOf('other'));
  });

  it.each([12, 14, 15, 17])('%i counts what a follower has', async (version) => {
    const broker = await start();
    await broker.append(batch(), { acks: 1 });
    const self = version >= 15 ? { replicaState: { replicaId: 1, replicaEpoch: 10n } } : { replicaId: 1 };
    await call(broker, fetch, version, fetchBody(idOf('t'), self, { fetchOffset: 1n }));
    expect(broker.manager.partition('t', 0)?.highWatermark).toBe(1);
  });

  it('17 of an earlier registration is refused', async () => {
    const broker = await start();
    const self = { replicaState: { replicaId: 1, replicaEpoch: 9n } };
    const { responses } = await call<FetchAnswer>(broker, fetch, 17, fetchBody(idOf('t'), self));
    expect(responses[0]?.partitions[0]?.errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER);
  });

  it('says where the leader is from version 16 on', async () => {
    const broker = await start({ leader: 1, leaderEpoch: 4 });
    const follower = { replicaState: { replicaId: 1, replicaEpoch: 10n } };
    const { responses, nodeEndpoints } = await call<FetchAnswer>(
      broker,
      fetch,
      16,
      fetchBody(idOf('t'), follower),
    );
    expect(responses[0]?.partitions[0]).toMatchObject({
      errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER,
      currentLeader: { leaderId: 1, leaderEpoch: 4 },
    });
    expect(nodeEndpoints).toEqual([{ nodeId: 1, host: 'b1', port: 9092, rack: 'r1' }]);
    const older = await call<FetchAnswer>(broker, fetch, 15, fetchBody(idOf('t'), follower));
    expect(older.responses[0]?.partitions[0]).toMatchObject({
      currentLeader: { leaderId: -1, leaderEpoch: -1 },
    });
  });

  it.each([10, 11])('%i: only consumers that know of it read from followers', async (version) => {
    const broker = await start({ leader: 1 });
    const { responses } = await call<FetchAnswer>(broker, fetch, version, fetchBody(''));
    const expected = version >= 11 ? 0 : ErrorCode.NOT_LEADER_OR_FOLLOWER;
    expect(responses[0]?.partitions[0]?.errorCode).toBe(expected);
  });

  it('keeps sessions of topic ids and of names apart', async () => {
    const broker = await start();
    const { sessionId } = await call<FetchAnswer>(
      broker,
      fetch,
      13,
      fetchBody(idOf('t'), { sessionEpoch: 0 }),
    );
    const next = { sessionId, sessionEpoch: 1, topics: [] };
    const crossed = await call<{ errorCode: number }>(broker, fetch, 12, { ...fetchBody(''), ...next });
    expect(crossed.errorCode).toBe(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR);
    await broker.append(batch(), { acks: 1 });
    await broker.fetch({
      ...{ replicaId: 1, replicaEpoch: 10, offset: 1 },
    });
    const { responses } = await call<FetchAnswer>(broker, fetch, 13, { ...fetchBody(''), ...next });
    expect(responses[0]).toMatchObject({ topicId: idOf('t'), partitions: [{ highWatermark: 1n }] });
    expect(responses[0]?.partitions[0]?.records).toHaveLength(batch().length);
  });
});

describe('Produce', () => {
  it.each([9, 10, 11])('%i to a follower says where the leader is, from version 10 on', async (version) => {
    const broker = await start({ leader: 1, leaderEpoch: 4 });
    const topicData = [{ name: 't', partitionData: [{ index: 0, records: batch() }] }];
    const answer = await call<object>(broker, produce, version, { acks: -1, timeoutMs: 100, topicData });
    const isTold = version >= 10;
    expect(answer).toMatchObject({
      responses: [
        {
          partitionResponses: [
            {
              errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER,
              currentLeader: isTold ? { leaderId: 1, leaderEpoch: 4 } : { leaderId: -1, leaderEpoch: -1 },
            },
          ],
        },
      ],
      nodeEndpoints: isTold ? [{ nodeId: 1, host: 'b1', port: 9092, rack: 'r1' }] : [],
    });
  });
});

describe('ListOffsets', () => {
  it.each([
    [4, ErrorCode.LEADER_NOT_AVAILABLE],
    [5, ErrorCode.OFFSET_NOT_AVAILABLE],
  ])('%i of a new leader that does not know what is committed answers %i', async (version, expected) => {
    const broker = await start();
    await broker.append(batch(), { acks: 1 });
    broker.apply({ created: [topicOf('t', 1, { ...REPLICAS, leaderEpoch: 1, partitionEpoch: 1 })] });
    const ask = async (replicaId: number) => {
      const topics = [{ name: 't', partitions: [{ partitionIndex: 0, timestamp: -1n }] }];
      const answer = await call<{ topics: { partitions: { errorCode: number; offset: bigint }[] }[] }>(
        broker,
        listOffsets,
        version,
        { replicaId, topics },
      );
      return answer.topics[0]?.partitions[0];
    };
    expect((await ask(-1))?.errorCode).toBe(expected);
    // Who asks this very replica is told what it has.
    expect(await ask(-2)).toMatchObject({ errorCode: 0, offset: 1n });
    await broker.fetch({ replicaId: 1, replicaEpoch: 10, offset: 1 });
    expect(await ask(-1)).toMatchObject({ errorCode: 0, offset: 1n });
  });
});

/**
 * Fetch 0-17: record batches from partitions, waiting for minBytes up to maxWaitMs, for consumers and for followers.
 *
 * Versions 0 and 1 get message sets of magic 0, 2 and 3 of magic 1; zstd is for 10 and later (KIP-110). 7 and later may
 * use sessions (KIP-227), consumers of 11 and later may be served by any replica (KIP-392), 13 and later name topics by
 * id (KIP-516), 16 and later are told where a leader went (KIP-951).
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { type FetchRequest, fetchRequest, fetchResponse } from '../../protocol/messages/01-fetch.ts';
import { forEachBatch } from '../../protocol/records/record-batch.ts';
import type {
  FetchPartitionRequest,
  FetchPartitionResult,
  FetchRequestParameters,
  PartitionId,
} from '../replication/replica-requests.ts';
import { defineApi, type RequestContext } from './api-handler.ts';
import type { BrokerServices } from './broker-services.ts';
import { LeaderHints, type LeaderHint } from './leader-hints.ts';

const FIRST_VERSION_OF_MAGIC_1 = 2;
const FIRST_VERSION_OF_MAGIC_2 = 4;
const FIRST_VERSION_OF_ZSTD = 10;
const FIRST_VERSION_OF_NEARBY_REPLICAS = 11;
const FIRST_VERSION_OF_TOPIC_IDS = 13;
const FIRST_VERSION_OF_REPLICA_STATE = 15;
const FIRST_VERSION_OF_LEADER_HINTS = 16;
/** Of one answer, whatever the client allows: fetch.max.bytes of a broker. */
const MAX_ANSWER_BYTES = 57_671_680;

export const fetch = defineApi({
  request: fetchRequest,
  response: fetchResponse,
  minVersion: 0,
  maxVersion: 17,
  async handle(request, context, services) {
    const { replicaManager } = services;
    const { apiVersion, listenerName } = context;
    const parameters = parametersOf(request, context, services);
    const { errorCode, sessionId, results } = await replicaManager.fetch(parameters);
    if (errorCode !== 0) return { errorCode, sessionId, responses: [] };
    const hints = new LeaderHints(() => services.image(), listenerName);
    const answers: TopicAnswer[] = [];
    let current: TopicAnswer | undefined;
    // One after another, so that at most one conversion's memory is taken at a time.
    for (const [index, result] of results.entries()) {
      const fetchOffset = parameters.partitions[index]?.fetchOffset ?? 0;
      const readable = readableBy(apiVersion, result, fetchOffset, services);
      const hint =
        apiVersion >= FIRST_VERSION_OF_LEADER_HINTS
          ? hints.of(result.errorCode, result.topic, result.partition)
          : null;
      const answer = partitionAnswer(result, readable instanceof Promise ? await readable : readable, hint);
      if (current === undefined || current.topic !== result.topic || current.topicId !== result.topicId) {
        current = { topic: result.topic, topicId: result.topicId, partitions: [] };
        answers.push(current);
      }
      current.partitions.push(answer);
    }
    return { sessionId, responses: answers, nodeEndpoints: hints.endpoints };
  },
});

function parametersOf(
  request: FetchRequest,
  context: RequestContext,
  { quotas }: Pick<BrokerServices, 'quotas'>,
): FetchRequestParameters {
  const { apiVersion, listenerName, mayRead, closed } = context;
  const hasState = apiVersion >= FIRST_VERSION_OF_REPLICA_STATE;
  const replicaId = hasState ? request.replicaState.replicaId : request.replicaId;
  const usesTopicIds = apiVersion >= FIRST_VERSION_OF_TOPIC_IDS;
  return {
    replicaId,
    replicaEpoch: hasState ? Number(request.replicaState.replicaEpoch) : -1,
    maxWaitMs: request.maxWaitMs,
    minBytes: request.minBytes,
    maxBytes: Math.min(
      request.maxBytes,
      MAX_ANSWER_BYTES,
      replicaId < 0 ? quotas.mostFetchBytes(context) : Infinity,
    ),
    // Older clients got a cut-off batch instead and could not go on; a whole one serves them too.
    minOneBatch: true,
    isolationLevel: request.isolationLevel === 1 ? 'readCommitted' : 'readUncommitted',
    partitions: partitionsOf(request, usesTopicIds),
    session: {
      id: request.sessionId,
      epoch: request.sessionEpoch,
      forgotten: forgottenOf(request, usesTopicIds),
      usesTopicIds,
    },
    nearby:
      replicaId < 0 && apiVersion >= FIRST_VERSION_OF_NEARBY_REPLICAS
        ? { rackId: request.rackId, listenerName }
        : null,
    mayRead: mayRead ?? null,
    closed,
  };
}

function partitionsOf(request: FetchRequest, usesTopicIds: boolean): FetchPartitionRequest[] {
  const asked: FetchPartitionRequest[] = [];
  for (const { topic, topicId, partitions } of request.topics) {
    for (const each of partitions) {
      asked.push({
        topic: usesTopicIds ? '' : topic,
        topicId: usesTopicIds ? topicId : '',
        partition: each.partition,
        // Beyond 2^53 no log reaches, so rounding cannot turn an offset that exists into another.
        fetchOffset: Number(each.fetchOffset),
        maxBytes: each.partitionMaxBytes,
        currentLeaderEpoch: each.currentLeaderEpoch,
        lastFetchedEpoch: each.lastFetchedEpoch,
      });
    }
  }
  return asked;
}

function forgottenOf(request: FetchRequest, usesTopicIds: boolean): PartitionId[] {
  return request.forgottenTopicsData.flatMap(({ topic, topicId, partitions }) =>
    partitions.map((partition) => ({
      topic: usesTopicIds ? '' : topic,
      topicId: usesTopicIds ? topicId : '',
      partition,
    })),
  );
}

interface TopicAnswer {
  readonly topic: string;
  readonly topicId: string;
  readonly partitions: ReturnType<typeof partitionAnswer>[];
}

function partitionAnswer(
  result: FetchPartitionResult,
  { errorCode, records }: Readable,
  hint: LeaderHint | null,
) {
  const { divergingEpoch } = result;
  return {
    partitionIndex: result.partition,
    errorCode,
    highWatermark: BigInt(result.highWatermark),
    lastStableOffset: BigInt(result.lastStableOffset),
    logStartOffset: BigInt(result.logStartOffset),
    abortedTransactions:
      result.abortedTransactions?.map(({ producerId, firstOffset }) => ({
        producerId: BigInt(producerId),
        firstOffset: BigInt(firstOffset),
      })) ?? null,
    preferredReadReplica: result.preferredReadReplica,
    ...(divergingEpoch === null
      ? {}
      : { divergingEpoch: { epoch: divergingEpoch.epoch, endOffset: BigInt(divergingEpoch.endOffset) } }),
    ...(hint === null ? {} : { currentLeader: hint }),
    records,
  };
}

/** What a reader of this version can understand of the records. A promise only where they are converted. */
function readableBy(
  apiVersion: number,
  { topic, errorCode, records }: FetchPartitionResult,
  fetchOffset: number,
  { replicaManager, metrics }: Pick<BrokerServices, 'replicaManager' | 'metrics'>,
): Readable | Promise<Readable> {
  if (errorCode !== 0 || records.length === 0 || apiVersion >= FIRST_VERSION_OF_ZSTD)
    return { errorCode, records };
  const known = beforeZstd(records);
  if (known.length === 0) return noRecords(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE);
  if (apiVersion >= FIRST_VERSION_OF_MAGIC_2) return { errorCode, records: known };
  const magic = apiVersion >= FIRST_VERSION_OF_MAGIC_1 ? 1 : 0;
  return asMessages(replicaManager.toMessageSet(known, magic, fetchOffset), () => {
    metrics.fetchConverted(topic, countRecords(known));
  });
}

async function asMessages(
  converted: Buffer | null | Promise<Buffer | null>,
  count: () => void,
): Promise<Readable> {
  const messages = await converted;
  if (messages === null) return noRecords(ErrorCode.CORRUPT_MESSAGE);
  count();
  return { errorCode: ErrorCode.NONE, records: messages };
}

function countRecords(batches: Buffer): number {
  let records = 0;
  forEachBatch(batches, ({ recordsCount }) => {
    records += recordsCount;
    return true;
  });
  return records;
}

interface Readable {
  readonly errorCode: number;
  readonly records: Buffer;
}

function noRecords(errorCode: number): Readable {
  return { errorCode, records: Buffer.alloc(0) };
}

/** The batches up to the first with zstd: a reader gets what it understands, and the error when it comes to the rest. */
function beforeZstd(records: Buffer): Buffer {
  let end = records.length;
  forEachBatch(records, ({ compression, position }) => {
    if (compression !== 'zstd') return true;
    end = position;
    return false;
  });
  return records.subarray(0, end);
}

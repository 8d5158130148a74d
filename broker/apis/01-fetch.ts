/**
 * Fetch 0-17: record batches from partitions, waiting for minBytes up to maxWaitMs, for consumers and for followers.
 *
 * Versions 0 and 1 get message sets of magic 0, 2 and 3 of magic 1; zstd is for 10 and later (KIP-110). 7 and later may
 * use sessions (KIP-227), consumers of 11 and later may be served by any replica (KIP-392), 13 and later name topics by
 * id (KIP-516), 16 and later are told where a leader went (KIP-951).
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { type FetchRequest, fetchRequest, fetchResponse } from '../../protocol/messages/01-fetch.ts';
import type {
  FetchPartitionRequest,
  FetchPartitionResult,
  FetchRequestParameters,
  PartitionId,
} from '../replication/replica-requests.ts';
import { defineApi, type RequestContext } from './api-handler.ts';
import type { BrokerServices } from './broker-services.ts';
import { LeaderHints, type LeaderHint } from './leader-hints.ts';
import { fetchMessageSets } from './message-set-fetch.ts';
import { beforeZstd } from './readable-records.ts';

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
    const { apiVersion, listenerName } = context;
    const parameters = parametersOf(request, context, services);
    const { errorCode, sessionId, results } =
      apiVersion >= FIRST_VERSION_OF_MAGIC_2
        ? await services.replicaManager.fetch(parameters)
        : await fetchMessageSets(parameters, apiVersion >= FIRST_VERSION_OF_MAGIC_1 ? 1 : 0, services);
    if (errorCode !== 0) return { errorCode, sessionId, responses: [] };
    const hints = new LeaderHints(() => services.image(), listenerName);
    const answers: TopicAnswer[] = [];
    let current: TopicAnswer | undefined;
    for (const result of results) {
      const hint =
        apiVersion >= FIRST_VERSION_OF_LEADER_HINTS
          ? hints.of(result.errorCode, result.topic, result.partition)
          : null;
      const answer = partitionAnswer(result, readableBy(apiVersion, result), hint);
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

/** What a reader of this version can understand of what is stored. Message sets were made of that only. */
function readableBy(apiVersion: number, { errorCode, records }: FetchPartitionResult): Readable {
  const mayNot = apiVersion >= FIRST_VERSION_OF_MAGIC_2 && apiVersion < FIRST_VERSION_OF_ZSTD;
  if (errorCode !== 0 || records.length === 0 || !mayNot) return { errorCode, records };
  const known = beforeZstd(records);
  return known.length > 0
    ? { errorCode, records: known }
    : { errorCode: ErrorCode.UNSUPPORTED_COMPRESSION_TYPE, records: known };
}

interface Readable {
  readonly errorCode: number;
  readonly records: Buffer;
}

/**
 * Produce 0-12: appends one record batch per partition and answers when the acknowledgements asked for have come.
 *
 * Versions 0 to 2 may carry message sets of magic 0 and 1, which become one batch of magic 2; zstd is for 7 and later
 * (KIP-110); 10 and later are told where a leader went (KIP-951), 11 that a transaction is to be aborted; for producers of
 * 12 the leader announces to the transaction's coordinator what they write to (KIP-890). With acks=0 there is no answer: after a failure the connection closes, which is the only sign
 * that such a client can notice (as in Kafka).
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  type ProduceRequest,
  produceRequest,
  type ProduceResponse,
  produceResponse,
} from '../../protocol/messages/00-produce.ts';
import {
  attributesAt,
  BATCH_HEADER_BYTES,
  COMPRESSION_MASK,
  CompressionCode,
  MAGIC_POSITION,
  MAGIC_V2,
  TRANSACTIONAL_FLAG,
  magicAt,
} from '../../protocol/records/record-batch.ts';
import { isInternalTopic } from '../controller/topic-name.ts';
import { isMessageSet } from '../log/record-checks.ts';
import type { ReplicaManager } from '../replication/replica-manager.ts';
import type { AppendResult } from '../replication/replica-requests.ts';
import { defineApi, RefusedRequest } from './api-handler.ts';
import { LeaderHints } from './leader-hints.ts';
import { abortableCode } from './transaction-answers.ts';

type TopicResponse = ProduceResponse['responses'][number];
type PartitionResponse = TopicResponse['partitionResponses'][number];

const FIRST_VERSION_OF_MAGIC_2 = 3;
const FIRST_VERSION_OF_ZSTD = 7;
const FIRST_VERSION_OF_LEADER_HINTS = 10;
const FIRST_VERSION_OF_ABORTABLE = 11;
const FIRST_VERSION_THAT_ANNOUNCES = 12;
/** The request's own wait is bounded: a parked produce holds its request's memory. */
const MAX_TIMEOUT_MS = 300_000;

export const produce = defineApi({
  request: produceRequest,
  response: produceResponse,
  minVersion: 0,
  maxVersion: 12,
  async handle(request, { apiVersion, clientId, listenerName }, services) {
    const { replicaManager } = services;
    const seen = new Map<string, number>();
    for (const { name, partitionData } of request.topicData) {
      for (const { index } of partitionData)
        seen.set(`${name}/${index}`, (seen.get(`${name}/${index}`) ?? 0) + 1);
    }
    const isNobodys = (request.transactionalId ?? '') === '' && request.topicData.some(hasTransactionalBatch);
    const refuse = (topic: string, partition: number): Promise<AppendResult> | null => {
      if (isNobodys) {
        return refusal(
          ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
          'Records of a transaction come without a transactional id.',
        );
      }
      if ((seen.get(`${topic}/${partition}`) ?? 0) > 1) {
        return refusal(
          ErrorCode.INVALID_REQUEST,
          `Partition ${partition} of ${topic} occurs more than once.`,
        );
      }
      if (isInternalTopic(topic) && clientId !== '__admin_client') {
        return refusal(ErrorCode.INVALID_TOPIC_EXCEPTION, `${topic} is written by the brokers only.`);
      }
      return null;
    };
    const responses = request.topicData.map(({ name, partitionData }) => ({
      name,
      partitionResponses: partitionData.map(
        ({ index, records }) =>
          refuse(name, index) ??
          appendOne(replicaManager, request, apiVersion, { topic: name, partition: index, records }),
      ),
      indexes: partitionData.map(({ index }) => index),
    }));
    // Each has its place in the order of its partition by now; checks of large batches and acknowledgements are awaited.
    const settled = [];
    const hints = new LeaderHints(() => services.image(), listenerName);
    for (const { name, partitionResponses, indexes } of responses) {
      const results = await Promise.all(partitionResponses);
      settled.push({
        name,
        partitionResponses: results.map((appended, at) => {
          const index = indexes[at] ?? -1;
          const errorCode = abortableCode(appended.errorCode, apiVersion >= FIRST_VERSION_OF_ABORTABLE);
          const result = { ...appended, errorCode };
          const hint =
            apiVersion >= FIRST_VERSION_OF_LEADER_HINTS ? hints.of(result.errorCode, name, index) : null;
          return { ...partitionResponse(index, result), ...(hint === null ? {} : { currentLeader: hint }) };
        }),
      });
    }
    if (request.acks !== 0) return { responses: settled, nodeEndpoints: hints.endpoints };
    const failed = settled
      .flatMap(({ partitionResponses }) => partitionResponses)
      .find(({ errorCode }) => errorCode !== 0);
    if (failed !== undefined)
      throw new RefusedRequest(`a produce request with acks=0 failed with error ${failed.errorCode}`);
    return null;
  },
});

interface PartitionAppend {
  readonly topic: string;
  readonly partition: number;
  readonly records: Buffer | null;
}

function appendOne(
  replicaManager: ReplicaManager,
  request: ProduceRequest,
  apiVersion: number,
  { topic, partition, records }: PartitionAppend,
): Promise<AppendResult> {
  if (records === null || records.length === 0)
    return refusal(ErrorCode.INVALID_RECORD, 'There is no record batch to store.');
  if (apiVersion >= FIRST_VERSION_OF_MAGIC_2 && isMessageSet(records)) {
    return refusal(
      ErrorCode.INVALID_RECORD,
      `Produce ${apiVersion} takes record batches of magic 2, not messages of magic ${magicAt(records, 0)}.`,
    );
  }
  if (apiVersion < FIRST_VERSION_OF_ZSTD && usesZstd(records)) {
    return refusal(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE, 'zstd needs Produce version 7 or later.');
  }
  return replicaManager.append({
    topic,
    partition,
    records,
    acks: request.acks,
    timeoutMs: Math.min(Math.max(0, request.timeoutMs), MAX_TIMEOUT_MS),
    origin: 'client',
    transactionalId: request.transactionalId,
    leaderAnnounces: apiVersion >= FIRST_VERSION_THAT_ANNOUNCES,
  });
}

export function hasTransactionalBatch({ partitionData }: ProduceRequest['topicData'][number]): boolean {
  return partitionData.some(({ records }) => {
    if (records === null || records.length < BATCH_HEADER_BYTES) return false;
    return records[MAGIC_POSITION] === MAGIC_V2 && (attributesAt(records, 0) & TRANSACTIONAL_FLAG) !== 0;
  });
}

/** Of a batch of magic 2; messages of the older formats know no zstd. */
function usesZstd(records: Buffer): boolean {
  return (
    records.length >= BATCH_HEADER_BYTES &&
    records[MAGIC_POSITION] === MAGIC_V2 &&
    (attributesAt(records, 0) & COMPRESSION_MASK) === CompressionCode.zstd
  );
}

function refusal(errorCode: number, errorMessage: string): Promise<AppendResult> {
  return Promise.resolve({
    errorCode,
    errorMessage,
    baseOffset: -1,
    logAppendTimeMs: -1,
    logStartOffset: -1,
  });
}

function partitionResponse(
  index: number,
  result: AppendResult,
): Partial<PartitionResponse> & { errorCode: number } {
  return {
    index,
    errorCode: result.errorCode,
    baseOffset: BigInt(result.baseOffset),
    logAppendTimeMs: BigInt(result.logAppendTimeMs),
    logStartOffset: BigInt(result.logStartOffset),
    errorMessage: result.errorMessage ?? null,
    recordErrors: (result.recordErrors ?? []).map(({ batchIndex, message }) => ({
      batchIndex,
      batchIndexErrorMessage: message,
    })),
  };
}

/**
 * Fetch 0-12: record batches from partitions, waiting for minBytes up to maxWaitMs.
 *
 * Fetch sessions (KIP-227) are not kept: session id 0 in the answer tells the client to name all partitions each
 * time. Versions 0 and 1 get message sets of magic 0, 2 and 3 of magic 1; zstd is for 10 and later (KIP-110).
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { type FetchRequest, fetchRequest, fetchResponse } from '../../protocol/messages/01-fetch.ts';
import { convertToMessageSet } from '../../protocol/records/legacy-down-conversion.ts';
import { forEachBatch } from '../../protocol/records/record-batch.ts';
import { ProtocolError } from '../../protocol/wire/protocol-error.ts';
import type { FetchPartitionRequest, FetchPartitionResult } from '../replication/replica-requests.ts';
import { defineApi } from './api-handler.ts';

const FIRST_VERSION_OF_MAGIC_1 = 2;
const FIRST_VERSION_OF_MAGIC_2 = 4;
const FIRST_VERSION_OF_ZSTD = 10;
/** Of one answer, whatever the client allows: fetch.max.bytes of a broker. */
const MAX_ANSWER_BYTES = 57_671_680;

export const fetch = defineApi({
  request: fetchRequest,
  response: fetchResponse,
  minVersion: 0,
  maxVersion: 12,
  async handle(request, { apiVersion, closed }, { replicaManager }) {
    if (request.sessionEpoch > 0) {
      return { errorCode: ErrorCode.FETCH_SESSION_ID_NOT_FOUND, responses: [] };
    }
    const partitions = partitionsOf(request);
    const results = await replicaManager.fetch({
      replicaId: request.replicaId,
      maxWaitMs: request.maxWaitMs,
      minBytes: request.minBytes,
      maxBytes: Math.min(request.maxBytes, MAX_ANSWER_BYTES),
      // Older clients got a cut-off batch instead and could not go on; a whole one serves them too.
      minOneBatch: true,
      isolationLevel: request.isolationLevel === 1 ? 'readCommitted' : 'readUncommitted',
      partitions,
      closed,
    });
    const answers = results.map((result, index) =>
      partitionAnswer(result, partitions[index]?.fetchOffset ?? 0, apiVersion),
    );
    return { responses: groupByTopic(request, answers) };
  },
});

function partitionsOf(request: FetchRequest): FetchPartitionRequest[] {
  return request.topics.flatMap(({ topic, partitions }) =>
    partitions.map(({ partition, fetchOffset, partitionMaxBytes, currentLeaderEpoch }) => ({
      topic,
      partition,
      // Beyond 2^53 no log reaches, so rounding cannot turn an offset that exists into another.
      fetchOffset: Number(fetchOffset),
      maxBytes: partitionMaxBytes,
      currentLeaderEpoch,
    })),
  );
}

type PartitionAnswer = ReturnType<typeof partitionAnswer>;

/** Answers come in the order asked, so each topic of the request takes as many as it has partitions. */
function groupByTopic(request: FetchRequest, answers: readonly PartitionAnswer[]) {
  let next = 0;
  return request.topics.map(({ topic, partitions }) => {
    const own = answers.slice(next, next + partitions.length);
    next += partitions.length;
    return { topic, partitions: own };
  });
}

function partitionAnswer(result: FetchPartitionResult, fetchOffset: number, apiVersion: number) {
  const { errorCode, records } = readableBy(apiVersion, result, fetchOffset);
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
    records,
  };
}

function readableBy(
  apiVersion: number,
  result: FetchPartitionResult,
  fetchOffset: number,
): { readonly errorCode: number; readonly records: Buffer } {
  const { errorCode, records } = result;
  if (errorCode !== 0 || records.length === 0 || apiVersion >= FIRST_VERSION_OF_ZSTD)
    return { errorCode, records };
  let hasZstd = false;
  forEachBatch(records, ({ compression }) => {
    hasZstd ||= compression === 'zstd';
  });
  if (hasZstd) return { errorCode: ErrorCode.UNSUPPORTED_COMPRESSION_TYPE, records: Buffer.alloc(0) };
  if (apiVersion >= FIRST_VERSION_OF_MAGIC_2) return { errorCode, records };
  try {
    const magic = apiVersion >= FIRST_VERSION_OF_MAGIC_1 ? 1 : 0;
    return { errorCode, records: convertToMessageSet(records, magic, fetchOffset) };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { errorCode: ErrorCode.CORRUPT_MESSAGE, records: Buffer.alloc(0) };
  }
}

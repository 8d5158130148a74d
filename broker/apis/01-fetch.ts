/**
 * Fetch 0-12: record batches from partitions, waiting for minBytes up to maxWaitMs.
 *
 * Fetch sessions (KIP-227) are not kept: session id 0 in the answer tells the client to name all partitions each
 * time. Versions 0 and 1 get message sets of magic 0, 2 and 3 of magic 1; zstd is for 10 and later (KIP-110).
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { type FetchRequest, fetchRequest, fetchResponse } from '../../protocol/messages/01-fetch.ts';
import { forEachBatch } from '../../protocol/records/record-batch.ts';
import type { ReplicaManager } from '../replication/replica-manager.ts';
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
    const answers: PartitionAnswer[] = [];
    // One after another, so that at most one conversion's memory is taken at a time.
    for (const [index, result] of results.entries()) {
      const fetchOffset = partitions[index]?.fetchOffset ?? 0;
      const readable = readableBy(apiVersion, result, fetchOffset, replicaManager);
      answers.push(partitionAnswer(result, readable instanceof Promise ? await readable : readable));
    }
    return { responses: groupByTopic(request, answers) };
  },
});

function partitionsOf(request: FetchRequest): FetchPartitionRequest[] {
  return request.topics.flatMap(({ topic, partitions }) =>
    partitions.map(({ partition, fetchOffset, partitionMaxBytes, currentLeaderEpoch, lastFetchedEpoch }) => ({
      topic,
      partition,
      // Beyond 2^53 no log reaches, so rounding cannot turn an offset that exists into another.
      fetchOffset: Number(fetchOffset),
      maxBytes: partitionMaxBytes,
      currentLeaderEpoch,
      lastFetchedEpoch,
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

function partitionAnswer(result: FetchPartitionResult, { errorCode, records }: Readable) {
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
    ...(divergingEpoch === null
      ? {}
      : { divergingEpoch: { epoch: divergingEpoch.epoch, endOffset: BigInt(divergingEpoch.endOffset) } }),
    records,
  };
}

/** What a reader of this version can understand of the records. A promise only where they are converted. */
function readableBy(
  apiVersion: number,
  { errorCode, records }: FetchPartitionResult,
  fetchOffset: number,
  replicaManager: ReplicaManager,
): Readable | Promise<Readable> {
  if (errorCode !== 0 || records.length === 0 || apiVersion >= FIRST_VERSION_OF_ZSTD)
    return { errorCode, records };
  const known = beforeZstd(records);
  if (known.length === 0) return noRecords(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE);
  if (apiVersion >= FIRST_VERSION_OF_MAGIC_2) return { errorCode, records: known };
  const magic = apiVersion >= FIRST_VERSION_OF_MAGIC_1 ? 1 : 0;
  return asMessages(replicaManager.toMessageSet(known, magic, fetchOffset));
}

async function asMessages(converted: Buffer | null | Promise<Buffer | null>): Promise<Readable> {
  const messages = await converted;
  return messages === null
    ? noRecords(ErrorCode.CORRUPT_MESSAGE)
    : { errorCode: ErrorCode.NONE, records: messages };
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

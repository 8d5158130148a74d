/**
 * Appends one batch to one partition and waits until all in-sync replicas have it. Sent at most once: a missing answer leaves open
 * what happened, and whoever asked is told so.
 */
import { produceRequest, produceResponse } from '../../protocol/messages/00-produce.ts';
import { encodeRecordBatch, type RecordInput } from '../../protocol/records/encode-batch.ts';
import type { CompressionName } from '../../protocol/records/batch-format.ts';
import { apiCall } from '../api-call.ts';
import { toSafeNumber } from '../checked-number.ts';
import { errorNameOf } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';

/** 3 brought the batches that we send; 13 and later want topic ids, which older brokers do not have. */
const api = apiCall(produceRequest, produceResponse, { minVersion: 3, maxVersion: 12 });
const ALL_IN_SYNC = -1;

export interface Produced {
  /** Kafka's name of the error, null if there is none, and its own words for it. */
  readonly error: string | null;
  readonly message: string | null;
  /** Of the first record; null with an error. */
  readonly offset: number | null;
  /** What the broker put in place of the records' times, where the topic says so. */
  readonly logAppendTimeMs: number | null;
}

export interface ProduceInput {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly RecordInput[];
  readonly timestampMs: number;
  readonly compression: CompressionName;
  readonly timeoutMs: number;
}

export async function produceRecords(
  cluster: KafkaCluster,
  leaderId: number,
  { topic, partition, records, timestampMs, compression, timeoutMs }: ProduceInput,
): Promise<Produced> {
  const batch = encodeRecordBatch({ records, timestampMs, compression });
  const answer = await cluster.call(
    leaderId,
    api,
    {
      transactionalId: null,
      acks: ALL_IN_SYNC,
      timeoutMs,
      topicData: [{ name: topic, partitionData: [{ index: partition, records: batch }] }],
    },
    { once: true },
  );
  const told = answer.responses[0]?.partitionResponses[0];
  if (told === undefined) {
    return {
      error: 'UNKNOWN_SERVER_ERROR',
      message: 'the answer is empty',
      offset: null,
      logAppendTimeMs: null,
    };
  }
  const error = errorNameOf(told.errorCode);
  return {
    error,
    message: told.errorMessage,
    offset: error === null ? toSafeNumber(told.baseOffset) : null,
    logAppendTimeMs: told.logAppendTimeMs < 0n ? null : toSafeNumber(told.logAppendTimeMs),
  };
}

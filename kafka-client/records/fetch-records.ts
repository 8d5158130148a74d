/**
 * Reads batches of records from partitions that one broker leads, with one Fetch request and no session: for somebody who looks
 * into a topic, not for one who follows it. Versions that name topics are used (to 12); what came is left encoded.
 *
 * A broker answers with at least one whole batch, however large, and may cut the last one off.
 */
import { fetchRequest, fetchResponse, type FetchResponse } from '../../protocol/messages/01-fetch.ts';
import { apiCall } from '../api-call.ts';
import { toSafeNumber } from '../checked-number.ts';
import { brokerError, errorNameOf } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';

/** 13 and later want topic ids, which older brokers do not have; before 4 there is no isolation. */
const api = apiCall(fetchRequest, fetchResponse, { minVersion: 4, maxVersion: 12 });

export type Isolation = 'read_uncommitted' | 'read_committed';
const isolationLevels: Readonly<Record<Isolation, number>> = { read_uncommitted: 0, read_committed: 1 };

export interface WantedRecords {
  readonly partition: number;
  readonly offset: number;
  readonly maxBytes: number;
}

export interface FetchedPartition {
  readonly partition: number;
  /** Kafka's name of the error, null if there is none. */
  readonly error: string | null;
  readonly highWatermark: number;
  /** -1 from who does not tell. */
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  /** Of read_committed: whose records from where on were taken back. */
  readonly aborted: readonly { readonly producerId: number; readonly firstOffset: number }[];
  /** Null or empty: there is nothing at this offset (yet). */
  readonly records: Buffer | null;
}

export interface FetchLimits {
  readonly isolation: Isolation;
  readonly maxBytes: number;
  /** How long the broker waits for a first byte. */
  readonly maxWaitMs: number;
}

export async function fetchRecords(
  cluster: KafkaCluster,
  leaderId: number,
  topic: string,
  wanted: readonly WantedRecords[],
  limits: FetchLimits,
): Promise<FetchedPartition[]> {
  return fetchTopics(cluster, leaderId, new Map([[topic, wanted]]), limits);
}

export interface FetchedOfTopic extends FetchedPartition {
  readonly topic: string;
}

/** The same from partitions of several topics. */
export async function fetchTopics(
  cluster: KafkaCluster,
  leaderId: number,
  wanted: ReadonlyMap<string, readonly WantedRecords[]>,
  { isolation, maxBytes, maxWaitMs }: FetchLimits,
): Promise<FetchedOfTopic[]> {
  const topics = Array.from(wanted, ([topic, partitions]) => ({
    topic,
    partitions: partitions.map(({ partition, offset, maxBytes: partitionMaxBytes }) => ({
      partition,
      fetchOffset: BigInt(offset),
      partitionMaxBytes,
    })),
  }));
  const answer = await cluster.call(leaderId, api, {
    ...{ maxWaitMs, minBytes: 1, maxBytes, isolationLevel: isolationLevels[isolation], topics },
  });
  if (answer.errorCode !== 0)
    throw brokerError(`Fetch of ${[...wanted.keys()].join(', ')}`, answer.errorCode);
  return answer.responses.flatMap(({ topic, partitions }) =>
    partitions.map((partition) => ({ topic, ...fetchedOf(partition) })),
  );
}

type AnsweredPartition = FetchResponse['responses'][number]['partitions'][number];

function fetchedOf(answered: AnsweredPartition): FetchedPartition {
  return {
    partition: answered.partitionIndex,
    error: errorNameOf(answered.errorCode),
    highWatermark: toSafeNumber(answered.highWatermark),
    lastStableOffset: toSafeNumber(answered.lastStableOffset),
    logStartOffset: toSafeNumber(answered.logStartOffset),
    aborted: (answered.abortedTransactions ?? []).map(({ producerId, firstOffset }) => ({
      producerId: toSafeNumber(producerId),
      firstOffset: toSafeNumber(firstOffset),
    })),
    records: answered.records,
  };
}

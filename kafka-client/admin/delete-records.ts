/**
 * Moves the start of partitions forward, so that older records go (KIP-107). The broker must lead all of them. Sent once: what
 * came of it is read back by whoever asks for it.
 */
import { deleteRecordsRequest, deleteRecordsResponse } from '../../protocol/messages/21-delete-records.ts';
import { apiCall } from '../api-call.ts';
import { toSafeNumber } from '../checked-number.ts';
import { errorNameOf } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';

const api = apiCall(deleteRecordsRequest, deleteRecordsResponse);
/** The broker's own time, in which followers have to move too, must run out before ours does. */
const ANSWER_MARGIN_MS = 5_000;

export interface RecordsToDelete {
  readonly topic: string;
  readonly partition: number;
  /** Records before it go; it stays. */
  readonly beforeOffset: number;
}

export interface DeletedRecords {
  readonly topic: string;
  readonly partition: number;
  /** Kafka's name of the error, null if it was done. */
  readonly error: string | null;
  /** Where the partition begins now; null with an error. */
  readonly logStartOffset: number | null;
}

export async function deleteRecords(
  cluster: KafkaCluster,
  leaderId: number,
  records: readonly RecordsToDelete[],
  timeoutMs: number,
): Promise<DeletedRecords[]> {
  const byTopic = new Map<string, { partitionIndex: number; offset: bigint }[]>();
  for (const { topic, partition, beforeOffset } of records) {
    const partitions = byTopic.get(topic) ?? [];
    partitions.push({ partitionIndex: partition, offset: BigInt(beforeOffset) });
    byTopic.set(topic, partitions);
  }
  const topics = Array.from(byTopic, ([name, partitions]) => ({ name, partitions }));
  const answer = await cluster.call(
    leaderId,
    api,
    { topics, timeoutMs },
    { once: true, timeoutMs: timeoutMs + ANSWER_MARGIN_MS },
  );
  return answer.topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex, lowWatermark, errorCode }) => ({
      topic: name,
      partition: partitionIndex,
      error: errorNameOf(errorCode),
      logStartOffset: errorCode === 0 ? toSafeNumber(lowWatermark) : null,
    })),
  );
}

/** Producers that a leader has state of, by partition, with the beginning of an open transaction (KIP-664, Kafka 2.8 and later). */
import {
  describeProducersRequest,
  describeProducersResponse,
} from '../../protocol/messages/61-describe-producers.ts';
import { apiCall } from '../api-call.ts';
import { toSafeNumber } from '../checked-number.ts';
import { errorNameOf } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';
import type { PartitionsByTopic } from './list-offsets.ts';

const api = apiCall(describeProducersRequest, describeProducersResponse);

export interface ActiveProducer {
  readonly producerId: number;
  readonly producerEpoch: number;
  /** Of its last record; null when it has written none that is remembered. */
  readonly lastSequence: number | null;
  readonly lastTimestampMs: number | null;
  /** Of the coordinator that ended its last transaction; null where there was none. */
  readonly coordinatorEpoch: number | null;
  /** Where its open transaction begins; null: it has none here. */
  readonly transactionStartOffset: number | null;
}

export interface ProducersOfPartition {
  readonly topic: string;
  readonly partition: number;
  /** Kafka's name of the error, null if there is none. */
  readonly error: string | null;
  readonly producers: readonly ActiveProducer[];
}

const orNull = (value: number): number | null => (value < 0 ? null : value);

/** The broker must lead all of them. */
export async function describeProducers(
  cluster: KafkaCluster,
  leaderId: number,
  partitions: PartitionsByTopic,
): Promise<ProducersOfPartition[]> {
  if (partitions.size === 0) return [];
  const topics = Array.from(partitions, ([name, partitionIndexes]) => ({ name, partitionIndexes }));
  const answer = await cluster.call(leaderId, api, { topics });
  return answer.topics.flatMap((topic) =>
    topic.partitions.map(({ partitionIndex, errorCode, activeProducers }) => ({
      topic: topic.name,
      partition: partitionIndex,
      error: errorNameOf(errorCode),
      producers: activeProducers.map((producer) => ({
        producerId: toSafeNumber(producer.producerId),
        producerEpoch: producer.producerEpoch,
        lastSequence: orNull(producer.lastSequence),
        lastTimestampMs: orNull(toSafeNumber(producer.lastTimestamp)),
        coordinatorEpoch: orNull(producer.coordinatorEpoch),
        transactionStartOffset: orNull(toSafeNumber(producer.currentTxnStartOffset)),
      })),
    })),
  );
}

/**
 * Appends one record to a topic, as an operator typed it. Sent once, to the leader that the cluster names; where it went is told,
 * and what it holds is in no audit row and no log.
 */
import { partitionOfKey } from '../../kafka-client/records/key-partition.ts';
import { produceRecords, type Produced } from '../../kafka-client/records/produce-records.ts';
import type { PartitionDescription } from '../../kafka-client/admin/cluster-metadata.ts';
import type { RecordInput } from '../../protocol/records/encode-batch.ts';
import { shownBytesMax } from '../contracts/limits.ts';
import type { Message, ProduceMessage } from '../contracts/messages.ts';
import { requireWritable } from './changing-cluster.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';
import { changeFailure, isOpenOutcome, kafkaOf, readFailure } from './kafka-connections.ts';
import { shownMessage } from './shown-message.ts';
import { partitionsToRead } from './topic-reading.ts';
import { requireCluster } from './watched-clusters.ts';

const ACKNOWLEDGE_MS = 10_000;
/** Kafka keeps these itself, also where nobody told us that they are internal. */
const internalTopics: ReadonlySet<string> = new Set([
  '__consumer_offsets',
  '__transaction_state',
  '__share_group_state',
]);

export async function produceMessage(
  context: ConsoleContext,
  clusterId: string,
  topic: string,
  message: ProduceMessage,
  note: (detail: string) => void,
): Promise<Message> {
  const cluster = requireCluster(context, clusterId);
  if (internalTopics.has(topic) || cluster.snapshot?.topics.get(topic)?.internal === true)
    throw new ConsoleError(
      'internal-topic',
      `Kafka keeps its own state in "${topic}"; nothing is written to it here.`,
    );
  requireWritable(cluster);
  const nowMs = Date.now();
  const record = recordOf(message, nowMs);
  const kafka = kafkaOf(cluster.settings);
  const { partition, leader } = await placeOf(kafka, topic, message, record);
  note(`partition ${String(partition)}, ${String(record.value?.length ?? 0)} bytes`);
  const { compression } = message;
  const produced = await produceRecords(kafka, leader, {
    ...{ topic, partition, compression, records: [record] },
    timestampMs: nowMs,
    timeoutMs: ACKNOWLEDGE_MS,
  }).catch((error: unknown) => {
    throw changeFailure(error);
  });
  const offset = requireAppended(produced, topic, partition);
  note(
    `partition ${String(partition)}, offset ${String(offset)}, ${String(record.value?.length ?? 0)} bytes`,
  );
  const timestampMs = produced.logAppendTimeMs ?? record.timestampMs ?? nowMs;
  const kept = {
    ...{ offset, timestampMs },
    key: record.key === null ? null : Buffer.from(record.key),
    value: record.value === null ? null : Buffer.from(record.value),
    headers: (record.headers ?? []).map(({ key, value }) => ({
      key,
      value: value === null ? null : Buffer.from(value),
    })),
  };
  return shownMessage(kept, partition, shownBytesMax);
}

function recordOf({ key, value, headers, ...message }: ProduceMessage, nowMs: number): RecordInput {
  return {
    key: bytesOf('key', key, message.keyEncoding),
    value: bytesOf('value', value, message.valueEncoding),
    headers: headers.map((header, index) => ({
      key: header.key,
      value: bytesOf(`headers.${String(index)}.value`, header.value, header.valueEncoding),
    })),
    timestampMs: message.timestamp ?? nowMs,
  };
}

function bytesOf(field: string, text: string | null, encoding: 'text' | 'base64'): Buffer | null {
  if (text === null) return null;
  if (encoding === 'text') return Buffer.from(text);
  const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
  if (isBase64) return Buffer.from(text, 'base64');
  throw new ConsoleError('invalid', `${field}: is not base64`, { errors: { [field]: 'is not base64' } });
}

interface Place {
  readonly partition: number;
  readonly leader: number;
}

/** Reads only: whatever fails here, nothing was appended. */
async function placeOf(
  kafka: ReturnType<typeof kafkaOf>,
  topic: string,
  { partition }: ProduceMessage,
  { key }: RecordInput,
): Promise<Place> {
  let partitions: readonly PartitionDescription[];
  try {
    partitions = await partitionsToRead(kafka, topic, partition);
  } catch (error) {
    throw readFailure(error);
  }
  const led = partitions.filter(({ leader }) => leader !== null);
  // A key has one place, whether or not there is a leader; without one any place will do.
  const chosen =
    partition !== undefined
      ? partitions[0]
      : key === null
        ? led[Math.floor(Math.random() * led.length)]
        : partitions[partitionOfKey(key, partitions.length)];
  const leader = chosen?.leader ?? null;
  if (chosen !== undefined && leader !== null) return { partition: chosen.partition, leader };
  const which = chosen === undefined ? 'No partition' : `Partition ${String(chosen.partition)}`;
  const words = chosen === undefined ? 'has a leader' : 'has no leader';
  throw new ConsoleError('cluster-unreachable', `${which} of "${topic}" ${words}: nothing was appended.`);
}

function requireAppended({ error, message, offset }: Produced, topic: string, partition: number): number {
  if (error === null && offset !== null) return offset;
  const words = `${error ?? 'no offset'}${message === null || message === '' ? '' : `: ${message}`}`;
  if (error === null || isOpenOutcome(error) || error === 'NOT_ENOUGH_REPLICAS_AFTER_APPEND')
    throw new ConsoleError('outcome-unknown', `Kafka answered ${words}. Look whether it is there.`);
  const place = `partition ${String(partition)} of "${topic}"`;
  throw new ConsoleError('refused-by-kafka', `Kafka refused the record for ${place}: ${words}`);
}

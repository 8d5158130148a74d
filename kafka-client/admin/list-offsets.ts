/** Ends of, or offsets by time in, many partitions that one broker leads, with one ListOffsets request. */
import {
  listOffsetsRequest,
  listOffsetsResponse,
  type ListOffsetsResponse,
} from '../../protocol/messages/02-list-offsets.ts';
import { ElementMemory } from '../../protocol/schema/element-memory.ts';
import { EncodedBody } from '../../protocol/wire/framing.ts';
import { apiCall } from '../api-call.ts';
import { toSafeNumber } from '../checked-number.ts';
import { errorNameOf } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';
import { TopicNames } from './topic-names.ts';

/** Later versions add times of tiered storage, which nobody asks for here. */
const api = apiCall(listOffsetsRequest, listOffsetsResponse, { maxVersion: 7 });

const LATEST = -1n;
const EARLIEST = -2n;
const MAX_TIMESTAMP = -3n;
const READ_UNCOMMITTED = 0;
const READ_COMMITTED = 1;
/** As a consumer, not as a replica. */
const CONSUMER_REPLICA_ID = -1;

/** Partitions by topic; the broker must lead all of them. */
export type PartitionsByTopic = ReadonlyMap<string, readonly number[]>;

/**
 * `latest` is the high watermark, `lastStable` what a consumer with read_committed may reach, `maxTimestamp` the newest
 * record (Kafka 3.0 and later); a time finds the first record at or after it.
 */
export type OffsetSpec =
  'earliest' | 'latest' | 'lastStable' | 'maxTimestamp' | { readonly timestampMs: number };

export interface ListedOffset {
  readonly topic: string;
  readonly partition: number;
  /** Kafka's name of the error, null if there is none. */
  readonly error: string | null;
  /** Null with an error, and when no record is that young. */
  readonly offset: number | null;
  /** Of the record found; null unless a time was asked for. */
  readonly timestampMs: number | null;
}

type AnsweredTopic = ListOffsetsResponse['topics'][number];

/** The last question and the topics of its answer, for whoever asks again and again. */
export class OffsetsMemory {
  readonly answer: ElementMemory<AnsweredTopic, readonly ListedOffset[]>;
  #asked: PartitionsByTopic | null = null;
  #spec: OffsetSpec | null = null;
  #body: EncodedBody | null = null;

  constructor(names = new TopicNames()) {
    this.answer = new ElementMemory('topics', (topic) => offsetsOf(topic, names));
  }

  /** A question about the same object is the same question. */
  bodyOf(partitions: PartitionsByTopic, spec: OffsetSpec, version: number): EncodedBody {
    const isSame = partitions === this.#asked && spec === this.#spec && version === this.#body?.version;
    if (isSame && this.#body !== null) return this.#body;
    [this.#asked, this.#spec] = [partitions, spec];
    return (this.#body = EncodedBody.of(listOffsetsRequest, version, requestOf(partitions, spec)));
  }
}

export async function listOffsets(
  cluster: KafkaCluster,
  leaderId: number,
  partitions: PartitionsByTopic,
  spec: OffsetSpec,
): Promise<ListedOffset[]> {
  return (await listOffsetsByTopic(cluster, leaderId, partitions, spec, new OffsetsMemory())).flat();
}

/** Topic by topic; one whose offsets are those of the last answer is the same object. */
export async function listOffsetsByTopic(
  cluster: KafkaCluster,
  leaderId: number,
  partitions: PartitionsByTopic,
  spec: OffsetSpec,
  memory: OffsetsMemory,
): Promise<readonly (readonly ListedOffset[])[]> {
  if (partitions.size === 0) return [];
  const body = (version: number): EncodedBody => memory.bodyOf(partitions, spec, version);
  await cluster.call(leaderId, api, body, { memory: memory.answer });
  return memory.answer.made;
}

function requestOf(partitions: PartitionsByTopic, spec: OffsetSpec) {
  const timestamp = timestampOf(spec);
  return {
    replicaId: CONSUMER_REPLICA_ID,
    isolationLevel: spec === 'lastStable' ? READ_COMMITTED : READ_UNCOMMITTED,
    topics: Array.from(partitions, ([name, indexes]) => ({
      name,
      partitions: indexes.map((partitionIndex) => ({ partitionIndex, timestamp, maxNumOffsets: 1 })),
    })),
  };
}

function offsetsOf({ name, partitions }: AnsweredTopic, names: TopicNames): ListedOffset[] {
  const topic = names.of(name);
  return partitions.map((partition) => {
    // Version 0 answers with a list of segment starts, of which we asked for one.
    const offset = partition.oldStyleOffsets[0] ?? partition.offset;
    return {
      topic,
      partition: partition.partitionIndex,
      error: errorNameOf(partition.errorCode),
      offset: partition.errorCode !== 0 || offset < 0n ? null : toSafeNumber(offset),
      timestampMs: partition.timestamp < 0n ? null : toSafeNumber(partition.timestamp),
    };
  });
}

function timestampOf(spec: OffsetSpec): bigint {
  if (typeof spec === 'object') return BigInt(spec.timestampMs);
  if (spec === 'earliest') return EARLIEST;
  return spec === 'maxTimestamp' ? MAX_TIMESTAMP : LATEST;
}

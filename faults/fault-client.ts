/**
 * A client that sends exactly what a test says and gives back exactly what the broker answered: no retries, no batching, so
 * that each acknowledgement and each error code can be held against what the disk has afterwards.
 */
import { produceRequest, produceResponse } from '../protocol/messages/00-produce.ts';
import { fetchRequest, fetchResponse } from '../protocol/messages/01-fetch.ts';
import { offsetCommitRequest, offsetCommitResponse } from '../protocol/messages/08-offset-commit.ts';
import { offsetFetchRequest, offsetFetchResponse } from '../protocol/messages/09-offset-fetch.ts';
import { findCoordinatorRequest, findCoordinatorResponse } from '../protocol/messages/10-find-coordinator.ts';
import { createTopicsRequest, createTopicsResponse } from '../protocol/messages/19-create-topics.ts';
import { decodeRecords } from '../protocol/records/decode-records.ts';
import { encodeRecordBatch } from '../protocol/records/encode-batch.ts';
import { forEachBatch } from '../protocol/records/record-batch.ts';
import { RawClient } from '../broker/integration/raw-client.ts';

const FETCH_BYTES = 4_194_304;
const TIMEOUT_MS = 10_000;

export interface StoredRecord {
  readonly offset: number;
  readonly key: string | null;
  readonly value: string | null;
}

interface Fetched {
  readonly errorCode: number;
  readonly records: readonly StoredRecord[];
  /** Where the next fetch goes on. */
  readonly nextOffset: number;
  /** The high watermark. */
  readonly end: number;
}

export interface Keyed {
  readonly key: string | null;
  readonly value: string | null;
}

function asText(bytes: Buffer | null): string | null {
  return bytes === null ? null : bytes.toString();
}

export class FaultClient {
  readonly #client: RawClient;

  static async connect(port: number): Promise<FaultClient> {
    return new FaultClient(await RawClient.connect(port));
  }

  private constructor(client: RawClient) {
    this.#client = client;
  }

  close(): void {
    this.#client.close();
  }

  /** The error code. */
  async createTopic(
    name: string,
    numPartitions: number,
    configs: Readonly<Record<string, string>> = {},
    replicationFactor = 1,
  ): Promise<number> {
    const rows = Object.entries(configs).map(([key, value]) => ({ name: key, value }));
    const answer = await this.#client.request(createTopicsRequest, createTopicsResponse, 5, {
      topics: [{ name, numPartitions, replicationFactor, configs: rows }],
      timeoutMs: TIMEOUT_MS,
    });
    return answer.topics[0]?.errorCode ?? -2;
  }

  /** A commit outside of any group membership; the error code. */
  async commit(groupId: string, topic: string, partition: number, offset: number): Promise<number> {
    const found = await this.#client.request(findCoordinatorRequest, findCoordinatorResponse, 1, {
      key: groupId,
      keyType: 0,
    });
    if (found.errorCode !== 0) return found.errorCode;
    const answer = await this.#client.request(offsetCommitRequest, offsetCommitResponse, 5, {
      groupId,
      topics: [
        {
          name: topic,
          partitions: [
            { partitionIndex: partition, committedOffset: BigInt(offset), committedMetadata: null },
          ],
        },
      ],
    });
    return answer.topics[0]?.partitions[0]?.errorCode ?? -2;
  }

  /** What is committed, -1 without a commit; throws when the group does not answer. */
  async committed(groupId: string, topic: string, partition: number): Promise<number> {
    const answer = await this.#client.request(offsetFetchRequest, offsetFetchResponse, 5, {
      groupId,
      topics: [{ name: topic, partitionIndexes: [partition] }],
    });
    if (answer.errorCode !== 0) throw new Error(`OffsetFetch answered ${String(answer.errorCode)}`);
    return Number(answer.topics[0]?.partitions[0]?.committedOffset ?? -2);
  }

  /** One batch, acks=all. */
  async produce(
    topic: string,
    partition: number,
    entries: readonly Keyed[],
  ): Promise<{ readonly errorCode: number; readonly baseOffset: number }> {
    const records = encodeRecordBatch({
      records: entries.map(({ key, value }) => ({
        key: key === null ? null : Buffer.from(key),
        value: value === null ? null : Buffer.from(value),
      })),
      timestampMs: Date.now(),
    });
    const answer = await this.#client.request(produceRequest, produceResponse, 7, {
      acks: -1,
      timeoutMs: TIMEOUT_MS,
      topicData: [{ name: topic, partitionData: [{ index: partition, records }] }],
    });
    const found = answer.responses[0]?.partitionResponses[0];
    return { errorCode: found?.errorCode ?? -2, baseOffset: Number(found?.baseOffset ?? -1) };
  }

  /** Error code 0 and some records from `offset` on, or another code. */
  async #fetch(topic: string, partition: number, offset: number): Promise<Fetched> {
    const answer = await this.#client.request(fetchRequest, fetchResponse, 11, {
      maxWaitMs: 0,
      minBytes: 0,
      maxBytes: FETCH_BYTES,
      topics: [
        { topic, partitions: [{ partition, fetchOffset: BigInt(offset), partitionMaxBytes: FETCH_BYTES }] },
      ],
    });
    const found = answer.responses[0]?.partitions[0];
    const bytes = found?.records ?? Buffer.alloc(0);
    const records: StoredRecord[] = [];
    let nextOffset = offset;
    forEachBatch(bytes, (header) => {
      for (const record of decodeRecords(bytes, header))
        records.push({ offset: record.offset, key: asText(record.key), value: asText(record.value) });
      // Compaction may leave a batch without records.
      nextOffset = header.lastOffset + 1;
    });
    const errorCode = found?.errorCode ?? -2;
    return { errorCode, records, nextOffset, end: Number(found?.highWatermark ?? -1) };
  }

  /** Everything that a consumer sees, or the error code that it sees instead. */
  async readAll(topic: string, partition: number): Promise<readonly StoredRecord[] | number> {
    const all: StoredRecord[] = [];
    for (let offset = 0; ;) {
      const { errorCode, records, nextOffset, end } = await this.#fetch(topic, partition, offset);
      if (errorCode !== 0) return errorCode;
      all.push(...records.filter((record) => record.offset >= offset));
      if (nextOffset >= end) return all;
      if (nextOffset === offset)
        throw new Error(`nothing came at offset ${String(offset)} below ${String(end)}`);
      offset = nextOffset;
    }
  }
}

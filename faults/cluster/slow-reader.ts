/**
 * A reader of one topic that reads little at a time, falls behind, and is told so when what it wants next is no longer there.
 * It then goes on at what the leader says is the beginning, and writes down what it left out: whatever it neither read nor
 * was told to be gone would have been skipped in silence.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { apiCall } from '../../kafka-client/api-call.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { ErrorCode, errorOf } from '../../protocol/errors.ts';
import { fetchRequest, fetchResponse } from '../../protocol/messages/01-fetch.ts';
import { listOffsetsRequest, listOffsetsResponse } from '../../protocol/messages/02-list-offsets.ts';
import { decodeRecords } from '../../protocol/records/decode-records.ts';
import { forEachBatch } from '../../protocol/records/record-batch.ts';
import { LeaderFinder } from './leader-finder.ts';

const fetchApi = apiCall(fetchRequest, fetchResponse, { maxVersion: 11 });
const listOffsetsApi = apiCall(listOffsetsRequest, listOffsetsResponse, { maxVersion: 5 });
const EARLIEST = -2n;
const RETRY_MS = 50;

export class SlowReader {
  /** By partition and offset. */
  readonly read = new Map<number, Map<number, string>>();
  /** From and to before it, by partition, as the leader told. */
  readonly gone: { readonly partition: number; readonly from: number; readonly to: number }[] = [];
  readonly wrong: string[] = [];
  readonly #cluster: KafkaCluster;
  readonly #finder: LeaderFinder;
  readonly #topic: string;
  readonly #next: number[];
  #leaders = new Map<number, number>();

  constructor(bootstrap: readonly string[], topic: string, partitions: number) {
    this.#topic = topic;
    this.#finder = new LeaderFinder('slow-reader', bootstrap, topic);
    this.#cluster = new KafkaCluster({ bootstrap, clientId: 'slow-reader', requestTimeoutMs: 5_000 });
    this.#next = new Array<number>(partitions).fill(0);
    for (let partition = 0; partition < partitions; partition++) this.read.set(partition, new Map());
  }

  close(): void {
    this.#finder.close();
    this.#cluster.close();
  }

  nextOffset(partition: number): number {
    return this.#next[partition] ?? 0;
  }

  /** Waits until there is one. */
  async leaderOf(partition: number): Promise<number> {
    for (;;) {
      const known = this.#leaders.get(partition);
      if (known !== undefined && known >= 0) return known;
      await pause(RETRY_MS);
      const now = await this.#finder.ask();
      this.#leaders = new Map(now.map(({ partitionIndex, leaderId }) => [partitionIndex, leaderId]));
    }
  }

  /** One fetch of at most so many bytes, but at least a batch; gives the high watermark, null when there was no answer. */
  async step(partition: number, maxBytes: number): Promise<number | null> {
    const from = this.nextOffset(partition);
    const part = { partition, fetchOffset: BigInt(from), partitionMaxBytes: maxBytes };
    const answer = await this.#cluster
      .call(await this.leaderOf(partition), fetchApi, {
        ...{ maxWaitMs: 20, minBytes: 1, maxBytes, topics: [{ topic: this.#topic, partitions: [part] }] },
      })
      .catch(() => null);
    const found = answer?.responses[0]?.partitions[0];
    if (found?.errorCode === ErrorCode.OFFSET_OUT_OF_RANGE) await this.#jump(partition, from);
    else if (found?.errorCode !== 0) {
      if (found !== undefined && !errorOf(found.errorCode).retriable)
        this.wrong.push(`${errorOf(found.errorCode).name} at ${String(partition)}:${String(from)}`);
      this.#leaders.delete(partition);
      return null;
    } else this.#take(partition, from, found.records ?? Buffer.alloc(0));
    return Number(found.highWatermark);
  }

  #take(partition: number, from: number, bytes: Buffer): void {
    let expected = from;
    forEachBatch(bytes, (header) => {
      for (const record of decodeRecords(bytes, header)) {
        if (record.offset < from) continue;
        const where = `${String(partition)}:${String(expected)}`;
        if (record.offset !== expected) this.wrong.push(`${String(record.offset)} came in place of ${where}`);
        this.read.get(partition)?.set(record.offset, String(record.value));
        expected = record.offset + 1;
      }
    });
    this.#next[partition] = expected;
  }

  async #jump(partition: number, from: number): Promise<void> {
    const asked = { partitionIndex: partition, timestamp: EARLIEST };
    const body = { replicaId: -1, topics: [{ name: this.#topic, partitions: [asked] }] };
    const answer = await this.#cluster
      .call(await this.leaderOf(partition), listOffsetsApi, body)
      .catch(() => null);
    const start = answer?.topics[0]?.partitions[0];
    if (start?.errorCode !== 0) return;
    const to = Number(start.offset);
    if (to <= from)
      this.wrong.push(`${String(partition)}:${String(from)} is out of a range that begins there`);
    this.gone.push({ partition, from, to });
    this.#next[partition] = to;
  }
}

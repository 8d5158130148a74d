/**
 * Readers of a topic under fault: an auditor that reads every partition from its beginning, again and again through whoever
 * leads, and asks for the ends of the logs meanwhile; and a last reader, which wants everything once all is healed.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { apiCall } from '../../kafka-client/api-call.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { fetchRequest, fetchResponse } from '../../protocol/messages/01-fetch.ts';
import { listOffsetsRequest, listOffsetsResponse } from '../../protocol/messages/02-list-offsets.ts';
import { decodeRecords } from '../../protocol/records/decode-records.ts';
import { forEachBatch } from '../../protocol/records/record-batch.ts';
import type { FinalLogs } from './checker.ts';
import type { History } from './history.ts';
import { LeaderFinder } from './leader-finder.ts';

const fetchApi = apiCall(fetchRequest, fetchResponse, { maxVersion: 11 });
const listOffsetsApi = apiCall(listOffsetsRequest, listOffsetsResponse, { maxVersion: 5 });
const RETRY_MS = 50;
const FETCH_BYTES = 2_097_152;
const LATEST = -1n;
const EARLIEST = -2n;

interface Fetched {
  readonly records: readonly { readonly offset: number; readonly value: string }[];
  readonly nextOffset: number;
  readonly endOffset: number;
}

/** Who leads a partition, -1 for nobody, and since when: a leader of an earlier epoch is none any more. */
interface Leadership {
  readonly leaderId: number;
  readonly leaderEpoch: number;
}

/**
 * One connection to the cluster that reads; gives null when it could not, this time. As Java's consumers do (KIP-320) it believes
 * nobody who tells an earlier leader than it knows of, and says with each request which epoch it means: a broker that is cut off
 * from the others goes on leading in its own eyes, with the end that it had.
 */
class TopicReader {
  readonly #cluster: KafkaCluster;
  readonly #finder: LeaderFinder;
  readonly #topic: string;
  readonly #leaders = new Map<number, Leadership>();

  constructor(name: string, bootstrap: readonly string[], topic: string) {
    this.#topic = topic;
    this.#finder = new LeaderFinder(name, bootstrap, topic);
    this.#cluster = new KafkaCluster({
      ...{ bootstrap, clientId: name, connectTimeoutMs: 2_000, requestTimeoutMs: 5_000 },
    });
  }

  close(): void {
    this.#finder.close();
    this.#cluster.close();
  }

  async findLeaders(): Promise<void> {
    for (const { partitionIndex, leaderId, leaderEpoch } of await this.#finder.ask()) {
      const known = this.#leaders.get(partitionIndex);
      if (known === undefined || leaderEpoch >= known.leaderEpoch)
        this.#leaders.set(partitionIndex, { leaderId, leaderEpoch });
    }
  }

  #leaderOf(partition: number): Leadership | null {
    const known = this.#leaders.get(partition);
    return known === undefined || known.leaderId < 0 ? null : known;
  }

  async fetch(partition: number, offset: number): Promise<Fetched | null> {
    const leader = this.#leaderOf(partition);
    if (leader === null) return null;
    const { leaderId, leaderEpoch: currentLeaderEpoch } = leader;
    const wanted = {
      partition,
      currentLeaderEpoch,
      fetchOffset: BigInt(offset),
      partitionMaxBytes: FETCH_BYTES,
    };
    const answer = await this.#cluster
      .call(leaderId, fetchApi, {
        maxWaitMs: 20,
        minBytes: 1,
        maxBytes: FETCH_BYTES,
        topics: [{ topic: this.#topic, partitions: [wanted] }],
      })
      .catch(() => null);
    const found = answer?.responses[0]?.partitions[0];
    if (found?.errorCode !== 0) return null;
    const bytes = found.records ?? Buffer.alloc(0);
    const records: { offset: number; value: string }[] = [];
    let nextOffset = offset;
    forEachBatch(bytes, (header) => {
      for (const record of decodeRecords(bytes, header)) {
        if (record.offset >= offset) records.push({ offset: record.offset, value: String(record.value) });
      }
      nextOffset = Math.max(nextOffset, header.lastOffset + 1);
    });
    return { records, nextOffset, endOffset: Number(found.highWatermark) };
  }

  async offsetAt(partition: number, timestamp: bigint): Promise<number | null> {
    const leader = this.#leaderOf(partition);
    if (leader === null) return null;
    const { leaderId, leaderEpoch: currentLeaderEpoch } = leader;
    const answer = await this.#cluster
      .call(leaderId, listOffsetsApi, {
        replicaId: -1,
        topics: [
          { name: this.#topic, partitions: [{ partitionIndex: partition, currentLeaderEpoch, timestamp }] },
        ],
      })
      .catch(() => null);
    const found = answer?.topics[0]?.partitions[0];
    return found?.errorCode === 0 ? Number(found.offset) : null;
  }
}

export class Auditor {
  readonly #reader: TopicReader;
  readonly #name: string;
  readonly #partitions: number;
  readonly #history: History;
  #isOver = false;
  #loop: Promise<void> = Promise.resolve();

  constructor(options: {
    readonly name: string;
    readonly bootstrap: readonly string[];
    readonly topic: string;
    readonly partitions: number;
    readonly history: History;
  }) {
    this.#name = options.name;
    this.#partitions = options.partitions;
    this.#history = options.history;
    this.#reader = new TopicReader(options.name, options.bootstrap, options.topic);
  }

  start(): void {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#loop;
    this.#reader.close();
  }

  async #run(): Promise<void> {
    const next = new Array<number>(this.#partitions).fill(0);
    while (!this.#isOver) {
      let anyFailed = false;
      for (let partition = 0; partition < this.#partitions && !this.#isOver; partition++) {
        const fetched = await this.#reader.fetch(partition, next[partition] ?? 0);
        for (const { offset, value } of fetched?.records ?? [])
          this.#history.observed.push({ reader: this.#name, partition, offset, value });
        if (fetched === null) anyFailed = true;
        else next[partition] = fetched.nextOffset;
        await this.#lookAtEnds(partition);
      }
      if (!anyFailed) continue;
      await pause(RETRY_MS);
      await this.#reader.findLeaders();
    }
  }

  async #lookAtEnds(partition: number): Promise<void> {
    const askedMs = performance.now();
    const startOffset = await this.#reader.offsetAt(partition, EARLIEST);
    const endOffset = await this.#reader.offsetAt(partition, LATEST);
    if (startOffset === null || endOffset === null) return;
    this.#history.ends.push({ partition, startOffset, endOffset, askedMs, answeredMs: performance.now() });
  }
}

/** All that is in the topic now. Rejects when a partition cannot be read to its end within the limit. */
export async function readEverything(
  bootstrap: readonly string[],
  topic: string,
  partitions: number,
  limitMs = 30_000,
): Promise<FinalLogs> {
  const reader = new TopicReader('last-reader', bootstrap, topic);
  const deadlineMs = performance.now() + limitMs;
  const logs = new Map<number, Map<number, string>>();
  try {
    for (let partition = 0; partition < partitions; partition++) {
      const log = new Map<number, string>();
      logs.set(partition, log);
      for (let offset = 0; ;) {
        if (performance.now() > deadlineMs)
          throw new Error(
            `partition ${String(partition)} could not be read beyond ${String(offset)} in time`,
          );
        const fetched = await reader.fetch(partition, offset);
        if (fetched === null) {
          await pause(RETRY_MS);
          await reader.findLeaders();
          continue;
        }
        for (const record of fetched.records) log.set(record.offset, record.value);
        offset = fetched.nextOffset;
        if (offset >= fetched.endOffset) break;
      }
    }
    return logs;
  } finally {
    reader.close();
  }
}

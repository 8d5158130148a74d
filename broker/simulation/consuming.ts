/**
 * Consumers of a simulated cluster: they read each partition from its beginning to the end, over and over, from the leader
 * or from any other replica, and hold every record against what is committed.
 */
import { fetchRequest, fetchResponse } from '../../protocol/messages/01-fetch.ts';
import { decodeRecords } from '../../protocol/records/decode-records.ts';
import { forEachBatch } from '../../protocol/records/record-batch.ts';
import { hold } from './broken-promise.ts';
import type { ClientHistory } from './client-history.ts';
import type { SimulatedClient } from './simulated-client.ts';

const FETCH = { request: fetchRequest, response: fetchResponse };
const FETCH_VERSION = 13;
const MAX_BYTES = 65_536;

export interface ConsumerOptions {
  readonly client: SimulatedClient;
  readonly history: ClientHistory;
  readonly topic: string;
  readonly pauseMs: number;
}

export class SimulatedConsumer {
  readonly #options: ConsumerOptions;
  readonly #positions = new Map<number, number>();
  #stopping = false;
  isDone = false;

  constructor(options: ConsumerOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#stopping = true;
  }

  async run(): Promise<void> {
    const { client, topic, pauseMs } = this.#options;
    while (!this.#stopping) {
      await client.pause(client.below(pauseMs));
      const known = client.topic(topic);
      if (known === undefined || client.below(8) === 0) await client.refresh(topic);
      else await this.#poll(known.topicId, client.below(known.partitions.size));
    }
    this.isDone = true;
  }

  async #poll(topicId: string, partition: number): Promise<void> {
    const { client, topic } = this.#options;
    const known = client.topic(topic)?.partitions.get(partition);
    if (known === undefined) return;
    const { leader, replicas } = known;
    const from = client.below(3) === 0 ? (replicas[client.below(replicas.length)] ?? leader) : leader;
    const position = this.#positions.get(partition) ?? 0;
    const answer = await client.call(from, FETCH, FETCH_VERSION, {
      clusterId: null,
      replicaId: -1,
      maxWaitMs: 100,
      minBytes: 1,
      maxBytes: MAX_BYTES,
      isolationLevel: client.below(2),
      sessionId: 0,
      sessionEpoch: -1,
      topics: [
        {
          topicId,
          partitions: [{ partition, fetchOffset: BigInt(position), partitionMaxBytes: MAX_BYTES }],
        },
      ],
      forgottenTopicsData: [],
      rackId: from === leader ? '' : 'any',
    });
    const result = answer?.responses[0]?.partitions[0];
    if (result === undefined || result.errorCode !== 0) {
      await client.refresh(topic);
      return;
    }
    const end = this.#take(topicId, partition, position, result.records, Number(result.highWatermark));
    // From the start again, once in a while: what was read must not change.
    this.#positions.set(partition, client.below(20) === 0 ? 0 : end);
  }

  #take(
    topicId: string,
    partition: number,
    position: number,
    records: Buffer | null,
    highWatermark: number,
  ): number {
    const { history, client } = this.#options;
    let end = position;
    if (records === null) return end;
    forEachBatch(records, (header) => {
      hold(header.lastOffset < highWatermark, () => {
        return `${client.name} was given offset ${String(header.lastOffset)} of ${topicId}:${String(partition)}, the high watermark is ${String(highWatermark)}`;
      });
      const values = [...decodeRecords(records, header)].map(({ value }) => String(value));
      history.read(topicId, partition, header.baseOffset, values);
      end = header.lastOffset + 1;
    });
    return end;
  }
}

/**
 * Members of a consumer group, as kafkajs has them, that note what they read and commit. What a group owes under fault: a
 * committed offset that was acknowledged is what the next owner begins at, or later; so nothing is skipped.
 */
import { Kafka, type Consumer } from 'kafkajs';
import { kafkajsLog } from '../../demo/kafkajs-log.ts';
import type { History } from './history.ts';

/** Of what is missing in a partition. */
const SHOWN = 5;

export interface GroupReadersOptions {
  readonly bootstrap: readonly string[];
  readonly group: string;
  readonly topic: string;
  readonly members: number;
  readonly history: History;
}

export class GroupReaders {
  readonly #options: GroupReadersOptions;
  readonly #consumers: Consumer[] = [];
  /** Read by any member, by partition: offsets, which must leave no gap. */
  readonly read = new Map<number, Set<number>>();

  constructor(options: GroupReadersOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { members } = this.#options;
    await Promise.all(Array.from({ length: members }, (_unused, index) => this.#startMember(index)));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#consumers.map((consumer) => consumer.disconnect().catch(() => undefined)));
  }

  /** Offsets below the largest read one that no member has read. */
  skipped(): string[] {
    return [...this.read].flatMap(([partition, offsets]) => {
      let end = 0;
      for (const offset of offsets) end = Math.max(end, offset + 1);
      const missing: number[] = [];
      for (let offset = 0; offset < end && missing.length < SHOWN; offset++)
        if (!offsets.has(offset)) missing.push(offset);
      return missing.length === 0 ? [] : [`partition ${String(partition)}: ${missing.join(', ')}`];
    });
  }

  get recordsRead(): number {
    let sum = 0;
    for (const offsets of this.read.values()) sum += offsets.size;
    return sum;
  }

  async #startMember(index: number): Promise<void> {
    const { bootstrap, group, topic, history } = this.#options;
    const name = `${group}-${String(index)}`;
    const kafka = new Kafka({
      ...{ clientId: name, brokers: [...bootstrap], ...kafkajsLog },
      connectionTimeout: 2_000,
      retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 1_000 },
    });
    const consumer = kafka.consumer({
      ...{ groupId: group, sessionTimeout: 6_000, heartbeatInterval: 500, rebalanceTimeout: 10_000 },
      retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 1_000 },
    });
    this.#consumers.push(consumer);
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommitInterval: 200,
      eachBatch: async ({ batch, resolveOffset, commitOffsetsIfNecessary, heartbeat }) => {
        const offsets = this.read.get(batch.partition) ?? new Set<number>();
        this.read.set(batch.partition, offsets);
        for (const message of batch.messages) {
          const offset = Number(message.offset);
          offsets.add(offset);
          const value = String(message.value);
          history.observed.push({ reader: name, partition: batch.partition, offset, value });
          resolveOffset(message.offset);
        }
        await commitOffsetsIfNecessary();
        await heartbeat();
      },
    });
  }
}

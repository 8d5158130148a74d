/**
 * A real consumer that reads only as much as it is allowed to, and commits what it read: one that keeps up, is slow, or hangs with
 * its membership kept, as a story wants it.
 */
import type { Consumer, Kafka } from 'kafkajs';

/** A story takes less; a member that hangs for longer would be sent away. */
const SESSION_MS = 120_000;

export class PacedReader {
  readonly #consumer: Consumer;
  readonly #topic: string;
  #allowed = 0;
  #isClosed = false;
  #wake: () => void = () => undefined;
  #done: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | null = null;

  private constructor(consumer: Consumer, topic: string) {
    this.#consumer = consumer;
    this.#topic = topic;
  }

  /** Resolves once it is a member and has its partitions. */
  static async start(kafka: Kafka, groupId: string, topic: string): Promise<PacedReader> {
    const consumer = kafka.consumer({ groupId, sessionTimeout: SESSION_MS, rebalanceTimeout: SESSION_MS });
    const reader = new PacedReader(consumer, topic);
    const joined = new Promise<void>((resolve) => {
      consumer.on(consumer.events.GROUP_JOIN, () => {
        resolve();
      });
    });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: ({ partition, message }) => reader.#handle(partition, Number(message.offset)),
    });
    await joined;
    return reader;
  }

  /** Reads and commits so many records more; resolves when that is done. */
  async read(count: number): Promise<void> {
    if (count === 0) return;
    const done = new Promise<void>((resolve, reject) => {
      this.#done = { resolve, reject };
    });
    this.#allowed = count;
    this.#wake();
    await done;
  }

  async stop(): Promise<void> {
    this.#isClosed = true;
    this.#wake();
    await this.#consumer.disconnect();
  }

  async #handle(partition: number, offset: number): Promise<void> {
    while (this.#allowed === 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#isClosed) return;
    this.#allowed -= 1;
    if (this.#allowed > 0) return;
    const done = this.#done;
    try {
      await this.#consumer.commitOffsets([{ topic: this.#topic, partition, offset: String(offset + 1) }]);
      done?.resolve();
    } catch (error) {
      done?.reject(error);
    }
  }
}

/**
 * Where the partitions of topics are, asked when first needed and again when it turned out wrong or old. Asking creates a topic
 * where the brokers do that (auto.create.topics.enable), as Kafka's producers and consumers do.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { ErrorCode } from '../../protocol/errors.ts';
import { brokerError, ClientError } from '../client-error.ts';
import { metadataApi, type KafkaCluster } from '../cluster.ts';

const ASK_AGAIN_MS = 100;

/** Broker ids by partition number; null while a partition has no leader. */
export type Leaders = readonly (number | null)[];

export interface LeaderPolicy {
  /** How long a topic may take to appear. */
  readonly waitMs: number;
  /** What is older is asked for again. */
  readonly maxAgeMs: number;
}

export class TopicLeaders {
  readonly #cluster: KafkaCluster;
  readonly #policy: LeaderPolicy;
  readonly #known = new Map<string, { readonly leaders: Leaders; readonly atMs: number }>();
  readonly #asked = new Map<string, Promise<Leaders>>();

  constructor(cluster: KafkaCluster, policy: LeaderPolicy) {
    this.#cluster = cluster;
    this.#policy = policy;
  }

  /** Null: it has to be asked for. */
  known(topic: string): Leaders | null {
    const found = this.#known.get(topic);
    return found === undefined || performance.now() - found.atMs > this.#policy.maxAgeMs
      ? null
      : found.leaders;
  }

  forget(topic: string): void {
    this.#known.delete(topic);
  }

  /** Rejects when the topic does not appear in time, or may not be seen. */
  async of(topic: string): Promise<Leaders> {
    const known = this.known(topic);
    if (known !== null) return known;
    const asked = this.#asked.get(topic) ?? this.#ask(topic).finally(() => this.#asked.delete(topic));
    this.#asked.set(topic, asked);
    return asked;
  }

  async #ask(topic: string): Promise<Leaders> {
    const endMs = performance.now() + this.#policy.waitMs;
    for (;;) {
      const failure = await this.#askOnce(topic);
      if (failure === null) return this.#known.get(topic)?.leaders ?? [];
      if (!failure.retriable || performance.now() > endMs) throw failure;
      await pause(ASK_AGAIN_MS);
    }
  }

  async #askOnce(topic: string): Promise<ClientError | null> {
    const body = { topics: [{ name: topic }], allowAutoTopicCreation: true };
    try {
      // The view of the brokers comes with it.
      await this.#cluster.view();
      const { topics, brokers } = await this.#cluster.call('any', metadataApi, body);
      const told = topics.find(({ name }) => name === topic);
      const errorCode = told?.errorCode ?? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
      if (errorCode !== 0 || told === undefined) return brokerError(`topic ${topic}`, errorCode);
      const leaders = new Array<number | null>(told.partitions.length).fill(null);
      const alive = new Set(brokers.map(({ nodeId }) => nodeId));
      for (const { partitionIndex, leaderId } of told.partitions)
        leaders[partitionIndex] = alive.has(leaderId) ? leaderId : null;
      this.#known.set(topic, { leaders, atMs: performance.now() });
      return null;
    } catch (error) {
      if (error instanceof ClientError) return error;
      throw error;
    }
  }
}

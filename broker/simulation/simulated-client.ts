/**
 * A lean client of a simulated cluster: one connection to each broker over the memory network, made anew after it broke,
 * and what Metadata says of the topics. Everything that goes wrong is `null`: what to do then is the caller's matter.
 */
import { metadataRequest, metadataResponse } from '../../protocol/messages/03-metadata.ts';
import type { Decoded, Encodable, MessageSchema } from '../../protocol/schema/notation.ts';
import type { Platform } from '../platform/platform.ts';
import type { NodeAddress, NodeApi, NodeConnection } from '../platform/transport.ts';

const METADATA = { request: metadataRequest, response: metadataResponse };
const METADATA_VERSION = 12;
const CALL_MS = 1_500;

export interface KnownPartition {
  readonly partition: number;
  readonly leader: number;
  readonly replicas: readonly number[];
}

export interface KnownTopic {
  readonly topicId: string;
  readonly partitions: ReadonlyMap<number, KnownPartition>;
}

export class SimulatedClient {
  readonly name: string;
  readonly platform: Platform;
  readonly #addresses: ReadonlyMap<number, NodeAddress>;
  readonly #connections = new Map<number, NodeConnection>();
  readonly #topics = new Map<string, KnownTopic>();

  constructor(name: string, platform: Platform, addresses: ReadonlyMap<number, NodeAddress>) {
    this.name = name;
    this.platform = platform;
    this.#addresses = addresses;
  }

  below(bound: number): number {
    return this.platform.random.below(bound);
  }

  anyBroker(): number {
    const ids = [...this.#addresses.keys()];
    return ids[this.below(ids.length)] ?? 0;
  }

  pause(durationMs: number): Promise<void> {
    return new Promise((resolve) => void this.platform.timers.after(durationMs, resolve));
  }

  topic(name: string): KnownTopic | undefined {
    return this.#topics.get(name);
  }

  async call<Req extends MessageSchema, Res extends MessageSchema>(
    brokerId: number,
    api: NodeApi<Req, Res>,
    version: number,
    body: Encodable<Req>,
    timeoutMs = CALL_MS,
  ): Promise<Decoded<Res> | null> {
    const address = this.#addresses.get(brokerId);
    if (address === undefined) return null;
    try {
      let connection = this.#connections.get(brokerId);
      if (connection === undefined || !connection.isOpen) {
        connection = await this.platform.transport.connect(address, {
          to: 'broker',
          clientId: this.name,
          timeoutMs: CALL_MS,
        });
        this.#connections.set(brokerId, connection);
      }
      return await connection.call(api, version, body, timeoutMs);
    } catch {
      return null;
    }
  }

  /** Asks any broker for the topic; undefined when it is not known there. */
  async refresh(name: string): Promise<KnownTopic | undefined> {
    const answer = await this.call(this.anyBroker(), METADATA, METADATA_VERSION, {
      topics: [{ name }],
      allowAutoTopicCreation: false,
    });
    const topic = answer?.topics[0];
    if (topic === undefined || topic.errorCode !== 0) return undefined;
    const partitions = new Map(
      topic.partitions.map((one) => [
        one.partitionIndex,
        { partition: one.partitionIndex, leader: one.leaderId, replicas: one.replicaNodes },
      ]),
    );
    const known = { topicId: topic.topicId, partitions };
    this.#topics.set(name, known);
    return known;
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.close();
  }
}

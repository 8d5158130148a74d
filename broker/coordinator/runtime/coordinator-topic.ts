/**
 * The internal topic that a kind of coordinators lives in: which partition keeps a key, who coordinates it, and how the
 * topic comes to be: on first use, asked for once however many wait.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import type { MetadataImage, TopicImage } from '../../controller/image.ts';
import type { Logger } from '../../platform/logger.ts';
import { partitionOfKey } from './key-partition.ts';

export interface FoundCoordinator {
  readonly key: string;
  readonly errorCode: number;
  readonly errorMessage: string | null;
  /** -1 with an error. */
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}

export interface CoordinatorTopicOptions {
  readonly name: string;
  readonly image: () => MetadataImage;
  /** Resolves when the image has the topic, or rejects or leaves it out when it cannot be created. */
  readonly create: () => Promise<unknown>;
  /** Partitions that it is created with. */
  readonly partitionCount: () => number;
  readonly logger: Logger;
}

export function coordinatorError(key: string, errorCode: number): FoundCoordinator {
  return { key, errorCode, errorMessage: null, nodeId: -1, host: '', port: -1 };
}

export class CoordinatorTopic {
  readonly #options: CoordinatorTopicOptions;
  #creation: Promise<unknown> | null = null;

  constructor(options: CoordinatorTopicOptions) {
    this.#options = options;
  }

  get image(): TopicImage | undefined {
    return this.#options.image().topicsByName.get(this.#options.name);
  }

  partitionOf(key: string): number {
    return partitionOfKey(key, this.image?.partitions.size ?? this.#options.partitionCount());
  }

  /** Where the coordinators of these keys are, at the listener of this name. The first use creates the topic. */
  async find(keys: readonly string[], listenerName: string): Promise<readonly FoundCoordinator[]> {
    if (this.image === undefined) await this.#create();
    const topic = this.image;
    return keys.map((key) => {
      const endpoint = topic === undefined ? null : this.#leaderEndpoint(topic, key, listenerName);
      return endpoint === null
        ? coordinatorError(key, ErrorCode.COORDINATOR_NOT_AVAILABLE)
        : { key, errorCode: 0, errorMessage: null, ...endpoint };
    });
  }

  /** All that come while it is being created wait for the one attempt. */
  async #create(): Promise<void> {
    const { name, create, logger } = this.#options;
    this.#creation ??= create()
      .catch((error: unknown) => {
        logger.warn(`Creating ${name} failed: ${String(error)}`);
      })
      .finally(() => (this.#creation = null));
    await this.#creation;
  }

  #leaderEndpoint(
    topic: TopicImage,
    key: string,
    listenerName: string,
  ): { readonly nodeId: number; readonly host: string; readonly port: number } | null {
    const leader = topic.partitions.get(partitionOfKey(key, topic.partitions.size))?.leader;
    const broker = leader === undefined ? undefined : this.#options.image().brokers.get(leader);
    if (broker === undefined || broker.fenced) return null;
    const endpoint = broker.endpoints.find((each) => each.listenerName === listenerName);
    return endpoint === undefined
      ? null
      : { nodeId: broker.brokerId, host: endpoint.host, port: endpoint.port };
  }
}

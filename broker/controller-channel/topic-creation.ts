/**
 * Topics that nobody created by hand: those that clients use for the first time, and the broker's own. The active
 * controller creates them; this asks it once a topic, however many clients wait, and answers when this node's image has
 * the topic, so that who was told of it finds it here.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  createTopicsRequest,
  type CreateTopicsResponse,
  createTopicsResponse,
} from '../../protocol/messages/19-create-topics.ts';
import type { TopicCreator } from '../apis/broker-services.ts';
import type { ControllerPolicy } from '../controller/command.ts';
import type { ImageListener, MetadataImage } from '../controller/image.ts';
import { isInternalTopic } from '../controller/topic-name.ts';
import type { Logger } from '../platform/logger.ts';
import type { Platform } from '../platform/platform.ts';
import { type ControllerChannel, ControllerUnreachable } from './controller-channel.ts';

const API = { request: createTopicsRequest, response: createTopicsResponse };
const VERSION = 7;
const BY_DEFAULT = -1;

export interface TopicCreationOptions {
  readonly platform: Pick<Platform, 'timers'>;
  readonly logger: Logger;
  readonly channel: ControllerChannel;
  /** What this broker's configuration says of new topics. */
  readonly policy: () => Pick<ControllerPolicy, 'autoCreateTopicsEnable' | 'internalTopics'>;
  readonly image: () => MetadataImage;
  /** As MetadataPublisher.onImage. */
  readonly onImage: (listener: ImageListener) => () => void;
  readonly timeoutMs: () => number;
}

export class TopicCreation implements TopicCreator {
  readonly #options: TopicCreationOptions;
  readonly #underWay = new Map<string, Promise<number>>();

  constructor(options: TopicCreationOptions) {
    this.#options = options;
  }

  async autoCreate(names: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const distinct = [...new Set(names)];
    const codes = await Promise.all(distinct.map((name) => this.#codeOf(name)));
    return new Map(distinct.map((name, index) => [name, codes[index] ?? ErrorCode.UNKNOWN_SERVER_ERROR]));
  }

  #codeOf(name: string): Promise<number> {
    const { policy, image } = this.#options;
    if (image().topicsByName.has(name)) return Promise.resolve(ErrorCode.NONE);
    const { internalTopics, autoCreateTopicsEnable } = policy();
    const isOurs = internalTopics.has(name);
    if (!isOurs && (isInternalTopic(name) || !autoCreateTopicsEnable))
      return Promise.resolve(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    const known = this.#underWay.get(name);
    if (known !== undefined) return known;
    const creating = this.#create(name).finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, creating);
    return creating;
  }

  async #create(name: string): Promise<number> {
    const { policy, logger } = this.#options;
    const internal = policy().internalTopics.get(name);
    const topic = {
      name,
      numPartitions: internal?.partitions ?? BY_DEFAULT,
      replicationFactor: internal?.replicationFactor ?? BY_DEFAULT,
      assignments: [],
      configs: [...(internal?.configs ?? [])].map(([key, value]) => ({ name: key, value })),
    };
    const created = await this.#ask(topic);
    if (created === null) return ErrorCode.LEADER_NOT_AVAILABLE;
    const { errorCode, errorMessage } = created;
    if (errorCode !== 0 && errorCode !== ErrorCode.TOPIC_ALREADY_EXISTS) {
      logger.warn(`Could not create topic ${name} on first use: ${errorMessage ?? ''}`);
      return errorCode;
    }
    if (errorCode === 0) logger.info(`Created topic ${name} on first use.`);
    return (await this.#isHere(name)) ? ErrorCode.NONE : ErrorCode.LEADER_NOT_AVAILABLE;
  }

  /** Null when no controller answered. */
  async #ask(topic: NewTopic): Promise<CreateTopicsResponse['topics'][number] | null> {
    const timeoutMs = this.#options.timeoutMs();
    try {
      const { topics } = await this.#options.channel.call(
        API,
        VERSION,
        { topics: [topic], timeoutMs, validateOnly: false },
        { timeoutMs, errorOf: ({ topics: [answer] }) => answer?.errorCode ?? 0 },
      );
      return topics[0] ?? null;
    } catch (error) {
      if (!(error instanceof ControllerUnreachable)) throw error;
      this.#options.logger.warn(`Could not create topic ${topic.name} on first use: ${error.message}`);
      return null;
    }
  }

  /** The topic may have been deleted again: then nobody waits for ever. */
  #isHere(name: string): Promise<boolean> {
    const { image, onImage, platform, timeoutMs } = this.#options;
    if (image().topicsByName.has(name)) return Promise.resolve(true);
    return new Promise((resolve) => {
      const settle = (isHere: boolean): void => {
        cancel();
        leave();
        resolve(isHere);
      };
      const cancel = platform.timers.after(timeoutMs(), () => settle(false));
      let leave = (): void => undefined;
      leave = onImage((next) => {
        if (next.topicsByName.has(name)) settle(true);
      });
    });
  }
}

interface NewTopic {
  readonly name: string;
  readonly numPartitions: number;
  readonly replicationFactor: number;
  readonly assignments: readonly never[];
  readonly configs: readonly { readonly name: string; readonly value: string }[];
}

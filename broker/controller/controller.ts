/**
 * The controller: the one place where the cluster's metadata changes.
 *
 * Commands run one after another. Each is decided by a pure manager against the newest image, its records are
 * appended to the metadata log as one batch, and only when they are committed are they replayed into a new image,
 * told to the listeners, and answered. Starting is the same replay, so a running controller and a restarted one
 * cannot differ. If a commit's outcome is unknown (the device refused a flush) nothing more is written: the process
 * must be restarted, which `onFatal` is told.
 *
 * What main must do: open the metadata log, `await start()`, apply the image to the replica manager through
 * `onImage`, bind the listeners, `await registerBroker(endpoints)` with the ports really bound, and `await
 * unfenceBroker()` when everything serves. At the end `await stop()`, after the listeners are closed.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import type { Logger } from '../platform/logger.ts';
import type { Platform } from '../platform/platform.ts';
import * as alterConfigs from './alter-configs.ts';
import * as registration from './broker-registration.ts';
import type { CommandResult, ConfigRules, ControllerPolicy } from './command.ts';
import { createPartitions, type CreatedPartitions, type PartitionsToCreate } from './create-partitions.ts';
import { type CreatableTopic, type CreatedTopic, createTopics } from './create-topics.ts';
import { type DeletedTopic, deleteTopics, type TopicToDelete } from './delete-topics.ts';
import {
  type BrokerEndpoint,
  emptyImage,
  type ImageListener,
  type MetadataDelta,
  type MetadataImage,
  wholeImageDelta,
} from './image.ts';
import { ImageBuilder } from './image-builder.ts';
import { type MetadataLog, MetadataLogError } from './metadata-log.ts';
import { MAX_RECORDS_PER_COMMAND, type MetadataRecord } from './metadata-record.ts';
import { decodeRecord, encodeRecord } from './record-codec.ts';
import { isInternalTopic } from './topic-name.ts';

export interface ControllerOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly metadataLog: MetadataLog;
  /** 22 characters, from meta.properties. */
  readonly clusterId: string;
  readonly brokerId: number;
  readonly rack: string | null;
  /** Read for every command, so that dynamic keys count at once. */
  readonly policy: () => ControllerPolicy;
  readonly rules: ConfigRules;
  /** The metadata log can no longer be trusted: end the process with this message. */
  readonly onFatal: (message: string, cause: unknown) => void;
}

/** Commands that may wait for the log at one time; more are refused, so that a slow device cannot fill the memory. */
const MAX_WAITING_COMMANDS = 10_000;

/** A command could not be committed. `errorCode` is what to answer. */
export class ControllerUnavailable extends Error {
  readonly errorCode: number;

  constructor(errorCode: number, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ControllerUnavailable';
    this.errorCode = errorCode;
  }
}

export class Controller {
  readonly #options: ControllerOptions;
  readonly #logger: Logger;
  readonly #listeners = new Set<ImageListener>();
  #image: MetadataImage;
  /** Topics that the metadata log says were deleted before this start: their folders may have outlived them. */
  #removedAtStart: ReadonlySet<string> = new Set();
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #state: 'new' | 'running' | 'failed' | 'stopped' = 'new';

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#logger = options.logger.named(`Controller id=${String(options.brokerId)}`);
    this.#image = emptyImage(options.clusterId);
  }

  /** Replays the metadata log. Throws when a record contradicts what came before it. */
  async start(): Promise<void> {
    const builder = new ImageBuilder(this.#image);
    for (const records of this.#options.metadataLog.replay()) {
      for (const { offset, value } of records) {
        const record = decodeRecord(value);
        if (record === null) builder.skip(offset);
        else builder.replay(record, offset);
      }
      // Other parts of the process start meanwhile.
      await Promise.resolve();
    }
    this.#removedAtStart = this.#publish(builder).removedTopicIds;
    this.#state = 'running';
    const { topicsById, offset } = this.#image;
    this.#logger.info(
      `Replayed the metadata log up to offset ${String(offset)}: ${String(topicsById.size)} topic(s).`,
    );
  }

  /** Waits for the commands that are under way, refuses new ones and closes the log. */
  async stop(): Promise<void> {
    if (this.#state === 'running') this.#state = 'stopped';
    await this.#tail.catch(() => undefined);
    await this.#options.metadataLog.close();
  }

  image(): MetadataImage {
    return this.#image;
  }

  /** Tells the listener of every later change, and at once of the whole image if there is one. Returns the way out. */
  onImage(listener: ImageListener): () => void {
    this.#listeners.add(listener);
    if (this.#state !== 'new') listener(this.#image, wholeImageDelta(this.#image, this.#removedAtStart));
    return () => this.#listeners.delete(listener);
  }

  /** Registers this broker, fenced, under a new incarnation. Resolves with its broker epoch. */
  registerBroker(endpoints: readonly BrokerEndpoint[]): Promise<number> {
    const { brokerId, rack } = this.#options;
    const incarnationId = this.#newUuid();
    return this.#run((image) =>
      registration.registerBroker({ brokerId, incarnationId, rack, endpoints }, image),
    );
  }

  /** From now on this broker is in Metadata answers and leads its partitions, each in a new leader epoch. */
  async unfenceBroker(): Promise<void> {
    await this.#run((image) => registration.unfenceBroker(this.#options.brokerId, image));
  }

  /** This node leads the metadata log: commands are decided here. */
  get isActive(): boolean {
    return this.#state === 'running';
  }

  isUnfenced(): boolean {
    return this.#state === 'running' && this.#image.brokers.get(this.#options.brokerId)?.fenced === false;
  }

  /** One answer per topic, in the order asked. Rejects with ControllerUnavailable. */
  createTopics(
    topics: readonly CreatableTopic[],
    options: { readonly validateOnly: boolean; readonly allowInternal?: boolean },
  ): Promise<readonly CreatedTopic[]> {
    return this.#run((image) =>
      createTopics({
        topics,
        image,
        validateOnly: options.validateOnly,
        allowInternal: options.allowInternal ?? false,
        policy: this.#options.policy(),
        rules: this.#options.rules,
        newTopicId: () => this.#newUuid(),
        randomBelow: (bound) => this.#options.platform.random.below(bound),
      }),
    );
  }

  deleteTopics(topics: readonly TopicToDelete[]): Promise<readonly DeletedTopic[]> {
    return this.#run((image) => deleteTopics(topics, image, this.#options.policy()));
  }

  createPartitions(
    topics: readonly PartitionsToCreate[],
    validateOnly: boolean,
  ): Promise<readonly CreatedPartitions[]> {
    const randomBelow = (bound: number): number => this.#options.platform.random.below(bound);
    return this.#run((image) => createPartitions({ topics, validateOnly, image, randomBelow }));
  }

  /** KIP-339: each change says set, delete, append or subtract. */
  incrementalAlterConfigs(
    resources: readonly alterConfigs.ConfigResourceChange[],
    validateOnly: boolean,
  ): Promise<readonly alterConfigs.AlteredResource[]> {
    const { rules } = this.#options;
    return this.#run((image) =>
      alterConfigs.incrementalAlterConfigs({ resources, validateOnly, image, rules }),
    );
  }

  /** The legacy AlterConfigs: the given entries replace all overrides; `operation` is not read. */
  alterConfigs(
    resources: readonly alterConfigs.ConfigResourceChange[],
    validateOnly: boolean,
  ): Promise<readonly alterConfigs.AlteredResource[]> {
    const { rules } = this.#options;
    return this.#run((image) => alterConfigs.replaceConfigs({ resources, validateOnly, image, rules }));
  }

  /** A block of producer ids that nobody was given before, also not before a crash. */
  allocateProducerIds(): Promise<registration.ProducerIdBlock> {
    return this.#run((image) => registration.allocateProducerIds(this.#options.brokerId, image));
  }

  /**
   * Creates the topics that are not there with the defaults of the broker, internal ones with their own settings.
   * One error code per name: 0 when the topic exists now. UNKNOWN_TOPIC_OR_PARTITION when it may not be created.
   */
  async autoCreateTopics(names: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const policy = this.#options.policy();
    const codes = new Map<string, number>();
    const wanted: CreatableTopic[] = [];
    for (const name of new Set(names)) {
      const internal = policy.internalTopics.get(name);
      if (this.#image.topicsByName.has(name)) codes.set(name, 0);
      else if (internal === undefined && (isInternalTopic(name) || !policy.autoCreateTopicsEnable)) {
        codes.set(name, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
      } else {
        wanted.push({
          name,
          numPartitions: internal?.partitions ?? -1,
          replicationFactor: internal?.replicationFactor ?? -1,
          assignments: [],
          configs: [...(internal?.configs ?? [])].map(([key, value]) => ({ name: key, value })),
        });
      }
    }
    if (wanted.length === 0) return codes;
    const created = await this.createTopics(wanted, { validateOnly: false, allowInternal: true });
    for (const { name, errorCode, errorMessage } of created) {
      const exists = errorCode === ErrorCode.TOPIC_ALREADY_EXISTS;
      codes.set(name, exists ? 0 : errorCode);
      if (errorCode === 0) this.#logger.info(`Created topic ${name} on first use.`);
      else if (!exists)
        this.#logger.warn(`Could not create topic ${name} on first use: ${errorMessage ?? ''}`);
    }
    return codes;
  }

  #newUuid(): string {
    for (;;) {
      const bytes = this.#options.platform.random.bytes(16);
      // RFC 4122 version 4. A leading dash would read as an option on a command line (Kafka's Uuid.randomUuid).
      bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
      bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
      const text = bytes.toString('base64url');
      if (!text.startsWith('-')) return text;
    }
  }

  /** Queues a command behind those that are under way. */
  #run<Response>(decide: (image: MetadataImage) => CommandResult<Response>): Promise<Response> {
    if (this.#waiting >= MAX_WAITING_COMMANDS) {
      const message = `${String(this.#waiting)} commands wait for the metadata log already.`;
      return Promise.reject(new ControllerUnavailable(ErrorCode.REQUEST_TIMED_OUT, message));
    }
    this.#waiting += 1;
    const result = this.#tail.then(async () => {
      this.#refuseUnlessRunning();
      const command = decide(this.#image);
      const step = command.divisible === true ? MAX_RECORDS_PER_COMMAND : Math.max(1, command.records.length);
      for (let from = 0; from < command.records.length; from += step) {
        await this.#commit(command.records.slice(from, from + step));
      }
      return command.response;
    });
    this.#tail = result.catch(() => undefined).finally(() => (this.#waiting -= 1));
    return result;
  }

  #refuseUnlessRunning(): void {
    if (this.#state === 'running') return;
    const message =
      this.#state === 'failed' ? 'The metadata log has failed.' : 'The controller is not running.';
    throw new ControllerUnavailable(ErrorCode.NOT_CONTROLLER, message);
  }

  async #commit(records: readonly MetadataRecord[]): Promise<void> {
    const values = records.map(encodeRecord);
    let baseOffset: number;
    try {
      baseOffset = await this.#options.metadataLog.append(values);
    } catch (error) {
      throw this.#appendFailed(error);
    }
    const builder = new ImageBuilder(this.#image);
    // What was encoded is what a restart would read: replay that, not what the manager holds.
    for (const [index, value] of values.entries()) {
      const record = decodeRecord(value);
      if (record !== null) builder.replay(record, baseOffset + index);
    }
    this.#publish(builder);
  }

  #appendFailed(error: unknown): ControllerUnavailable {
    const lost = !(error instanceof MetadataLogError) || error.outcomeUnknown;
    const reason = error instanceof Error ? error.message : String(error);
    if (lost) {
      this.#state = 'failed';
      const message = `The metadata log cannot be written any more (${reason}); the broker must be restarted.`;
      this.#logger.error(message, error);
      this.#options.onFatal(message, error);
    } else {
      this.#logger.warn(`A metadata change was refused: ${reason}`);
    }
    return new ControllerUnavailable(
      ErrorCode.KAFKA_STORAGE_ERROR,
      `The change could not be stored: ${reason}`,
      error,
    );
  }

  #publish(builder: ImageBuilder): MetadataDelta {
    const { image, delta } = builder.build();
    this.#image = image;
    for (const listener of [...this.#listeners]) this.#tell(listener, image, delta);
    return delta;
  }

  /** The change is a fact already: a listener that fails must not keep the others or the client from hearing of it. */
  #tell(listener: ImageListener, image: MetadataImage, delta: MetadataDelta): void {
    try {
      listener(image, delta);
    } catch (error) {
      this.#logger.error(`A listener failed on the image at offset ${String(image.offset)}.`, error);
    }
  }
}

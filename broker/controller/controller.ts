/**
 * The controller: the one place where the cluster's metadata changes. Every node has one; that of the node that leads
 * the metadata log is active, the others refuse every command with NOT_CONTROLLER.
 *
 * A command is decided by a pure manager against an image that holds all commands before it; its records are appended
 * as one batch, and it is answered when they are committed and this node's image has them (command-rounds.ts). Leading
 * is the same replay as following, so an active controller and one that takes over cannot differ. What lives only while
 * this node is active is in controller-term.ts.
 *
 * What the assembly must do: `await metadataLog.start(controller)`, `publisher.keepSnapshotsIn(metadataLog)`; at the end
 * `controller.stop()` before `metadataLog.stop()`.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import type { Logger } from '../platform/logger.ts';
import * as alterConfigs from './alter-configs.ts';
import * as registration from './broker-registration.ts';
import type { Registration } from './broker-registration.ts';
import type { Decide } from './command-rounds.ts';
import type { ControllerOptions } from './controller-options.ts';
import { ControllerTerm } from './controller-term.ts';
import { notController } from './controller-unavailable.ts';
import { createPartitions, type CreatedPartitions, type PartitionsToCreate } from './create-partitions.ts';
import { type CreatableTopic, type CreatedTopic, createTopics } from './create-topics.ts';
import { type DeletedTopic, deleteTopics, type TopicToDelete } from './delete-topics.ts';
import type { MetadataLogListener, MetadataSnapshotId, StoredRecord } from './metadata-log/metadata-log.ts';
import { randomUuid } from './random-uuid.ts';
import { isInternalTopic } from './topic-name.ts';

export { ControllerUnavailable } from './controller-unavailable.ts';

export class Controller implements MetadataLogListener {
  readonly #options: ControllerOptions;
  readonly #logger: Logger;
  #term: ControllerTerm | null = null;
  #stopped = false;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#logger = options.logger.named(`Controller id=${String(options.nodeId)}`);
  }

  /** Does this node lead the metadata log, as far as it knows? */
  get isActive(): boolean {
    return this.#term !== null;
  }

  /** Refuses every command from now on; those under way are answered NOT_CONTROLLER. */
  stop(): void {
    this.#stopped = true;
    this.#endTerm('The controller is stopping.');
  }

  snapshotLoaded(id: MetadataSnapshotId, records: Iterable<readonly StoredRecord[]>): void {
    this.#options.publisher.snapshotLoaded(id, records);
  }

  committed(
    records: readonly StoredRecord[],
    position: { readonly endOffset: number; readonly epoch: number; readonly appendedMs: number },
  ): void {
    this.#options.publisher.committed(records, position);
  }

  leaderChanged(epoch: number, leaderId: number | null): void {
    const who = leaderId === null ? 'nobody yet' : `node ${String(leaderId)}`;
    this.#logger.info(`The active controller in epoch ${String(epoch)} is ${who}.`);
  }

  becameActive(epoch: number): void {
    this.#endTerm('The controller became active in a newer epoch.');
    if (this.#stopped) return;
    this.#logger.info(`This node is the active controller in epoch ${String(epoch)}.`);
    const term = new ControllerTerm(this.#options, this.#logger, epoch);
    this.#term = term;
    term.start();
  }

  lostLeadership(epoch: number): void {
    this.#endTerm(`This node stopped being the active controller (epoch ${String(epoch)}).`);
  }

  #endTerm(reason: string): void {
    const term = this.#term;
    this.#term = null;
    term?.end(reason);
  }

  #run<Response>(decide: Decide<Response>): Promise<Response> {
    if (this.#term === null) return Promise.reject(notController('This node is not the active controller.'));
    return this.#term.run(decide);
  }

  readonly #randomBelow = (bound: number): number => this.#options.platform.random.below(bound);

  /** One answer per topic, in the order asked. Rejects with ControllerUnavailable, as all commands do. */
  createTopics(
    topics: readonly CreatableTopic[],
    options: { readonly validateOnly: boolean; readonly allowInternal?: boolean },
  ): Promise<readonly CreatedTopic[]> {
    const { platform, policy, rules } = this.#options;
    const { validateOnly, allowInternal = false } = options;
    return this.#run((image) =>
      createTopics({
        ...{ topics, image, validateOnly, allowInternal, rules },
        policy: policy(),
        newTopicId: () => randomUuid(platform.random),
        randomBelow: this.#randomBelow,
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
    return this.#run((image) =>
      createPartitions({ topics, validateOnly, image, randomBelow: this.#randomBelow }),
    );
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

  /** Registers a broker, fenced, under a new incarnation. */
  async registerBroker(
    broker: Registration,
    connection: AbortSignal,
  ): Promise<{ readonly errorCode: number; readonly brokerEpoch: number }> {
    const brokerEpoch = await this.#run((image) => registration.registerBroker(broker, image));
    const { brokerId } = broker;
    this.#term?.watch.heard({ brokerId, brokerEpoch, metadataOffset: -1, connection });
    return { errorCode: 0, brokerEpoch };
  }

  async heartbeat(
    request: HeartbeatRequest,
    connection: AbortSignal,
  ): Promise<{ readonly errorCode: number; readonly isFenced: boolean }> {
    const { brokerId, brokerEpoch, currentMetadataOffset: metadataOffset } = request;
    this.#term?.watch.heard({ brokerId, brokerEpoch, metadataOffset, connection });
    if (this.#options.publisher.image().brokers.get(brokerId)?.fenced !== false) {
      await this.#run((image) => registration.unfenceBroker(brokerId, image));
    }
    return { errorCode: 0, isFenced: false };
  }

  /** A block of producer ids that nobody was given before, also not before a crash. */
  allocateProducerIds(brokerId: number, _brokerEpoch: number): Promise<registration.ProducerIdBlock> {
    return this.#run((image) => registration.allocateProducerIds(brokerId, image));
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
      if (this.#options.publisher.image().topicsByName.has(name)) codes.set(name, 0);
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
}

export interface HeartbeatRequest {
  readonly brokerId: number;
  readonly brokerEpoch: number;
  readonly currentMetadataOffset: number;
  readonly wantFence: boolean;
  readonly wantShutDown: boolean;
}

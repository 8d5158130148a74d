/**
 * The broker of a node: its logs, replicas, coordinators and its life in the cluster, put together in the order in
 * which they need each other.
 *
 * A broker registers first, fenced. When its image has that registration it has all that came before it, too; the logs
 * are opened then, because what no image names any more is set aside. With its logs open it asks to be unfenced, and
 * serves clients when its own image shows that it is.
 */
import type { BrokerServices } from '../apis/broker-services.ts';
import { clientApis } from '../apis/table.ts';
import { followerSettings, lifecycleSettings, replicationSettings } from '../config/cluster-settings.ts';
import {
  cleanerSettings,
  controllerPolicy,
  groupCoordinatorConfig,
  replicaManagerSettings,
  transactionConfig,
} from '../config/owner-settings.ts';
import { concernsLogs, TopicLogConfigs } from '../config/topic-log-configs.ts';
import { SUPPORTED_FEATURES } from '../controller/features.ts';
import { configKey, type MetadataDelta, type MetadataImage } from '../controller/image.ts';
import { directoryOf } from '../controller/replica-directories.ts';
import { OFFSETS_TOPIC, TRANSACTION_STATE_TOPIC } from '../controller/topic-name.ts';
import type { ControllerChannel } from '../controller-channel/controller-channel.ts';
import { producerIdBlocks } from '../controller-channel/producer-id-blocks.ts';
import { RequestForwarder } from '../controller-channel/request-forwarder.ts';
import { TopicCreation } from '../controller-channel/topic-creation.ts';
import { GroupCoordinator } from '../coordinator/group/group-coordinator.ts';
import { ReplicatedCoordinatorLog } from '../coordinator/runtime/coordinator-log.ts';
import { MarkerWriter } from '../coordinator/transaction/marker-writer.ts';
import { ProducerIdSource } from '../coordinator/transaction/producer-id-source.ts';
import { TransactionCoordinator } from '../coordinator/transaction/transaction-coordinator.ts';
import { TransactionVerifier } from '../coordinator/transaction/transaction-verifier.ts';
import { BrokerLifecycle } from '../lifecycle/broker-lifecycle.ts';
import { DirectoryAssignments } from '../lifecycle/directory-assignments.ts';
import { watchForLostQuorum } from '../lifecycle/lost-quorum.ts';
import { LogCleaner } from '../log/cleaner/log-cleaner.ts';
import type { LogDirectories } from '../log/log-directories.ts';
import { registerCleanerGauges } from '../metrics/cleaner-gauges.ts';
import { ReplicaManager } from '../replication/replica-manager.ts';
import { ReplicationThrottle } from '../replication/throttle.ts';
import { createDispatcher } from '../server/dispatcher.ts';
import { type BoundListeners, RequestGate } from '../server/listening.ts';
import type { NodeMetadata } from './node-metadata.ts';
import { type NodeOptions, StartAborted } from './node-options.ts';

/** Longest time in which a stopping broker hands over what it leads. */
const HAND_OVER_MS = 5_000;
/** Longest time for which a broker waits for the vote of its controller. */
const VOTE_WAIT_MS = 10_000;
const UNKNOWN_EPOCH = -1;

export class NodeBroker {
  readonly lifecycle: BrokerLifecycle;
  readonly replicaManager: ReplicaManager;
  readonly groupCoordinator: GroupCoordinator;
  readonly transactionCoordinator: TransactionCoordinator;
  readonly topicConfigs: TopicLogConfigs;
  readonly listeners: BoundListeners;
  readonly #options: NodeOptions;
  readonly #metadata: NodeMetadata;
  readonly #directories: LogDirectories;
  readonly #verifier: TransactionVerifier;
  readonly #cleaner: LogCleaner;
  readonly #gate: RequestGate;
  readonly #services: BrokerServices;
  readonly #forwarder: RequestForwarder;
  readonly #failedDirectories = new Set<string>();
  readonly #assignments: DirectoryAssignments;
  readonly #throttles: { readonly leader: ReplicationThrottle; readonly follower: ReplicationThrottle };
  #serves = false;
  #logsAreOpen = false;
  #isStopped = false;

  /** Binds the listeners of clients; their requests wait. Rejects with ListenError. */
  static async open(
    options: NodeOptions,
    metadata: NodeMetadata,
    directories: LogDirectories,
  ): Promise<NodeBroker> {
    const gate = new RequestGate();
    const listeners = await options.listen(
      options.config.listeners,
      gate.serve,
      metadata.clientsOnce(gate.opened),
    );
    return new NodeBroker(options, metadata, directories, gate, listeners);
  }

  private constructor(
    options: NodeOptions,
    metadata: NodeMetadata,
    directories: LogDirectories,
    gate: RequestGate,
    listeners: BoundListeners,
  ) {
    this.#options = options;
    this.#metadata = metadata;
    this.#directories = directories;
    this.#gate = gate;
    this.listeners = listeners;
    const { config, platform } = options;
    const brokerId = config.nodeId;
    this.topicConfigs = new TopicLogConfigs(config, (topic) =>
      metadata.publisher.image().configs.get(configKey(2, topic)),
    );
    const throttle = (): ReplicationThrottle => new ReplicationThrottle({ clock: platform.clock, brokerId });
    this.#throttles = { leader: throttle(), follower: throttle() };
    this.lifecycle = this.#newLifecycle(metadata.link('heartbeats'));
    const channel = metadata.link('broker');
    this.#verifier = this.#newVerifier();
    this.replicaManager = this.#newReplicaManager(channel);
    this.#assignments = this.#newAssignments(metadata.link('directories'));
    this.#cleaner = this.#newCleaner();
    const topicCreation = this.#newTopicCreation(channel);
    this.groupCoordinator = this.#newGroupCoordinator(topicCreation);
    const { controller } = metadata;
    const timeoutMs = (): number => config.values['request.timeout.ms'];
    const producerIds = new ProducerIdSource(
      producerIdBlocks({ channel, brokerId, brokerEpoch: () => this.lifecycle.brokerEpoch(), timeoutMs }),
    );
    const { replicaManager, groupCoordinator } = this;
    const markerWriter = new MarkerWriter({ replicaManager, groupCoordinator, timeoutMs });
    this.transactionCoordinator = this.#newTransactionCoordinator(topicCreation, producerIds, markerWriter);
    this.#services = {
      ...metadata.services,
      ...{ controllerChannel: channel, topicCreation },
      ...{ replicaManager, groupCoordinator, markerWriter, producerIds },
      transactionCoordinator: this.transactionCoordinator,
    };
    this.#forwarder = new RequestForwarder({
      channel: metadata.link('forwarding'),
      isActiveHere: () => controller.isActive,
      requestTimeoutMs: timeoutMs,
    });
  }

  /** Unfenced, and clients are served. */
  get serves(): boolean {
    return this.#serves && this.lifecycle.state === 'running';
  }

  get logsAreOpen(): boolean {
    return this.#logsAreOpen;
  }

  /** Rejects with StartFailure. */
  async start(): Promise<void> {
    const { publisher } = this.#metadata;
    await this.lifecycle.start();
    await publisher.caughtUpTo(this.lifecycle.brokerEpoch());
    if (this.#isStopped) throw new StartAborted();
    this.#logsAreOpen = true;
    await this.replicaManager.start((topic, partition) => this.#placeOf(topic, partition));
    publisher.onImage((image, delta) => this.#apply(image, delta));
    await this.#untilVoting();
    await this.lifecycle.serve();
    await this.#metadata.imageWhere((image) => this.#isUnfenced(image));
    this.#gate.open(createDispatcher(clientApis, this.#services, this.#forwarder));
    this.#serves = true;
    this.#cleaner.start();
  }

  /**
   * Whoever sees all replicas in sync takes it that any one broker may fail now. While a controller on a new disk does not vote, two
   * of three votes are all there are: the broker beside it is not counted before that is over, but for one of the other
   * controllers that is down for longer it does not wait.
   */
  async #untilVoting(): Promise<void> {
    const { platform, logger } = this.#options;
    let cancel = (): void => undefined;
    const late = new Promise<'late'>((resolve) => {
      cancel = platform.timers.after(VOTE_WAIT_MS, () => resolve('late'));
    });
    const first = await Promise.race([this.#metadata.metadataLog.hasItsVote(), late]);
    cancel();
    if (this.#isStopped) throw new StartAborted();
    if (first === 'late')
      logger.warn('This broker serves, but its controller does not vote yet: stop no other one.');
  }

  /** Leadership goes to others while clients are still served. Resolves also when nobody took it. */
  async handOver(): Promise<void> {
    const { config, logger, platform } = this.#options;
    const others = [...this.#metadata.publisher.image().brokers.values()].filter(({ fenced }) => !fenced);
    if (!config.values['controlled.shutdown.enable'] || others.length <= 1) return;
    const endWatch = watchForLostQuorum({
      ...{ platform, nodeId: config.nodeId, voters: config.voters },
      onLost: (refusing) => {
        logger.info(`Nobody is left to hand over to: controller ${refusing.join(', ')} does not run.`);
        this.lifecycle.giveUpShutdown();
      },
    });
    const startedMs = platform.clock.monotonicMs();
    const isLetGo = await this.lifecycle.controlledShutdown(HAND_OVER_MS);
    endWatch();
    if (!isLetGo && platform.clock.monotonicMs() - startedMs >= HAND_OVER_MS)
      logger.warn('Leadership could not be handed over in time; the other brokers will notice the stop.');
  }

  /** No more requests and heartbeats. The metadata must be stopped next: a controller would miss this broker. */
  async stopServing(): Promise<void> {
    this.#isStopped = true;
    this.#serves = false;
    await this.listeners.close();
    this.lifecycle.stop();
    this.#assignments.stop();
    this.groupCoordinator.stop();
    this.transactionCoordinator.stop();
    this.#verifier.stop();
    await this.#cleaner.stop();
  }

  /** Gives the directories whose logs were all closed cleanly. */
  async closeLogs(): Promise<ReadonlySet<string>> {
    if (this.#logsAreOpen) return this.replicaManager.stop();
    // Checkpoints of logs that were never opened would forget what is in them.
    await this.#options.recordWork?.stop();
    return new Set();
  }

  #isUnfenced(image: MetadataImage): boolean {
    const registration = image.brokers.get(this.#options.config.nodeId);
    return registration?.fenced === false && registration.brokerEpoch === this.lifecycle.brokerEpoch();
  }

  /** Configuration first, then the logs, then those who read the logs. */
  #apply(image: MetadataImage, delta: MetadataDelta): void {
    const { config, metrics } = this.#options;
    if (delta.changedConfigs.some(({ type }) => type === 4)) {
      const entries = (name: string): ReadonlyMap<string, string> =>
        image.configs.get(configKey(4, name)) ?? new Map();
      config.applyDynamic(entries(''), entries(String(config.nodeId)));
      this.#throttles.leader.setRate(config.values['leader.replication.throttled.rate']);
      this.#throttles.follower.setRate(config.values['follower.replication.throttled.rate']);
    }
    if (concernsLogs(delta)) this.topicConfigs.forget();
    this.replicaManager.applyImage(image, delta);
    this.#assignments.onImage(delta);
    this.groupCoordinator.onImage(image, delta);
    this.transactionCoordinator.onImage(image, delta);
    for (const { name } of delta.deletedTopics) metrics.removeTopic(name);
    this.lifecycle.changed();
    const stopping = delta.changedBrokers.filter(
      (id) => image.brokers.get(id)?.inControlledShutdown === true,
    );
    if (stopping.some((id) => id !== config.nodeId)) this.lifecycle.sawHandOver();
  }

  #newLifecycle(channel: ControllerChannel): BrokerLifecycle {
    const { config, platform, logger, onFatal } = this.#options;
    const { directories, clusterId } = this.#directories;
    return new BrokerLifecycle({
      ...{ platform, logger, channel, onFatal },
      registration: {
        ...{ brokerId: config.nodeId, clusterId, rack: config.rack },
        endpoints: this.listeners.endpoints,
        features: [...SUPPORTED_FEATURES].map(([name, range]) => ({ name, ...range })),
        logDirectoryIds: directories.map(({ directoryId }) => directoryId),
      },
      previousBrokerEpoch: previousEpochOf(this.#directories),
      metadataOffset: () => this.#metadata.publisher.image().offset,
      offlineLogDirectoryIds: () => [...this.#failedDirectories],
      settings: lifecycleSettings(config),
    });
  }

  #newReplicaManager(controllerChannel: ControllerChannel): ReplicaManager {
    const { platform, logger, onFatal, config, metrics, recordWork, maxOpenLogFiles } = this.#options;
    const { directories } = this.#directories;
    return new ReplicaManager({
      ...{ platform, logger, logDirectories: this.#directories, meter: metrics },
      brokerId: config.nodeId,
      logConfigOf: (topic) => this.topicConfigs.of(topic),
      settings: { ...replicaManagerSettings(config), ...replicationSettings(config) },
      cluster: {
        controllerChannel,
        brokerEpoch: () => this.lifecycle.brokerEpoch(),
        interBrokerListenerName: config.interBrokerListenerName,
        followerSettings: followerSettings(config),
      },
      throttles: this.#throttles,
      ...(maxOpenLogFiles !== undefined && { maxOpenFiles: maxOpenLogFiles }),
      ...(recordWork !== undefined && { recordWork }),
      verifyTransaction: (question) => this.#verifier.verify(question),
      trustsProducers: !config.values['transaction.partition.verification.enable'],
      onCut: (local, offset) => this.#cleaner.noteTruncation(local.managed, offset),
      // As Apache Kafka does: without a directory that works there is nothing left to serve.
      onDirectoryFailure: (path, cause) => {
        for (const { path: own, directoryId } of directories)
          if (own === path) this.#failedDirectories.add(directoryId);
        if (this.#failedDirectories.size === directories.length)
          onFatal('The last working log directory has failed: the broker stops.', cause);
        else this.lifecycle.directoryFailed();
      },
    });
  }

  /** A disk that failed may come back with a log that this broker has made anew on another one meanwhile. */
  #placeOf(topic: string, index: number): string | null {
    const { nodeId } = this.#options.config;
    const partition = this.#metadata.publisher.image().topicsByName.get(topic)?.partitions.get(index);
    if (partition?.replicas.includes(nodeId) !== true) return null;
    return directoryOf(partition, nodeId);
  }

  #newAssignments(channel: ControllerChannel): DirectoryAssignments {
    const { platform, logger, config } = this.#options;
    const { directories, unusable } = this.#directories;
    return new DirectoryAssignments({
      ...{ timers: platform.timers, logger: logger.named('DirectoryAssignments'), channel },
      brokerId: config.nodeId,
      brokerEpoch: () => this.lifecycle.brokerEpoch(),
      image: () => this.#metadata.publisher.image(),
      placeOf: ({ name, topicId }, index) => {
        const local = this.replicaManager.partition(name, index);
        return local?.topicId === topicId ? local.directoryId : null;
      },
      directoryCount: directories.length + unusable.length,
      hasFailed: () => unusable.length + this.#failedDirectories.size > 0,
      timeoutMs: () => config.values['request.timeout.ms'],
    });
  }

  #newCleaner(): LogCleaner {
    const { platform, logger, config, metrics } = this.#options;
    const cleaner = new LogCleaner({
      platform,
      logger: logger.named('LogCleaner'),
      logs: () => this.replicaManager.logs(),
      lastStableOffsetOf: (managed) => this.replicaManager.lastStableOffsetOf(managed),
      settings: () => cleanerSettings(config),
    });
    const paths = this.#directories.directories.map(({ path }) => path);
    registerCleanerGauges(metrics, cleaner, paths);
    return cleaner;
  }

  #newTopicCreation(channel: ControllerChannel): TopicCreation {
    const { platform, logger, config } = this.#options;
    const { publisher } = this.#metadata;
    return new TopicCreation({
      ...{ platform, channel, logger: logger.named('TopicCreation') },
      policy: () => controllerPolicy(config),
      image: () => publisher.image(),
      onImage: (listener) => publisher.onImage(listener),
      timeoutMs: () => config.values['request.timeout.ms'],
    });
  }

  #newGroupCoordinator(topicCreation: TopicCreation): GroupCoordinator {
    const { platform, logger, config } = this.#options;
    return new GroupCoordinator({
      ...{ platform, logger },
      brokerId: config.nodeId,
      config: () => groupCoordinatorConfig(config, this.#metadata.publisher.image()),
      log: new ReplicatedCoordinatorLog(this.replicaManager, OFFSETS_TOPIC),
      image: () => this.#metadata.publisher.image(),
      createOffsetsTopic: () => topicCreation.autoCreate([OFFSETS_TOPIC]),
    });
  }

  #newVerifier(): TransactionVerifier {
    const { platform, logger, config } = this.#options;
    return new TransactionVerifier({
      ...{ platform, logger: logger.named('TransactionVerifier') },
      ...{ brokerId: config.nodeId, interBrokerListenerName: config.interBrokerListenerName },
      image: () => this.#metadata.publisher.image(),
      coordinator: () => this.transactionCoordinator,
      timeoutMs: () => config.values['request.timeout.ms'],
    });
  }

  #newTransactionCoordinator(
    topicCreation: TopicCreation,
    producerIds: ProducerIdSource,
    markerWriter: MarkerWriter,
  ): TransactionCoordinator {
    const { platform, logger, config } = this.#options;
    return new TransactionCoordinator({
      ...{ platform, logger, producerIds },
      ...{ brokerId: config.nodeId, interBrokerListenerName: config.interBrokerListenerName },
      config: () => transactionConfig(config),
      log: new ReplicatedCoordinatorLog(this.replicaManager, TRANSACTION_STATE_TOPIC),
      image: () => this.#metadata.publisher.image(),
      createStateTopic: () => topicCreation.autoCreate([TRANSACTION_STATE_TOPIC]),
      writeMarkers: (request) => markerWriter.write(request),
    });
  }
}

/** The epoch in which all directories were closed cleanly, or -1: then something may be missing in one of them. */
function previousEpochOf({ directories, unusable }: LogDirectories): number {
  const epochs = new Set(
    directories.map((one) => (one.wasCleanShutdown ? one.previousBrokerEpoch : UNKNOWN_EPOCH)),
  );
  const [epoch = UNKNOWN_EPOCH] = epochs;
  return epochs.size === 1 && unusable.length === 0 ? epoch : UNKNOWN_EPOCH;
}

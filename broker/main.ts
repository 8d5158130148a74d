/**
 * The composition root: reads the configuration, opens the data directory, and puts the owners together in the order
 * in which they need each other. The only place that knows all of them.
 *
 * Start: log directories, metadata log replayed, logs opened, image applied, ports bound, registered, unfenced,
 * served. Stop runs the other way round and leaves the clean-shutdown mark. A start that fails closes what it opened.
 */
import { availableParallelism } from 'node:os';
import packageJson from '../package.json' with { type: 'json' };
import type { BrokerServices } from './apis/broker-services.ts';
import { clientApis } from './apis/table.ts';
import type { BrokerConfig } from './config/broker-config.ts';
import { configRules } from './config/config-rules.ts';
import {
  cleanerSettings,
  controllerPolicy,
  controllerSettings,
  replicaPolicy,
  groupCoordinatorConfig,
  replicaManagerSettings,
} from './config/owner-settings.ts';
import type { PropertiesFile } from './config/properties-file.ts';
import { readBrokerConfig } from './config/read-broker-config.ts';
import { TopicLogConfigs } from './config/topic-log-configs.ts';
import { Controller } from './controller/controller.ts';
import { MetadataPublisher } from './controller/metadata-publisher.ts';
import { randomUuid } from './controller/random-uuid.ts';
import { type ControllerChannel, ControllerUnreachable } from './controller-channel/controller-channel.ts';
import { configKey, type MetadataDelta, type MetadataImage } from './controller/image.ts';
import { SUPPORTED_FEATURES } from './controller/features.ts';
import { LocalMetadataLog } from './controller/local-metadata-log.ts';
import { OFFSETS_TOPIC } from './controller/topic-name.ts';
import { GroupCoordinator } from './coordinator/group/group-coordinator.ts';
import { ReplicatedCoordinatorLog } from './coordinator/runtime/coordinator-log.ts';
import { ProducerIdSource } from './coordinator/transaction/producer-id-source.ts';
import { LogCleaner } from './log/cleaner/log-cleaner.ts';
import { LogDirectories } from './log/log-directories.ts';
import { registerBrokerGauges } from './metrics/broker-gauges.ts';
import { BrokerMetrics } from './metrics/broker-metrics.ts';
import { registerControllerGauges } from './metrics/controller-gauges.ts';
import { registerCleanerGauges } from './metrics/cleaner-gauges.ts';
import { type MetricsServer, startMetricsServer } from './metrics/metrics-server.ts';
import { registerProcessBeans } from './metrics/process-beans.ts';
import type { Logger } from './platform/logger.ts';
import { connectionLimit, logFileLimit, openFileLimit } from './platform/node/file-limit.ts';
import type { Platform } from './platform/platform.ts';
import type { RecordWork } from './record-work/record-work.ts';
import { WorkerRecordWork } from './record-work/worker-record-work.ts';
import { ReplicaManager } from './replication/replica-manager.ts';
import { ClientListeners } from './server/client-listeners.ts';
import { StartFailure } from './start-failure.ts';

export interface StartOptions {
  readonly properties: PropertiesFile | null;
  readonly overrides?: readonly string[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly platform: Platform;
  readonly logger: Logger;
  /** Where long work on records is done; default: on threads, which start when there is such work. */
  readonly recordWork?: RecordWork;
  /** The broker can no longer keep its promises (its metadata cannot be written): end the process. */
  readonly onFatal: (message: string, cause: unknown) => void;
}

export interface RunningBroker {
  readonly nodeId: number;
  readonly clusterId: string;
  /** The port of the first listener, as bound. */
  readonly port: number;
  readonly metricsPort: number | null;
  /** Stops cleanly; later calls wait for the first. */
  stop(): Promise<void>;
}

/** Each may take some 200 MiB while it works. */
const MAX_RECORD_THREADS = 2;

type Close = () => Promise<unknown> | void;

/** Rejects with ConfigError, StartFailure or ListenError for what the user can put right. */
export async function startBroker(options: StartOptions): Promise<RunningBroker> {
  const { config, warnings } = readBrokerConfig({
    properties: options.properties,
    overrides: options.overrides ?? [],
    environment: options.environment ?? {},
  });
  const logger = options.logger.named(`KafkaServer id=${String(config.nodeId)}`);
  for (const warning of warnings) logger.warn(warning);
  if (config.clusterOfOne) logger.info('No controller.quorum.voters: this broker is a cluster of one.');
  const opened: Close[] = [];
  try {
    return await new BrokerProcess(options, config, logger, opened).start();
  } catch (error) {
    for (const close of opened.reverse()) await close();
    throw error;
  }
}

const noChannelYet: ControllerChannel = {
  call: () => Promise.reject(new ControllerUnreachable('There is no other node yet.', true)),
};

class BrokerProcess {
  readonly #options: StartOptions;
  readonly #config: BrokerConfig;
  readonly #logger: Logger;
  /** Undoes an unfinished start, last opened first. */
  readonly #opened: Close[];
  readonly #metrics: BrokerMetrics;
  readonly #startedAtMs: number;
  readonly #topicConfigs: TopicLogConfigs;
  #publisher: MetadataPublisher | null = null;
  #brokerEpoch = -1;
  #serving = false;

  constructor(options: StartOptions, config: BrokerConfig, logger: Logger, opened: Close[]) {
    this.#options = options;
    this.#config = config;
    this.#logger = logger;
    this.#opened = opened;
    this.#metrics = new BrokerMetrics(options.platform.clock);
    this.#startedAtMs = options.platform.clock.wallMs();
    this.#topicConfigs = new TopicLogConfigs(config, (topic) =>
      this.#publisher?.image().configs.get(configKey(2, topic)),
    );
  }

  async start(): Promise<RunningBroker> {
    const { platform, logger } = this.#options;
    const paths = this.#config.logDirs;
    const directories = await LogDirectories.open({ platform, logger, paths, nodeId: this.#config.nodeId });
    this.#opened.push(() => directories.close(new Set()));
    const publisher = this.#createPublisher(directories.clusterId);
    this.#publisher = publisher;
    const { controller, metadataLog } = this.#openController(directories, publisher);
    this.#opened.push(() => metadataLog.stop());
    this.#opened.push(() => controller.stop());
    const metricsServer = await this.#serveMetrics(() => controller.isActive);
    if (metricsServer) this.#opened.push(() => metricsServer.close());
    const replicaManager = this.#createReplicaManager(directories);
    // The logs are opened with their topics' configuration, so the image comes first.
    await metadataLog.start(controller);
    await replicaManager.start();
    this.#opened.push(() => replicaManager.stop());
    const logCleaner = this.#createLogCleaner(replicaManager, directories);
    this.#opened.push(() => logCleaner.stop());
    const groupCoordinator = this.#createGroupCoordinator(controller, publisher, replicaManager);
    this.#opened.push(() => groupCoordinator.stop());
    publisher.onImage((image, delta) => this.#apply(image, delta, replicaManager, groupCoordinator));
    const services: BrokerServices = {
      ...{ platform, controller, replicaManager, groupCoordinator },
      config: this.#config,
      metrics: this.#metrics,
      clusterId: directories.clusterId,
      metadataLog,
      controllerChannel: noChannelYet,
      topicCreation: { autoCreate: (names) => controller.autoCreateTopics(names) },
      image: () => publisher.image(),
      producerIds: new ProducerIdSource(() =>
        controller.allocateProducerIds(this.#config.nodeId, this.#brokerEpoch),
      ),
    };
    const listeners = new ClientListeners({
      ...{ table: clientApis, services, logger },
      maxConnections: connectionLimit(openFileLimit()),
    });
    await listeners.listen();
    this.#opened.push(() => listeners.close());
    this.#registerGauges(services, listeners);
    await this.#joinCluster(controller, publisher, listeners);
    listeners.open();
    this.#serving = true;
    logCleaner.start();
    this.#announce(listeners, publisher.image());
    return this.#running(services, listeners, directories, metricsServer, logCleaner);
  }

  #createPublisher(clusterId: string): MetadataPublisher {
    const { platform, logger, onFatal } = this.#options;
    const snapshotDue = { bytes: Infinity, intervalMs: 0 };
    return new MetadataPublisher({ platform, logger, onFatal, clusterId, snapshotDue });
  }

  #openController(
    directories: LogDirectories,
    publisher: MetadataPublisher,
  ): { readonly controller: Controller; readonly metadataLog: LocalMetadataLog } {
    const { platform, logger, onFatal } = this.#options;
    const config = this.#config;
    const directory = directories.directories[0];
    if (!directory) throw new StartFailure('log.dirs names no directory.');
    const shared = { platform, logger, onFatal, nodeId: config.nodeId };
    const metadataLog = LocalMetadataLog.open({ ...shared, directory });
    const controller = new Controller({
      ...{ ...shared, metadataLog, publisher },
      policy: () => controllerPolicy(config),
      replicaPolicy: () => replicaPolicy(config),
      rules: configRules(config),
      settings: () => controllerSettings(config),
    });
    return { controller, metadataLog };
  }

  /** Registered, caught up, unfenced; and from then on heard of. */
  async #joinCluster(
    controller: Controller,
    publisher: MetadataPublisher,
    listeners: ClientListeners,
  ): Promise<void> {
    const { random, timers } = this.#options.platform;
    const { nodeId: brokerId, rack } = this.#config;
    const connection = new AbortController().signal;
    const { brokerEpoch } = await controller.registerBroker(
      {
        ...{ brokerId, clusterId: publisher.image().clusterId, incarnationId: randomUuid(random), rack },
        ...{ endpoints: listeners.endpoints(), previousBrokerEpoch: -1, logDirectoryIds: [] },
        features: SUPPORTED_FEATURES,
      },
      connection,
    );
    this.#brokerEpoch = brokerEpoch;
    const beat = (): Promise<unknown> =>
      controller.heartbeat(
        {
          ...{ brokerId, brokerEpoch, wantFence: false, wantShutDown: false },
          currentMetadataOffset: publisher.image().offset,
        },
        connection,
      );
    await beat();
    const intervalMs = this.#config.values['broker.heartbeat.interval.ms'];
    this.#opened.push(timers.every(intervalMs, () => void beat().catch(() => undefined)));
  }

  #createReplicaManager(logDirectories: LogDirectories): ReplicaManager {
    const { platform, logger, onFatal } = this.#options;
    const config = this.#config;
    const working = new Set(logDirectories.directories.map(({ path }) => path));
    return new ReplicaManager({
      ...{ platform, logger, logDirectories },
      brokerId: config.nodeId,
      logConfigOf: (topic) => this.#topicConfigs.of(topic),
      settings: replicaManagerSettings(config),
      maxOpenFiles: logFileLimit(openFileLimit()),
      meter: this.#metrics,
      recordWork: this.#options.recordWork ?? this.#recordThreads(),
      // As Apache Kafka does: without a directory that works there is nothing left to serve.
      onDirectoryFailure: (path, cause) => {
        working.delete(path);
        if (working.size === 0)
          onFatal('The last working log directory has failed: the broker stops.', cause);
      },
    });
  }

  #createLogCleaner(replicaManager: ReplicaManager, directories: LogDirectories): LogCleaner {
    const { platform, logger } = this.#options;
    const cleaner = new LogCleaner({
      platform,
      logger: logger.named('LogCleaner'),
      logs: () => replicaManager.logs(),
      lastStableOffsetOf: (managed) => replicaManager.lastStableOffsetOf(managed),
      settings: () => cleanerSettings(this.#config),
    });
    const paths = directories.directories.map(({ path }) => path);
    registerCleanerGauges(this.#metrics, cleaner, paths);
    return cleaner;
  }

  #recordThreads(): RecordWork {
    const { platform, logger } = this.#options;
    const maxThreads = Math.min(MAX_RECORD_THREADS, Math.max(1, availableParallelism() - 1));
    return new WorkerRecordWork({ timers: platform.timers, logger, maxThreads });
  }

  #createGroupCoordinator(
    controller: Controller,
    publisher: MetadataPublisher,
    replicaManager: ReplicaManager,
  ): GroupCoordinator {
    const { platform, logger } = this.#options;
    const config = this.#config;
    return new GroupCoordinator({
      ...{ platform, logger },
      brokerId: config.nodeId,
      config: () => groupCoordinatorConfig(config),
      log: new ReplicatedCoordinatorLog(replicaManager, OFFSETS_TOPIC),
      image: () => publisher.image(),
      createOffsetsTopic: () => controller.autoCreateTopics([OFFSETS_TOPIC]),
    });
  }

  /** Configuration first, then the logs, then those who read the logs. */
  #apply(
    image: MetadataImage,
    delta: MetadataDelta,
    replicas: ReplicaManager,
    groups: GroupCoordinator,
  ): void {
    if (delta.changedConfigs.some(({ type }) => type === 4)) {
      const entries = (name: string): ReadonlyMap<string, string> =>
        image.configs.get(configKey(4, name)) ?? new Map();
      this.#config.applyDynamic(entries(''), entries(String(this.#config.nodeId)));
    }
    if (delta.changedConfigs.length + delta.deletedTopics.length > 0) this.#topicConfigs.forget();
    replicas.applyImage(image, delta);
    groups.onImage(image, delta);
    for (const { name } of delta.deletedTopics) this.#metrics.removeTopic(name);
  }

  async #serveMetrics(isUnfenced: () => boolean): Promise<MetricsServer | null> {
    const { metricsListener } = this.#config;
    registerProcessBeans(this.#metrics, this.#options.platform.clock, this.#startedAtMs);
    if (metricsListener === null) return null;
    try {
      return await startMetricsServer({
        ...metricsListener,
        metrics: this.#metrics,
        version: packageJson.version,
        startedAtMs: this.#startedAtMs,
        nowMs: () => this.#options.platform.clock.wallMs(),
        isHealthy: () => this.#serving && isUnfenced(),
      });
    } catch (error) {
      const { host, port } = metricsListener;
      const reason = error instanceof Error ? error.message : String(error);
      throw new StartFailure(
        `Cannot serve metrics on ${host}:${String(port)}: ${reason}. Change the key aquila.metrics.listener (or JMX_PORT).`,
      );
    }
  }

  #registerGauges(
    { controller, image, replicaManager, groupCoordinator }: BrokerServices,
    listeners: ClientListeners,
  ): void {
    registerControllerGauges(this.#metrics, { image, isActiveController: () => controller.isActive });
    registerBrokerGauges(this.#metrics, {
      brokerId: this.#config.nodeId,
      version: packageJson.version,
      startedAtMs: this.#startedAtMs,
      image,
      partitions: () => replicaManager.partitions(),
      minInsyncReplicas: (topic) => this.#topicConfigs.of(topic).minInsyncReplicas,
      groupCounts: () => groupCoordinator.counts(),
      connectionCount: () => listeners.connectionCount,
      isRunning: () => this.#serving,
    });
  }

  #announce(listeners: ClientListeners, image: MetadataImage): void {
    const addresses = listeners
      .endpoints()
      .map(({ listenerName, host, port }) => `${listenerName}://${host}:${String(port)}`);
    const elapsedMs = this.#options.platform.clock.wallMs() - this.#startedAtMs;
    this.#logger.info(
      `Aquila ${packageJson.version} started in ${String(elapsedMs)} ms as broker ${String(this.#config.nodeId)} of cluster ` +
        `${image.clusterId} on ${addresses.join(', ')}: ${String(image.topicsByName.size)} topic(s).`,
    );
  }

  #running(
    services: BrokerServices,
    listeners: ClientListeners,
    directories: LogDirectories,
    metricsServer: MetricsServer | null,
    logCleaner: LogCleaner,
  ): RunningBroker {
    let stopped: Promise<void> | null = null;
    const stop = async (): Promise<void> => {
      this.#serving = false;
      await listeners.close();
      services.groupCoordinator.stop();
      await metricsServer?.close();
      await logCleaner.stop();
      let clean: ReadonlySet<string> = new Set();
      try {
        const logsAreClean = await services.replicaManager.stop();
        services.controller.stop();
        await services.metadataLog.stop();
        clean = logsAreClean;
      } finally {
        await directories.close(clean, services.image().brokers.get(this.#config.nodeId)?.brokerEpoch);
      }
      this.#logger.info('Stopped.');
    };
    return {
      nodeId: this.#config.nodeId,
      clusterId: services.image().clusterId,
      port: listeners.port,
      metricsPort: metricsServer?.port ?? null,
      stop: () => (stopped ??= stop()),
    };
  }
}

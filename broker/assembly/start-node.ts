/**
 * Starts a node of a cluster, without knowing what kind of machine it runs on: the same code serves on real sockets and
 * in simulations.
 *
 * Order: log directories locked; controller listener bound; the cluster found; metadata log open and in the quorum. On a
 * broker also: client listeners bound, registered, image caught up, logs opened, unfenced, served. Stop: leadership
 * handed over while clients are still served, then requests, quorum and logs end; the clean-shutdown mark names the broker epoch.
 * A start that fails, or is given up, closes what it opened, and gives the directories the marks back that they had.
 */
import { formatListener } from '../config/listeners.ts';
import { controllerApis } from '../apis/table.ts';
import { quorumTimeouts } from '../config/cluster-settings.ts';
import { FirstContact } from '../controller/metadata-log/first-contact.ts';
import { LogDirectories } from '../log/log-directories.ts';
import { createDispatcher } from '../server/dispatcher.ts';
import { type BoundListeners, RequestGate } from '../server/listening.ts';
import { firstContactDispatch } from './first-contact-api.ts';
import { NodeBroker } from './node-broker.ts';
import { registerNodeGauges } from './node-gauges.ts';
import { NodeMetadata } from './node-metadata.ts';
import { type NodeOptions, type NodeParts, type RunningNode, StartAborted } from './node-options.ts';

/** Rejects with StartFailure or ListenError for what the user can put right, with StartAborted when told to stop. */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const assembly = new NodeAssembly(options);
  try {
    return await assembly.start();
  } catch (error) {
    await assembly.undo();
    throw error;
  }
}

class NodeAssembly {
  readonly #options: NodeOptions;
  readonly #gate = new RequestGate();
  readonly #aborted: Promise<never>;
  #directories: LogDirectories | null = null;
  #contact: FirstContact | null = null;
  #controllers: BoundListeners | null = null;
  #metadata: NodeMetadata | null = null;
  #broker: NodeBroker | null = null;

  constructor(options: NodeOptions) {
    this.#options = options;
    const { aborted } = options;
    this.#aborted = new Promise((_resolve, reject) => {
      const giveUp = (): void => reject(new StartAborted());
      if (aborted?.aborted === true) giveUp();
      else aborted?.addEventListener('abort', giveUp, { once: true });
    });
    // Nobody may be waiting when it comes.
    this.#aborted.catch(() => undefined);
  }

  async start(): Promise<RunningNode> {
    const { config, platform, logger } = this.#options;
    let joins = false;
    // Not given up halfway: the marks of the last stop are taken in there.
    const directories = await LogDirectories.open({
      ...{ platform, logger, paths: config.logDirs, nodeId: config.nodeId },
      clusterIdOf: async (known) => {
        await this.#listenToControllers();
        if (config.clusterOfOne) return known;
        const outcome = await this.#findCluster(known);
        joins = outcome.joins;
        return outcome.clusterId;
      },
    });
    this.#directories = directories;
    const metadata = await NodeMetadata.open(this.#options, directories, joins);
    this.#metadata = metadata;
    this.#options.onParts?.(this.#parts(metadata));
    const dispatch = createDispatcher(controllerApis, metadata.services);
    this.#gate.open((frame, identity) => dispatch(frame, { ...identity, fromNode: true }));
    await this.#unlessAborted(metadata.start());
    if (config.roles.broker) this.#broker = await NodeBroker.open(this.#options, metadata, directories);
    registerNodeGauges(this.#options, metadata, this.#broker, this.#controllers);
    if (this.#broker !== null) await this.#unlessAborted(this.#broker.start());
    this.#announce(metadata);
    return this.#running(directories, metadata);
  }

  /** After a failed start. */
  async undo(): Promise<void> {
    this.#contact?.stop();
    const wasOpen = this.#broker?.logsAreOpen === true;
    await this.#broker?.stopServing();
    await this.#metadata?.stop();
    const clean = (await this.#broker?.closeLogs()) ?? new Set<string>();
    await this.#controllers?.close();
    const directories = this.#directories;
    if (directories === null) return;
    if (wasOpen) await directories.close(clean, this.#broker?.lifecycle.brokerEpoch());
    else await directories.closeUntouched();
  }

  async #listenToControllers(): Promise<void> {
    const { config, listen, beforeListening } = this.#options;
    await beforeListening?.();
    if (config.controllerListeners.length === 0) return;
    this.#controllers = await listen(config.controllerListeners, this.#gate.serve, null);
  }

  async #findCluster(
    clusterId: string | null,
  ): Promise<{ readonly clusterId: string; readonly joins: boolean }> {
    const { config, platform, logger, metrics } = this.#options;
    const { nodeId, voters } = config;
    const timeouts = quorumTimeouts(config);
    const contact = await FirstContact.open({
      ...{ platform, logger, nodeId, voters, timeouts, clusterId },
      directoryPath: config.logDirs[0] ?? '',
    });
    this.#contact = contact;
    this.#gate.meanwhile = firstContactDispatch(contact, { platform, metrics });
    return this.#unlessAborted(contact.decide());
  }

  #unlessAborted<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#aborted]);
  }

  #announce({ publisher }: NodeMetadata): void {
    const { config, logger, platform, version, startedAtMs } = this.#options;
    const endpoints = this.#broker?.listeners.endpoints ?? this.#controllers?.endpoints ?? [];
    const addresses = endpoints.map(({ listenerName: name, host, port }) =>
      formatListener({ name, host, port }),
    );
    const elapsedMs = platform.clock.wallMs() - startedAtMs;
    const image = publisher.image();
    const role = this.#broker === null ? 'controller' : 'broker';
    logger
      .named(`KafkaServer id=${String(config.nodeId)}`)
      .info(
        `Aquila ${version} started in ${String(elapsedMs)} ms as ${role} ${String(config.nodeId)} of cluster ` +
          `${image.clusterId} on ${addresses.join(', ')}: ${String(image.topicsByName.size)} topic(s).`,
      );
  }

  #parts({ publisher, controller, metadataLog }: NodeMetadata): NodeParts {
    const broker = (): NodeBroker | null => this.#broker;
    return {
      ...{ nodeId: this.#options.config.nodeId, controller, metadataLog },
      get broker() {
        return broker();
      },
      image: () => publisher.image(),
    };
  }

  #running(directories: LogDirectories, metadata: NodeMetadata): RunningNode {
    const { config, logger } = this.#options;
    const broker = this.#broker;
    const { metadataLog } = metadata;
    let stopped: Promise<void> | null = null;
    const stop = async (): Promise<void> => {
      await broker?.handOver();
      let clean: ReadonlySet<string> = new Set();
      try {
        await broker?.stopServing();
        // Others need another leader of the quorum now, not when all logs are on the disk.
        await metadata.stop();
        await this.#controllers?.close();
        clean = (await broker?.closeLogs()) ?? new Set(directories.directories.map(({ path }) => path));
      } finally {
        // The metadata log is in the first: without all of it on the device the next start must look at every batch.
        const [first] = directories.directories;
        const kept = [...clean].filter((path) => path !== first?.path || metadataLog.closedCleanly);
        await directories.close(new Set(kept), broker?.lifecycle.brokerEpoch());
      }
      logger.named(`KafkaServer id=${String(config.nodeId)}`).info('Stopped.');
    };
    return {
      ...this.#parts(metadata),
      clusterId: directories.clusterId,
      port: broker?.listeners.port ?? this.#controllers?.port ?? -1,
      isHealthy: () => broker?.serves ?? metadataLog.leader.leaderId !== null,
      stop: () => (stopped ??= stop()),
    };
  }
}

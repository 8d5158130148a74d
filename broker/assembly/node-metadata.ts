/**
 * What every node of a cluster has, broker or not: the metadata log, the image that is replayed from it, the controller
 * that may become the active one, and links to the active one wherever it is.
 */
import type { ControllerServices } from '../apis/broker-services.ts';
import { controllerApis } from '../apis/table.ts';
import { configRules } from '../config/config-rules.ts';
import { quorumTimeouts } from '../config/cluster-settings.ts';
import {
  controllerPolicy,
  controllerSettings,
  newAuthorizer,
  quotaWindows,
  replicaPolicy,
} from '../config/owner-settings.ts';
import { Controller } from '../controller/controller.ts';
import type { MetadataImage } from '../controller/image.ts';
import type { MetadataLogListener } from '../controller/metadata-log/metadata-log.ts';
import { ReplicatedMetadataLog } from '../controller/metadata-log/replicated-metadata-log.ts';
import { MetadataPublisher } from '../controller/metadata-publisher.ts';
import { scramUserOf } from '../controller/scram-users.ts';
import { ControllerLink } from '../controller-channel/controller-link.ts';
import { type LocalController, localController } from '../controller-channel/local-controller.ts';
import type { LogDirectories } from '../log/log-directories.ts';
import { RefusalLog } from '../security/acl/refusal-log.ts';
import { QuietLog } from '../server/quiet-log.ts';
import { NodeQuotas } from '../quotas/node-quotas.ts';
import type { ClientAccess } from '../server/listening.ts';
import { StartFailure } from '../start-failure.ts';
import type { NodeOptions } from './node-options.ts';

export class NodeMetadata {
  readonly publisher: MetadataPublisher;
  readonly controller: Controller;
  readonly metadataLog: ReplicatedMetadataLog;
  readonly services: ControllerServices;
  readonly #options: NodeOptions;
  readonly #local: LocalController;
  readonly #links: ControllerLink[] = [];
  #endSnapshots: () => void = () => undefined;
  #knowsAcls = false;

  /** `joins`: a voter on a new disk in a cluster that has a past. */
  static async open(
    options: NodeOptions,
    directories: LogDirectories,
    joins: boolean,
  ): Promise<NodeMetadata> {
    const { platform, logger, config, onFatal } = options;
    const [directory] = directories.directories;
    if (directory === undefined) throw new StartFailure('log.dirs names no directory.');
    const [controllerListener] = config.controllerListeners;
    const metadataLog = await ReplicatedMetadataLog.open({
      ...{ platform, logger, directory, joins, onFatal },
      ...{ nodeId: config.nodeId, voters: config.voters, clusterId: directories.clusterId },
      timeouts: quorumTimeouts(config),
      ...(controllerListener && { controllerListenerName: controllerListener.name }),
    });
    return new NodeMetadata(options, directories.clusterId, metadataLog);
  }

  private constructor(options: NodeOptions, clusterId: string, metadataLog: ReplicatedMetadataLog) {
    const { platform, logger, config, metrics, onFatal } = options;
    this.#options = options;
    this.metadataLog = metadataLog;
    const { values } = config;
    const publisher = new MetadataPublisher({
      ...{ platform, logger, clusterId, onFatal },
      snapshotDue: {
        bytes: values['metadata.log.max.record.bytes.between.snapshots'],
        intervalMs: values['metadata.log.max.snapshot.interval.ms'],
      },
    });
    this.publisher = publisher;
    this.controller = new Controller({
      ...{ platform, logger, nodeId: config.nodeId, metadataLog, publisher, onFatal },
      policy: () => controllerPolicy(config),
      replicaPolicy: () => replicaPolicy(config),
      rules: configRules(config),
      settings: () => controllerSettings(config),
      onElection: (kind) => metrics.elected(kind),
    });
    const { controller } = this;
    const image = (): MetadataImage => publisher.image();
    // Who is elected has replayed all that was committed before.
    const quiet = new QuietLog(logger.named('Authorizer'), () => platform.clock.monotonicMs());
    const refusals = new RefusalLog(quiet, () => platform.clock.monotonicMs());
    const authorizer = newAuthorizer(config, {
      onRefusal: (line) => refusals.tell(line),
      acls: () => publisher.image().acls,
      isReady: () => this.#knowsAcls || controller.isActive,
    });
    const quietChanges = new QuietLog(logger.named(`Controller id=${String(config.nodeId)}`), () =>
      platform.clock.monotonicMs(),
    );
    const refusedChanges = {
      ofClients: new RefusalLog(quietChanges, () => platform.clock.monotonicMs()),
      // Nothing is wrong when a broker comes too late with what it proposes: it looks again, and proposes something else.
      ofBrokers: new RefusalLog({ warn: (line) => quietChanges.info(line) }, () =>
        platform.clock.monotonicMs(),
      ),
    };
    const quotas = new NodeQuotas({
      ...quotaWindows(config),
      clock: platform.clock,
      table: () => publisher.image().clientQuotas,
    });
    const owners = { controller, metadataLog, authorizer, refusedChanges, quotas };
    this.services = { config, platform, metrics, clusterId, image, ...owners };
    const clientId = `node-${String(config.nodeId)}`;
    this.#local = localController({ table: controllerApis, services: this.services, clientId });
  }

  /** Clients are let in once `caughtUp` has resolved: their users and ACLs are known from then on. */
  clientsOnce(caughtUp: Promise<unknown>): ClientAccess {
    void caughtUp.then(() => (this.#knowsAcls = true));
    return {
      ready: caughtUp,
      connection: (address) => this.services.quotas.connection(address),
      credentialOf: (mechanism, name) => scramUserOf(mechanism, name, this.publisher.image()),
    };
  }

  /** Elections and replication begin. */
  async start(): Promise<void> {
    await this.metadataLog.start(this.#listener());
    this.#endSnapshots = this.publisher.keepSnapshotsIn(this.metadataLog);
  }

  /** A link for requests that must not wait for those of other links. */
  link(purpose: string): ControllerLink {
    const { platform, config } = this.#options;
    const { nodeId, voters, values } = config;
    const link = new ControllerLink({
      ...{ platform, nodeId, clientId: `node-${String(nodeId)}-${purpose}`, local: this.#local },
      leaderId: () => this.metadataLog.leader.leaderId,
      addressOf: (id) => voters.find((voter) => voter.id === id) ?? null,
      retryBackoffMs: values['controller.quorum.retry.backoff.ms'],
      connectTimeoutMs: values['controller.quorum.request.timeout.ms'],
    });
    this.#links.push(link);
    return link;
  }

  /** Resolves as soon as an image is as it should be. */
  imageWhere(isSo: (image: MetadataImage) => boolean): Promise<void> {
    if (isSo(this.publisher.image())) return Promise.resolve();
    return new Promise((resolve) => {
      const leave = this.publisher.onImage((image) => {
        if (!isSo(image)) return;
        leave();
        resolve();
      });
    });
  }

  /** Nobody asks the controller any more; a leader hands over. */
  async stop(): Promise<void> {
    this.#endSnapshots();
    for (const link of this.#links) link.close();
    this.controller.stop();
    await this.metadataLog.stop();
  }

  #listener(): MetadataLogListener {
    const { controller } = this;
    const leaderChanged = (): void => {
      for (const link of this.#links) link.leaderChanged();
    };
    return {
      snapshotLoaded: (id, records) => controller.snapshotLoaded(id, records),
      committed: (records, position) => controller.committed(records, position),
      leaderChanged: (epoch, leaderId) => {
        controller.leaderChanged(epoch, leaderId);
        leaderChanged();
      },
      becameActive: (epoch) => {
        controller.becameActive(epoch);
        leaderChanged();
      },
      lostLeadership: (epoch) => controller.lostLeadership(epoch),
    };
  }
}

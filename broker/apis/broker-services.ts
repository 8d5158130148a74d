/**
 * The owners that API handlers may call: one object a node, put together once by broker/assembly.
 * A handler calls exactly one of them; what needs two belongs into one of the owners.
 *
 * Every node of a cluster has `ControllerServices`: it follows the metadata log and may become the active controller.
 * A node that is a broker has the rest, too. Handlers that need only the former serve the controller listener as well.
 */
import type { BrokerConfig } from '../config/broker-config.ts';
import type { ControllerChannel } from '../controller-channel/controller-channel.ts';
import type { Controller } from '../controller/controller.ts';
import type { MetadataImage } from '../controller/image.ts';
import type { ReplicatedMetadataLog } from '../controller/metadata-log/replicated-metadata-log.ts';
import type { MarkerWriter } from '../coordinator/transaction/marker-writer.ts';
import type { ProducerIdSource } from '../coordinator/transaction/producer-id-source.ts';
import type { TransactionCoordinator } from '../coordinator/transaction/transaction-coordinator.ts';
import type { GroupCoordinator } from '../coordinator/group/group-coordinator.ts';
import type { BrokerMetrics } from '../metrics/broker-metrics.ts';
import type { Platform } from '../platform/platform.ts';
import type { NodeQuotas } from '../quotas/node-quotas.ts';
import type { ReplicaManager } from '../replication/replica-manager.ts';
import type { Authorizer } from '../security/acl/authorizer.ts';
import type { RefusalLog } from '../security/acl/refusal-log.ts';

export interface ControllerServices {
  readonly config: BrokerConfig;
  readonly platform: Platform;
  readonly metrics: BrokerMetrics;
  /** 22 characters, from meta.properties. */
  readonly clusterId: string;
  /** The newest replayed image. Read it once per request, so that one answer is consistent. */
  image(): MetadataImage;
  /** Topics, partitions, configs, brokers: everything that is a metadata record. Refuses unless this node is active. */
  readonly controller: Controller;
  readonly metadataLog: ReplicatedMetadataLog;
  /** Who may do what; null where everybody may do everything (authorizer.class.name is not set). */
  readonly authorizer: Authorizer | null;
  /** What the controller refused to those that asked for a change, and why. */
  readonly refusedChanges: { readonly ofClients: RefusalLog; readonly ofBrokers: RefusalLog };
  /** What clients may use up. */
  readonly quotas: NodeQuotas;
}

export interface BrokerServices extends ControllerServices {
  /** To the active controller, wherever it is. */
  readonly controllerChannel: ControllerChannel;
  readonly topicCreation: TopicCreator;
  /** Partitions that live on this broker: append, fetch, offsets. */
  readonly replicaManager: ReplicaManager;
  readonly groupCoordinator: GroupCoordinator;
  readonly transactionCoordinator: TransactionCoordinator;
  /** Ends transactions in partitions that this broker leads. */
  readonly markerWriter: MarkerWriter;
  /** Ids for idempotent producers, each given once. */
  readonly producerIds: ProducerIdSource;
}

/** Topics that nobody created by hand: on first use, and the broker's own. */
export interface TopicCreator {
  /**
   * One error code per name: 0 when the topic exists now and this node's image has it. UNKNOWN_TOPIC_OR_PARTITION when
   * it may not be created. Does not reject.
   */
  autoCreate(names: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

/**
 * The owners that API handlers may call: one object, put together once in broker/main.ts.
 * A handler calls exactly one of them; what needs two belongs into one of the owners.
 */
import type { BrokerConfig } from '../config/broker-config.ts';
import type { Controller } from '../controller/controller.ts';
import type { MetadataImage } from '../controller/image.ts';
import type { ProducerIdSource } from '../coordinator/transaction/producer-id-source.ts';
import type { GroupCoordinator } from '../coordinator/group/group-coordinator.ts';
import type { BrokerMetrics } from '../metrics/broker-metrics.ts';
import type { Platform } from '../platform/platform.ts';
import type { ReplicaManager } from '../replication/replica-manager.ts';

export interface BrokerServices {
  readonly config: BrokerConfig;
  readonly platform: Platform;
  readonly metrics: BrokerMetrics;
  /** The newest replayed image. Read it once per request, so that one answer is consistent. */
  image(): MetadataImage;
  /** Topics, partitions, configs, producer id blocks: everything that is a metadata record. */
  readonly controller: Controller;
  /** Partitions that live on this broker: append, fetch, offsets. */
  readonly replicaManager: ReplicaManager;
  readonly groupCoordinator: GroupCoordinator;
  /** Ids for idempotent producers, each given once. */
  readonly producerIds: ProducerIdSource;
}
